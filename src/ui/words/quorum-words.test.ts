import { describe, expect, it } from 'vitest';

import { serverId } from '../../vocabulary/ids.ts';
import type { RoomView, SeatView } from '../../vocabulary/playground.ts';
import type { ServerView } from '../../vocabulary/view.ts';
import { quorumWords } from './quorum-words.ts';

/** A room of so many seats in which the servers `up` run and those of `lost` have lost their disks. */
function room(seats: number, up: readonly number[], lost: readonly number[]): RoomView {
  const servers = Array.from({ length: seats }, (_, index): SeatView => {
    const id = index + 1;
    return {
      ...{ serverId: serverId(id), role: 'participant', own: id === 1, present: true },
      ...{ frozen: false, killed: !up.includes(id), lostDisk: lost.includes(id) },
      onDisk: [],
      outside: [],
      server: up.includes(id) ? ({ serving: false } as unknown as ServerView) : null,
    };
  });
  const have = up.filter((id) => !lost.includes(id)).length;
  const need = Math.floor(seats / 2) + 1;
  const quorum = { have, need, serving: false, leader: null, epoch: 1 };
  return { seats, servers, quorum } as unknown as RoomView;
}

describe('without a quorum', () => {
  it('the missing are waited for', () => {
    const words = quorumWords(room(3, [1], []));
    expect(words).toMatchObject({ state: 'none', lost: false });
    expect(words.line).toMatch(/no quorum: 1 of 3/);
  });

  it('in a laboratory with nobody in it none is up; who has no seat in a room knows nothing', () => {
    const present = (seat: SeatView): SeatView => ({ ...seat, own: false, present: false });
    const empty = { ...room(3, [], []), seat: null };
    const nobody = { ...empty, servers: empty.servers.map(present) };
    expect(quorumWords({ ...nobody, link: '' }).line).toMatch(/no quorum: 0 of 3/);
    expect(quorumWords({ ...nobody, link: 'https://x/#room=r' }).line).toMatch(/not in the room/);
  });

  it('a suspect is named, and the others are waited for', () => {
    const words = quorumWords(room(3, [1, 2], [2]));
    expect(words).toMatchObject({ state: 'none', lost: false });
    expect(words.line).toMatch(/no quorum: 1 of 3/);
    expect(words.why).toMatch(/disk was lost.*: 2\./);
  });

  it('too few trusted disks elect nobody any more, open or not', () => {
    for (const up of [[1, 2, 3], [2], []]) {
      const words = quorumWords(room(3, up, [2, 3]));
      expect(words).toMatchObject({ state: 'none', lost: true });
      expect(words.line).toMatch(/servers 2, 3 lost their disks/);
      expect(words.why).toMatch(/1 of 3 can still vote, 2 must/);
    }
    expect(quorumWords(room(5, [1, 2, 3, 4, 5], [2, 3])).lost).toBe(false);
    expect(quorumWords(room(2, [1, 2], [2])).line).toMatch(/server 2 lost its disk/);
  });

  it('when all disks are lost there is nothing to wait for', () => {
    expect(quorumWords(room(3, [1, 2, 3], [1, 2, 3])).line).toMatch(/all 3 servers lost/);
    expect(quorumWords(room(1, [1], [1])).line).toMatch(/the only server lost its disk/);
  });
});

describe('a leader that nobody misses yet', () => {
  const five = room(5, [1, 2, 3, 4, 5], []);
  const serving: RoomView = {
    ...five,
    ...{ cuts: [], faults: [] },
    servers: five.servers.map((seat) => ({ ...seat, own: false })),
    quorum: { ...five.quorum, serving: true, leader: serverId(5), have: 5 },
  };
  const cut = (a: number, b: number) => ({ a: serverId(a), b: serverId(b) });
  const held = (from: number, to: number) =>
    ({ kind: 'cutWay', from: serverId(from), to: serverId(to) }) as const;
  const freeze = (...ids: readonly number[]): SeatView[] =>
    serving.servers.map((seat) => ({ ...seat, frozen: ids.includes(seat.serverId) }));

  it('serves while it hears a quorum', () => {
    for (const fine of [serving, { ...serving, cuts: [cut(1, 5), cut(2, 5), cut(1, 2)] }]) {
      expect(quorumWords(fine)).toMatchObject({ state: 'serving', why: null });
    }
  });

  it('commits nothing without one: cuts, held ways, frozen servers and its own freeze count', () => {
    for (const [view, heard] of [
      [{ ...serving, cuts: [cut(1, 5), cut(2, 5), cut(3, 5)] }, 2],
      [{ ...serving, cuts: [cut(1, 5)], faults: [held(5, 2), held(3, 5), held(1, 2)] }, 2],
      [{ ...serving, servers: freeze(1, 2, 3) }, 2],
      [{ ...serving, servers: freeze(5) }, 0],
    ] as const) {
      const words = quorumWords(view);
      expect(words.state).toBe('electing');
      expect(words.why).toMatch(new RegExp(`^Nobody has noticed yet.* ${String(heard)} of the 3 `));
    }
  });
});

it('a quorum beside a suspect elects', () => {
  expect(quorumWords(room(3, [1, 2, 3], [2]))).toMatchObject({ state: 'electing', lost: false });
});
