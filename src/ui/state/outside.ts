// Clients from outside as the page shows them: where each hangs, and what it does by the lock recipe that
// Curator, kazoo and ours share. One that lost its server keeps its place until it turns up at another, or
// its session ends. Pure.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { RoomView, SeatView } from '../../vocabulary/playground.ts';
import type { SessionView } from '../../vocabulary/view.ts';

export interface OutsideClient {
  readonly session: bigint;
  /** What tells it from others, the same in every page. */
  readonly name: string;
  /** Where it is attached, or was last. */
  readonly server: ServerId;
  readonly attached: boolean;
  readonly lock: LockPlace | null;
}

export interface LockPlace {
  readonly says: 'holds' | 'waits';
  /** Whose children are the contenders. */
  readonly root: string;
}

/** The clients after this picture of the room, in the order of their sessions. */
export function outsideWith(
  before: readonly OutsideClient[],
  { servers }: RoomView,
): readonly OutsideClient[] {
  const running = servers.filter(({ present, killed }) => present && !killed);
  const locks = lockPlaces(newestSessions(running));
  const found = new Map<bigint, OutsideClient>();
  const put = (session: bigint, server: ServerId, attached: boolean): void => {
    const lock = locks.get(session) ?? null;
    found.set(session, { session, name: shortName(session), server, attached, lock });
  };
  const live = new Set(running.flatMap((seat) => seat.server?.sessions.map(({ id }) => id) ?? []));
  for (const { session, server } of before) if (live.has(session)) put(session, server, false);
  for (const { serverId, outside } of running) {
    for (const { session } of outside) {
      const known = found.get(session);
      // Just moved: the server that it left may not have said so yet.
      if (known?.attached === true && wasAt(before, session, serverId)) continue;
      put(session, serverId, true);
    }
  }
  if (found.size === 0 && before.length === 0) return before;
  return [...found.values()].sort((a, b) => (a.session < b.session ? -1 : 1));
}

const wasAt = (before: readonly OutsideClient[], session: bigint, server: ServerId): boolean =>
  before.some((client) => client.session === session && client.server === server);

/** Ids of one server differ in their last digits alone, those of two servers everywhere but there: all
 *  four parts are folded into one. */
export function shortName(session: bigint): string {
  const id = BigInt.asUintN(64, session);
  const folded = id ^ (id >> 16n) ^ (id >> 32n) ^ (id >> 48n);
  return BigInt.asUintN(16, folded).toString(16).padStart(4, '0');
}

/** Sessions and their ephemerals as the server knows them that has applied most. */
function newestSessions(running: readonly SeatView[]): readonly SessionView[] {
  let newest: SeatView['server'] = null;
  for (const { server } of running) {
    if (server !== null && (newest === null || server.lastApplied > newest.lastApplied)) {
      newest = server;
    }
  }
  return newest?.sessions ?? [];
}

/** kazoo: `<uuid>__lock__<sequence>`; Curator: `_c_<uuid>-lock-<sequence>`; others: `lock-<sequence>`. */
const CONTENDER = /^(.*)\/[^/]*(?:__lock__|lock-)(\d{10})$/;

function lockPlaces(sessions: readonly SessionView[]): Map<bigint, LockPlace> {
  const contenders = sessions.flatMap(({ id, ephemerals }) =>
    ephemerals.flatMap((path) => {
      const [, root, sequence] = CONTENDER.exec(path) ?? [];
      return root === undefined || sequence === undefined ? [] : [{ id, root, sequence }];
    }),
  );
  const first = new Map<string, string>();
  for (const { root, sequence } of contenders) {
    if (sequence < (first.get(root) ?? '~')) first.set(root, sequence);
  }
  const places = new Map<bigint, LockPlace>();
  for (const { id, root, sequence } of contenders) {
    const holds = first.get(root) === sequence;
    if (holds || !places.has(id)) places.set(id, { says: holds ? 'holds' : 'waits', root });
  }
  return places;
}
