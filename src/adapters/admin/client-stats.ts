// What the client port counts of each connection and of all together (ServerStats, ServerCnxn): frames in
// and out, and how long each answer took. It reads heads of frames and nothing else.

import { isWatcherEvent } from '../../jute/watch-event.ts';
import { makeSpread, observeSpread, type Spread } from './spread.ts';
import { opName, type OpName } from '../../vocabulary/request.ts';

/** Of one connection. Times in milliseconds: `establishedAt` by the wall, the others by a running clock. */
export interface ClientStats {
  readonly address: string;
  readonly establishedAt: number;
  /** Its last frame came at. */
  heardAt: number;
  /** Its handshake came in, and was answered. */
  asked: boolean;
  greeted: boolean;
  /** 0 before the session is open. */
  session: bigint;
  timeoutMillis: number;
  received: number;
  sent: number;
  lastOperation: string;
  lastCxid: number;
  lastZxid: bigint;
  lastResponseAt: number;
  readonly latency: Latency;
  /** Requests without an answer, the oldest first. */
  readonly waiting: { readonly xid: number; readonly type: number; readonly at: number }[];
}

export interface Latency {
  last: number;
  min: number;
  max: number;
  sum: number;
  count: number;
}

/** Of the server since its start or since it was reset. */
export interface PortTotals {
  received: number;
  sent: number;
  receivedBytes: number;
  /** Of answers to requests, and of watch events, without their lengths. */
  responseBytes: number;
  watchBytes: number;
  readonly latency: Latency;
  /** Lengths of answers; null before the first. */
  responses: { last: number; min: number; max: number } | null;
  rejected: number;
  /** Connections that their clients ended, and ones that asked for no session in time. */
  dropped: number;
  sessionless: number;
  /** Clients that asked for a session, a new one or their own. */
  connectRequests: number;
  /** Milliseconds to an answer: of what became a transaction, and of all else. */
  readonly updates: Spread;
  readonly reads: Spread;
}

export const noLatency = (): Latency => ({ last: 0, min: 0, max: 0, sum: 0, count: 0 });

export const makeTotals = (): PortTotals => ({
  ...{ received: 0, sent: 0, receivedBytes: 0, responseBytes: 0, responses: null, rejected: 0 },
  ...{ connectRequests: 0, watchBytes: 0, dropped: 0, sessionless: 0 },
  latency: noLatency(),
  updates: makeSpread(),
  reads: makeSpread(),
});

export const makeClientStats = (
  address: string,
  wallMillis: number,
  nowMillis: number,
): ClientStats => ({
  heardAt: nowMillis,
  ...{
    address,
    establishedAt: wallMillis,
    session: 0n,
    timeoutMillis: 0,
    asked: false,
    greeted: false,
    received: 0,
    sent: 0,
  },
  ...{ lastOperation: 'NA', lastCxid: -1, lastZxid: -1n, lastResponseAt: 0 },
  latency: noLatency(),
  waiting: [],
});

export const averageOf = ({ sum, count }: Latency): number => (count === 0 ? 0 : sum / count);

function addLatency(latency: Latency, millis: number): void {
  latency.last = millis;
  latency.min = latency.count === 0 ? millis : Math.min(latency.min, millis);
  latency.max = Math.max(latency.max, millis);
  latency.sum += millis;
  latency.count += 1;
}

const PING_TYPE = 11;
/** auth and sasl are answered before the requests' own turn, and not counted by Apache's servers. */
const OUT_OF_BAND: ReadonlySet<number> = new Set([100, 102]);
const REPLY_HEAD_BYTES = 16;
const CONNECT_RESPONSE_BYTES = 20;
const WAITING_MAX = 30_000;

export function countRequest(
  stats: ClientStats,
  totals: PortTotals,
  frame: Uint8Array,
  nowMillis: number,
): void {
  totals.received += 1;
  totals.receivedBytes += frame.length;
  stats.received += 1;
  stats.heardAt = nowMillis;
  const isHandshake = !stats.asked;
  stats.asked = true;
  if (isHandshake) totals.connectRequests += 1;
  if (isHandshake || frame.length < 8 || stats.waiting.length >= WAITING_MAX) return;
  const view = new DataView(frame.buffer, frame.byteOffset);
  stats.waiting.push({ xid: view.getInt32(0), type: view.getInt32(4), at: nowMillis });
}

export function countReply(
  stats: ClientStats,
  totals: PortTotals,
  frame: Uint8Array,
  nowMillis: number,
): void {
  totals.sent += 1;
  stats.sent += 1;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if (!stats.greeted) {
    stats.greeted = true;
    onGreeting(stats, view, nowMillis);
    return;
  }
  if (frame.length < REPLY_HEAD_BYTES) return;
  if (isWatcherEvent(frame)) {
    totals.watchBytes += frame.length;
    return;
  }
  const request = takeRequest(stats, view.getInt32(0));
  if (request === null) return;
  const { length } = frame;
  const { min, max } = totals.responses ?? { min: length, max: length };
  totals.responses = { last: length, min: Math.min(min, length), max: Math.max(max, length) };
  if (OUT_OF_BAND.has(request.type)) return;
  totals.responseBytes += length;
  stats.lastCxid = request.xid;
  stats.lastZxid = view.getBigInt64(4);
  stats.lastOperation = operationCode(request.type);
  settle(stats, totals, request, nowMillis);
}

function onGreeting(stats: ClientStats, view: DataView, nowMillis: number): void {
  if (view.byteLength < CONNECT_RESPONSE_BYTES) return;
  stats.timeoutMillis = view.getInt32(4);
  stats.session = view.getBigInt64(8);
  stats.lastOperation = 'SESS';
  stats.lastCxid = 0;
  stats.lastResponseAt = nowMillis;
}

/** Answers come in the order of the requests; those to auth and ping have an xid of their own. */
function takeRequest(stats: ClientStats, xid: number): ClientStats['waiting'][number] | null {
  const { waiting } = stats;
  const at = waiting.findIndex((one) => one.xid === xid || (xid === -2 && one.type === PING_TYPE));
  return at < 0 ? null : (waiting.splice(at, 1)[0] ?? null);
}

/** What the leader makes a transaction of, also where that is an error. */
const UPDATES: ReadonlySet<OpName> = new Set<OpName>([
  ...(['create', 'create2', 'createContainer', 'createTTL', 'delete', 'setData'] as const),
  ...(['setACL', 'multi', 'reconfig', 'closeSession'] as const),
]);

function settle(
  stats: ClientStats,
  totals: PortTotals,
  { at, type }: ClientStats['waiting'][number],
  nowMillis: number,
): void {
  const millis = Math.max(0, Math.round(nowMillis - at));
  addLatency(stats.latency, millis);
  addLatency(totals.latency, millis);
  const name = opName(type);
  observeSpread(name !== null && UPDATES.has(name) ? totals.updates : totals.reads, millis);
  stats.lastResponseAt = nowMillis;
}

/** The four letters that `cons` has for an operation (Request.op2String and FinalRequestProcessor). */
const CODES: Partial<Record<OpName, string>> = {
  ...{ create: 'CREA', create2: 'CREA', createContainer: 'CREA', createTTL: 'CREA' },
  ...{ delete: 'DELE', deleteContainer: 'DELE', setData: 'SETD', setACL: 'SETA', exists: 'EXIS' },
  ...{ getData: 'GETD', getACL: 'GETA', getChildren: 'GETC', getChildren2: 'GETC', sync: 'SYNC' },
  ...{ ping: 'PING', setWatches: 'SETW', setWatches2: 'STW2', addWatch: 'ADDW', multi: 'MULT' },
  ...{ checkWatches: 'CHKW', removeWatches: 'REMW', multiRead: 'MLTR', check: 'CHEC' },
  ...{ reconfig: 'RECO', closeSession: 'CLOS', getEphemerals: 'GETE', whoAmI: 'HOMI' },
  getAllChildrenNumber: 'GETACN',
};

function operationCode(type: number): string {
  const name = opName(type);
  return name === null ? 'NA' : (CODES[name] ?? 'NA');
}

export function resetClient(stats: ClientStats): void {
  stats.received = 0;
  stats.sent = 0;
  Object.assign(stats.latency, noLatency());
  Object.assign(stats, { lastOperation: 'NA', lastCxid: -1, lastZxid: -1n, lastResponseAt: 0 });
}

/** All of them, as Apache's servers do with the metrics that are their own. */
export function resetTotals(totals: PortTotals): void {
  Object.assign(totals, makeTotals());
}
