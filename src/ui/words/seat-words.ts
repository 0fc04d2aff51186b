// A chair in words, as it stands on the stage: what is drawn of it, for those who do not see it.

import { namesNobody } from '../../vocabulary/packet.ts';
import type { SeatView } from '../../vocabulary/playground.ts';
import { formatZxid } from '../../vocabulary/zxid.ts';
import type { ActiveFault } from '../chaos/faults.ts';
import { m } from '../paraglide/messages.js';
import { faultLine } from './fault-words.ts';
import { phaseLine, seatState, seatStateWord } from './role-words.ts';

/** Who sits there and what its server does, in parts; `faults` are this server's own. */
export function seatName(seat: SeatView, faults: readonly ActiveFault[]): string[] {
  const { serverId: id } = seat;
  const state = seatState(seat);
  if (state === 'empty') {
    const empty = m.seat_absent_label({ id });
    return seat.role === 'observer' ? [empty, m.seat_observer()] : [empty];
  }
  const role = seatStateWord(state);
  const server = seat.killed ? null : seat.server;
  if (server === null) return [m.seat_down_label({ id, state: role })];
  const { currentEpoch: epoch, lastLogged } = server;
  const vote = voteLine(seat);
  return [
    m.seat_label({ id, role, epoch, zxid: formatZxid(lastLogged) }),
    phaseLine(server.phase),
    ...(vote === null ? [] : [vote]),
    ...faults.map(faultLine),
  ];
}

/** For whom a server votes that looks for a leader; null: it has one, or has said nothing yet. */
export function voteLine(seat: SeatView): string | null {
  const { server } = seat;
  if (seatState(seat) !== 'looking' || server === null || server.vote === null) return null;
  const { vote } = server;
  const round = String(server.round);
  return namesNobody(vote)
    ? m.votes_none({ round })
    : m.votes_for({ id: String(vote.leader), round });
}
