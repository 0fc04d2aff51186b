// One trace event as a line and its reason, in the language of the page. The event carries every
// number that is said; nothing is looked up elsewhere, so the same event always reads the same.

import type { Traced } from '../../vocabulary/trace.ts';
import { m } from '../paraglide/messages.js';
import { broadcastWords } from './broadcast-words.ts';
import { clientWords } from './client-words.ts';
import { electionWords } from './election-words.ts';
import { lifeWords } from './life-words.ts';
import { feedKind, isIn } from './event-kind.ts';
import { passingWords } from './passing-words.ts';
import { synchronizationWords } from './synchronization-words.ts';

export interface Words {
  readonly line: string;
  readonly why: string | null;
}

/** Null for what the feed does not tell. */
export const traceWords = (traced: Traced): Words | null =>
  feedKind(traced.event) === null ? null : eventWords(traced);

/** Of any event, also of those that the feed does not tell. A kind without words is an error of types here. */
export function eventWords({ server, event }: Traced): Words {
  if (isIn(event, 'life')) return lifeWords({ server, event });
  if (isIn(event, 'election')) return electionWords({ server, event });
  if (isIn(event, 'sync')) return synchronizationWords({ server, event });
  if (isIn(event, 'broadcast')) return broadcastWords({ server, event });
  if (isIn(event, 'clients')) return clientWords({ server, event });
  return passingWords({ server, event });
}

/** The line with its reason on one line, as a screen reader hears it. */
export function spokenWords({ line, why }: Words): string {
  return why === null ? line : m.with_reason({ line, reason: why });
}
