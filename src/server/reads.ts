// Requests that change nothing, answered from this server's own tree (FinalRequestProcessor).

import { aclOf, childrenOf, countDescendants, getNode, statOf, type ZNode } from '../tree/tree.ts';
import { addWatch, restoreWatches } from '../tree/watches.ts';
import { ERROR_CODE } from '../vocabulary/error-code.ts';
import type { Request, Response } from '../vocabulary/request.ts';
import {
  trace,
  type Answer,
  type Connection,
  type ServerContext,
  type ServerState,
} from './state.ts';
import { sendEvents } from './events.ts';

interface Outcome {
  readonly err: number;
  readonly response: Response | null;
}

const failed = (err: number): Outcome => ({ err, response: null });
const done = (response: Response): Outcome => ({ err: ERROR_CODE.Ok, response });

/** The zxid says how far this server's tree was when it was read. */
export function answerRead(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  request: Request,
): Answer {
  return { zxid: server.tree.lastZxid, ...read(server, ctx, connection, request) };
}

function read(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  request: Request,
): Outcome {
  switch (request.kind) {
    case 'ping':
      return done({ kind: 'nothing' });
    case 'setWatches':
      sendEvents(server, ctx, restoreWatches(server.watches, server.tree, connection.id, request));
      return done({ kind: 'nothing' });
    case 'exists':
    case 'getData':
    case 'getChildren':
    case 'getChildren2':
      return readNode(server, ctx, connection, request);
    case 'getACL':
    case 'getAllChildrenNumber': {
      const node = getNode(server.tree, request.path);
      if (node === null) return failed(ERROR_CODE.NoNode);
      if (request.kind === 'getACL') {
        return done({ kind: 'acl', acl: aclOf(node), stat: statOf(node) });
      }
      return done({ kind: 'count', count: countDescendants(server.tree, request.path) ?? 0 });
    }
    default:
      return failed(ERROR_CODE.Unimplemented);
  }
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
  request: WatchingRead,
): Outcome {
  const { path, kind } = request;
  // Reads do not judge a path: what is not there is not there. Only exists looks for a NUL.
  if (kind === 'exists' && path.includes('\0')) return failed(ERROR_CODE.BadArguments);
  const node = getNode(server.tree, path);
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
