import { describe, expect, it } from 'vitest';
import { serverId } from '../../vocabulary/ids.ts';
import type { SeatView } from '../../vocabulary/playground.ts';
import type { LogCell, LostCell, ServerView } from '../../vocabulary/view.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import { logMatrix } from './log-matrix.ts';

const z = (counter: number, epoch = 1) => makeZxid(epoch, counter);
const cell = (counter: number, state: LogCell['state'] = 'committed'): LogCell => ({
  zxid: z(counter),
  state,
});

const seat = (
  id: number,
  log: readonly LogCell[],
  lastCommitted = z(0),
  lost: readonly LostCell[] = [],
): SeatView => ({
  serverId: serverId(id),
  role: 'participant',
  own: false,
  present: true,
  frozen: false,
  killed: false,
  lostDisk: false,
  onDisk: [],
  outside: [],
  server: { serverId: serverId(id), log, lost, lastCommitted } as unknown as ServerView,
});
const statesOf = (seats: readonly SeatView[], columns = 10): string[] =>
  logMatrix(seats, columns).rows.map(({ cells }) => cells.map(({ state }) => state).join(' '));

describe('logMatrix', () => {
  it('has one column for a zxid, whoever has it', () => {
    const seats = [seat(1, [cell(1), cell(2)]), seat(2, [cell(1)], z(1))];
    expect(logMatrix(seats, 10).zxids).toEqual([z(1), z(2)]);
    expect(statesOf(seats)).toEqual(['committed committed', 'committed missing']);
  });

  it('keeps in sight what is on the disk of a server that is down', () => {
    const down: SeatView = {
      ...{ ...seat(2, []), killed: true, server: null },
      onDisk: [cell(2, 'logged'), cell(4, 'logged')],
    };
    const seats = [seat(1, [cell(1), cell(2), cell(3)]), down, { ...down, onDisk: [] }];
    expect(logMatrix(seats, 10).zxids).toEqual([z(1), z(2), z(3), z(4)]);
    expect(logMatrix(seats, 10).rows.map((row) => row.down)).toEqual([false, true]);
    expect(statesOf(seats)[1]).toBe('covered logged missing logged');
  });

  it('tells what is only on disk, or only proposed, from what is committed', () => {
    const seats = [seat(1, [cell(1), cell(2, 'logged'), cell(3, 'proposed')])];
    expect(statesOf(seats)).toEqual(['committed logged proposed']);
  });

  it('what came with a snapshot is covered, not missing', () => {
    const seats = [seat(1, [cell(1), cell(2), cell(3)]), seat(2, [cell(3)], z(3))];
    expect(statesOf(seats)[1]).toBe('covered covered committed');
  });

  it('a hole inside a log is missing, also where later entries are committed', () => {
    const seats = [seat(1, [cell(1), cell(2), cell(3)]), seat(2, [cell(1), cell(3)], z(3))];
    expect(statesOf(seats)[1]).toBe('committed missing committed');
  });

  it('what TRUNC took out of a log stays in sight, also where no log has it any more', () => {
    const rest = [cell(1), cell(2)];
    const seats = [seat(1, rest), seat(2, rest, z(2), [{ zxid: z(3), by: 'TRUNC' }])];
    expect(statesOf(seats)).toEqual([
      'committed committed missing',
      'committed committed truncated',
    ]);
  });

  it('what went with a log that SNAP replaced is lost where another log leaves it out', () => {
    const later: LogCell = { zxid: z(1, 2), state: 'committed' };
    const lost: LostCell = { zxid: z(2), by: 'SNAP' };
    const leader = seat(1, [cell(1), later]);
    const back = seat(2, [later], z(1, 2), [lost]);
    expect(statesOf([leader, back])).toEqual([
      'committed missing committed',
      'covered truncated committed',
    ]);
    // It may be in the tree: the leader's log has it, or begins behind it.
    expect(statesOf([seat(1, [cell(1), cell(2), later]), back])[1]).toBe(
      'covered covered committed',
    );
    expect(statesOf([seat(1, [later]), back])[1]).toBe('committed');
  });

  it('shows the newest, and orders epochs before counters', () => {
    const late: LogCell = { zxid: z(1, 2), state: 'committed' };
    const matrix = logMatrix([seat(1, [cell(7), cell(8), late])], 2);
    expect(matrix.zxids).toEqual([z(8), z(1, 2)]);
  });

  it('leaves out who is not there', () => {
    expect(logMatrix([{ ...seat(1, [cell(1)]), present: false }], 5)).toEqual({
      zxids: [],
      rows: [],
    });
  });
});
