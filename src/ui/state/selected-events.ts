// What belongs to the selection of all that was told, kept up with a growing trace: of what is new, only the
// new is looked at, and a bounded part of what came before it where the new explains it.

import type { Traced, TraceEvent } from '../../vocabulary/trace.ts';
import { belongs } from './belonging.ts';
import { learn, makeBeside } from './learning.ts';
import { scopeOf, type Scope } from './scope.ts';
import type { Selection } from './selection.ts';

/** Servers tell in their own time: so far back an event may stand that a later one explains. */
export const LATE_EVENTS = 4_000;
export const STORY_EVENTS_MAX = 300;

export interface Selected {
  readonly scope: Scope;
  /** In the order in which they were told. */
  readonly events: readonly Traced[];
}

interface Known {
  readonly count: number;
  readonly first: Traced | undefined;
  readonly last: Traced | undefined;
}

const NOTHING_KNOWN: Known = { count: 0, first: undefined, last: undefined };

export class SelectedEvents {
  #scope: Scope | null = null;
  /** What was looked at so far: by its ends, for the list itself may grow in place. */
  #known: Known = NOTHING_KNOWN;
  #beside = makeBeside();
  readonly #members: { readonly at: number; readonly traced: Traced }[] = [];

  /** `history`: oldest first. */
  after(selection: Selection, history: readonly Traced[]): Selected {
    let scope = this.#scope;
    let from = this.#known.count;
    if (scope?.selection !== selection || !hasGrown(this.#known, history)) {
      scope = scopeOf(selection);
      this.#scope = scope;
      this.#beside = makeBeside();
      from = 0;
    }
    this.#known = { count: history.length, first: history[0], last: history.at(-1) };
    const { learnt } = scope;
    for (let at = from; at < history.length; at += 1) learnAt(scope, this.#beside, history, at);
    if (scope.learnt > learnt) {
      from = Math.max(0, from - LATE_EVENTS);
      this.#beside = makeBeside();
      for (let at = from; at < history.length; at += 1) learnAt(scope, this.#beside, history, at);
    }
    this.#judge(scope, history, from);
    return { scope, events: this.#members.map(({ traced }) => traced) };
  }

  #judge(scope: Scope, history: readonly Traced[], from: number): void {
    const members = this.#members;
    while (members.length > 0 && (members.at(-1)?.at ?? 0) >= from) members.pop();
    for (let at = from; at < history.length; at += 1) {
      const traced = history[at];
      if (traced !== undefined && belongs(scope, traced)) members.push({ at, traced });
    }
  }
}

function learnAt(
  scope: Scope,
  beside: ReturnType<typeof makeBeside>,
  history: readonly Traced[],
  at: number,
): void {
  const traced = history[at];
  if (traced !== undefined) learn(scope, beside, traced);
}

/** The same beginning, and more behind it: not another run, nothing forgotten, nothing recalled. */
const hasGrown = (known: Known, history: readonly Traced[]): boolean =>
  known.count <= history.length &&
  (known.count === 0 || (known.first === history[0] && known.last === history[known.count - 1]));

/** The newest of them, oldest first, causes before effects. */
export function storyOf(events: readonly Traced[]): readonly Traced[] {
  const newest = events.slice(-STORY_EVENTS_MAX);
  return newest.sort((a, b) => a.atMillis - b.atMillis || rank(a) - rank(b));
}

/** Within a millisecond causes stand before effects: clocks count whole ones. */
const ORDER: readonly TraceEvent['kind'][] = [
  ...(['requestReceived', 'requestForwarded', 'proposed', 'packetSent', 'packetReceived'] as const),
  ...(['proposalLogged', 'ackCounted', 'committed', 'applied', 'watchFired', 'replied'] as const),
];
const PACKETS: readonly string[] = ['PROPOSAL', 'ACK', 'COMMIT', 'INFORM'];

function rank({ event }: Traced): number {
  const of = (kind: TraceEvent['kind']): number => ORDER.indexOf(kind);
  if (event.kind !== 'packetSent' && event.kind !== 'packetReceived') return of(event.kind);
  const received = event.kind === 'packetReceived' ? 0.4 : 0.2;
  // A REQUEST is what is proposed; an ACK leaves behind the log, a COMMIT behind its decision.
  if (event.type === 'REQUEST') return of('requestForwarded') + received;
  switch (PACKETS.indexOf(event.type)) {
    case 1:
      return of('proposalLogged') + received;
    case 2:
    case 3:
      return of('committed') + received;
    default:
      return of('proposed') + received;
  }
}
