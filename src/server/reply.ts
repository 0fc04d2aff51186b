// The last word to a client: header and body as bytes.

import { encodeReply } from '../jute/client.ts';
import { ERROR_CODE } from '../vocabulary/error-code.ts';
import { OP_CODE, opName, XID } from '../vocabulary/request.ts';
import { trace, type Answer, type Connection, type ServerContext } from './state.ts';

export function reply(
  ctx: ServerContext,
  connection: Connection,
  { xid, type }: { readonly xid: number; readonly type: number },
  { zxid, err, response }: Answer,
): void {
  const isPing = type === OP_CODE.ping;
  // A ping is answered under its own xid whatever xid it came with.
  const header = { xid: isPing ? XID.ping : xid, zxid, err };
  const frame = encodeReply(header, err === ERROR_CODE.Ok ? response : null);
  if (!isPing) {
    const op = opName(type) ?? 'error';
    trace(ctx, { kind: 'replied', session: connection.session, xid, op, zxid, err }, frame);
  }
  ctx.emit({ kind: 'reply', connection: connection.id, frame });
}
