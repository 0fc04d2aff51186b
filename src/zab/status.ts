// A picture of a peer for people and checkers. It decides nothing.

import { fifoLength } from '../base/fifo.ts';
import type { ServerId } from '../vocabulary/ids.ts';
import type { ServerState, Vote } from '../vocabulary/packet.ts';
import type { Phase } from '../vocabulary/trace.ts';
import { LOG_CELLS_MAX, type LogCell, type LostCell } from '../vocabulary/view.ts';
import type { LogEntry } from '../vocabulary/transaction.ts';
import type { Zxid } from '../vocabulary/zxid.ts';
import { heardPeers, isUnvoted } from './election.ts';
import {
  endOf,
  entryAt,
  lastApplied,
  lastCommitted,
  lastDurable,
  lastLogged,
  type History,
} from './history.ts';
import type { PeerState } from './state.ts';
import { queuedDiskWrites } from './storage.ts';

/** True while this server looks for a leader. */
export const isLooking = ({ role, started, haltedBecause }: PeerState): boolean =>
  role === 'LOOKING' && started && haltedBecause === null;

/** Of a leader: syncs, its learners' and its own, that wait for what was proposed before them. */
export const pendingSyncs = ({ leading }: PeerState): number =>
  leading === null ? 0 : fifoLength(leading.syncs) + fifoLength(leading.ownSyncs);

/** What this disk holds beyond what is applied: maybe committed, maybe not. */
export function unappliedEntries({ history }: PeerState): readonly LogEntry[] {
  return history.entries.slice(history.applied - history.first, history.durable - history.first);
}

export interface PeerStatus {
  readonly role: ServerState;
  readonly phase: Phase;
  readonly round: bigint;
  readonly vote: Vote | null;
  readonly leader: ServerId | null;
  readonly acceptedEpoch: number;
  readonly currentEpoch: number;
  readonly trusted: boolean;
  readonly serving: boolean;
  readonly lastLogged: Zxid;
  readonly lastDurable: Zxid;
  readonly lastCommitted: Zxid;
  readonly lastApplied: Zxid;
  readonly log: readonly LogCell[];
  readonly lost: readonly LostCell[];
  /** Peers heard over a live quorum link or in this election, ascending. */
  readonly peers: readonly ServerId[];
  readonly haltedBecause: string | null;
  readonly queuedDiskWrites: number;
}

export function peerStatus(peer: PeerState): PeerStatus {
  const { history } = peer;
  const vote = peer.role === 'LOOKING' ? peer.election.vote : (peer.settledVote?.vote ?? null);
  return {
    role: peer.role,
    phase: peer.phase,
    round: peer.election.round,
    vote: vote === null || isUnvoted(vote) ? null : vote,
    leader: peer.leader,
    acceptedEpoch: peer.acceptedEpoch,
    currentEpoch: peer.currentEpoch,
    trusted: peer.trusted,
    serving: peer.serving,
    lastLogged: lastLogged(history),
    lastDurable: lastDurable(history),
    lastCommitted: lastCommitted(history),
    lastApplied: lastApplied(history),
    log: logCells(history),
    lost: peer.lost,
    peers: livePeers(peer),
    haltedBecause: peer.haltedBecause,
    queuedDiskWrites: queuedDiskWrites(peer),
  };
}

function logCells(history: History): LogCell[] {
  const cells: LogCell[] = [];
  const end = endOf(history);
  for (let at = Math.max(history.first, end - LOG_CELLS_MAX); at < end; at += 1) {
    const state =
      at < history.committed ? 'committed' : at < history.durable ? 'logged' : 'proposed';
    cells.push({ zxid: entryAt(history, at).zxid, state });
  }
  return cells;
}

function livePeers(peer: PeerState): ServerId[] {
  const peers = new Set<ServerId>();
  for (const learner of peer.leading?.learners.values() ?? []) {
    if (learner.server !== null) peers.add(learner.server);
  }
  if (peer.learning !== null && peer.learning.link !== null) peers.add(peer.learning.leader);
  if (peer.role === 'LOOKING') for (const heard of heardPeers(peer)) peers.add(heard);
  return [...peers].sort((a, b) => a - b);
}
