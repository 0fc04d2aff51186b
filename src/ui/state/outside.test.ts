import { describe, expect, it } from 'vitest';

import { connectionId, serverId } from '../../vocabulary/ids.ts';
import type { RoomView, SeatView } from '../../vocabulary/playground.ts';
import type { ServerView, SessionView } from '../../vocabulary/view.ts';
import { outsideWith, type OutsideClient } from './outside.ts';

const A = 0xabcdn;
const B = 0x1n;

interface Sketch {
  /** Sessions from outside attached here. */
  readonly here?: readonly bigint[];
  readonly sessions?: readonly (readonly [id: bigint, ...ephemerals: string[]])[];
  readonly present?: boolean;
  readonly killed?: boolean;
  readonly applied?: bigint;
}

function roomOf(...sketches: readonly Sketch[]): RoomView {
  const servers = sketches.map((sketch, at): SeatView => {
    const {
      here = [],
      sessions = [[A], [B]],
      present = true,
      killed = false,
      applied = 1n,
    } = sketch;
    const views = sessions.map(([id, ...ephemerals]): SessionView => {
      const connection = here.includes(id) ? connectionId(1) : null;
      const attached = { here: connection !== null, connection };
      return { id, timeoutMillis: 1, ...attached, ephemerals, fuse: null };
    });
    return {
      ...{ serverId: serverId(at + 1), role: 'participant', own: at === 0, present, killed },
      ...{ frozen: false, lostDisk: false, onDisk: [] },
      server: { sessions: views, lastApplied: applied } as unknown as ServerView,
      outside: here.map((session) => ({ session, address: '127.0.0.1' })),
    };
  });
  return { servers } as unknown as RoomView;
}

const places = (clients: readonly OutsideClient[]) =>
  clients.map(({ name, server, attached }) => [name, server, attached]);

describe('clients from outside', () => {
  it('hang on their servers, each by its name', () => {
    const clients = outsideWith([], roomOf({ here: [A] }, { here: [B] }));
    expect(places(clients)).toEqual([
      ['0001', 2, true],
      ['abcd', 1, true],
    ]);
  });

  it('have names that differ, whichever server made the session', () => {
    const ids = [0x2a2_13db_f765_0001n, 0x2a2_13db_f765_0002n, 0x3a2_13db_fc29_0001n, -1n << 56n];
    const room = roomOf({ here: ids, sessions: ids.map((id) => [id]) });
    const names = outsideWith([], room).map(({ name }) => name);
    expect(new Set(names).size).toBe(ids.length);
    expect(names.every((name) => /^[0-9a-f]{4}$/.test(name))).toBe(true);
  });

  it('keep their place when their server is gone, and move to the next', () => {
    const before = outsideWith([], roomOf({ here: [A] }, {}));
    const torn = outsideWith(before, roomOf({ here: [A], present: false }, {}));
    expect(places(torn)).toEqual([['abcd', 1, false]]);
    const killed = outsideWith(before, roomOf({ here: [A], killed: true }, {}));
    expect(places(killed)).toEqual([['abcd', 1, false]]);
    const moved = outsideWith(torn, roomOf({ present: false }, { here: [A] }));
    expect(places(moved)).toEqual([['abcd', 2, true]]);
  });

  it('are where they came to last, whichever server has said so already', () => {
    const before = outsideWith([], roomOf({ here: [A] }, {}, {}));
    const both = roomOf({ here: [A] }, { here: [A] }, {});
    expect(places(outsideWith(before, both))).toEqual([['abcd', 2, true]]);
    const above = outsideWith([], roomOf({}, { here: [A] }));
    expect(places(outsideWith(above, roomOf({ here: [A] }, { here: [A] })))).toEqual([
      ['abcd', 1, true],
    ]);
  });

  it('are forgotten when no running server knows the session any more', () => {
    const before = outsideWith([], roomOf({ here: [A] }, {}));
    expect(outsideWith(before, roomOf({ sessions: [[B]] }, { sessions: [] }))).toEqual([]);
  });

  it('hold a lock or wait for it, as the server says that has applied most', () => {
    const kazoo = (id: bigint, sequence: string): [bigint, string] => [
      id,
      `/locks/a/f00__lock__${sequence}`,
    ];
    const old = { sessions: [kazoo(B, '0000000003')], applied: 4n };
    const room = roomOf(
      { ...old, here: [A] },
      { sessions: [kazoo(A, '0000000009'), kazoo(B, '0000000010')], applied: 5n, here: [B] },
    );
    const clients = outsideWith([], room);
    expect(clients.map(({ name, lock }) => [name, lock])).toEqual([
      ['0001', { says: 'waits', root: '/locks/a' }],
      ['abcd', { says: 'holds', root: '/locks/a' }],
    ]);
  });

  it.each([
    ['/l/_c_1f-lock-0000000001', '/l'],
    ['/l/lock-0000000001', '/l'],
    ['/l/1f__lock__0000000001', '/l'],
    ['/l/member-0000000001', null],
    ['/l/lock-1', null],
  ])('%s is a contender at %s', (path, root) => {
    const [client] = outsideWith([], roomOf({ here: [A], sessions: [[A, path]] }));
    expect(client?.lock ?? null).toEqual(root === null ? null : { says: 'holds', root });
  });
});
