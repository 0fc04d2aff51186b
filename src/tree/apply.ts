// Applies agreed transactions to the tree (DataTree.processTxn). It decides nothing: the leader already
// did, the values in a transaction are absolute. Applying one a second time is harmless, since a
// snapshot that Apache ZooKeeper wrote while its tree was changing is followed by changes that it
// already has in part. No operation costs more than the nodes that it touches.

import { unreachable } from '../base/assert.ts';
import { ERROR_CODE } from '../vocabulary/error-code.ts';
import type { SessionId } from '../vocabulary/ids.ts';
import type { MultiResult } from '../vocabulary/request.ts';
import type { Acl, Stat } from '../vocabulary/stat.ts';
import type { SimpleTransaction, TransactionRecord, TxnHeader } from '../vocabulary/transaction.ts';
import { zxidMax } from '../vocabulary/zxid.ts';
import type { Zxid } from '../vocabulary/zxid.ts';
import { DIGEST_VERSION } from './digest.ts';
import { OWNER_CONTAINER, OWNER_PERSISTENT, ownerOfTtl } from './owner.ts';
import { checkPath, parentOf } from './path.ts';
import { quotaOnCreate, quotaOnDelete, quotaOnSetData } from './quota.ts';
import {
  ROOT_KEY,
  aclOf,
  changeStat,
  getNode,
  keyOf,
  logDigest,
  putNode,
  removeNode,
  replaceAcl,
  replaceData,
  statOf,
} from './znodes.ts';
import type { Tree } from './znodes.ts';

/** One change of one node, in the order of the changes: what watches are triggered by. The parent's
 *  NodeChildrenChanged follows from it and is not listed. */
export interface WatchCause {
  readonly event: 'NodeCreated' | 'NodeDeleted' | 'NodeDataChanged';
  readonly path: string;
  /** Of the node (a deleted one's last) and of its parent at that moment: only who may read is told. */
  readonly acl: readonly Acl[];
  readonly parentAcl: readonly Acl[];
}

export interface Applied {
  readonly zxid: Zxid;
  /** The reply header's err. 0 for a multi, whose failures stand in `results`. */
  readonly err: number;
  /** The created path. */
  readonly path: string | null;
  /** The node right after create2, createContainer, createTTL, create, setData and setACL. */
  readonly stat: Stat | null;
  /** A multi's results in the order of its parts, else empty. */
  readonly results: readonly MultiResult[];
  readonly causes: readonly WatchCause[];
  /** False if the transaction carried a digest of version 2 that is not the tree's. A difference is
   *  reported and changes nothing, as in Apache ZooKeeper. */
  readonly digestMatches: boolean;
}

/** What one part did. */
interface Outcome {
  readonly err: number;
  readonly path: string | null;
  readonly stat: Stat | null;
}

const DONE: Outcome = { err: ERROR_CODE.Ok, path: null, stat: null };
const failed = (err: number): Outcome => ({ err, path: null, stat: null });

export function applyTransaction(tree: Tree, record: TransactionRecord): Applied {
  const { header, transaction } = record;
  const causes: WatchCause[] = [];
  let outcome = DONE;
  let results: readonly MultiResult[] = [];
  switch (transaction.kind) {
    case 'createSession':
      tree.sessions.set(header.clientId, transaction.timeoutMillis);
      break;
    case 'closeSession':
      closeSession(tree, header.clientId, header.zxid, transaction.paths, causes);
      break;
    case 'reconfig':
      outcome = setData(tree, header, transaction, causes);
      break;
    case 'multi':
      results = applyMulti(tree, header, transaction.parts, causes);
      break;
    default:
      outcome = applySimple(tree, header, transaction, causes);
  }
  // Only now: a transaction counts as applied when all of its parts are.
  tree.lastZxid = zxidMax(tree.lastZxid, header.zxid);
  logDigest(tree);
  const { digest } = record;
  const digestMatches =
    digest === null ||
    digest.version !== DIGEST_VERSION ||
    BigInt.asUintN(64, digest.treeDigest) === tree.digest;
  return { zxid: header.zxid, ...outcome, results, causes, digestMatches };
}

function applySimple(
  tree: Tree,
  header: TxnHeader,
  transaction: SimpleTransaction,
  causes: WatchCause[],
): Outcome {
  switch (transaction.kind) {
    case 'create':
    case 'create2': {
      const owner = transaction.ephemeral ? header.clientId : OWNER_PERSISTENT;
      return create(tree, header, transaction, owner, causes);
    }
    case 'createContainer':
      return create(tree, header, transaction, OWNER_CONTAINER, causes);
    case 'createTTL':
      return create(tree, header, transaction, ownerOfTtl(transaction.ttlMillis), causes);
    case 'delete':
    case 'deleteContainer':
      return deleteNode(tree, header.zxid, transaction.path, causes);
    case 'setData':
      return setData(tree, header, transaction, causes);
    case 'setACL':
      return setAcl(tree, transaction.path, transaction.acl, transaction.version);
    case 'check':
      return DONE;
    case 'error':
      return failed(transaction.err);
    default:
      return unreachable(transaction, 'applySimple');
  }
}

interface Creation {
  readonly path: string;
  readonly data: Uint8Array | null;
  readonly acl: readonly Acl[];
  readonly parentCVersion: number;
}

/** A transaction of the oldest form carries -1: one more than the parent has. */
const PARENT_CVERSION_UNKNOWN = -1;

function create(
  tree: Tree,
  header: TxnHeader,
  { path, data, acl, parentCVersion }: Creation,
  owner: bigint,
  causes: WatchCause[],
): Outcome {
  // The leader checked the path; what comes from elsewhere must not break the tree's shape.
  if (checkPath(path) !== null) return failed(ERROR_CODE.BadArguments);
  if (keyOf(path) === ROOT_KEY) return failed(ERROR_CODE.NodeExists);
  const parentPath = parentOf(path);
  const parent = getNode(tree, parentPath);
  if (parent === null) return failed(ERROR_CODE.NoNode);
  const cversion =
    parentCVersion === PARENT_CVERSION_UNKNOWN ? (parent.stat.cversion + 1) | 0 : parentCVersion;
  // Signed and only upwards: after the counter's end it stands still, and pzxid with it.
  if (cversion > parent.stat.cversion) {
    changeStat(tree, parentPath, parent, (stat) => {
      stat.cversion = cversion;
      stat.pzxid = header.zxid;
    });
  }
  const present = getNode(tree, path);
  if (present !== null) {
    // Applied again: the node may be younger than this transaction, its parent older.
    replaceAcl(tree, path, present, acl);
    return failed(ERROR_CODE.NodeExists);
  }
  const node = putNode(tree, path, data, acl, {
    czxid: header.zxid,
    mzxid: header.zxid,
    ctime: header.time,
    mtime: header.time,
    version: 0,
    cversion: 0,
    aversion: 0,
    ephemeralOwner: owner,
    pzxid: header.zxid,
  });
  quotaOnCreate(tree, path, data);
  const parentAcl = aclOf(parent);
  causes.push({ event: 'NodeCreated', path, acl, parentAcl });
  return { err: ERROR_CODE.Ok, path, stat: statOf(node) };
}

function deleteNode(tree: Tree, zxid: Zxid, path: string, causes: WatchCause[]): Outcome {
  if (checkPath(path) !== null || keyOf(path) === ROOT_KEY) return failed(ERROR_CODE.BadArguments);
  const parentPath = parentOf(path);
  const parent = getNode(tree, parentPath);
  if (parent === null) return failed(ERROR_CODE.NoNode);
  const node = getNode(tree, path);
  if (node !== null) removeNode(tree, path);
  // Also when the node is gone already: the parent may have been written before that.
  if (zxid > parent.stat.pzxid) {
    changeStat(tree, parentPath, parent, (stat) => {
      stat.pzxid = zxid;
    });
  }
  if (node === null) return failed(ERROR_CODE.NoNode);
  quotaOnDelete(tree, path, node.data);
  causes.push({ event: 'NodeDeleted', path, acl: aclOf(node), parentAcl: aclOf(parent) });
  return DONE;
}

function setData(
  tree: Tree,
  header: TxnHeader,
  change: { readonly path: string; readonly data: Uint8Array | null; readonly version: number },
  causes: WatchCause[],
): Outcome {
  const node = getNode(tree, change.path);
  if (node === null) return failed(ERROR_CODE.NoNode);
  const before = node.data;
  replaceData(tree, change.path, node, change.data);
  quotaOnSetData(tree, change.path, before, change.data);
  changeStat(tree, change.path, node, (stat) => {
    stat.mzxid = header.zxid;
    stat.mtime = header.time;
    stat.version = change.version;
  });
  const acl = aclOf(node);
  causes.push({ event: 'NodeDataChanged', path: change.path, acl, parentAcl: acl });
  return { err: ERROR_CODE.Ok, path: null, stat: statOf(node) };
}

function setAcl(tree: Tree, path: string, acl: readonly Acl[], version: number): Outcome {
  const node = getNode(tree, path);
  if (node === null) return failed(ERROR_CODE.NoNode);
  replaceAcl(tree, path, node, acl);
  changeStat(tree, path, node, (stat) => {
    stat.aversion = version;
  });
  return { err: ERROR_CODE.Ok, path: null, stat: statOf(node) };
}

/** The listed paths first, then what else this server knows of the session (nothing, unless the list
 *  came from before 3.6). Missing nodes are passed over. */
function closeSession(
  tree: Tree,
  session: SessionId,
  zxid: Zxid,
  paths: readonly string[],
  causes: WatchCause[],
): void {
  for (const path of paths) deleteNode(tree, zxid, path, causes);
  const left = [...(tree.ephemerals.get(session) ?? [])].sort();
  for (const path of left) deleteNode(tree, zxid, path, causes);
  tree.sessions.delete(session);
}

/** All parts or, if one is an error, none: then those before it answer 0, it its own error, and those
 *  behind it RuntimeInconsistency. */
function applyMulti(
  tree: Tree,
  header: TxnHeader,
  parts: readonly SimpleTransaction[],
  causes: WatchCause[],
): MultiResult[] {
  if (!parts.some((part) => part.kind === 'error')) {
    return parts.map((part) => resultOf(part, applySimple(tree, header, part, causes)));
  }
  let behindFailure = false;
  return parts.map((part) => {
    if (part.kind === 'error') {
      behindFailure = true;
      return { kind: 'error', err: part.err };
    }
    return { kind: 'error', err: behindFailure ? ERROR_CODE.RuntimeInconsistency : ERROR_CODE.Ok };
  });
}

function resultOf(part: SimpleTransaction, { err, path, stat }: Outcome): MultiResult {
  if (err !== ERROR_CODE.Ok) return { kind: 'error', err };
  switch (part.kind) {
    case 'create':
      return { kind: 'create', path: path ?? part.path };
    case 'create2':
    case 'createContainer':
    case 'createTTL':
      return stat === null
        ? { kind: 'create', path: part.path }
        : { kind: 'create2', path: part.path, stat };
    case 'setData':
      return stat === null ? { kind: 'check' } : { kind: 'setData', stat };
    case 'delete':
    case 'deleteContainer':
      return { kind: 'delete' };
    default:
      // A setACL cannot be asked for inside a multi; it has no body of its own.
      return { kind: 'check' };
  }
}
