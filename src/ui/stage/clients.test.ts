import { describe, expect, it } from 'vitest';
import { serverId } from '../../vocabulary/ids.ts';
import type { ClientSessionView, RoomView, SeatView } from '../../vocabulary/playground.ts';
import type { RecipeName } from '../../vocabulary/recipe.ts';
import type { ServerView } from '../../vocabulary/view.ts';
import type { OutsideClient } from '../state/outside.ts';
import { attachedClients } from './clients.ts';

const seat = (id: number, sessions: readonly { id: bigint; here: boolean }[]): SeatView => ({
  serverId: serverId(id),
  role: 'participant',
  own: id === 1,
  present: true,
  frozen: false,
  killed: false,
  lostDisk: false,
  outside: [],
  server: { sessions } as unknown as ServerView,
});
const session = (number: number, sessionId: bigint, at: number | null): ClientSessionView => ({
  number,
  sessionId,
  state: 'SyncConnected',
  attachedTo: at === null ? null : serverId(at),
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
      { server: 1, own: [1, 2], holding: [], waiting: [], outside: [], others: 0 },
      { server: 2, own: [], holding: [], waiting: [], outside: [], others: 1 },
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
      { server: 1, own: [1, 2, 4, 5, 6], holding: [1, 6], waiting: [2, 5], outside: [], others: 0 },
    ]);
  });

  it('nobody hangs on a server that was killed', () => {
    const killed = { ...seat(1, [{ id: 30n, here: true }]), killed: true };
    expect(attachedClients(room([killed], []), [])).toEqual([]);
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
