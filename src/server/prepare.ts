// The leader's first look at a request that changes something (PrepRequestProcessor): is it allowed, and
// what exactly will it change? Out comes a transaction with absolute values, or an error transaction.
import {
  BUILT_IN_PATHS,
  checkPath,
  CONFIG_PATH,
  parentOf,
  ROOT,
  sequenceName,
} from '../tree/path.ts';
import { kindOfOwner, OWNER_CONTAINER, OWNER_PERSISTENT, ownerOfTtl } from '../tree/owner.ts';
import { isPermitted, normaliseAcl, type Growth } from '../tree/acl.ts';
import type { Tree } from '../tree/tree.ts';
import { ERROR_CODE } from '../vocabulary/error-code.ts';
import type { SessionId } from '../vocabulary/ids.ts';
import type { MultiOperation, Request } from '../vocabulary/request.ts';
import type { Identity } from '../vocabulary/packet.ts';
import { PERMISSION, type Acl } from '../vocabulary/stat.ts';
import {
  TRANSACTION_BYTES_MAX,
  type SimpleTransaction,
  type Transaction,
} from '../vocabulary/transaction.ts';
import type { Zxid } from '../vocabulary/zxid.ts';
import { createModeOf, insideMulti, type CreateOperation, type Mode } from './create-mode.ts';
import { breaksQuota, holdingBack, type QuotaExceeded } from './prepare-quota.ts';
import { prepareReconfig, type ChangingEnsemble } from './prepare-reconfig.ts';
import {
  addChange,
  future,
  futureEphemerals,
  rollBack,
  type Change,
  type Outstanding,
} from './outstanding.ts';

/** A request that ZooKeeper refuses: not an accident, a value with a code. */
interface Refusal {
  readonly refused: number;
}

export interface Desk {
  readonly outstanding: Outstanding;
  readonly tree: Tree;
  readonly zxid: Zxid;
  readonly session: SessionId;
  /** Who asks: address and proved identities, as they were when the request came in. */
  readonly identities: readonly Identity[];
  /** Not 0: why this session may change nothing any more. What is wrong with a create's flags comes first,
   *  and who changes nothing is not asked. */
  readonly standing: number;
  readonly rules: Rules;
  /** True where the scheme sasl is one. */
  readonly hasSasl?: boolean;
  /** What `auth` has added to this request's lists. */
  readonly growth?: Growth;
  /** Null or left out: reconfiguration is not enabled. */
  readonly ensemble?: ChangingEnsemble | null;
  readonly onQuotaExceeded?: (exceeded: QuotaExceeded) => void;
}

/** What an administrator may switch on, as at Apache's servers by system properties. */
export interface Rules {
  /** zookeeper.extendedTypesEnabled: there are TTL nodes. */
  readonly extendedTypes: boolean;
  /** zookeeper.enforceQuota: hard limits are limits. */
  readonly enforceQuota: boolean;
}

const may = ({ identities }: Desk, { acl }: Change, permission: number): boolean =>
  isPermitted(acl, identities, permission);
const refuse = (refused: number): Refusal => ({ refused });
const isRefusal = (value: object): value is Refusal => 'refused' in value;

/** Every request that needs a zxid. */
export function prepare(desk: Desk, request: Request): Transaction {
  switch (request.kind) {
    case 'createSession':
      return { kind: 'createSession', timeoutMillis: request.timeoutMillis };
    case 'closeSession':
      return prepareCloseSession(desk);
    case 'multi':
      return prepareMulti(desk, request.operations);
    case 'setACL':
      return orError(prepareSetAcl(desk, request));
    case 'create':
    case 'create2':
    case 'createContainer':
    case 'createTTL':
    case 'delete':
    case 'setData':
      return orError(prepareOperation(desk, request));
    case 'reconfig':
      return prepareReconfig(desk, request);
    default:
      return { kind: 'error', err: ERROR_CODE.Unimplemented };
  }
}

const orError = (prepared: SimpleTransaction | Refusal): SimpleTransaction =>
  isRefusal(prepared) ? { kind: 'error', err: prepared.refused } : prepared;

/** A character of a path, at most. */
const PATH_BYTES = 3;

function prepareCloseSession(desk: Desk): Transaction {
  const paths = futureEphemerals(desk.outstanding, desk.tree, desk.session);
  for (const path of paths) removeFuture(desk, path);
  // Whoever applies it finds by itself what is not named, and Apache's servers do so too.
  const bytes = paths.reduce((sum, path) => sum + PATH_BYTES * path.length, 0);
  return { kind: 'closeSession', paths: bytes > TRANSACTION_BYTES_MAX / 2 ? [] : paths };
}

/** The removal of an empty container or TTL node, or null if it is not that any more. */
export function prepareReaping(desk: Desk, path: string): SimpleTransaction | null {
  const node = future(desk.outstanding, desk.tree, path);
  if (node === null || node.children > 0) return null;
  if (!['container', 'ttl'].includes(kindOfOwner(node.ephemeralOwner))) return null;
  removeFuture(desk, path);
  return { kind: 'deleteContainer', path };
}

/** All or nothing: after the first refusal what was added goes, and the rest is not looked at. */
function prepareMulti(desk: Desk, operations: readonly MultiOperation[]): Transaction {
  const mark = desk.outstanding.order.length;
  const parts: SimpleTransaction[] = [];
  const { inside, tell } = holdingBack(desk);
  let failed = false;
  for (const operation of operations) {
    if (failed) {
      parts.push({ kind: 'error', err: ERROR_CODE.RuntimeInconsistency });
      continue;
    }
    const understood = insideMulti(operation);
    if (understood === null) {
      rollBack(desk.outstanding, mark);
      return { kind: 'error', err: ERROR_CODE.MarshallingError };
    }
    const prepared = prepareOperation(inside, understood);
    failed = isRefusal(prepared);
    if ('refused' in prepared && prepared.refused === ERROR_CODE.SessionMoved) {
      rollBack(desk.outstanding, mark);
      return orError(prepared);
    }
    parts.push(orError(prepared));
  }
  if (failed) rollBack(desk.outstanding, mark);
  tell(!failed);
  return { kind: 'multi', parts };
}

function prepareOperation(desk: Desk, operation: MultiOperation): SimpleTransaction | Refusal {
  switch (operation.kind) {
    case 'create':
    case 'create2':
    case 'createContainer':
    case 'createTTL':
      return prepareCreate(desk, operation);
    case 'delete':
      return prepareDelete(desk, operation);
    case 'setData':
      return prepareSetData(desk, operation);
    case 'check':
      return prepareCheck(desk, operation);
  }
}

function prepareCreate(desk: Desk, create: CreateOperation): SimpleTransaction | Refusal {
  const mode = createModeOf(desk.rules, create);
  if (isRefusal(mode)) return mode;
  if (desk.standing !== ERROR_CODE.Ok) return refuse(desk.standing);
  if (!create.path.includes('/') || create.path.includes('\0')) {
    return refuse(ERROR_CODE.BadArguments);
  }
  const acl = normaliseAcl(create.acl, desk.identities, desk.hasSasl, desk.growth);
  if (acl === null) return refuse(ERROR_CODE.InvalidACL);
  const parentPath = create.path === ROOT ? ROOT : parentOf(create.path);
  const parent = future(desk.outstanding, desk.tree, parentPath);
  if (parent === null) return refuse(ERROR_CODE.NoNode);
  if (!may(desk, parent, PERMISSION.CREATE)) return refuse(ERROR_CODE.NoAuth);
  const path = mode.sequential ? sequenceName(create.path, parent.cversion) : create.path;
  if (checkPath(path) !== null) return refuse(ERROR_CODE.BadArguments);
  if (future(desk.outstanding, desk.tree, path) !== null) return refuse(ERROR_CODE.NodeExists);
  if (kindOfOwner(parent.ephemeralOwner) === 'ephemeral') {
    return refuse(ERROR_CODE.NoChildrenForEphemerals);
  }
  const dataLength = create.data?.length ?? 0;
  if (breaksQuota(desk, path, 1, dataLength)) return refuse(ERROR_CODE.QuotaExceeded);
  const { zxid } = desk;
  const cversion = (parent.cversion + 1) | 0;
  addChange(desk.outstanding, { ...parent, zxid, cversion, children: parent.children + 1 });
  addChange(desk.outstanding, {
    ...{ zxid, path, exists: true, version: 0, cversion: 0, aversion: 0, children: 0, dataLength },
    ephemeralOwner: ownerFor(desk, create, mode),
    acl,
  });
  return createTransaction(create, mode, { path, acl, parentCVersion: cversion });
}

function ownerFor(desk: Desk, create: CreateOperation, mode: Mode): bigint {
  if (create.kind === 'createContainer') return OWNER_CONTAINER;
  if (create.kind === 'createTTL') return ownerOfTtl(create.ttlMillis);
  return mode.ephemeral ? desk.session : OWNER_PERSISTENT;
}

function createTransaction(
  create: CreateOperation,
  mode: Mode,
  fixed: { readonly path: string; readonly acl: readonly Acl[]; readonly parentCVersion: number },
): SimpleTransaction {
  const { data } = create;
  if (create.kind === 'createContainer') return { kind: 'createContainer', data, ...fixed };
  if (create.kind === 'createTTL') {
    return { kind: 'createTTL', data, ...fixed, ttlMillis: create.ttlMillis };
  }
  const kind = create.kind === 'create' ? 'create' : 'create2';
  return { kind, data, ...fixed, ephemeral: mode.ephemeral };
}

const matches = (asked: number, version: number): boolean => asked === -1 || asked === version;

function removeFuture(desk: Desk, path: string): void {
  const { outstanding, tree, zxid } = desk;
  const parentPath = parentOf(path);
  const parent = future(outstanding, tree, parentPath);
  if (parent !== null) {
    addChange(outstanding, { ...parent, zxid, children: Math.max(0, parent.children - 1) });
  }
  addChange(outstanding, {
    ...{ zxid, path, exists: false, version: -1, cversion: 0, aversion: 0, children: 0 },
    dataLength: 0,
    ephemeralOwner: OWNER_PERSISTENT,
    acl: [],
  });
}

function prepareDelete(
  desk: Desk,
  { path, version }: { readonly path: string; readonly version: number },
): SimpleTransaction | Refusal {
  if (desk.standing !== ERROR_CODE.Ok) return refuse(desk.standing);
  const illegal = !path.includes('/') || path.includes('\0') || BUILT_IN_PATHS.includes(path);
  if (illegal) return refuse(ERROR_CODE.BadArguments);
  const parent = future(desk.outstanding, desk.tree, parentOf(path));
  if (parent === null) return refuse(ERROR_CODE.NoNode);
  if (!may(desk, parent, PERMISSION.DELETE)) return refuse(ERROR_CODE.NoAuth);
  const node = future(desk.outstanding, desk.tree, path);
  if (node === null) return refuse(ERROR_CODE.NoNode);
  if (!matches(version, node.version)) return refuse(ERROR_CODE.BadVersion);
  if (node.children > 0) return refuse(ERROR_CODE.NotEmpty);
  removeFuture(desk, path);
  return { kind: 'delete', path };
}

function prepareSetData(
  desk: Desk,
  set: { readonly path: string; readonly data: Uint8Array | null; readonly version: number },
): SimpleTransaction | Refusal {
  if (desk.standing !== ERROR_CODE.Ok) return refuse(desk.standing);
  if (checkPath(set.path) !== null) return refuse(ERROR_CODE.BadArguments);
  const node = future(desk.outstanding, desk.tree, set.path);
  if (node === null) return refuse(ERROR_CODE.NoNode);
  // The configuration is written by servers alone; not even super may.
  const isConfig = set.path === CONFIG_PATH;
  if (isConfig || !may(desk, node, PERMISSION.WRITE)) return refuse(ERROR_CODE.NoAuth);
  const dataLength = set.data?.length ?? 0;
  // A hard limit counts before the version, as at Apache's servers; of any other only what is done is told.
  const fits = matches(set.version, node.version);
  const isOver = breaksQuota(desk, set.path, 0, dataLength - node.dataLength, fits);
  if (isOver) return refuse(ERROR_CODE.QuotaExceeded);
  if (!fits) return refuse(ERROR_CODE.BadVersion);
  const version = (node.version + 1) | 0;
  addChange(desk.outstanding, { ...node, zxid: desk.zxid, version, dataLength });
  return { kind: 'setData', path: set.path, data: set.data, version };
}

function prepareSetAcl(
  desk: Desk,
  set: { readonly path: string; readonly acl: readonly Acl[]; readonly version: number },
): SimpleTransaction | Refusal {
  if (desk.standing !== ERROR_CODE.Ok) return refuse(desk.standing);
  if (checkPath(set.path) !== null) return refuse(ERROR_CODE.BadArguments);
  const acl = normaliseAcl(set.acl, desk.identities, desk.hasSasl, desk.growth);
  if (acl === null) return refuse(ERROR_CODE.InvalidACL);
  const node = future(desk.outstanding, desk.tree, set.path);
  if (node === null) return refuse(ERROR_CODE.NoNode);
  if (!may(desk, node, PERMISSION.ADMIN)) return refuse(ERROR_CODE.NoAuth);
  if (!matches(set.version, node.aversion)) return refuse(ERROR_CODE.BadVersion);
  const version = (node.aversion + 1) | 0;
  addChange(desk.outstanding, { ...node, zxid: desk.zxid, aversion: version, acl });
  return { kind: 'setACL', path: set.path, acl, version };
}

function prepareCheck(
  desk: Desk,
  { path, version }: { readonly path: string; readonly version: number },
): SimpleTransaction | Refusal {
  if (desk.standing !== ERROR_CODE.Ok) return refuse(desk.standing);
  if (checkPath(path) !== null) return refuse(ERROR_CODE.BadArguments);
  const node = future(desk.outstanding, desk.tree, path);
  if (node === null) return refuse(ERROR_CODE.NoNode);
  if (!may(desk, node, PERMISSION.READ)) return refuse(ERROR_CODE.NoAuth);
  if (!matches(version, node.version)) return refuse(ERROR_CODE.BadVersion);
  // Apache's leader writes the version that a change would have made.
  return { kind: 'check', path, version: (node.version + 1) | 0 };
}
