// A world that is broken on purpose: watches fire as soon as a change is in their server's log, which is
// before it is applied there, and may be before it is agreed upon at all.

import { encodeWatcherEvent } from '../jute/client.ts';
import { decodeTransaction } from '../jute/transaction.ts';
import type { ServerState } from '../server/server.ts';
import { isPermitted } from '../tree/acl.ts';
import { parentOf } from '../tree/path.ts';
import { aclOf, getNode, type Tree, type WatchCause } from '../tree/tree.ts';
import { triggerWatches } from '../tree/watches.ts';
import type { DiskOutput } from '../vocabulary/boundary.ts';
import type { ServerId } from '../vocabulary/ids.ts';
import { PERMISSION, OPEN_ACL, type Acl } from '../vocabulary/stat.ts';
import type { SimpleTransaction, Transaction } from '../vocabulary/transaction.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import type { World } from './world.ts';

/** Notifications carry no zxid. */
const NOTIFICATION_ZXID = zxidOf(-1n);

export const tellEarly =
  (world: World) =>
  (server: ServerId, change: DiskOutput): void => {
    if (change.kind !== 'append') return;
    world.seat(server).meddleOnce((state) => {
      for (const { zxid, bytes } of change.entries) {
        if (zxid <= state.tree.lastZxid) continue;
        fire(world, server, state, decodeTransaction(bytes).transaction);
      }
    });
  };

/** Takes the watches away, so that they do not fire again, and tells their clients. */
function fire(
  { doors }: World,
  server: ServerId,
  { tree, watches, connections }: ServerState,
  transaction: Transaction,
): void {
  for (const { connection, event, path, acl } of triggerWatches(
    watches,
    causesOf(tree, transaction),
  )) {
    const client = connections.get(connection);
    if (client === undefined) continue;
    if (acl !== null && !isPermitted(acl, client.identities, PERMISSION.READ)) continue;
    const said = { type: event, state: 'SyncConnected', path } as const;
    doors.slip(server, connection, encodeWatcherEvent(NOTIFICATION_ZXID, said));
  }
}

/** What the change will be, as far as the tree shows it before. */
function causesOf(tree: Tree, transaction: Transaction): readonly WatchCause[] {
  switch (transaction.kind) {
    case 'createSession':
      return [];
    case 'closeSession':
      return transaction.paths.map((path) => causeOf(tree, 'NodeDeleted', path));
    case 'reconfig':
      return [causeOf(tree, 'NodeDataChanged', transaction.path)];
    case 'multi': {
      const { parts } = transaction;
      const failed = parts.some(({ kind }) => kind === 'error');
      return failed ? [] : parts.flatMap((part) => causesOfOne(tree, part));
    }
    default:
      return causesOfOne(tree, transaction);
  }
}

function causesOfOne(tree: Tree, change: SimpleTransaction): readonly WatchCause[] {
  switch (change.kind) {
    case 'create':
    case 'create2':
    case 'createContainer':
    case 'createTTL':
      return [causeOf(tree, 'NodeCreated', change.path, change.acl)];
    case 'delete':
    case 'deleteContainer':
      return [causeOf(tree, 'NodeDeleted', change.path)];
    case 'setData':
      return [causeOf(tree, 'NodeDataChanged', change.path)];
    default:
      return [];
  }
}

function causeOf(
  tree: Tree,
  event: WatchCause['event'],
  path: string,
  acl: readonly Acl[] = aclAt(tree, path),
): WatchCause {
  const parentAcl = event === 'NodeDataChanged' ? acl : aclAt(tree, parentOf(path));
  return { event, path, acl, parentAcl };
}

function aclAt(tree: Tree, path: string): readonly Acl[] {
  const node = getNode(tree, path);
  return node === null ? OPEN_ACL : aclOf(node);
}
