// The quorum in one line, with its reason where there is none.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { FaultView, RoomView } from '../../vocabulary/playground.ts';
import { m } from '../paraglide/messages.js';
import { listOf } from './lists.ts';

export interface QuorumWords {
  readonly state: 'serving' | 'electing' | 'none';
  readonly line: string;
  readonly why: string | null;
  /** Nothing that may still happen in this room elects a leader: too few disks can be trusted. */
  readonly lost: boolean;
}

export function quorumWords(room: RoomView): QuorumWords {
  const { quorum, seats, servers } = room;
  const own = servers.find((seat) => seat.own)?.server ?? null;
  /** The quorum serves, but this page's own server is not part of it. */
  const outside = own !== null && !own.serving;
  const killed = servers.some((seat) => seat.own && seat.killed);
  const { have, need, serving } = quorum;
  if (serving) {
    const line = servingLine(room);
    if (outside) return { state: 'electing', line, why: m.quorum_outside(), lost: false };
    const heard = heardByLeader(room);
    if (heard !== null && heard < need) {
      return { state: 'electing', line, why: m.quorum_unnoticed({ need, heard }), lost: false };
    }
    return { state: 'serving', line, why: killed ? m.quorum_own_killed() : null, lost: false };
  }
  if (have >= need) {
    const elected = servers.find(({ server }) => server?.role === 'leading');
    const line =
      elected === undefined
        ? m.quorum_electing({ need, seats, have })
        : m.quorum_establishing({ leader: elected.serverId, need });
    return { state: 'electing', line, why: null, lost: false };
  }
  // Who does not sit knows nobody yet; in the laboratory, which invites nobody, all are known.
  if (room.link !== '' && room.seat === null && servers.every((seat) => !seat.present)) {
    return { state: 'electing', line: m.quorum_unknown(), why: null, lost: false };
  }
  return { state: 'none', ...noQuorumWords(room) };
}

/** Voters that the leader can still hear, itself among them: of cuts and frozen servers nobody in the room knows
 *  before a silence has lasted. Null without a leader. */
function heardByLeader({ quorum: { leader }, servers, cuts, faults }: RoomView): number | null {
  if (leader === null) return null;
  const ways = [...cuts, ...faults.filter(isHeldWay).map(({ from: a, to: b }) => ({ a, b }))];
  const isApart = (server: ServerId): boolean =>
    ways.some(({ a, b }) => (a === leader && b === server) || (b === leader && a === server));
  const isFrozen = servers.some(({ serverId, frozen }) => serverId === leader && frozen);
  const heard = servers.filter(
    ({ serverId, role, present, killed, frozen, lostDisk }) =>
      role === 'participant' && present && !killed && !frozen && !lostDisk && !isApart(serverId),
  );
  return isFrozen ? 0 : heard.length;
}

const isHeldWay = (fault: FaultView): fault is FaultView & { readonly kind: 'cutWay' } =>
  fault.kind === 'cutWay';

/** Observers count for no quorum: where some are up, it is said who does. */
function servingLine({ quorum: { have, need }, seats, servers }: RoomView): string {
  const observers = servers.filter(
    ({ role, present, killed }) => role === 'observer' && present && !killed,
  ).length;
  if (observers === 0) return m.quorum_ok({ need, have, seats });
  const words = observers === 1 ? m.quorum_ok_observers_one : m.quorum_ok_observers;
  return words({ need, have, seats, observers });
}

/** A server whose disk was lost does not vote before a leader has given it everything: who else can? */
function noQuorumWords({ quorum, seats, servers }: RoomView): Omit<QuorumWords, 'state'> {
  const { have, need } = quorum;
  const suspects = servers
    .filter(({ role, lostDisk }) => role === 'participant' && lostDisk)
    .map(({ serverId }) => serverId);
  const left = seats - suspects.length;
  if (left === 0) {
    const line = seats === 1 ? m.quorum_lost_one() : m.quorum_lost_all({ seats });
    return { line, why: m.quorum_lost_all_why(), lost: true };
  }
  const names = listOf(suspects);
  if (left < need) {
    const why = m.quorum_lost_why({ left, seats, need });
    const one = suspects.length === 1;
    const line = one ? m.quorum_lost_server({ server: names }) : m.quorum_lost({ servers: names });
    return { line, why, lost: true };
  }
  const line = m.quorum_none({ have, seats });
  if (suspects.length > 0) {
    return { line, why: m.quorum_none_suspects_why({ need, seats, servers: names }), lost: false };
  }
  const why = servers.some((seat) => seat.killed)
    ? m.quorum_none_killed({ need, seats, missing: need - have })
    : m.quorum_none_why({ need, seats });
  return { line, why, lost: false };
}
