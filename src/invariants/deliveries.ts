// What is delivered, and in which order: TotalOrder, Agreement, PrefixConsistency, LocalPrimaryOrder,
// GlobalPrimaryOrder, and that nothing is delivered twice. Judged are pairs: what a server delivered, and what
// it had delivered directly before, where nothing of its story between them was missed.

import type { ServerId } from '../vocabulary/ids.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';
import type { ServerView } from '../vocabulary/view.ts';
import { counterOf, epochOf, follows, formatZxid, type Zxid } from '../vocabulary/zxid.ts';
import { placeOf, remember } from './bounded.ts';
import { check, pass } from './ledger.ts';
import { checkAcknowledged, checkMulti, checkSkipped, measureLag } from './promises.ts';
import { checkBroadcast, checkLaterLeaders, passForgotten } from './primaries.ts';
import { addDelivered, type Delivered, type JudgeState, type Stream } from './state.ts';

type Applied = Extract<TraceEvent, { readonly kind: 'applied' }>;

const SKIPPED_MAX = 64;
const TREES_MAX = 1_024;

const deliveredBy = (server: ServerId, zxid: Zxid): string =>
  `server ${String(server)} delivered ${formatZxid(zxid)}`;

export function onApplied(
  state: JudgeState,
  stream: Stream,
  event: Applied,
  atMillis: number,
): void {
  const { zxid } = event;
  const { applied: before, begins } = stream;
  stream.begins = false;
  stream.applied = counterOf(zxid) === 0 ? null : zxid;
  const known = state.delivered.get(zxid);
  checkOnce(state, stream, zxid, before, known);
  if (zxid <= state.floor && known === undefined) {
    pass(state.ledger, 'TotalOrder', 'PrefixConsistency', 'Integrity');
    return;
  }
  const record = known ?? addRecord(state, stream, event, atMillis);
  if (known !== undefined) {
    checkSame(state, stream.server, event, known);
    checkMulti(state, stream.server, event, known);
    measureLag(state, stream, known, atMillis);
  }
  record.by.set(stream.server, stream.life);
  checkBroadcast(state, record, stream.server);
  checkLaterLeaders(state, zxid);
  checkAcknowledged(state, record, stream.server);
  if (before !== null) checkPair(state, stream, record, before);
  else if (!begins) pass(state.ledger, 'TotalOrder', 'GlobalPrimaryOrder', 'LocalPrimaryOrder');
}

function addRecord(
  state: JudgeState,
  { server }: Stream,
  { zxid, session, op, path, err }: Applied,
  millis: number,
): Delivered {
  const record: Delivered = {
    ...{ zxid, session, op, path, err, first: server, millis },
    ...{ by: new Map(), before: null },
  };
  passForgotten(state, addDelivered(state, record));
  return record;
}

function checkOnce(
  { ledger }: JudgeState,
  { server, life }: Stream,
  zxid: Zxid,
  before: Zxid | null,
  known: Delivered | undefined,
): void {
  const twice = zxid === before || known?.by.get(server) === life;
  if (before === null && !twice) return;
  check(ledger, 'Integrity', !twice, () => `${deliveredBy(server, zxid)} a second time`);
}

function checkSame(
  { ledger }: JudgeState,
  server: ServerId,
  { zxid, session, op, path, err }: Applied,
  known: Delivered,
): void {
  const same =
    known.session === session && known.op === op && known.path === path && known.err === err;
  check(ledger, 'PrefixConsistency', same, () => {
    return `${deliveredBy(server, zxid)} as another transaction than server ${String(known.first)}`;
  });
}

function checkPair(state: JudgeState, stream: Stream, record: Delivered, before: Zxid): void {
  const { ledger, floor } = state;
  const { zxid } = record;
  const says = (): string => {
    return `${deliveredBy(stream.server, zxid)} directly after ${formatZxid(before)}`;
  };
  const older = epochOf(zxid) < epochOf(before);
  check(ledger, 'GlobalPrimaryOrder', !older, says);
  if (!older) check(ledger, 'LocalPrimaryOrder', follows(before, zxid), says);
  if (before < floor) {
    pass(ledger, 'TotalOrder', 'Agreement');
    return;
  }
  const passed = passedOver(state, before, zxid);
  check(ledger, 'TotalOrder', zxid > before && passed === null, () => {
    return passed === null ? says() : `${says()}, and others ${formatZxid(passed)} between`;
  });
  record.before ??= { zxid: before, server: stream.server };
  checkGap(state, record);
  if (passed !== null) skip(state, stream.server, passed);
  checkAgreement(state, stream, zxid, passed);
  checkSkipped(state, stream.server, before, zxid);
}

/** What somebody delivered between these two. */
function passedOver({ order }: JudgeState, before: Zxid, zxid: Zxid): Zxid | null {
  const between = order[placeOf(order, zxid) - 1];
  return between === undefined || between <= before ? null : between;
}

/** Somebody had gone from what is before this to what is behind it, before this was heard of. */
function checkGap(state: JudgeState, { zxid, first }: Delivered): void {
  const next = state.order[placeOf(state.order, zxid) + 1];
  const before = next === undefined ? null : (state.delivered.get(next)?.before ?? null);
  if (next === undefined || before === null || before.zxid >= zxid) return;
  check(state.ledger, 'TotalOrder', false, () => {
    const passed = `${deliveredBy(before.server, next)} directly after ${formatZxid(before.zxid)}`;
    return `${passed}, and server ${String(first)} ${formatZxid(zxid)} between`;
  });
  skip(state, before.server, zxid);
}

function skip({ skipped }: JudgeState, server: ServerId, zxid: Zxid): void {
  const list = skipped.get(server) ?? [];
  skipped.set(server, list);
  list.push(zxid);
  if (list.length > SKIPPED_MAX) list.shift();
}

/** Of two that two servers delivered, one is delivered by both. It is broken where each went past what the other
 *  has; or, where everything is told in order, where the other one has not come so far. */
function checkAgreement(
  state: JudgeState,
  { server }: Stream,
  zxid: Zxid,
  passed: Zxid | null,
): void {
  const record = state.delivered.get(zxid);
  const others = [...(record?.by.keys() ?? [])].some((by) => by !== server);
  const missed = passed === null ? undefined : state.delivered.get(passed);
  if (missed === undefined) {
    if (others) check(state.ledger, 'Agreement', true, () => '');
    return;
  }
  const holder = [...missed.by.keys()].find(
    (by) => by !== server && apart(state, by, server, zxid),
  );
  check(state.ledger, 'Agreement', holder === undefined, () => {
    const theirs = `server ${String(holder)} ${formatZxid(missed.zxid)}`;
    return `${deliveredBy(server, zxid)}, ${theirs}, and neither delivered both`;
  });
}

function apart(state: JudgeState, holder: ServerId, server: ServerId, zxid: Zxid): boolean {
  const missing = state.skipped.get(holder) ?? [];
  if (missing.some((one) => state.delivered.get(one)?.by.has(server) === true)) return true;
  const applied = state.streams.get(holder)?.applied ?? null;
  return state.ordered && applied !== null && applied < zxid;
}

interface Tree {
  readonly digest: bigint;
  readonly nodes: number;
  /** The first that showed it, and all whose tree was compared with it. */
  readonly server: ServerId;
  readonly by: Set<ServerId>;
}

export type Trees = Map<Zxid, Tree>;

/** Two servers that were given the same prefix have the same tree. */
export function onView(state: JudgeState, trees: Trees, view: ServerView): void {
  const { serverId: server, lastApplied: zxid, treeDigest: digest, nodeCount: nodes } = view;
  if (!view.serving || !view.trusted || counterOf(zxid) === 0) return;
  const known = trees.get(zxid);
  if (known === undefined) {
    remember(trees, zxid, { digest, nodes, server, by: new Set([server]) }, TREES_MAX);
    return;
  }
  const same = known.digest === digest && known.nodes === nodes;
  // A server that has nothing to do shows the same again and again.
  if (known.server === server || (same && known.by.has(server))) return;
  known.by.add(server);
  check(state.ledger, 'PrefixConsistency', same, () => {
    const both = `servers ${String(known.server)} and ${String(server)}`;
    return `${both} have different trees at ${formatZxid(zxid)}`;
  });
}
