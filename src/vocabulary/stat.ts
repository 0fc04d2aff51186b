// Stat as clients see it (68 bytes on the wire, in this order) and the ACL beside it.

import type { Zxid } from './zxid.ts';

export interface Stat {
  readonly czxid: Zxid;
  readonly mzxid: Zxid;
  /** Milliseconds since 1970, the leader's clock when it prepared the transaction. */
  readonly ctime: number;
  readonly mtime: number;
  readonly version: number;
  /** 2 x children ever created - children now. */
  readonly cversion: number;
  readonly aversion: number;
  /** The owning session of an ephemeral, else 0. */
  readonly ephemeralOwner: bigint;
  readonly dataLength: number;
  readonly numChildren: number;
  readonly pzxid: Zxid;
}

export interface Acl {
  readonly perms: number;
  readonly scheme: string;
  readonly id: string;
}

export const PERMISSION = { READ: 1, WRITE: 2, CREATE: 4, DELETE: 8, ADMIN: 16, ALL: 31 } as const;

export const OPEN_ACL: readonly Acl[] = [{ perms: PERMISSION.ALL, scheme: 'world', id: 'anyone' }];
