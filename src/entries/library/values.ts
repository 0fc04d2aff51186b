// What the library takes and gives, and requests made of it: everything is checked, because whoever calls
// may hand over anything. Bytes that leave are copies of their own.

import { CLIENT_FRAME_BYTES_MAX } from '../../client/client.ts';
import { createFlags } from '../../client/zkcli/znode-programs.ts';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import { CREATE_FLAG, type MultiOperation, type MultiResult } from '../../vocabulary/request.ts';
import { OPEN_ACL, type Acl } from '../../vocabulary/stat.ts';
import { KeeperError } from '../client/keeper-error.ts';

/** Text is written as UTF-8. Null is a znode without data, which is another thing than no bytes. */
export type Data = string | Uint8Array | null;

export interface CreateOptions {
  readonly ephemeral?: boolean;
  /** The server appends ten digits that only grow. */
  readonly sequential?: boolean;
  /** Removed by the servers some time after its last child went. */
  readonly container?: boolean;
  /** Removed when it had no child and no change for so long; the servers have to allow TTL nodes. */
  readonly ttlMillis?: number;
  /** Everybody may do everything, unless it says otherwise. */
  readonly acl?: readonly Acl[];
}

export type Operation =
  | ({ readonly op: 'create'; readonly path: string; readonly data?: Data } & CreateOptions)
  | { readonly op: 'set'; readonly path: string; readonly data: Data; readonly version?: number }
  | { readonly op: 'delete' | 'check'; readonly path: string; readonly version?: number };

const ANY_VERSION = -1;
const INT_MAX = 0x7fff_ffff;
/** A session and its watches fit into frames of this length. */
const FRAME_BYTES_MIN = 1_024;

export const badArguments = (): KeeperError => new KeeperError(ERROR_CODE.BadArguments, 'failed');

type CreateOperation = Extract<MultiOperation, { readonly flags: number }>;

export function createOf(path: string, data: Data, options: CreateOptions): CreateOperation {
  const { ephemeral = false, sequential = false, container = false, ttlMillis } = options;
  const fields = { path: text(path), data: bytes(data), acl: options.acl ?? OPEN_ACL };
  const special = Number(ephemeral) + Number(container) + Number(ttlMillis !== undefined);
  if (special > 1 || (container && sequential)) throw badArguments();
  if (container) return { kind: 'createContainer', ...fields, flags: CREATE_FLAG.container };
  if (ttlMillis === undefined) {
    return { kind: 'create', ...fields, flags: createFlags(ephemeral, sequential) };
  }
  if (!Number.isSafeInteger(ttlMillis) || ttlMillis < 1) throw badArguments();
  const flags = CREATE_FLAG[sequential ? 'persistentSequentialTTL' : 'persistentTTL'];
  return { kind: 'createTTL', ...fields, ttlMillis: BigInt(ttlMillis), flags };
}

export function operationOf(operation: Operation): MultiOperation {
  switch (operation.op) {
    case 'create':
      return createOf(operation.path, operation.data ?? null, operation);
    case 'set': {
      const { path, data } = operation;
      const version = versionOf(operation.version);
      return { kind: 'setData', path: text(path), data: bytes(data), version };
    }
    case 'delete':
    case 'check': {
      const version = versionOf(operation.version);
      return { kind: operation.op, path: text(operation.path), version };
    }
    default:
      throw badArguments();
  }
}

/** A version that is no int would match another one on the wire. */
export function versionOf(version: number = ANY_VERSION): number {
  if (Number.isInteger(version) && Math.abs(version) <= INT_MAX) return version;
  throw badArguments();
}

/** Of requests: how long they wait, and how long they or their answers are. */
export function boundsOf(
  given: { readonly queueMillisMax?: number; readonly frameBytesMax?: number },
  timeoutMillis: number,
): { readonly queueMillisMax: number; readonly frameBytesMax: number } {
  const { queueMillisMax = timeoutMillis, frameBytesMax = CLIENT_FRAME_BYTES_MAX } = given;
  const isInt = Number.isInteger(frameBytesMax) && frameBytesMax <= INT_MAX;
  if (!isInt || frameBytesMax < FRAME_BYTES_MIN) throw badArguments();
  return { queueMillisMax, frameBytesMax };
}

/** What is no text is no path. */
export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw badArguments();
}

export function bytes(data: unknown): Uint8Array | null {
  if (data === null || data === undefined) return null;
  if (typeof data === 'string') return new TextEncoder().encode(data);
  if (data instanceof Uint8Array) return data.slice();
  throw badArguments();
}

/** The engine's small pieces share buffers; what a caller keeps has its own. */
export const ownBytes = (data: Uint8Array | null): Uint8Array | null => data?.slice() ?? null;

export const ownResult = (result: MultiResult): MultiResult =>
  result.kind === 'getData' ? { ...result, data: ownBytes(result.data) } : result;
