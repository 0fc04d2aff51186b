// Short ways to write transactions in the tests of this folder.

import { decodeUtf8, encodeUtf8 } from '../base/utf8.ts';
import { sessionId } from '../vocabulary/ids.ts';
import { OP_CODE } from '../vocabulary/request.ts';
import { OPEN_ACL } from '../vocabulary/stat.ts';
import type { Acl } from '../vocabulary/stat.ts';
import type {
  SimpleTransaction,
  Transaction,
  TransactionRecord,
} from '../vocabulary/transaction.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import { applyTransaction } from './tree.ts';
import type { Applied, Tree } from './tree.ts';

export const bytes = encodeUtf8;
export const text = (data: Uint8Array | null): string | null =>
  data === null ? null : decodeUtf8(data);

/** The time in milliseconds that a transaction with this zxid carries here. */
export const timeOf = (zxid: number): number => 1_000_000 + zxid;

export function record(
  zxid: number | bigint,
  transaction: Transaction,
  session = 7n,
  time = timeOf(Number(zxid)),
): TransactionRecord {
  const header = {
    clientId: sessionId(session),
    cxid: 1,
    zxid: zxidOf(BigInt(zxid)),
    time,
    type: OP_CODE[transaction.kind],
  };
  return { header, transaction, digest: null };
}

export const apply = (
  tree: Tree,
  zxid: number | bigint,
  transaction: Transaction,
  session?: bigint,
): Applied => applyTransaction(tree, record(zxid, transaction, session));

interface CreateOptions {
  readonly data?: string | null;
  readonly ephemeral?: boolean;
  readonly acl?: readonly Acl[];
  readonly kind?: 'create' | 'create2';
}

export function create(
  path: string,
  parentCVersion: number,
  { data = '', ephemeral = false, acl = OPEN_ACL, kind = 'create' }: CreateOptions = {},
): SimpleTransaction {
  const content = data === null ? null : bytes(data);
  return { kind, path, data: content, acl, ephemeral, parentCVersion };
}

export const remove = (path: string): SimpleTransaction => ({ kind: 'delete', path });

export const setData = (path: string, data: string, version: number): SimpleTransaction => ({
  kind: 'setData',
  path,
  data: bytes(data),
  version,
});
