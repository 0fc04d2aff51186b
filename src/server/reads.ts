// Requests that change nothing, answered from this server's own tree (FinalRequestProcessor).

import { isPermitted, userOf, visibleAcl } from '../tree/acl.ts';
import {
  aclOf,
  childrenOf,
  countDescendants,
  ephemeralsOf,
  getNode,
  statOf,
  type Tree,
  type ZNode,
} from '../tree/tree.ts';
import { addWatch, restoreWatches } from '../tree/watches.ts';
import { ERROR_CODE } from '../vocabulary/error-code.ts';
import type { Identity } from '../vocabulary/packet.ts';
import type { MultiResult, ReadOperation, Request, Response } from '../vocabulary/request.ts';
import { PERMISSION } from '../vocabulary/stat.ts';
import {
  trace,
  type Answer,
  type Connection,
  type ServerContext,
  type ServerState,
} from './state.ts';
import { sendEvents } from './events.ts';
import { watchRequest } from './watch-requests.ts';

interface Outcome {
  readonly err: number;
  readonly response: Response | null;
}

const failed = (err: number): Outcome => ({ err, response: null });
const done = (response: Response): Outcome => ({ err: ERROR_CODE.Ok, response });

/** A request and who asks. */
interface Asked<R extends Request = Request> {
  readonly request: R;
  readonly identities: readonly Identity[];
}

/** The zxid says how far this server's tree was when it was read. */
export function answerRead(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  asked: Asked,
): Answer {
  return { zxid: server.tree.lastZxid, ...read(server, ctx, connection, asked) };
}

function read(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  { request, identities }: Asked,
): Outcome {
  switch (request.kind) {
    case 'ping':
      return done({ kind: 'nothing' });
    case 'addWatch':
    case 'checkWatches':
    case 'removeWatches':
      return watchRequest(server, ctx, connection, request);
    case 'setWatches':
    case 'setWatches2':
      sendEvents(server, ctx, restoreWatches(server.watches, server.tree, connection.id, request));
      return done({ kind: 'nothing' });
    case 'exists':
    case 'getData':
    case 'getChildren':
    case 'getChildren2':
      return readNode(server, ctx, connection, { request, identities });
    case 'getACL':
    case 'getAllChildrenNumber':
      return readWhole(server.tree, request.kind, request.path, identities);
    case 'multiRead':
      return readMany(server, request.operations, identities);
    case 'getEphemerals': {
      const { prefix } = request;
      const all = ['', '/'].includes(javaTrim(prefix));
      const own = ephemeralsOf(server.tree, connection.session);
      // By the text alone: /p/e has /p/ex too.
      const children = all ? own : own.filter((path) => path.startsWith(prefix));
      return done({ kind: 'children', children });
    }
    case 'whoAmI': {
      const clients = identities.map((one) => ({ scheme: one.scheme, user: userOf(one) }));
      return done({ kind: 'whoAmI', clients });
    }
    default:
      return failed(ERROR_CODE.Unimplemented);
  }
}

/** String.trim: control characters are blanks, and Unicode's own blanks are none. */
function javaTrim(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && text.charCodeAt(from) <= 0x20) from += 1;
  while (from < to && text.charCodeAt(to - 1) <= 0x20) to -= 1;
  return text.slice(from, to);
}

function readWhole(
  tree: Tree,
  kind: 'getACL' | 'getAllChildrenNumber',
  path: string,
  identities: readonly Identity[],
): Outcome {
  const node = getNode(tree, path);
  if (node === null) return failed(ERROR_CODE.NoNode);
  const acl = aclOf(node);
  const isAcl = kind === 'getACL';
  const needed = isAcl ? PERMISSION.READ | PERMISSION.ADMIN : PERMISSION.READ;
  if (!isPermitted(acl, identities, needed)) return failed(ERROR_CODE.NoAuth);
  if (isAcl) return done({ kind: 'acl', acl: visibleAcl(acl, identities), stat: statOf(node) });
  return done({ kind: 'count', count: countDescendants(tree, path) ?? 0 });
}

/** Answers of one multiRead together: a small frame could ask for the same big node many times. */
export const MULTI_READ_BYTES_MAX = 64 * 1024 * 1024;
/** In front of every name. */
const LENGTH_BYTES = 4;

/** Each part succeeds or fails by itself. */
function readMany(
  { tree }: ServerState,
  operations: readonly ReadOperation[],
  identities: readonly Identity[],
): Outcome {
  let bytes = 0;
  const results: MultiResult[] = [];
  for (const { kind, path } of operations) {
    const result = readOne(tree, kind, path, identities);
    if (result.kind === 'getData') bytes += result.data?.length ?? 0;
    if (result.kind === 'getChildren') {
      for (const name of result.children) bytes += LENGTH_BYTES + name.length;
    }
    if (bytes > MULTI_READ_BYTES_MAX) return failed(ERROR_CODE.MarshallingError);
    results.push(result);
  }
  return done({ kind: 'multi', results });
}

function readOne(
  tree: Tree,
  kind: ReadOperation['kind'],
  path: string,
  identities: readonly Identity[],
): MultiResult {
  const node = getNode(tree, path);
  if (node === null) return { kind: 'error', err: ERROR_CODE.NoNode };
  const permitted = isPermitted(aclOf(node), identities, PERMISSION.READ);
  if (!permitted) return { kind: 'error', err: ERROR_CODE.NoAuth };
  if (kind === 'getData') return { kind, data: node.data, stat: statOf(node) };
  return { kind, children: childrenOf(tree, path) ?? [] };
}

type WatchingRead = Extract<Request, { readonly watch: boolean }>;

const WATCH = {
  exists: 'exists',
  getData: 'data',
  getChildren: 'child',
  getChildren2: 'child',
} as const;

function readNode(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  { request, identities }: Asked<WatchingRead>,
): Outcome {
  const { path, kind } = request;
  // Reads do not judge a path: what is not there is not there. Only exists looks for a NUL.
  if (kind === 'exists' && path.includes('\0')) return failed(ERROR_CODE.BadArguments);
  const node = getNode(server.tree, path);
  // exists tells of every node, whoever asks (3.8; later versions want READ).
  const permitted =
    node === null || kind === 'exists' || isPermitted(aclOf(node), identities, PERMISSION.READ);
  if (!permitted) return failed(ERROR_CODE.NoAuth);
  // exists watches also what is not there yet.
  if (request.watch && (node !== null || kind === 'exists')) {
    addWatch(server.watches, WATCH[kind], path, connection.id);
    trace(ctx, { kind: 'watchSet', session: connection.session, path, watch: WATCH[kind] });
  }
  return node === null ? failed(ERROR_CODE.NoNode) : done(responseOf(server, kind, path, node));
}

function responseOf(
  server: ServerState,
  kind: WatchingRead['kind'],
  path: string,
  node: ZNode,
): Response {
  const stat = statOf(node);
  switch (kind) {
    case 'exists':
      return { kind: 'stat', stat };
    case 'getData':
      return { kind: 'data', data: node.data, stat };
    case 'getChildren':
      return { kind: 'children', children: childrenOf(server.tree, path) ?? [] };
    case 'getChildren2':
      return { kind: 'childrenAndStat', children: childrenOf(server.tree, path) ?? [], stat };
  }
}
