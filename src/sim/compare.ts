// Two futures side by side: from where on they differ, what each told after it, whose trees and logs are
// not the same at the end.

import type { Comparison, Future, StepAt } from '../vocabulary/lab.ts';
import type { Moment } from '../vocabulary/steps.ts';
import type { TraceKind } from '../vocabulary/trace.ts';
import type { LabHistory, Told } from './history.ts';
import { TraceHash } from './trace-hash.ts';

export const FUTURE_EVENTS_MAX = 400;

/** What is on its way, and what a leader checks many times a second: whatever comes of it is told. */
const PASSING: ReadonlySet<TraceKind> = new Set<TraceKind>([
  ...(['ballotSent', 'ballotReceived', 'packetSent', 'packetReceived', 'quorumChecked'] as const),
]);

interface End {
  readonly moment: Moment;
  readonly told: readonly Told[];
  readonly steps: readonly StepAt[];
  /** Of those that run. */
  readonly trees: ReadonlyMap<number, string>;
  readonly logs: ReadonlyMap<number, string>;
}

/** Goes to both ends and comes back to where it was. Null if there is no such branch. */
export function compareBranches(
  history: LabHistory,
  left: number,
  right: number,
): Comparison | null {
  const { branch, now } = history;
  const a = endOf(history, left);
  const b = endOf(history, right);
  history.selectBranch(branch);
  history.seek(now.millis, now.events);
  if (a === null || b === null) return null;
  const from = Math.max(oldestOf(a.told), oldestOf(b.told));
  const [mine, theirs] = [toldFrom(a.told, from), toldFrom(b.told, from)];
  let shared = 0;
  while (isSame(mine[shared], theirs[shared])) shared += 1;
  const ran = (server: number): boolean => a.trees.has(server) && b.trees.has(server);
  const runs = (server: number): boolean => a.trees.has(server) || b.trees.has(server);
  const trees = differing(a.trees, b.trees).filter(ran);
  const alone = [...a.logs.keys()].filter((server) => runs(server) && !ran(server));
  const logs = differing(a.logs, b.logs);
  const apart = [mine[shared], theirs[shared]].flatMap((one) => one?.moment ?? []);
  const since = firstOf(apart.concat(stepsApart(a.steps, b.steps)), [a.moment, b.moment]);
  return {
    same: since === null && [trees, logs, alone].every((servers) => servers.length === 0),
    since,
    left: futureOf(a.moment, mine.slice(shared)),
    right: futureOf(b.moment, theirs.slice(shared)),
    ...{ trees, logs, alone },
  };
}

function futureOf(end: Moment, told: readonly Told[]): Future {
  const all = told.filter(({ event }) => !PASSING.has(event.kind));
  const shown = all.slice(0, FUTURE_EVENTS_MAX);
  return { end, told: shown, omitted: all.length - shown.length };
}

const oldestOf = ([first]: readonly Told[]): number => first?.moment.events ?? 0;

/** A long branch has forgotten its beginning: what the other still knows of it is no difference. */
const toldFrom = (told: readonly Told[], events: number): readonly Told[] =>
  oldestOf(told) === events ? told : told.filter(({ moment }) => moment.events >= events);

/** Where the first step stands that only one of them has, in each. */
function stepsApart(mine: readonly StepAt[], theirs: readonly StepAt[]): Moment[] {
  const apart = mine.findIndex((step, at) => hashOf(step) !== hashOf(theirs[at] ?? null));
  const from = apart < 0 ? mine.length : apart;
  return [mine[from], theirs[from]].flatMap((step) => step?.at ?? []);
}

/** What one goes on to do behind the other's end is no longer the same from that end on. */
function firstOf(apart: readonly Moment[], ends: readonly Moment[]): Moment | null {
  if (apart.length === 0) return null;
  return [...apart, ...ends].reduce((a, b) =>
    b.millis < a.millis || (b.millis === a.millis && b.events < a.events) ? b : a,
  );
}

function endOf(history: LabHistory, branch: number): End | null {
  if (!history.selectBranch(branch)) return null;
  const { world } = history.lab;
  return {
    moment: history.now,
    steps: history.branches().find(({ id }) => id === branch)?.steps ?? [],
    told: history.told(),
    trees: new Map(
      world.servers.flatMap((server) => {
        const view = world.view(server);
        return view === null ? [] : [[server, String(view.treeDigest)] as const];
      }),
    ),
    logs: new Map(
      world.servers.map((server) => [
        server,
        hashOf(world.seat(server).disk.image.log.map(({ zxid }) => zxid)),
      ]),
    ),
  };
}

const differing = (a: ReadonlyMap<number, string>, b: ReadonlyMap<number, string>): number[] =>
  [...a.keys()].filter((server) => a.get(server) !== b.get(server));

/** Past an end there is nothing to be the same. */
const isSame = (a: Told | undefined, b: Told | undefined): boolean =>
  a !== undefined && b !== undefined && (a === b || hashOf(a) === hashOf(b));

function hashOf(value: unknown): string {
  const hash = new TraceHash();
  hash.add(value);
  return hash.text;
}
