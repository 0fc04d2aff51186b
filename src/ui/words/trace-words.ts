// One trace event as a line and its reason, in the language of the page. The event carries every
// number that is said; nothing is looked up elsewhere, so the same event always reads the same.

import type { Traced } from '../../vocabulary/trace.ts';
import { m } from '../paraglide/messages.js';
import { broadcastWords } from './broadcast-words.ts';
import { clientWords } from './client-words.ts';
import { electionWords } from './election-words.ts';
import { lifeWords } from './life-words.ts';
import { feedKind } from './event-kind.ts';
import { synchronizationWords } from './synchronization-words.ts';

export interface Words {
  readonly line: string;
  readonly why: string | null;
}

/** Null for what is not told. */
export function traceWords(traced: Traced): Words | null {
  const words = { server: traced.server, event: traced.event };
  switch (feedKind(traced.event)) {
    case null:
      return null;
    case 'life':
      return lifeWords(words);
    case 'election':
      return electionWords(words);
    case 'sync':
      return synchronizationWords(words);
    case 'broadcast':
      return broadcastWords(words);
    case 'clients':
      return clientWords(words);
  }
}

/** The line with its reason on one line, as a screen reader hears it. */
export function spokenWords({ line, why }: Words): string {
  return why === null ? line : m.with_reason({ line, reason: why });
}
