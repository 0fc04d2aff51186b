// How every server and client of a laboratory is at this moment, and what its lamp says, as facts that a
// lesson can ask about.

import type { Fact, FactValue } from '../vocabulary/fact.ts';
import type { ServerView } from '../vocabulary/view.ts';
import { formatZxid } from '../vocabulary/zxid.ts';
import type { LabHistory } from './history.ts';

export function pictureOf(history: LabHistory): readonly Fact[] {
  const { lab, now: at } = history;
  const { world } = lab;
  const servers = world.servers.map((server): Fact => {
    const seat = world.seat(server);
    const { isRunning: up, isFrozen: frozen } = seat;
    return { kind: 'server', at, fields: serverFields({ server, up, frozen }, seat.view()) };
  });
  const clients = [...lab.clients].map(([number, client]): Fact => {
    const { state, attachedTo } = client.view();
    const fields: Record<string, FactValue> = { client: number, state, server: attachedTo };
    return { kind: 'client', at, fields: { ...fields, ...client.recipe } };
  });
  const lamp = history.lamp();
  const first = lamp.first?.rule.split(' ')[0] ?? null;
  const lagMillis = lamp.lagMillis?.most ?? null;
  return [...servers, ...clients, { kind: 'lamp', at, fields: { first, lagMillis } }];
}

interface SeatNow {
  readonly server: number;
  readonly up: boolean;
  readonly frozen: boolean;
}

/** As a lesson can ask about a server, wherever it runs. Null: nothing is known of it. */
export const serverFields = (
  seat: SeatNow,
  view: ServerView | null,
): Record<string, FactValue> => ({
  ...{ ...seat, serving: view?.serving ?? false },
  ...{ role: view?.role ?? 'down', leader: view?.leader ?? null },
  ...{ epoch: view?.currentEpoch ?? 0, phase: view?.phase ?? null },
  vote: view?.vote?.leader ?? null,
  lastApplied: view === null ? null : formatZxid(view.lastApplied),
  lastDurable: view === null ? null : formatZxid(view.lastDurable),
  digest: view === null ? null : String(view.treeDigest),
});
