// The auth request: answered at once, before what was sent earlier (ServerCnxn handles it on receipt),
// with zxid 0. ACLs are carried and not yet enforced, so an identity changes nothing: that a scheme is
// known is all that is judged.

import { decodeRequestBody } from '../jute/client.ts';
import { CodecError } from '../jute/reader.ts';
import { ERROR_CODE } from '../vocabulary/error-code.ts';
import { OP_CODE, type Request } from '../vocabulary/request.ts';
import { ZXID_ZERO } from '../vocabulary/zxid.ts';
import { closeConnection } from './close.ts';
import { reply } from './reply.ts';
import { trace, type Connection, type ServerContext, type ServerState } from './state.ts';

const SCHEMES: ReadonlySet<string> = new Set(['digest', 'ip']);

export function authenticate(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  xid: number,
  body: Uint8Array,
): void {
  const type = OP_CODE.auth;
  let request: Request | null;
  try {
    request = decodeRequestBody(type, body);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    const from = `client ${String(connection.id)}`;
    trace(ctx, { kind: 'badFrame', from, reason: error.message });
    closeConnection(server, ctx, connection, error.message);
    return;
  }
  const { session } = connection;
  trace(ctx, { kind: 'requestReceived', session, xid, op: 'auth', path: null });
  const known = request?.kind === 'auth' && SCHEMES.has(request.scheme);
  const err = known ? ERROR_CODE.Ok : ERROR_CODE.AuthFailed;
  reply(ctx, connection, { xid, type }, { zxid: ZXID_ZERO, err, response: null });
  if (!known) closeConnection(server, ctx, connection, 'the authentication failed');
}
