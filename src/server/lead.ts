// What only the leader does with requests: judge, number and propose them, keep the sessions' clock,
// and answer its learners' questions about sessions.

import { decodeRequestBody } from '../jute/client.ts';
import {
  decodeRequestPacketData,
  decodeRevalidate,
  decodeTouches,
  encodeRevalidated,
} from '../jute/quorum.ts';
import { CodecError } from '../jute/reader.ts';
import { encodeTransaction, transactionType } from '../jute/transaction.ts';
import {
  checkSession,
  expiredSessions,
  markClosing,
  openSession,
  setOwner,
  touchSession,
  touchThrough,
  type SessionOwner,
} from '../tree/sessions.ts';
import { ERROR_CODE } from '../vocabulary/error-code.ts';
import type { SessionId } from '../vocabulary/ids.ts';
import { OP_CODE, opName, type Request } from '../vocabulary/request.ts';
import type { Identity } from '../vocabulary/packet.ts';
import {
  TRANSACTION_BYTES_MAX,
  type Transaction,
  type TxnHeader,
} from '../vocabulary/transaction.ts';
import type { Zxid } from '../vocabulary/zxid.ts';
import type { Learner } from '../zab/application.ts';
import { isPending, isQuorumSynced, nextProposalZxid, propose } from '../zab/peer.ts';
import { rollBack } from './outstanding.ts';
import { pathOf } from './paths.ts';
import { prepare } from './prepare.ts';
import type { ChangingEnsemble } from './prepare-reconfig.ts';
import { trace, type ServerContext, type ServerState } from './state.ts';

/** One request on its way to become a proposal. */
export interface Submission {
  readonly session: SessionId;
  readonly cxid: number;
  readonly type: number;
  /** Null: unknown, or bytes that are no request. */
  readonly request: Request | null;
  readonly identities: readonly Identity[];
}

/** Judges, numbers and proposes it. Gives the zxid, or null if this leader gives none any more. */
export function submit(
  server: ServerState,
  ctx: ServerContext,
  submission: Submission,
  owner: SessionOwner,
): Zxid | null {
  const zxid = nextProposalZxid(server.peer);
  // The counter is used up: the leader gives way to a new epoch, and clients ask again.
  if (zxid === null || server.sessions === null) return null;
  const { session, cxid, request } = submission;
  const mark = server.outstanding.order.length;
  const judged = judge(server, ctx, submission, owner, zxid);
  if (request?.kind === 'createSession') {
    openSession(server.sessions, session, request.timeoutMillis, owner);
  }
  if (judged.kind === 'closeSession') markClosing(server.sessions, session);
  const head = { clientId: session, cxid, zxid, time: server.wallMillis };
  const { transaction, bytes } = encoded(head, judged);
  // Neither a link nor a log would take it.
  if (transaction !== judged) rollBack(server.outstanding, mark);
  const op = opName(submission.type) ?? 'error';
  // A sequential create has its whole name by now; what is refused only what was asked for.
  const path = pathOf(transaction) ?? pathOf(request);
  trace(ctx, { kind: 'proposed', zxid, session, cxid, op, path });
  countProposal(server, bytes.length);
  propose(server.peer, ctx, zxid, bytes);
  return zxid;
}

/** As bytes, or where it is too long, the error that it is instead. */
function encoded(
  head: Omit<TxnHeader, 'type'>,
  transaction: Transaction,
): { readonly transaction: Transaction; readonly bytes: Uint8Array } {
  const header = { ...head, type: transactionType(transaction) };
  const bytes = encodeTransaction({ header, transaction, digest: null });
  if (bytes.length <= TRANSACTION_BYTES_MAX) return { transaction, bytes };
  return encoded(head, { kind: 'error', err: ERROR_CODE.MarshallingError });
}

function countProposal(server: ServerState, last: number): void {
  const { min, max } = server.proposalBytes ?? { min: last, max: last };
  server.proposalBytes = { last, min: Math.min(min, last), max: Math.max(max, last) };
}

function judge(
  server: ServerState,
  ctx: ServerContext,
  { session, request, identities }: Submission,
  owner: SessionOwner,
  zxid: Zxid,
): Transaction {
  if (request === null) return { kind: 'error', err: ERROR_CODE.MarshallingError };
  const { outstanding, tree, sessions, config } = server;
  const isSession = request.kind === 'createSession' || request.kind === 'closeSession';
  const standing =
    isSession || sessions === null
      ? ERROR_CODE.Ok
      : STANDING[checkSession(sessions, session, owner)];
  const hasSasl = config.saslPasswords !== null;
  return prepare(
    {
      ...{ outstanding, tree, zxid, session, identities, standing, rules: config, hasSasl },
      growth: { bytes: 0 },
      ensemble: config.reconfig === null ? null : changingEnsemble(server, config.reconfig),
      onQuotaExceeded: (exceeded) => {
        trace(ctx, { kind: 'quotaExceeded', ...exceeded });
      },
    },
    request,
  );
}

function changingEnsemble(
  { peer }: ServerState,
  { standalone }: { readonly standalone: boolean },
): ChangingEnsemble {
  return {
    standalone,
    last: peer.lastSeen,
    isChanging: isPending(peer),
    isQuorumSynced: (next) => isQuorumSynced(peer, next),
  };
}

const STANDING = {
  ok: ERROR_CODE.Ok,
  expired: ERROR_CODE.SessionExpired,
  moved: ERROR_CODE.SessionMoved,
} as const;

/** The leader looks at every request of its own clients: here a client whose session has moved reads
 *  nothing any more (PrepRequestProcessor; a learner finds out by a write alone). */
export const hasMovedFromLeader = ({ sessions }: ServerState, session: SessionId): boolean =>
  sessions !== null && checkSession(sessions, session, 'self') === 'moved';

export function onLearnerRequest(
  server: ServerState,
  ctx: ServerContext,
  from: Learner,
  data: Uint8Array,
  identities: readonly Identity[],
): void {
  const { sessionId, cxid, type, body } = decodeRequestPacketData(data);
  submit(
    server,
    ctx,
    { session: sessionId, cxid, type, request: decodeOrNull(type, body), identities },
    from.link,
  );
}

function decodeOrNull(type: number, body: Uint8Array): Request | null {
  try {
    return decodeRequestBody(type, body);
  } catch (error) {
    if (error instanceof CodecError) return null;
    throw error;
  }
}

/** The sessions that a learner heard of since the last PING. */
export function onTouches(server: ServerState, from: Learner, data: Uint8Array): void {
  if (server.sessions === null) return;
  for (const { sessionId, timeoutMillis } of decodeTouches(data)) {
    touchThrough(server.sessions, sessionId, timeoutMillis, from.link);
  }
}

/** A client came to a learner with a session of another server: is it alive? If so it moves there. */
export function answerRevalidate(server: ServerState, from: Learner, data: Uint8Array): Uint8Array {
  const { sessionId, timeoutMillis } = decodeRevalidate(data);
  const valid =
    server.sessions !== null &&
    touchSession(server.sessions, sessionId, timeoutMillis) &&
    setOwner(server.sessions, sessionId, from.link);
  return encodeRevalidated({ sessionId, valid });
}

const CXID_OF_EXPIRY = 0;

export function expireSessions(server: ServerState, ctx: ServerContext): void {
  if (server.sessions === null) return;
  for (const { id, silentMillis } of expiredSessions(server.sessions, server.nowMillis)) {
    trace(ctx, { kind: 'sessionExpired', session: id, silentMillis: Math.round(silentMillis) });
    const request: Request = { kind: 'closeSession' };
    submit(
      server,
      ctx,
      { session: id, cxid: CXID_OF_EXPIRY, type: OP_CODE.closeSession, request, identities: [] },
      'self',
    );
  }
}
