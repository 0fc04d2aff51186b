// What ZooKeeper promises to clients, by what servers tell of any client's session, and by the answers that
// the page's own clients got.

import type { ServerId, SessionId } from '../vocabulary/ids.ts';
import type { OpName, Request, Response } from '../vocabulary/request.ts';
import type { Stat } from '../vocabulary/stat.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';
import { formatZxid, ZXID_ZERO, type Zxid } from '../vocabulary/zxid.ts';
import { insert, placeOf, remember } from './bounded.ts';
import { check, pass } from './ledger.ts';
import { leaderWithout } from './primaries.ts';
import {
  SESSIONS_MAX,
  TRANSACTIONS_MAX,
  type Answers,
  type Delivered,
  type JudgeState,
  type Stream,
} from './state.ts';

type Of<Kind extends TraceEvent['kind']> = Extract<TraceEvent, { readonly kind: Kind }>;

/** An answer that a client of this page, or of the laboratory, got. */
export interface Answer {
  /** Its number, as people see it. */
  readonly client: number;
  /** What is promised is promised to a session; where a client has only one, its number will do. */
  readonly session: bigint;
  /** Ascending in the order in which it was asked. */
  readonly ticket: number;
  readonly request: Request;
  readonly zxid: Zxid;
  readonly response: Response;
}

const WRITES: readonly OpName[] = [
  ...(['create', 'create2', 'createContainer', 'createTTL', 'delete'] as const),
  ...(['setData', 'multi', 'setACL', 'reconfig'] as const),
];

const isWrite = (op: string): boolean => WRITES.some((write) => write === op);

/** A connection begins: what it is told from here on is in order. */
export function onAttached({ answers }: Stream, session: SessionId): void {
  remember(answers, session, { xid: 0, zxid: ZXID_ZERO, write: ZXID_ZERO }, SESSIONS_MAX);
}

/** So far apart, a smaller xid is one after the largest. */
const XIDS_HALF = 0x4000_0000;

/** What left a server for any client's session. */
export function onReplied(
  state: JudgeState,
  { server, answers }: Stream,
  { session, xid, op, zxid, err }: Of<'replied'>,
): void {
  if (err !== 0 || xid <= 0 || zxid <= 0n) return;
  if (isWrite(op)) acknowledge(state, zxid);
  const known = answers.get(session);
  if (known === undefined) {
    pass(state.ledger, 'SequentialConsistency');
    remember(answers, session, { xid, zxid, write: isWrite(op) ? zxid : ZXID_ZERO }, SESSIONS_MAX);
    return;
  }
  const write = isWrite(op);
  // Xids are the client's own: one that is used twice, or that began again after the largest, proves nothing.
  const tells = xid !== known.xid && known.xid - xid < XIDS_HALF;
  const ordered =
    (!tells || xid > known.xid) && zxid >= known.zxid && (!write || zxid > known.write);
  check(state.ledger, 'SequentialConsistency', ordered, () => {
    const last = `${String(known.xid)} at ${formatZxid(known.zxid)}`;
    return `server ${String(server)} answered ${String(xid)} at ${formatZxid(zxid)} after ${last}`;
  });
  const next: Answers = { xid, zxid, write: write ? zxid : known.write };
  remember(answers, session, next, SESSIONS_MAX);
}

/** A client was told that this write is done. */
function acknowledge(state: JudgeState, zxid: Zxid): void {
  insert(state.acknowledged, zxid, TRANSACTIONS_MAX);
  const without = leaderWithout(state, zxid);
  if (without === null) return;
  check(state.ledger, 'Reliability', false, () => {
    const leader = `server ${String(without[1].server)}`;
    return `${formatZxid(zxid)} was acknowledged, and ${leader} leads without it`;
  });
}

/** An acknowledged write is in the history of whoever delivers it. */
export function checkAcknowledged(state: JudgeState, record: Delivered, server: ServerId): void {
  const { acknowledged } = state;
  if (acknowledged[placeOf(acknowledged, record.zxid)] !== record.zxid) return;
  check(state.ledger, 'Reliability', true, () => `server ${String(server)}`);
}

/** Whoever goes past an acknowledged write has lost it. */
export function checkSkipped(state: JudgeState, server: ServerId, before: Zxid, zxid: Zxid): void {
  const { acknowledged } = state;
  const lost = acknowledged[placeOf(acknowledged, zxid) - 1];
  if (lost === undefined || lost <= before) return;
  check(state.ledger, 'Reliability', false, () => {
    const from = `from ${formatZxid(before)} to ${formatZxid(zxid)}`;
    return `server ${String(server)} went ${from} without the acknowledged ${formatZxid(lost)}`;
  });
}

export function onTruncated(
  { ledger, acknowledged }: JudgeState,
  { server }: Stream,
  { removed }: Of<'historyTruncated'>,
): void {
  for (const zxid of removed) {
    const kept = acknowledged[placeOf(acknowledged, zxid)] !== zxid;
    check(ledger, 'Reliability', kept, () => {
      return `server ${String(server)} cut off ${formatZxid(zxid)}, which was acknowledged`;
    });
  }
}

/** A multi is one transaction: all servers apply it whole, or none of it. */
export function checkMulti(
  { ledger, broadcast }: JudgeState,
  server: ServerId,
  { zxid, op, err }: Of<'applied'>,
  known: Delivered,
): void {
  if (known.op !== 'multi' && broadcast.get(zxid)?.op !== 'multi') return;
  check(ledger, 'Atomicity', known.op === op && known.err === err, () => {
    const other = `server ${String(known.first)}`;
    return `the multi ${formatZxid(zxid)} ended otherwise at server ${String(server)} than at ${other}`;
  });
}

/** Measured among servers that took part in broadcast before the first of them applied it. */
export function measureLag(
  state: JudgeState,
  { broadcastMillis }: Stream,
  record: Delivered,
  atMillis: number,
): void {
  if (broadcastMillis === null || broadcastMillis > record.millis) {
    pass(state.ledger, 'Timeliness');
    return;
  }
  const newest = Math.abs(atMillis - record.millis);
  record.millis = Math.min(record.millis, atMillis);
  state.lag = { newest, most: Math.max(newest, state.lag?.most ?? 0) };
  check(state.ledger, 'Timeliness', true, () => '');
}

interface Client {
  ticket: number;
  zxid: Zxid;
  write: Zxid;
}

export interface Clients {
  readonly sessions: Map<bigint, Client>;
  /** By session and path: its own last write there. */
  readonly written: Map<string, Zxid>;
}

export const makeClients = (): Clients => ({ sessions: new Map(), written: new Map() });

export function onAnswer(state: JudgeState, clients: Clients, answer: Answer): void {
  const { client, session, ticket, request, zxid } = answer;
  if (zxid <= 0n) return;
  const { ledger } = state;
  const says = (what: string) => (): string =>
    `client ${String(client)}'s ${request.kind} was answered at ${formatZxid(zxid)} ${what}`;
  const write = isWrite(request.kind);
  const seen = clients.sessions.get(session) ?? { ticket: 0, zxid: ZXID_ZERO, write: ZXID_ZERO };
  const ordered = ticket > seen.ticket && (!write || zxid > seen.write);
  check(ledger, 'SequentialConsistency', ordered, says('out of order'));
  if (!readsOwnWrite(clients, answer)) {
    check(ledger, 'SequentialConsistency', false, says('without its own write'));
  }
  const after = `after it had seen ${formatZxid(seen.zxid)}`;
  check(ledger, 'SingleSystemImage', zxid >= seen.zxid, says(after));
  checkWhole(state, answer, says);
  if (write) acknowledge(state, zxid);
  const next = {
    ticket,
    zxid: zxid > seen.zxid ? zxid : seen.zxid,
    write: write ? zxid : seen.write,
  };
  remember(clients.sessions, session, next, SESSIONS_MAX);
}

function readsOwnWrite(clients: Clients, answer: Answer): boolean {
  const { session, request, response, zxid } = answer;
  const nameOf = (path: string): string => `${String(session)} ${path}`;
  // A sync answers with its path too, and writes nothing.
  const made =
    request.kind !== 'sync' && (response.kind === 'path' || response.kind === 'pathAndStat');
  const path = made ? response.path : request.kind === 'setData' ? request.path : null;
  if (path !== null) remember(clients.written, nameOf(path), zxid, TRANSACTIONS_MAX);
  if (request.kind !== 'getData' && request.kind !== 'exists') return true;
  if (response.kind !== 'data' && response.kind !== 'stat') return true;
  return response.stat.mzxid >= (clients.written.get(nameOf(request.path)) ?? ZXID_ZERO);
}

/** All of a multi or nothing; and nothing is ever seen of one that failed. */
function checkWhole(
  state: JudgeState,
  { request, response, zxid }: Answer,
  says: (what: string) => () => string,
): void {
  if (request.kind === 'multi' && response.kind === 'multi') {
    const { results } = response;
    const failed = results.filter(({ kind }) => kind === 'error').length;
    const whole = failed === 0 || failed === results.length;
    check(state.ledger, 'Atomicity', whole, says('and done in part'));
    if (failed > 0) remember(state.failedMultis, zxid, true, TRANSACTIONS_MAX);
  }
  const stat = statOf(response);
  if (stat === null || state.failedMultis.size === 0) return;
  const left = [stat.czxid, stat.mzxid, stat.pzxid].some((one) => state.failedMultis.has(one));
  check(state.ledger, 'Atomicity', !left, says('and shows what a failed multi left behind'));
}

const statOf = (response: Response): Stat | null => ('stat' in response ? response.stat : null);
