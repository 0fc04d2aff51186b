// What learners' consoles hand over and get back: everything is checked (whoever scripts may hand over
// anything), and numbers of 64 bits are written as ZooKeeper prints them.

import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import type { MultiOperation, MultiResult } from '../../vocabulary/request.ts';
import { OPEN_ACL, type Stat } from '../../vocabulary/stat.ts';
import { formatZxid, zxidOf } from '../../vocabulary/zxid.ts';
import { KeeperError } from '../client/client-session.ts';
import { createFlags } from '../../client/zkcli/znode-programs.ts';

export type Data = string | Uint8Array | null;

/** A stat for people: zxids and session ids as ZooKeeper prints them. */
export type ScriptStat = Readonly<Record<keyof Stat, number | string>>;

/** What became of one operation of a multi. */
export type ScriptResult =
  | Exclude<MultiResult, { readonly stat: Stat }>
  | {
      readonly kind: MultiResult['kind'];
      readonly path?: string;
      readonly data?: Uint8Array | null;
      readonly stat: ScriptStat;
    };

export type ScriptOperation =
  | {
      readonly op: 'create';
      readonly path: string;
      readonly data?: Data;
      readonly ephemeral?: boolean;
      readonly sequential?: boolean;
    }
  | { readonly op: 'set'; readonly path: string; readonly data: Data; readonly version?: number }
  | { readonly op: 'delete' | 'check'; readonly path: string; readonly version?: number };

const ANY_VERSION = -1;

export function operationOf(given: ScriptOperation): MultiOperation {
  const operation = optionsOf(given);
  const path = text(operation.path);
  switch (operation.op) {
    case 'create': {
      const flags = createFlags(operation.ephemeral ?? false, operation.sequential ?? false);
      return { kind: 'create', path, data: bytes(operation.data ?? null), acl: OPEN_ACL, flags };
    }
    case 'set': {
      const version = versionOf(operation);
      return { kind: 'setData', path, data: bytes(operation.data), version };
    }
    case 'delete':
    case 'check':
      return { kind: operation.op, path, version: versionOf(operation) };
    default:
      throw new KeeperError(ERROR_CODE.BadArguments, 'failed');
  }
}

/** Whoever scripts may hand over anything. */
export function optionsOf<T extends object>(value: T): T {
  if (typeof (value as unknown) === 'object' && (value as unknown) !== null) return value;
  throw new KeeperError(ERROR_CODE.BadArguments, 'failed');
}

const INT_MAX = 0x7fff_ffff;

export const isWhole = (value: unknown): value is number =>
  Number.isInteger(value) && Math.abs(value as number) <= INT_MAX;

/** A version that is no int would match another one on the wire. */
export function versionOf(options: { readonly version?: number }): number {
  const version = optionsOf(options).version ?? ANY_VERSION;
  if (!isWhole(version)) throw new KeeperError(ERROR_CODE.BadArguments, 'failed');
  return version;
}

export function resultForPeople(result: MultiResult): ScriptResult {
  return 'stat' in result ? { ...result, stat: statForPeople(result.stat) } : result;
}

/** What is no text is no path. */
export function text(value: unknown): string {
  if (typeof value !== 'string') throw new KeeperError(ERROR_CODE.BadArguments, 'failed');
  return value;
}

export function bytes(data: unknown): Uint8Array | null {
  if (data === null || data === undefined) return null;
  if (typeof data === 'string') return new TextEncoder().encode(data);
  if (data instanceof Uint8Array) return data;
  throw new KeeperError(ERROR_CODE.BadArguments, 'failed');
}

export function statForPeople(stat: Stat): ScriptStat {
  return {
    ...stat,
    czxid: formatZxid(stat.czxid),
    mzxid: formatZxid(stat.mzxid),
    pzxid: formatZxid(stat.pzxid),
    ephemeralOwner: formatZxid(zxidOf(stat.ephemeralOwner)),
  };
}
