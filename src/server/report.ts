// What a server tells an administrator: a picture, made when it is asked for.

import { nodeCount } from '../tree/tree.ts';
import { listWatches } from '../tree/watches.ts';
import { memberOf } from '../vocabulary/ensemble.ts';
import type { SessionId } from '../vocabulary/ids.ts';
import type { ServerReport } from '../vocabulary/report.ts';
import { makeZxid, type Zxid } from '../vocabulary/zxid.ts';
import { outstandingCount, pendingSyncs } from '../zab/peer.ts';
import type { ServerState } from './state.ts';
import { peerView } from './views.ts';
import { makeWriteLatencies } from './write-latencies.ts';

/** The root's second name in Apache's table, and its length. */
const SECOND_ROOT = 1;

/** As if it had proposed nothing yet: only reports tell of it. */
export function forgetProposalSizes(server: ServerState): void {
  server.proposalBytes = null;
}

export function forgetLatencies(server: ServerState): void {
  server.latencies = makeWriteLatencies();
}

/** Without what the host counts. What is as long as there are sessions or watches is made when it is read, in the same
 *  turn: most words ask for none of it. */
export function serverReport(server: ServerState): Omit<ServerReport, 'synchronized' | 'counts'> {
  const { role, serverId, leader, peers } = peerView(server);
  const { tree } = server;
  const isLeading = server.role === 'leading';
  const learners = isLeading ? peers.filter((peer) => peer !== serverId) : [];
  const isObserver = (id: (typeof learners)[number]): boolean =>
    memberOf(server.peer.committed, id)?.role === 'observer';
  let watches: ReturnType<typeof watchesOf> | null = null;
  return {
    ...{ serverId, role, leader, serving: server.role !== null },
    readOnly: server.role === 'readOnly',
    zxid: reachedZxid(server),
    nodeCount: nodeCount(tree) + SECOND_ROOT,
    dataBytes: tree.dataBytes + SECOND_ROOT,
    get ephemerals() {
      return [...tree.ephemerals].map(([session, paths]) => ({
        session,
        paths: [...paths].sort(),
      }));
    },
    get dataWatches() {
      return (watches ??= watchesOf(server)).dataWatches;
    },
    get watchCount() {
      return (watches ??= watchesOf(server)).watchCount;
    },
    get sessions() {
      return [...tree.sessions].map(([id, timeoutMillis]) => ({ id, timeoutMillis }));
    },
    get expiries() {
      return expiriesOf(server);
    },
    digests: [...tree.digestLog],
    proposalBytes: server.proposalBytes,
    latencies: { ...server.latencies, stages: { ...server.latencies.stages } },
    pendingSyncs: isLeading ? pendingSyncs(server.peer) : 0,
    followers: learners.filter((id) => !isObserver(id)),
    observers: learners.filter(isObserver),
    outstanding: server.inFlight + (isLeading ? outstandingCount(server.peer) : 0),
  };
}

/** A leader begins its epoch with the zxid before its first transaction (Leader.startZkServer). */
function reachedZxid({ role, config, peer, tree }: ServerState): Zxid {
  if (role !== 'leading' || config.standalone) return tree.lastZxid;
  const begun = makeZxid(peer.currentEpoch, 0);
  return tree.lastZxid > begun ? tree.lastZxid : begun;
}

function watchesOf(server: ServerState): Pick<ServerReport, 'dataWatches' | 'watchCount'> {
  const all = listWatches(server.watches);
  const byPath = new Map<string, SessionId[]>();
  for (const { kind, path, connection } of all) {
    const session = server.connections.get(connection)?.session;
    if (kind !== 'data' || session === undefined) continue;
    const sessions = byPath.get(path);
    if (sessions === undefined) byPath.set(path, [session]);
    else sessions.push(session);
  }
  const dataWatches = [...byPath].map(([path, sessions]) => ({ path, sessions }));
  return { dataWatches, watchCount: all.length };
}

function expiriesOf({ sessions }: ServerState): ServerReport['expiries'] {
  if (sessions === null) return [];
  return [...sessions.buckets]
    .sort(([one], [other]) => one - other)
    .map(([at, ids]) => ({
      inMillis: at - sessions.awakeMillis,
      sessions: [...ids].sort(ascending),
    }));
}

const ascending = (a: SessionId, b: SessionId): number => (a < b ? -1 : 1);
