// Who is attached where: the sessions of this page by name, those of other pages as a count. Pure.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { RoomView } from '../../vocabulary/playground.ts';

export interface Attached {
  readonly server: ServerId;
  /** Numbers of this page's sessions. */
  readonly own: readonly number[];
  /** Those of them that hold a lock, and those that wait for one. */
  readonly holding: readonly number[];
  readonly waiting: readonly number[];
  /** Sessions of others. */
  readonly others: number;
}

/** In the order of the seats; servers without a client are left out. */
export function attachedClients({ servers, sessions }: RoomView): Attached[] {
  const ownIds = new Set(sessions.map(({ sessionId }) => sessionId));
  return servers.flatMap(({ serverId, present, killed, server }) => {
    if (!present || killed) return [];
    const own = sessions
      .filter(({ attachedTo }) => attachedTo === serverId)
      .map(({ number }) => number)
      .sort((a, b) => a - b);
    const here = server?.sessions.filter((session) => session.here) ?? [];
    const others = here.filter(({ id }) => !ownIds.has(id)).length;
    if (own.length + others === 0) return [];
    const who = (says: string): number[] => {
      const found = sessions.filter(({ recipe }) => recipe?.says === says);
      return found.map(({ number }) => number).filter((number) => own.includes(number));
    };
    return [{ server: serverId, own, holding: who('holds'), waiting: who('waits'), others }];
  });
}
