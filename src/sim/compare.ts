// Two futures side by side: from where on they differ, what each told after it, whose trees and logs are
// not the same at the end.

import type { Comparison } from '../vocabulary/lab.ts';
import type { Told } from './history.ts';
import type { LabHistory } from './history.ts';
import { TraceHash } from './trace-hash.ts';

const SHOWN_MAX = 500;

interface End {
  readonly told: readonly Told[];
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
  let same = 0;
  while (same < Math.min(a.told.length, b.told.length) && isSame(a.told[same], b.told[same])) {
    same += 1;
  }
  const trees = differing(a.trees, b.trees);
  const logs = differing(a.logs, b.logs);
  const isAll = same === a.told.length && same === b.told.length;
  return {
    same: isAll && trees.length === 0 && logs.length === 0,
    since: isAll ? null : ((a.told[same] ?? b.told[same])?.moment ?? null),
    onlyLeft: a.told.slice(same, same + SHOWN_MAX),
    onlyRight: b.told.slice(same, same + SHOWN_MAX),
    ...{ trees, logs },
  };
}

function endOf(history: LabHistory, branch: number): End | null {
  if (!history.selectBranch(branch)) return null;
  const { world } = history.lab;
  return {
    told: history.told(),
    trees: new Map(
      world.servers.map((server) => {
        const view = world.view(server);
        return [server, view === null ? 'down' : `${String(view.treeDigest)}`];
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

const isSame = (a: Told | undefined, b: Told | undefined): boolean =>
  a === b || hashOf(a) === hashOf(b);

function hashOf(value: unknown): string {
  const hash = new TraceHash();
  hash.add(value);
  return hash.text;
}
