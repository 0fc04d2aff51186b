// Who is attached where: the sessions of this page by name, clients from outside by name, those of other
// pages as a count. Pure.

import type { ServerId } from '../../vocabulary/ids.ts';
import { isLock, type RecipeView } from '../../vocabulary/recipe.ts';
import type { RoomView } from '../../vocabulary/playground.ts';
import type { OutsideClient } from '../state/outside.ts';

export interface Attached {
  readonly server: ServerId;
  /** Numbers of this page's sessions. */
  readonly own: readonly number[];
  /** Those of them that have no server now: here they hung last. */
  readonly adrift: readonly number[];
  /** Those of them that hold a lock or are a master, and those that wait in a recipe. */
  readonly holding: readonly number[];
  readonly waiting: readonly number[];
  /** Also those whose server is gone: here they hung last. */
  readonly outside: readonly OutsideClient[];
  /** Sessions of other pages. */
  readonly others: number;
}

const ENDED: readonly string[] = ['Closed', 'Expired', 'AuthFailed'];

/** In the order of the seats; servers without a client are left out. */
export function attachedClients(
  { servers, sessions }: RoomView,
  outside: readonly OutsideClient[],
): Attached[] {
  const named = new Set([
    ...sessions.map(({ sessionId }) => sessionId),
    ...outside.map(({ session }) => session),
  ]);
  return servers.flatMap(({ serverId, present, killed, server }) => {
    const from = outside.filter((client) => client.server === serverId);
    const running = present && !killed;
    const own = sessions
      .filter(({ attachedTo }) => running && attachedTo === serverId)
      .map(({ number }) => number)
      .sort((a, b) => a - b);
    const adrift = sessions
      .filter(({ lastAt, state }) => lastAt === serverId && !ENDED.includes(state))
      .filter(({ attachedTo }) => attachedTo === null || !running)
      .map(({ number }) => number)
      .sort((a, b) => a - b);
    const here = running ? (server?.sessions.filter((session) => session.here) ?? []) : [];
    const others = here.filter(({ id }) => !named.has(id)).length;
    if (own.length + adrift.length + from.length + others === 0) return [];
    const who = (does: (recipe: RecipeView) => boolean): number[] => {
      const found = sessions.filter(({ recipes }) => recipes.some(does));
      const there = [...own, ...adrift];
      return found.map(({ number }) => number).filter((number) => there.includes(number));
    };
    const locks = {
      holding: who(
        ({ recipe, says }) => (isLock(recipe) || recipe === 'master') && says === 'holds',
      ),
      waiting: who(({ says }) => says === 'waits'),
    };
    return [{ server: serverId, own, adrift, ...locks, outside: from, others }];
  });
}
