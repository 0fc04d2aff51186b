import { describe, expect, it } from 'vitest';
import { serverId } from '../../vocabulary/ids.ts';
import type { ClientSessionView, RoomView, SeatView } from '../../vocabulary/playground.ts';
import type { RecipeName } from '../../vocabulary/recipe.ts';
import type { ServerView } from '../../vocabulary/view.ts';
import type { OutsideClient } from '../state/outside.ts';
import { attachedClients, type Attached } from './clients.ts';
import { chipsOf, signOf, type Face } from './cord-chips.ts';

const seat = (id: number, sessions: readonly { id: bigint; here: boolean }[]): SeatView => ({
  serverId: serverId(id),
  role: 'participant',
  own: id === 1,
  present: true,
  frozen: false,
  killed: false,
  lostDisk: false,
  onDisk: [],
  outside: [],
  server: { sessions } as unknown as ServerView,
});
const session = (
  number: number,
  sessionId: bigint,
  at: number | null,
  last = at,
): ClientSessionView => ({
  number,
  sessionId,
  state: 'SyncConnected',
  attachedTo: at === null ? null : serverId(at),
  lastAt: last === null ? null : serverId(last),
  timeoutMillis: 8_000,
  recipes: [],
});
const room = (servers: readonly SeatView[], sessions: readonly ClientSessionView[]): RoomView =>
  ({ servers, sessions }) as unknown as RoomView;

describe('attachedClients', () => {
  it("names this page's sessions and counts those of others, once each", () => {
    const servers = [
      seat(1, [
        { id: 10n, here: true },
        { id: 30n, here: false },
      ]),
      seat(2, [{ id: 30n, here: true }]),
    ];
    const sessions = [session(2, 11n, 1), session(1, 10n, 1), session(3, 12n, null)];
    expect(attachedClients(room(servers, sessions), [])).toEqual([
      { server: 1, own: [1, 2], adrift: [], holding: [], waiting: [], outside: [], others: 0 },
      { server: 2, own: [], adrift: [], holding: [], waiting: [], outside: [], others: 1 },
    ]);
  });

  it('says who of this page holds a lock there, and who waits for anything', () => {
    const recipe = (says: 'holds' | 'waits', name: RecipeName = 'lock') => ({
      recipes: [{ recipe: name, root: '/l', node: null, behind: null, says }],
    });
    const sessions = [
      { ...session(1, 10n, 1), ...recipe('holds') },
      { ...session(2, 11n, 1), ...recipe('waits') },
      { ...session(3, 12n, null), ...recipe('holds') },
      { ...session(4, 13n, 1), ...recipe('holds', 'member') },
      { ...session(5, 14n, 1), ...recipe('waits', 'queueTake') },
      { ...session(6, 15n, 1), ...recipe('holds', 'master') },
    ];
    expect(attachedClients(room([seat(1, [])], sessions), [])).toEqual([
      {
        server: 1,
        own: [1, 2, 4, 5, 6],
        adrift: [],
        holding: [1, 6],
        waiting: [2, 5],
        outside: [],
        others: 0,
      },
    ]);
  });

  it('nobody hangs on a server that was killed', () => {
    const killed = { ...seat(1, [{ id: 30n, here: true }]), killed: true };
    expect(attachedClients(room([killed], []), [])).toEqual([]);
  });

  it('who lost its server hangs loose where it hung last, until it ends', () => {
    const servers = [{ ...seat(1, []), killed: true }, seat(2, []), seat(3, [])];
    const ended = { ...session(4, 13n, null, 2), state: 'Expired' as const };
    // The second has not noticed yet that its server is gone.
    const sessions = [session(1, 10n, null, 3), session(2, 11n, 1), session(3, 12n, 2), ended];
    const found = attachedClients(room(servers, sessions), []);
    expect(found.map(({ server, own, adrift }) => [server, own, adrift])).toEqual([
      [1, [], [2]],
      [2, [3], []],
      [3, [], [1]],
    ]);
  });

  it('a client from outside is named, not counted, and hangs on where its server was', () => {
    const at = (session: bigint, server: number, attached: boolean): OutsideClient => {
      return { session, name: 'abcd', server: serverId(server), attached, lock: null };
    };
    const gone = { ...seat(2, [{ id: 40n, here: true }]), present: false };
    const servers = [seat(1, [{ id: 30n, here: true }]), gone];
    const outside = [at(30n, 1, true), at(40n, 2, false)];
    expect(attachedClients(room(servers, []), outside)).toMatchObject([
      { server: 1, outside: [outside[0]], others: 0 },
      { server: 2, outside: [outside[1]], others: 0 },
    ]);
  });
});

describe('where there is no room for cords', () => {
  const attached: Attached = {
    ...{ server: serverId(1), own: [1, 2, 3], adrift: [], holding: [3], waiting: [2], others: 2 },
    outside: [
      { session: 40n, name: 'abcd', server: serverId(1), attached: true, lock: null },
      { session: 41n, name: 'gone', server: serverId(1), attached: false, lock: null },
    ],
  };
  const face = (session: bigint, mark: number, fuse: number | null): Face => ({
    ...{ session, mark, fuse },
  });
  const faces = new Map([
    ['own 1', face(10n, 0, 0.75)],
    ['own 2', face(11n, 1, 0.5)],
    ['own 3', face(12n, 2, null)],
    ['outside 40', face(40n, 3, 0.25)],
    ['outside 41', face(41n, 0, 0)],
  ]);

  it('one sign says how many are there, who has the key, and which fuse is the shortest', () => {
    const sign = signOf(attached, faces);
    expect(sign).toMatchObject({ count: 6, mark: 'key', fuse: 0.25 });
    expect(sign.faces.map(({ mark }) => mark)).toEqual([0, 1]);
    expect(sign.says).toEqual([
      'client 3: key – it holds its lock, or is the master',
      'client 2: hourglass – it waits for its turn',
    ]);
    expect(signOf({ ...attached, adrift: [], holding: [] }, faces).mark).toBe('hourglass');
    expect(signOf({ ...attached, adrift: [], holding: [], waiting: [] }, new Map())).toMatchObject({
      ...{ mark: null, fuse: null, says: [] },
    });
  });

  it('the chips name two of this page’s sessions and count the rest', () => {
    expect(chipsOf(attached).map(({ text, mark, loose }) => [text, mark, loose])).toEqual([
      ['client 1', null, false],
      ['client 2', 'hourglass', false],
      ['app abcd', null, false],
      ['app gone', null, true],
      ['+3', null, false],
    ]);
  });
});
