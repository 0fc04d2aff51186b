// What a create's flags make of it.

import { TTL_MILLIS_MAX } from '../tree/owner.ts';
import { ERROR_CODE } from '../vocabulary/error-code.ts';
import { CREATE_FLAG, type CreateFields, type MultiOperation } from '../vocabulary/request.ts';

export interface Mode {
  readonly ephemeral: boolean;
  readonly sequential: boolean;
}

/** What a container or a TTL node is, the op code says and not the flag. */
const MODES: ReadonlyMap<number, Mode> = new Map([
  [CREATE_FLAG.persistent, { ephemeral: false, sequential: false }],
  [CREATE_FLAG.ephemeral, { ephemeral: true, sequential: false }],
  [CREATE_FLAG.persistentSequential, { ephemeral: false, sequential: true }],
  [CREATE_FLAG.ephemeralSequential, { ephemeral: true, sequential: true }],
  [CREATE_FLAG.container, { ephemeral: false, sequential: false }],
  [CREATE_FLAG.persistentTTL, { ephemeral: false, sequential: false }],
  [CREATE_FLAG.persistentSequentialTTL, { ephemeral: false, sequential: true }],
]);
const TTL_FLAGS: ReadonlySet<number> = new Set([
  CREATE_FLAG.persistentTTL,
  CREATE_FLAG.persistentSequentialTTL,
]);

export type CreateOperation = Extract<MultiOperation, CreateFields>;

/** The mode, or why there is none. ZooKeeper judges the flags before the path. A time to live belongs to a
 *  TTL flag, and to no other one (a createTTL without either would kill an Apache server). */
export function createModeOf(
  { extendedTypes }: { readonly extendedTypes: boolean },
  create: CreateOperation,
): Mode | { readonly refused: number } {
  const mode = MODES.get(create.flags);
  if (mode === undefined) return { refused: ERROR_CODE.BadArguments };
  const isTtl = TTL_FLAGS.has(create.flags);
  if (isTtl && !extendedTypes) return { refused: ERROR_CODE.Unimplemented };
  const ttl = create.kind === 'createTTL' ? create.ttlMillis : null;
  const fits = isTtl ? ttl !== null && ttl > 0n && ttl <= TTL_MILLIS_MAX : ttl === null;
  return fits ? mode : { refused: ERROR_CODE.BadArguments };
}

/** Inside a multi the flags say what a create makes, and not its op code (Op.create). Null: Apache's
 *  servers cannot make one of it. */
export function insideMulti(operation: MultiOperation): MultiOperation | null {
  if (!('flags' in operation)) return operation;
  const { path, data, acl, flags } = operation;
  if (TTL_FLAGS.has(flags)) return operation.kind === 'createTTL' ? operation : null;
  if (flags === CREATE_FLAG.container) return { kind: 'createContainer', path, data, acl, flags };
  if (operation.kind === 'create2') return operation;
  return { kind: 'create', path, data, acl, flags };
}
