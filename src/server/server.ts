// One ZooKeeper server as a value machine: step(input) -> outputs, done in order; nothing waits. It joins
// agreement (zab/) with the replicated tree (tree/) and the clients.

import { assert } from '../base/assert.ts';
import { makeFifo } from '../base/fifo.ts';
import { encodeUtf8 } from '../base/utf8.ts';
import { encodeTouches } from '../jute/quorum.ts';
import { readTree } from '../jute/snapshot.ts';
import { makeSessions, openSession } from '../tree/sessions.ts';
import {
  beginTaking,
  endTaking,
  makeTree,
  setConfigNode,
  takePiece,
  treeFromImage,
  wholeSnapshot,
  type Tree,
} from '../tree/tree.ts';
import { makeWatches } from '../tree/watches.ts';
import type { Input, Output, Recovered } from '../vocabulary/boundary.ts';
import { configText, initialConfiguration, type Configuration } from '../vocabulary/ensemble.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import type { Application } from '../zab/application.ts';
import { makePeer, startPeer, stepPeer } from '../zab/peer.ts';
import { closeAllConnections, onClientClosed } from './close.ts';
import { closeIdle, onClientFrame, onClientOpened, onRevalidated } from './connections.ts';
import { configurationIn, configurationOf } from './configuration-node.ts';
import { applyEntry } from './final.ts';
import { answerRevalidate, expireSessions, onLearnerRequest, onTouches } from './lead.ts';
import { makeOutstanding } from './outstanding.ts';
import { beforeSync } from './quorum-sync.ts';
import { endReadOnly, settleReadOnly } from './read-only.ts';
import { reapContainers } from './reap.ts';
import { onSynced, resumeStalled } from './requests.ts';
import type { ServerConfig, ServerContext, ServerState } from './state.ts';
import { makeWriteLatencies, noteStage } from './write-latencies.ts';

export {
  defaultServerConfig,
  type ServerConfig,
  type ServerSettings,
  type ServerState,
} from './state.ts';
export { sessionPassword } from './session-password.ts';
export { forgetLatencies, forgetProposalSizes, serverReport } from './report.ts';
export { serverView, treeView } from './views.ts';

export function makeServer(config: ServerConfig, recovered: Recovered): ServerState {
  return {
    config,
    peer: makePeer(config, recovered),
    tree: freshTree(config),
    watches: makeWatches(),
    connections: new Map(),
    attached: new Map(),
    sessions: null,
    outstanding: makeOutstanding(),
    role: null,
    lookingSinceMillis: null,
    committedTree: null,
    localSessions: new Map(),
    touched: new Map(),
    syncs: makeFifo(),
    inFlight: 0,
    stalled: new Set(),
    latencies: makeWriteLatencies(),
    proposalBytes: null,
    nextSessionNumber: 0n,
    nowMillis: 0,
    wallMillis: 0,
    awakeMillis: 0,
    nextIdleCheckAtMillis: 0,
    nextReapAtMillis: 0,
    reaping: [],
    reapNextAtMillis: 0,
  };
}

function freshTree(config: ServerConfig): Tree {
  const tree = makeTree();
  if (!config.standalone) writeConfig(tree, initialConfiguration(config.ensemble), 0);
  return tree;
}

function writeConfig(tree: Tree, configuration: Configuration, wallMillis: number): void {
  const text = encodeUtf8(configText(configuration));
  setConfigNode(tree, text, { wallMillis, mzxid: zxidOf(configuration.version) });
}

/** Where the configuration never changes, each server writes its own. Else the node has what was agreed
 *  upon, unless that came without a transaction. */
function bringConfig({ tree, peer, config, wallMillis }: ServerState): void {
  if (config.standalone) return;
  const kept = config.reconfig === null ? null : configurationIn(tree);
  if (kept === null || kept.version < peer.committed.version) {
    writeConfig(tree, peer.committed, wallMillis);
  }
}

/** Once, before the first step: what the disk gave back becomes the tree. */
export function startServer(server: ServerState): Output[] {
  const outputs: Output[] = [];
  startPeer(server.peer, contextOf(server, outputs));
  return outputs;
}

export function step(server: ServerState, input: Input): Output[] {
  const outputs: Output[] = [];
  const ctx = contextOf(server, outputs);
  switch (input.kind) {
    case 'clientOpened':
      onClientOpened(server, ctx, input.connection, input.address);
      break;
    case 'clientFrame':
      onClientFrame(server, ctx, input.connection, input.frame);
      break;
    case 'clientClosed':
      onClientClosed(server, input.connection);
      break;
    case 'tick':
      tellTime(server, input.nowMillis, input.wallMillis);
      stepPeer(server.peer, ctx, input);
      expireSessions(server, ctx);
      reapContainers(server, ctx);
      closeIdle(server, ctx);
      break;
    default:
      stepPeer(server.peer, ctx, input);
  }
  settleReadOnly(server, ctx);
  resumeStalled(server, ctx);
  return outputs;
}

/** A longer step of the clock was a sleep, in which no client could be heard (as for the sessions). */
const AWAKE_STEP_TICKS_MAX = 2;

function tellTime(server: ServerState, nowMillis: number, wallMillis: number): void {
  const step = Math.max(0, nowMillis - server.nowMillis);
  server.awakeMillis += Math.min(step, AWAKE_STEP_TICKS_MAX * server.config.tickMillis);
  server.nowMillis = nowMillis;
  server.wallMillis = wallMillis;
}

const contextOf = (server: ServerState, outputs: Output[]): ServerContext =>
  new StepContext(server, outputs);

/** A class, since most steps never come to the application and an accessor in a literal is slow. */
class StepContext implements ServerContext {
  readonly #server: ServerState;
  readonly emit: (output: Output) => void;
  #application: Application | null = null;

  constructor(server: ServerState, outputs: Output[]) {
    this.#server = server;
    this.emit = (output) => {
      outputs.push(output);
    };
  }

  get application(): Application {
    return (this.#application ??= applicationOf(this.#server, () => this));
  }
}

/** A snapshot of what is applied now: all of it is committed, and durable here. */
export function serverSnapshot(server: ServerState): NonNullable<Recovered['snapshot']> {
  const tree = committedTree(server);
  return { zxid: tree.lastZxid, bytes: wholeSnapshot(tree) };
}

const committedTree = (server: ServerState): Tree => server.committedTree ?? server.tree;

/** Bytes of a peer that cannot be read throw a CodecError: zab/ then ends the link they came over. */
function applicationOf(server: ServerState, context: () => ServerContext): Application {
  return {
    beginSnapshot: (name) => {
      beginTaking(committedTree(server), name);
    },
    nextSnapshotPiece: (name) => takePiece(committedTree(server), name),
    endSnapshot: (name) => {
      endTaking(committedTree(server), name);
    },
    restore: (zxid, bytes) => {
      endReadOnly(server, context());
      const tree = treeFromImage(readTree(bytes), zxid);
      server.tree = tree;
      bringConfig(server);
    },
    configurationOf: (entry) => configurationOf(entry.bytes),
    keptConfiguration: () => configurationIn(committedTree(server)),
    apply: (entry) => {
      endReadOnly(server, context());
      applyEntry(server, context(), entry);
    },
    startServing: (role) => {
      endReadOnly(server, context());
      startServing(server, role);
    },
    stopServing: () => {
      stopServing(server, context());
    },
    onRequest: (from, data, authinfo) => {
      onLearnerRequest(server, context(), from, data, authinfo ?? []);
    },
    onTouch: (from, data) => {
      onTouches(server, from, data);
    },
    onRevalidate: (from, data) => answerRevalidate(server, from, data),
    beforeSync: () => beforeSync(server, context()),
    takeTouched: () => {
      const touches = [...server.touched].map(([sessionId, timeoutMillis]) => ({
        sessionId,
        timeoutMillis,
      }));
      server.touched.clear();
      return encodeTouches(touches);
    },
    onSynced: () => {
      onSynced(server, context());
    },
    onStage: (stage, entry) => {
      noteStage(server, stage, entry);
    },
    onRevalidated: (data) => {
      onRevalidated(server, context(), data);
    },
  };
}

function startServing(server: ServerState, role: 'leading' | 'following' | 'observing'): void {
  server.role = role;
  server.proposalBytes = null;
  bringConfig(server);
  server.outstanding = makeOutstanding();
  server.sessions = null;
  server.reaping.length = 0;
  if (role !== 'leading') return;
  server.nextReapAtMillis = server.nowMillis + server.config.reapEveryMillis;
  server.sessions = makeSessions(server.config.tickMillis, server.nowMillis);
  for (const [id, timeoutMillis] of server.tree.sessions) {
    openSession(server.sessions, id, timeoutMillis, null);
  }
}

/** Nobody is told yes or no: a client whose request has no answer must count it as unknown. */
function stopServing(server: ServerState, ctx: ServerContext): void {
  server.role = null;
  server.sessions = null;
  server.outstanding = makeOutstanding();
  closeAllConnections(server, ctx, 'this server does not serve');
  server.syncs.items = [];
  server.syncs.head = 0;
  assert(server.inFlight === 0, 'no request is left when no client is');
}
