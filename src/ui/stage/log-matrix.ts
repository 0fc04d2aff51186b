// The logs side by side: rows are servers, columns are zxids, so that who has what is seen at a glance; of a server
// that is down, what its disk keeps. Pure; shows what the servers said of themselves, never guesses.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { SeatView } from '../../vocabulary/playground.ts';
import type { LogCell, LostCell, ServerView } from '../../vocabulary/view.ts';
import type { Zxid } from '../../vocabulary/zxid.ts';

/** `covered`: committed there, but older than the part of its log that it shows (or in its snapshot). */
export type MatrixState = LogCell['state'] | 'covered' | 'missing';

export type MatrixCell =
  | { readonly zxid: Zxid; readonly state: MatrixState }
  /** It was in this log, and was taken out of it. */
  | { readonly zxid: Zxid; readonly state: 'truncated'; readonly by: LostCell['by'] };

export interface MatrixRow {
  readonly server: ServerId;
  /** It does not run: this is what its disk keeps. */
  readonly down: boolean;
  readonly cells: readonly MatrixCell[];
}

export interface LogMatrix {
  /** Ascending; the newest that any server shows, at most as many as asked for. */
  readonly zxids: readonly Zxid[];
  readonly rows: readonly MatrixRow[];
}

export function logMatrix(seats: readonly SeatView[], columnsMax: number): LogMatrix {
  const servers = seats.flatMap(({ present, server }) =>
    present && server !== null ? [server] : [],
  );
  const logs = [...servers.map(({ log }) => log), ...seats.map(({ onDisk }) => onDisk)];
  const known = new Set(logs.flatMap((log) => log.map(({ zxid }) => zxid)));
  for (const { lost } of servers) {
    for (const cell of lost) if (isGone(cell, servers)) known.add(cell.zxid);
  }
  const zxids = [...known].sort(ascending).slice(-Math.max(1, columnsMax));
  const rows = seats.flatMap((seat): MatrixRow[] => {
    if (!seat.present) return [];
    const { serverId: server, onDisk } = seat;
    if (seat.server !== null) {
      return [{ server, down: false, cells: cellsOf(seat.server, zxids, servers) }];
    }
    return onDisk.length === 0 ? [] : [{ server, down: true, cells: cellsDown(onDisk, zxids) }];
  });
  return { zxids, rows };
}

const ascending = (a: Zxid, b: Zxid): number => (a < b ? -1 : a > b ? 1 : 0);

/** TRUNC takes out what the leader has not. What went with a whole log may be in the leader's tree: it is gone
 *  if some log leaves it out between two that it has. */
function isGone({ zxid, by }: LostCell, servers: readonly ServerView[]): boolean {
  if (by === 'TRUNC') return true;
  return servers.some(({ log }) => {
    const after = log.findIndex((cell) => cell.zxid >= zxid);
    return after > 0 && log[after]?.zxid !== zxid;
  });
}

/** A log has no holes: what is older than its beginning came with a snapshot. */
function cellsDown(onDisk: readonly LogCell[], zxids: readonly Zxid[]): MatrixCell[] {
  const has = new Set(onDisk.map(({ zxid }) => zxid));
  const [first] = onDisk;
  return zxids.map((zxid) => {
    if (has.has(zxid)) return { zxid, state: 'logged' };
    return { zxid, state: first !== undefined && zxid < first.zxid ? 'covered' : 'missing' };
  });
}

function cellsOf(
  { log, lost, lastCommitted }: ServerView,
  zxids: readonly Zxid[],
  servers: readonly ServerView[],
): MatrixCell[] {
  const states = new Map(log.map(({ zxid, state }) => [zxid, state]));
  const gone = new Map(
    lost.filter((cell) => isGone(cell, servers)).map((cell) => [cell.zxid, cell.by]),
  );
  const [first] = log;
  return zxids.map((zxid) => {
    const state = states.get(zxid);
    if (state !== undefined) return { zxid, state };
    const by = gone.get(zxid);
    if (by !== undefined) return { zxid, state: 'truncated', by };
    const before = first === undefined || zxid < first.zxid;
    return { zxid, state: before && zxid <= lastCommitted ? 'covered' : 'missing' };
  });
}
