// sync as an agreement (tabkeeper.quorumSync; ZOOKEEPER-2136 asks Apache's servers for it). A leader that was
// replaced and does not know it yet would answer a sync from what it has. So each sync has it propose a
// transaction that changes nothing, and waits for that one, as for all that is outstanding: no quorum
// acknowledges anything to a leader after it has followed another one.

import { encodeTransaction, transactionType } from '../jute/transaction.ts';
import { ERROR_CODE } from '../vocabulary/error-code.ts';
import { NO_SESSION } from '../vocabulary/ids.ts';
import type { Transaction } from '../vocabulary/transaction.ts';
import { nextProposalZxid, propose } from '../zab/peer.ts';
import { trace, type ServerContext, type ServerState } from './state.ts';

/** An error without an error: every server logs it and applies nothing. */
const NOTHING: Transaction = { kind: 'error', err: ERROR_CODE.Ok };

/** The leader's, for each sync that comes. False if it proposes nothing any more. */
export function beforeSync(server: ServerState, ctx: ServerContext): boolean {
  if (!server.config.quorumSync) return true;
  const zxid = nextProposalZxid(server.peer);
  if (zxid === null) return false;
  const header = {
    ...{ clientId: NO_SESSION, cxid: 0, zxid, time: server.wallMillis },
    type: transactionType(NOTHING),
  };
  trace(ctx, { kind: 'proposed', zxid, session: NO_SESSION, cxid: 0, op: 'sync', path: null });
  propose(
    server.peer,
    ctx,
    zxid,
    encodeTransaction({ header, transaction: NOTHING, digest: null }),
  );
  return true;
}
