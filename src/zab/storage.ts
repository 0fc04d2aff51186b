// What zab/ asks of the disk, and the answers. Entries that come while an append is under way are
// collected into the next one (group commit). Everything else that must be ordered after the log is
// asked for after a flush: the disk does what it is asked in order.

import { assert, unreachable } from '../base/assert.ts';
import { fifoLength, peekFifo, pushFifo, shiftFifo } from '../base/fifo.ts';
import { ticket, type Ticket } from '../vocabulary/ids.ts';
import { LOST_CELLS_MAX, type LostCell } from '../vocabulary/view.ts';
import type { Zxid } from '../vocabulary/zxid.ts';
import { cutHistory, endOf, entryAt, lastApplied, zxidBefore } from './history.ts';
import {
  trace,
  type PeerContext,
  type PeerState,
  type PendingPiece,
  type PendingWrite,
} from './state.ts';

/** Bounds of one append. */
export const APPEND_ENTRIES_MAX = 2_000;
export const APPEND_BYTES_MAX = 4 * 1024 * 1024;

export const isDiskIdle = (peer: PeerState): boolean => fifoLength(peer.storage.pending) === 0;
export const queuedDiskWrites = ({ storage }: PeerState): number =>
  fifoLength(storage.pending) + (storage.piecePending === null ? 0 : 1);

/** Hands what was collected to the disk unless an append is under way already. */
export function flushLog(peer: PeerState, ctx: PeerContext): void {
  if (peer.storage.appendsPending === 0) issueAppend(peer, ctx);
}

/** Hands all that was collected to the disk now, so that what is asked next comes after it. */
export function flushLogNow(peer: PeerState, ctx: PeerContext): void {
  while (peer.history.issued < endOf(peer.history)) issueAppend(peer, ctx);
}

function issueAppend(peer: PeerState, ctx: PeerContext): void {
  const history = peer.history;
  const end = endOf(history);
  if (history.issued === end) return;
  const entries = [];
  let bytes = 0;
  let position = history.issued;
  while (position < end && entries.length < APPEND_ENTRIES_MAX && bytes < APPEND_BYTES_MAX) {
    const entry = entryAt(history, position);
    entries.push(entry);
    bytes += entry.bytes.length;
    position += 1;
  }
  history.issued = position;
  peer.storage.appendsPending += 1;
  const id = nextTicket(peer);
  const generation = peer.generation;
  const write: PendingWrite = {
    kind: 'append',
    ticket: id,
    generation,
    end: position,
    count: entries.length,
  };
  pushFifo(peer.storage.pending, write);
  ctx.emit({ kind: 'append', ticket: id, entries });
}

/** Cuts the history, in memory and on the disk, behind the entry `zxid`. */
export function truncateLog(peer: PeerState, ctx: PeerContext, zxid: Zxid, end: number): void {
  const removed = cutHistory(peer.history, end);
  noteLost(peer, removed, 'TRUNC');
  const id = nextTicket(peer);
  pushFifo(peer.storage.pending, {
    kind: 'truncate',
    ticket: id,
    generation: peer.generation,
  });
  ctx.emit({ kind: 'truncate', ticket: id, zxid });
  trace(ctx, { kind: 'historyTruncated', to: zxid, removed });
}

/** Before the history is replaced by a tree: what of it was not known to be committed may be lost. */
export function noteReplaced(peer: PeerState): void {
  const { committed, first, entries } = peer.history;
  const open = entries.slice(committed - first).map(({ zxid }) => zxid);
  noteLost(peer, open, 'SNAP');
}

function noteLost(peer: PeerState, zxids: readonly Zxid[], by: LostCell['by']): void {
  const lost = zxids.slice(-LOST_CELLS_MAX).map((zxid) => ({ zxid, by }));
  peer.lost = [...peer.lost, ...lost].slice(-LOST_CELLS_MAX);
}

export function saveSnapshot(
  peer: PeerState,
  ctx: PeerContext,
  snapshot: { readonly zxid: Zxid; readonly bytes: Uint8Array; readonly replacesHistory: boolean },
): void {
  const id = nextTicket(peer);
  peer.storage.snapshotPending = true;
  peer.storage.appliedSinceSnapshot = 0;
  const { zxid, bytes, replacesHistory } = snapshot;
  pushFifo(peer.storage.pending, {
    kind: 'saveSnapshot',
    ticket: id,
    generation: peer.generation,
    zxid,
    bytes: bytes.length,
    replacesHistory,
  });
  ctx.emit({ kind: 'saveSnapshot', ticket: id, zxid, bytes, replacesHistory });
}

/** Asks for the epochs to be kept; memory follows when they are (R8). */
export function saveEpochs(
  peer: PeerState,
  ctx: PeerContext,
  epochs: { readonly accepted: number; readonly current: number; readonly trusted: boolean },
): void {
  assert(epochs.accepted >= peer.acceptedEpoch, 'the accepted epoch never goes back (Z11)');
  assert(epochs.current >= peer.currentEpoch, 'the current epoch never goes back (Z11)');
  assert(epochs.current <= epochs.accepted, 'the current epoch was accepted before (Z11)');
  const id = nextTicket(peer);
  const saved = {
    acceptedEpoch: epochs.accepted,
    currentEpoch: epochs.current,
    trusted: epochs.trusted,
  };
  pushFifo(peer.storage.pending, {
    kind: 'saveEpochs',
    ticket: id,
    generation: peer.generation,
    ...saved,
  });
  ctx.emit({ kind: 'saveEpochs', ticket: id, ...saved });
}

/** Takes the answer in: moves what is durable. Gives the write back, or null for what nobody waits for: a
 *  snapshot's piece, or a ticket that is not the oldest open one and no answer of this server's disk. */
export function takeDiskAnswer(
  peer: PeerState,
  ctx: PeerContext,
  answered: Ticket,
): PendingWrite | null {
  const { piecePending } = peer.storage;
  if (piecePending?.ticket === answered) {
    onPieceWritten(peer, ctx, piecePending);
    return null;
  }
  const write = peekFifo(peer.storage.pending);
  if (write === undefined || write.ticket !== answered) return null;
  shiftFifo(peer.storage.pending);
  peer.storage.answeredTicket = answered;
  switch (write.kind) {
    case 'append':
      peer.storage.appendsPending -= 1;
      // A cut that was asked for meanwhile has already taken its part away.
      peer.history.durable = Math.max(
        peer.history.durable,
        Math.min(write.end, peer.history.issued),
      );
      trace(ctx, {
        kind: 'proposalLogged',
        zxid: zxidBefore(peer.history, Math.min(write.end, endOf(peer.history))),
        count: write.count,
      });
      return write;
    case 'saveEpochs':
      onEpochsSaved(peer, ctx, write);
      return write;
    case 'saveSnapshot':
      peer.storage.snapshotPending = false;
      trace(ctx, {
        kind: write.replacesHistory ? 'snapshotInstalled' : 'snapshotTaken',
        zxid: write.zxid,
        bytes: write.bytes,
      });
      return write;
    case 'truncate':
      return write;
    default:
      return unreachable(write, 'takeDiskAnswer');
  }
}

function onEpochsSaved(
  peer: PeerState,
  ctx: PeerContext,
  write: Extract<PendingWrite, { kind: 'saveEpochs' }>,
): void {
  const { acceptedEpoch, currentEpoch } = peer;
  peer.acceptedEpoch = write.acceptedEpoch;
  peer.currentEpoch = write.currentEpoch;
  peer.trusted = write.trusted;
  peer.epochsMended = false;
  if (acceptedEpoch !== write.acceptedEpoch) {
    trace(ctx, { kind: 'epochAccepted', epoch: write.acceptedEpoch });
  }
  if (currentEpoch !== write.currentEpoch) {
    trace(ctx, { kind: 'currentEpochSaved', epoch: write.currentEpoch });
  }
}

/** Each server takes its snapshots at another moment, so that they do not all stop at once. */
export function maybeTakeSnapshot(peer: PeerState, ctx: PeerContext): void {
  const every = peer.config.snapshotEvery;
  const stagger = Math.floor(every / 16) * (peer.config.serverId % 7);
  if (peer.storage.snapshotPending || peer.storage.appliedSinceSnapshot < every - stagger) return;
  peer.storage.snapshotPending = true;
  peer.storage.appliedSinceSnapshot = 0;
  ctx.application.beginSnapshot('disk');
  takePiece(peer, ctx, lastApplied(peer.history), 0);
}

/** A large tree would take seconds in one piece, in which this server would be silent, and longer to write. So
 *  the next piece is taken when the last one is written, and the log goes on beside them. */
function takePiece(peer: PeerState, ctx: PeerContext, zxid: Zxid, offset: number): void {
  const piece = ctx.application.nextSnapshotPiece('disk');
  if (piece === null) {
    peer.storage.snapshotPending = false;
    return;
  }
  const { bytes, isLast } = piece;
  if (offset === 0 && isLast) {
    saveSnapshot(peer, ctx, { zxid, bytes, replacesHistory: false });
    return;
  }
  const id = nextTicket(peer);
  peer.storage.piecePending = { ticket: id, zxid, end: offset + bytes.length, isLast };
  ctx.emit({ kind: 'snapshotPiece', ticket: id, zxid, offset, bytes, isLast });
}

function onPieceWritten(peer: PeerState, ctx: PeerContext, piece: PendingPiece): void {
  const { zxid, end, isLast } = piece;
  peer.storage.piecePending = null;
  if (!isLast) {
    takePiece(peer, ctx, zxid, end);
    return;
  }
  peer.storage.snapshotPending = false;
  trace(ctx, { kind: 'snapshotTaken', zxid, bytes: end });
}

/** Hands up, in order, all that is committed and durable here. True if anything was. */
export function applyCommitted(peer: PeerState, ctx: PeerContext): boolean {
  const history = peer.history;
  const end = Math.min(history.committed, history.durable);
  const before = history.applied;
  while (history.applied < end) {
    const entry = entryAt(history, history.applied);
    history.applied += 1;
    ctx.application.apply(entry);
  }
  peer.storage.appliedSinceSnapshot += end - before > 0 ? end - before : 0;
  return history.applied > before;
}

/** The newest write asked for, but for a snapshot's pieces. */
export function lastTicket({ storage }: PeerState): Ticket {
  const newest = storage.pending.items.at(-1)?.ticket;
  return newest ?? ticket(storage.answeredTicket);
}

function nextTicket(peer: PeerState): Ticket {
  const id = ticket(peer.storage.nextTicket);
  peer.storage.nextTicket += 1;
  return id;
}
