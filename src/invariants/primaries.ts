// Who led, what a leader had when it was established, and what it broadcast: Leadership1 and 2,
// PrimaryIntegrity, and the half of Integrity that asks who broadcast a transaction.

import type { ServerId } from '../vocabulary/ids.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';
import { epochOf, formatZxid, makeZxid, type Zxid } from '../vocabulary/zxid.ts';
import { placeOf, remember } from './bounded.ts';
import { check, pass } from './ledger.ts';
import {
  EPOCHS_MAX,
  TRANSACTIONS_MAX,
  type Broadcast,
  type Delivered,
  type Established,
  type JudgeState,
  type Stream,
} from './state.ts';

type Of<Kind extends TraceEvent['kind']> = Extract<TraceEvent, { readonly kind: Kind }>;

const named = (server: ServerId): string => `server ${String(server)}`;

export function onRoleChanged(state: JudgeState, stream: Stream, to: string): void {
  const { leads, proposed } = stream;
  if (leads !== null && proposed !== null) onLeaderGone(state, leads, proposed);
  stream.leading = to === 'LEADING';
  stream.leads = null;
  stream.proposed = null;
  stream.broadcastMillis = null;
}

export function onPhaseChanged(
  state: JudgeState,
  stream: Stream,
  { phase, epoch }: Of<'phaseChanged'>,
  atMillis: number,
): void {
  if (phase === 'broadcast') stream.broadcastMillis = atMillis;
  const served = phase === 'synchronization' || phase === 'broadcast';
  if (stream.leading === true && served) lead(state, stream, epoch);
}

/** An epoch's leader goes from synchronization to broadcast: that is one leadership. */
function lead(state: JudgeState, stream: Stream, epoch: number): void {
  if (stream.leads === epoch) return;
  stream.leads = epoch;
  const other = [...state.streams.values()].find(
    ({ server, leads }) => server !== stream.server && leads === epoch,
  );
  check(state.ledger, 'Leadership1', other === undefined, () => {
    const both = `${named(stream.server)} and ${named(other?.server ?? stream.server)}`;
    return `${both} lead epoch ${String(epoch)} at the same time`;
  });
}

export function onEstablished(
  state: JudgeState,
  stream: Stream,
  { epoch, lastZxid }: Of<'leaderEstablished'>,
): void {
  const { ledger, established, order } = state;
  const { server } = stream;
  stream.leading = true;
  lead(state, stream, epoch);
  stream.proposed = makeZxid(epoch, 0);
  checkLeader(state, server, epoch);
  if (!established.has(epoch)) {
    remember(established, epoch, { server, last: lastZxid }, EPOCHS_MAX);
  }
  const older = order[placeOf(order, makeZxid(epoch, 0)) - 1];
  const has = older === undefined || older <= lastZxid;
  check(ledger, 'PrimaryIntegrity', has, () => lacks(server, epoch, older));
  const { acknowledged } = state;
  const promised = acknowledged[placeOf(acknowledged, makeZxid(epoch, 0)) - 1];
  if (promised !== undefined) {
    check(ledger, 'Reliability', promised <= lastZxid, () => lacks(server, epoch, promised));
  }
}

const lacks = (server: ServerId, epoch: number, zxid: Zxid | undefined): string =>
  `${named(server)} leads epoch ${String(epoch)} without ${formatZxid(zxid ?? makeZxid(0, 0))}`;

/** Over the whole run each epoch has at most one established leader. */
function checkLeader({ ledger, established }: JudgeState, server: ServerId, epoch: number): void {
  const known = established.get(epoch);
  check(ledger, 'Leadership2', known === undefined || known.server === server, () => {
    const first = known === undefined ? '' : named(known.server);
    return `${named(server)} leads epoch ${String(epoch)}, which ${first} has led`;
  });
}

/** The leader of a later epoch that did not have this when it began, if one is known. */
export function leaderWithout(state: JudgeState, zxid: Zxid): [number, Established] | null {
  const epoch = epochOf(zxid);
  for (const one of state.established) if (one[0] > epoch && one[1].last < zxid) return one;
  return null;
}

/** Whoever delivers something of an older epoch later than a leader began: that leader had it, too. */
export function checkLaterLeaders(state: JudgeState, zxid: Zxid): void {
  const without = leaderWithout(state, zxid);
  if (without === null) return;
  const [epoch, { server }] = without;
  check(state.ledger, 'PrimaryIntegrity', false, () => lacks(server, epoch, zxid));
}

export function onProposed(state: JudgeState, stream: Stream, event: Of<'proposed'>): void {
  const { zxid, session, op } = event;
  const { server } = stream;
  const epoch = epochOf(zxid);
  if (state.established.has(epoch)) checkLeader(state, server, epoch);
  const { proposed } = stream;
  stream.proposed = proposed === null ? null : zxid;
  if (proposed !== null) {
    check(state.ledger, 'LocalPrimaryOrder', zxid === proposed + 1n, () => {
      const after = formatZxid(proposed);
      return `${named(server)} broadcast ${formatZxid(zxid)} directly after ${after}`;
    });
  }
  const known = state.broadcast.get(zxid);
  if (known === undefined) {
    remember(state.broadcast, zxid, { server, session, op }, TRANSACTIONS_MAX);
  }
  // Servers tell in their own time: it may have been delivered long ago.
  const record = state.delivered.get(zxid);
  if (record !== undefined && known === undefined) {
    for (const by of record.by.keys()) checkBroadcast(state, record, by);
  }
}

/** Of one delivery: somebody broadcast this very transaction. */
export function checkBroadcast(state: JudgeState, record: Delivered, by: ServerId): void {
  const { zxid, session } = record;
  const who = `${named(by)} delivered ${formatZxid(zxid)}`;
  const broadcast = state.broadcast.get(zxid);
  if (broadcast !== undefined) {
    check(state.ledger, 'Integrity', broadcast.session === session, () => {
      return `${who}, which ${named(broadcast.server)} broadcast for another session`;
    });
    noteFailedMulti(state, record, broadcast);
    return;
  }
  const last = lastBroadcast(state, epochOf(zxid));
  if (last !== null && zxid > last) {
    check(state.ledger, 'Integrity', false, () => `${who}, which nobody broadcast`);
  }
}

/** The last that the leader of this epoch can have broadcast, as far as that is known. */
function lastBroadcast(state: JudgeState, epoch: number): Zxid | null {
  const final = state.finals.get(epoch);
  if (final !== undefined || !state.ordered) return final ?? null;
  const leader = state.established.get(epoch)?.server;
  const stream = leader === undefined ? undefined : state.streams.get(leader);
  return stream?.leads === epoch ? stream.proposed : null;
}

/** It has broadcast all that it ever will in this epoch. */
function onLeaderGone(state: JudgeState, epoch: number, last: Zxid): void {
  remember(state.finals, epoch, last, EPOCHS_MAX);
  const { order } = state;
  const newest = order[placeOf(order, makeZxid(epoch + 1, 0)) - 1];
  const record = newest === undefined ? undefined : state.delivered.get(newest);
  if (record === undefined || epochOf(record.zxid) !== epoch || record.zxid <= last) return;
  checkBroadcast(state, record, record.first);
}

/** A multi that fails becomes a transaction that does nothing. */
function noteFailedMulti(state: JudgeState, { zxid, op }: Delivered, asked: Broadcast): void {
  if (asked.op === 'multi' && op === 'error') {
    remember(state.failedMultis, zxid, true, TRANSACTIONS_MAX);
  }
}

/** It is forgotten: who broadcast it was not seen. */
export function passForgotten(state: JudgeState, gone: readonly Delivered[]): void {
  for (const { zxid } of gone) {
    if (!state.broadcast.has(zxid)) pass(state.ledger, 'Integrity');
  }
}
