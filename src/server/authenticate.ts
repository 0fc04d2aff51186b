// The auth and sasl requests: answered at once, before what was sent earlier (ServerCnxn handles it on receipt),
// with zxid 0. What it proves belongs to the connection and counts for what is sent after it.

import { base64 } from '../base/base64.ts';
import { sha1 } from '../base/sha1.ts';
import { decodeUtf8, encodeUtf8 } from '../base/utf8.ts';
import { decodeRequestBody, decodeRequestHeader } from '../jute/client.ts';
import { CodecError } from '../jute/reader.ts';
import { ERROR_CODE } from '../vocabulary/error-code.ts';
import type { Identity } from '../vocabulary/packet.ts';
import type { Request, RequestHeader } from '../vocabulary/request.ts';
import { ZXID_ZERO } from '../vocabulary/zxid.ts';
import { closeConnection } from './close.ts';
import { reply } from './reply.ts';
import { challengeOf, prove as proveSasl, startExchange } from './sasl.ts';
import { trace, type Connection, type ServerContext, type ServerState } from './state.ts';

/** What one connection may prove: a bound, not a rule of ZooKeeper. */
export const IDENTITIES_MAX = 100;
/** Each request that a follower passes on carries them. */
export const IDENTITIES_BYTES_MAX = 64 * 1024;

export function authenticate(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  { xid, type }: RequestHeader,
  frame: Uint8Array,
): void {
  let request: Request | null;
  try {
    request = decodeRequestBody(type, decodeRequestHeader(frame).body);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    const from = `client ${String(connection.id)}`;
    trace(ctx, { kind: 'badFrame', from, reason: error.message });
    closeConnection(server, ctx, connection, error.message);
    return;
  }
  const { session } = connection;
  if (request?.kind === 'sasl') {
    trace(ctx, { kind: 'requestReceived', session, xid, op: 'sasl', path: null }, frame);
    onSaslToken(server, ctx, connection, { xid, type }, request.token);
    return;
  }
  trace(ctx, { kind: 'requestReceived', session, xid, op: 'auth', path: null }, frame);
  const proved = request?.kind === 'auth' ? prove(server, connection, request) : null;
  const known = proved !== null && add(connection, proved);
  const err = known ? ERROR_CODE.Ok : ERROR_CODE.AuthFailed;
  reply(ctx, connection, { xid, type }, { zxid: ZXID_ZERO, err, response: null });
  if (!known) closeConnection(server, ctx, connection, 'the authentication failed');
}

/** The first token asks for a challenge, the next one has to prove it. Where nobody has a password the client
 *  goes on without, as at every server without SASL. */
function onSaslToken(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  { xid, type }: RequestHeader,
  given: Uint8Array,
): void {
  const { saslPasswords, sessionSecret } = server.config;
  const say = (token: Uint8Array | null, err: number = ERROR_CODE.Ok): void => {
    const response = { kind: 'token', token } as const;
    reply(ctx, connection, { xid, type }, { zxid: ZXID_ZERO, err, response });
  };
  if (saslPasswords === null) {
    say(null);
    return;
  }
  if (connection.sasl === null) {
    const unique = [connection.id, connection.session, server.wallMillis, server.nowMillis].join(
      ' ',
    );
    connection.sasl = startExchange(sessionSecret ?? new Uint8Array(), unique);
    say(challengeOf(connection.sasl));
    return;
  }
  const proof = proveSasl(connection.sasl, saslPasswords, given);
  connection.sasl = null;
  if (proof !== null && add(connection, [{ scheme: 'sasl', id: proof.id }])) {
    say(proof.token);
    return;
  }
  say(null, ERROR_CODE.AuthFailed);
  closeConnection(server, ctx, connection, 'the authentication failed');
}

type AuthRequest = Extract<Request, { readonly kind: 'auth' }>;

/** The identities that the credentials prove, or null. */
function prove(
  server: ServerState,
  { address }: Connection,
  { scheme, auth }: AuthRequest,
): Identity[] | null {
  if (scheme === 'ip') return [{ scheme, id: address }];
  if (scheme !== 'digest' || auth === null) return null;
  // As text, not as bytes (DigestAuthenticationProvider): what is no UTF-8 counts as U+FFFD.
  const credentials = decodeUtf8(auth);
  const [user = ''] = credentials.split(':');
  const id = `${user}:${base64(sha1(encodeUtf8(credentials)))}`;
  const digest = { scheme, id };
  return id === server.config.superDigest ? [{ scheme: 'super', id: '' }, digest] : [digest];
}

function add(connection: Connection, proved: readonly Identity[]): boolean {
  const known = connection.identities;
  const isNew = ({ scheme, id }: Identity): boolean =>
    !known.some((one) => one.scheme === scheme && one.id === id);
  connection.identities = [...known, ...proved.filter(isNew)];
  const bytes = connection.identities.reduce((sum, { id }) => sum + id.length, 0);
  return connection.identities.length <= IDENTITIES_MAX && bytes <= IDENTITIES_BYTES_MAX;
}
