// The logs side by side: rows are servers, columns are zxids, so that who has what is seen at a glance.
// Pure; shows what the servers said of themselves, never guesses.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { SeatView } from '../../vocabulary/playground.ts';
import type { LogCell } from '../../vocabulary/view.ts';
import type { Zxid } from '../../vocabulary/zxid.ts';

/** `covered`: committed there, but older than the part of its log that it shows (or in its snapshot). */
export type MatrixState = LogCell['state'] | 'covered' | 'missing';

export interface MatrixCell {
  readonly zxid: Zxid;
  readonly state: MatrixState;
}

export interface MatrixRow {
  readonly server: ServerId;
  readonly cells: readonly MatrixCell[];
}

export interface LogMatrix {
  /** Ascending; the newest that any server shows, at most as many as asked for. */
  readonly zxids: readonly Zxid[];
  readonly rows: readonly MatrixRow[];
}

export function logMatrix(seats: readonly SeatView[], columnsMax: number): LogMatrix {
  const known = new Set<Zxid>();
  for (const { present, server } of seats) {
    if (!present || server === null) continue;
    for (const { zxid } of server.log) known.add(zxid);
  }
  const zxids = [...known].sort(ascending).slice(-Math.max(1, columnsMax));
  const rows = seats.flatMap((seat): MatrixRow[] => {
    if (!seat.present || seat.server === null) return [];
    return [{ server: seat.serverId, cells: cellsOf(seat.server, zxids) }];
  });
  return { zxids, rows };
}

const ascending = (a: Zxid, b: Zxid): number => (a < b ? -1 : a > b ? 1 : 0);

function cellsOf(
  { log, lastCommitted }: { readonly log: readonly LogCell[]; readonly lastCommitted: Zxid },
  zxids: readonly Zxid[],
): MatrixCell[] {
  const states = new Map(log.map(({ zxid, state }) => [zxid, state]));
  const [first] = log;
  return zxids.map((zxid) => {
    const state = states.get(zxid);
    if (state !== undefined) return { zxid, state };
    const before = first === undefined || zxid < first.zxid;
    return { zxid, state: before && zxid <= lastCommitted ? 'covered' : 'missing' };
  });
}
