// Containers that had children and have none any more go (ContainerManager): the leader asks itself for
// it, now and then, through the same desk as every other change.

import { encodeTransaction } from '../jute/transaction.ts';
import { reapCandidates } from '../tree/reaping.ts';
import { NO_SESSION } from '../vocabulary/ids.ts';
import { OP_CODE } from '../vocabulary/request.ts';
import { nextProposalZxid, propose } from '../zab/peer.ts';
import { prepareReaping } from './prepare.ts';
import { trace, type ServerContext, type ServerState } from './state.ts';

/** znode.container.maxPerMinute. */
const REAPED_AT_ONCE_MAX = 1000;

export function reapContainers(server: ServerState, ctx: ServerContext): void {
  if (server.role !== 'leading' || server.nowMillis < server.nextReapAtMillis) return;
  server.nextReapAtMillis = server.nowMillis + server.config.reapEveryMillis;
  const { tree, outstanding, wallMillis } = server;
  for (const path of reapCandidates(tree, wallMillis, REAPED_AT_ONCE_MAX)) {
    const zxid = nextProposalZxid(server.peer);
    if (zxid === null) return;
    const transaction = prepareReaping(
      {
        outstanding,
        tree,
        zxid,
        session: NO_SESSION,
        identities: [],
        standing: 0,
        rules: server.config,
      },
      path,
    );
    // A child is on its way, or another removal: nothing to do, and no zxid is spent.
    if (transaction === null) continue;
    const op = 'deleteContainer';
    const type = OP_CODE.deleteContainer;
    const header = { clientId: NO_SESSION, cxid: 0, zxid, time: wallMillis, type };
    trace(ctx, { kind: 'proposed', zxid, session: NO_SESSION, cxid: 0, op, path });
    propose(server.peer, ctx, zxid, encodeTransaction({ header, transaction, digest: null }));
  }
}
