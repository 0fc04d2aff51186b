// Containers that had children and have none any more go, and TTL nodes that have had their time
// (ContainerManager): the leader asks itself for it, now and then and one after the other, through the same
// desk as every other change.

import { encodeTransaction } from '../jute/transaction.ts';
import { isReapable, reapCandidates } from '../tree/reaping.ts';
import { NO_SESSION } from '../vocabulary/ids.ts';
import { OP_CODE } from '../vocabulary/request.ts';
import { nextProposalZxid, propose } from '../zab/peer.ts';
import { prepareReaping } from './prepare.ts';
import { trace, type ServerContext, type ServerState } from './state.ts';

/** Found by one look; the next look finds the others. */
const CANDIDATES_MAX = 10_000;
/** In one step, however far the clock jumped. */
const REAPED_AT_ONCE_MAX = 1_000;
const MINUTE_MILLIS = 60_000;

export function reapContainers(server: ServerState, ctx: ServerContext): void {
  if (server.role !== 'leading') return;
  const { reaping, nowMillis, wallMillis, config } = server;
  if (reaping.length === 0) {
    if (nowMillis < server.nextReapAtMillis) return;
    server.nextReapAtMillis = nowMillis + config.reapEveryMillis;
    server.reapNextAtMillis = Math.max(server.reapNextAtMillis, nowMillis);
    const { neverUsedMillisMax } = config;
    reaping.push(
      ...reapCandidates(server.tree, wallMillis, CANDIDATES_MAX, neverUsedMillisMax).reverse(),
    );
  }
  const pause = Math.floor(MINUTE_MILLIS / config.reapsPerMinuteMax);
  for (let count = 0; count < REAPED_AT_ONCE_MAX; count += 1) {
    if (server.reapNextAtMillis > nowMillis) return;
    const path = reaping.pop();
    if (path === undefined) return;
    server.reapNextAtMillis += pause;
    if (!reap(server, ctx, path)) return;
  }
}

/** False if this leader proposes nothing any more. */
function reap(server: ServerState, ctx: ServerContext, path: string): boolean {
  const { tree, outstanding, wallMillis, config: rules } = server;
  if (!isReapable(tree, path, wallMillis, rules.neverUsedMillisMax)) return true;
  const zxid = nextProposalZxid(server.peer);
  if (zxid === null) return false;
  const transaction = prepareReaping(
    { outstanding, tree, zxid, session: NO_SESSION, identities: [], standing: 0, rules },
    path,
  );
  // A child is on its way, or another removal: nothing to do, and no zxid is spent.
  if (transaction === null) return true;
  const op = 'deleteContainer';
  const type = OP_CODE.deleteContainer;
  const header = { clientId: NO_SESSION, cxid: 0, zxid, time: wallMillis, type };
  trace(ctx, { kind: 'proposed', zxid, session: NO_SESSION, cxid: 0, op, path });
  propose(server.peer, ctx, zxid, encodeTransaction({ header, transaction, digest: null }));
  return true;
}
