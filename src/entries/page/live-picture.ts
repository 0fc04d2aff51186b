// How every server and client of a room is at this moment, as facts that a lesson can ask about.

import { serverFields } from '../../sim/picture.ts';
import type { Fact, FactValue } from '../../vocabulary/fact.ts';
import type { RoomView, SeatView } from '../../vocabulary/playground.ts';
import { isOver, type RecipeView } from '../../vocabulary/recipe.ts';

export function livePicture(room: RoomView, millis: number): readonly Fact[] {
  const at = { millis, events: 0 };
  const servers = room.servers.map((seat): Fact => ({
    ...{ kind: 'server', at, fields: fieldsOfSeat(seat) },
  }));
  const clients = room.sessions.map(({ number, state, attachedTo, recipes }): Fact => {
    const fields = { client: number, state, server: attachedTo, ...recipeFields(recipes) };
    return { kind: 'client', at, fields };
  });
  return [...servers, ...clients];
}

/** Of a server that is not there nothing is known, whatever it said last. */
function fieldsOfSeat(seat: SeatView): Record<string, FactValue> {
  const { serverId: server, frozen } = seat;
  const up = runs(seat);
  return serverFields({ server, up, frozen }, up ? seat.server : null);
}

export const runs = ({ present, killed }: SeatView): boolean => present && !killed;

/** What it does now, else the newest that is over. */
function recipeFields(recipes: readonly RecipeView[]): Record<string, FactValue> {
  const shown = recipes.find(({ says }) => !isOver(says)) ?? recipes[0];
  if (shown === undefined) return {};
  const { recipe, root, says, node, behind } = shown;
  return { recipe, root, says, node, behind };
}
