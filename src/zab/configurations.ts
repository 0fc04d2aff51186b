// The configurations that this peer counts quorums in: the one that is committed, and from its proposal on
// the next one too (QuorumPeer's quorumVerifier and lastSeenQuorumVerifier). Where reconfiguration is not
// enabled there is one, and it never changes.
//
// Invariant: committed.version <= lastSeen.version. What is committed was committed once and stays so,
// whoever says it; what is last seen stands in this server's own history, so that a restart finds it there.

import { participants, type Configuration } from '../vocabulary/ensemble.ts';
import type { LogEntry } from '../vocabulary/transaction.ts';
import { endOf, entryAt } from './history.ts';
import { countingIn, isPending } from './quorums.ts';
import { trace, type PeerContext, type PeerState } from './state.ts';

function changed(peer: PeerState, ctx: PeerContext): void {
  const { committed, lastSeen } = peer;
  Object.assign(peer, countingIn(committed, lastSeen));
  ctx.emit({ kind: 'configured', committed, lastSeen });
}

/** The configuration holds. False if this server knew it or a later one. */
export function activate(peer: PeerState, ctx: PeerContext, next: Configuration): boolean {
  if (next.version <= peer.committed.version) return false;
  peer.committed = next;
  if (peer.lastSeen.version <= next.version) peer.lastSeen = next;
  changed(peer, ctx);
  const { version, members } = next;
  const observers = members.filter(({ role }) => role === 'observer');
  trace(ctx, {
    kind: 'configurationActivated',
    version,
    voters: participants(next).map(({ serverId }) => serverId),
    observers: observers.map(({ serverId }) => serverId),
  });
  return true;
}

/** From now on the quorum of this one is needed too. */
export function foresee(peer: PeerState, ctx: PeerContext, next: Configuration): void {
  if (next.version <= peer.lastSeen.version) return;
  peer.lastSeen = next;
  changed(peer, ctx);
}

/** An entry of the history. A leader proposes a configuration only when the one before is committed, so
 *  one behind another says that. */
export function noteEntry(peer: PeerState, ctx: PeerContext, entry: LogEntry): void {
  if (peer.config.reconfig === null) return;
  const next = ctx.application.configurationOf(entry);
  if (next === null || next.version <= peer.lastSeen.version) return;
  if (isPending(peer)) activate(peer, ctx, peer.lastSeen);
  foresee(peer, ctx, next);
}

/** The latest of what the administrator gave, the tree keeps and the log makes. The tree may have come by a
 *  SNAP that was never followed by UPTODATE: what it keeps was committed all the same. */
export function recallConfigurations(peer: PeerState, ctx: PeerContext): void {
  if (peer.config.reconfig === null) return;
  const kept = ctx.application.keptConfiguration();
  if (kept !== null) activate(peer, ctx, kept);
  noteHistory(peer, ctx);
}

/** What is last seen is what the history says: some of it may have been cut off, or none of it was there. */
export function noteHistory(peer: PeerState, ctx: PeerContext): void {
  if (peer.config.reconfig === null) return;
  const { history } = peer;
  if (isPending(peer)) {
    peer.lastSeen = peer.committed;
    changed(peer, ctx);
  }
  for (let at = Math.max(history.first, history.committed); at < endOf(history); at += 1) {
    noteEntry(peer, ctx, entryAt(history, at));
  }
}
