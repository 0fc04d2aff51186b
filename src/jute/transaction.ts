// Transactions as proposals and the log carry them: header, record, and since 3.6 a digest
// (SerializeUtils.serializeRequest; zookeeper.jute, txn module).

import { decodeUtf8 } from '../base/utf8.ts';
import type {
  SimpleTransaction,
  Transaction,
  TransactionRecord,
  TxnDigest,
} from '../vocabulary/transaction.ts';
import { OP_CODE } from '../vocabulary/request.ts';
import { sessionId } from '../vocabulary/ids.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import {
  CodecError,
  expectEnd,
  makeReader,
  readBool,
  readBuffer,
  readInt,
  readLong,
  readMillis,
  readString,
  readVector,
  remaining,
  type Reader,
} from './reader.ts';
import { readAcls, writeAcls } from './records.ts';
import {
  makeWriter,
  writeBool,
  writeBuffer,
  writeInt,
  writeLong,
  writeMillis,
  writeString,
  writeVector,
  written,
  type Writer,
} from './writer.ts';

const TYPE: Readonly<Record<Transaction['kind'], number>> = {
  create: OP_CODE.create,
  create2: OP_CODE.create2,
  createContainer: OP_CODE.createContainer,
  createTTL: OP_CODE.createTTL,
  delete: OP_CODE.delete,
  deleteContainer: OP_CODE.deleteContainer,
  setData: OP_CODE.setData,
  setACL: OP_CODE.setACL,
  check: OP_CODE.check,
  error: OP_CODE.error,
  createSession: OP_CODE.createSession,
  closeSession: OP_CODE.closeSession,
  multi: OP_CODE.multi,
  reconfig: OP_CODE.reconfig,
};

const KIND = new Map<number, Transaction['kind']>(
  (Object.keys(TYPE) as Transaction['kind'][]).map((kind) => [TYPE[kind], kind]),
);

/** The type that a transaction's header carries. */
export const transactionType = (transaction: Transaction): number => TYPE[transaction.kind];

function writeCreate(
  writer: Writer,
  create: { path: string; data: Uint8Array | null; acl: Parameters<typeof writeAcls>[1] },
): void {
  writeString(writer, create.path);
  writeBuffer(writer, create.data);
  writeAcls(writer, create.acl);
}

function writeSetData(
  writer: Writer,
  set: { readonly path: string; readonly data: Uint8Array | null; readonly version: number },
): void {
  writeString(writer, set.path);
  writeBuffer(writer, set.data);
  writeInt(writer, set.version);
}

function writeSimple(writer: Writer, transaction: SimpleTransaction): void {
  switch (transaction.kind) {
    case 'create':
    case 'create2':
      writeCreate(writer, transaction);
      writeBool(writer, transaction.ephemeral);
      writeInt(writer, transaction.parentCVersion);
      return;
    case 'createContainer':
      writeCreate(writer, transaction);
      writeInt(writer, transaction.parentCVersion);
      return;
    case 'createTTL':
      writeCreate(writer, transaction);
      writeInt(writer, transaction.parentCVersion);
      writeLong(writer, transaction.ttlMillis);
      return;
    case 'delete':
    case 'deleteContainer':
      writeString(writer, transaction.path);
      return;
    case 'setData':
      writeSetData(writer, transaction);
      return;
    case 'setACL':
      writeString(writer, transaction.path);
      writeAcls(writer, transaction.acl);
      writeInt(writer, transaction.version);
      return;
    case 'check':
      writeString(writer, transaction.path);
      writeInt(writer, transaction.version);
      return;
    case 'error':
      writeInt(writer, transaction.err);
  }
}

function writePart(writer: Writer, part: SimpleTransaction): void {
  const body = makeWriter();
  writeSimple(body, part);
  writeInt(writer, TYPE[part.kind]);
  writeBuffer(writer, written(body));
}

function writeTransaction(writer: Writer, transaction: Transaction): void {
  switch (transaction.kind) {
    case 'createSession':
      writeInt(writer, transaction.timeoutMillis);
      return;
    case 'closeSession':
      writeVector(writer, transaction.paths, writeString);
      return;
    case 'multi':
      writeVector(writer, transaction.parts, writePart);
      return;
    case 'reconfig':
      writeSetData(writer, transaction);
      return;
    default:
      writeSimple(writer, transaction);
  }
}

export function encodeTransaction(record: TransactionRecord): Uint8Array {
  const writer = makeWriter(256);
  writeLong(writer, record.header.clientId);
  writeInt(writer, record.header.cxid);
  writeLong(writer, record.header.zxid);
  writeMillis(writer, record.header.time);
  writeInt(writer, record.header.type);
  writeTransaction(writer, record.transaction);
  if (record.digest !== null) {
    writeInt(writer, record.digest.version);
    writeLong(writer, BigInt.asIntN(64, record.digest.treeDigest));
  }
  return written(writer);
}

const readCreateFields = (reader: Reader) => ({
  path: readString(reader),
  data: readBuffer(reader),
  acl: readAcls(reader),
});

const INT_BYTES = 4;

/** Very old logs lack the parent's cversion: then -1. */
const readParentCVersion = (reader: Reader): number =>
  remaining(reader) >= INT_BYTES ? readInt(reader) : -1;

function readSetData(reader: Reader) {
  const path = readString(reader);
  return { path, data: readBuffer(reader), version: readInt(reader) };
}

function readSimple(reader: Reader, kind: SimpleTransaction['kind']): SimpleTransaction {
  switch (kind) {
    case 'create':
    case 'create2': {
      const fields = readCreateFields(reader);
      const ephemeral = readBool(reader);
      return { kind, ...fields, ephemeral, parentCVersion: readParentCVersion(reader) };
    }
    case 'createContainer':
      return { kind, ...readCreateFields(reader), parentCVersion: readInt(reader) };
    case 'createTTL': {
      const fields = readCreateFields(reader);
      const parentCVersion = readInt(reader);
      return { kind, ...fields, parentCVersion, ttlMillis: readLong(reader) };
    }
    case 'delete':
    case 'deleteContainer':
      return { kind, path: readString(reader) };
    case 'setData':
      return { kind, ...readSetData(reader) };
    case 'setACL': {
      const path = readString(reader);
      return { kind, path, acl: readAcls(reader), version: readInt(reader) };
    }
    case 'check': {
      const path = readString(reader);
      return { kind, path, version: readInt(reader) };
    }
    case 'error':
      return { kind, err: readInt(reader) };
  }
}

function kindOf(type: number): Transaction['kind'] {
  const kind = KIND.get(type);
  if (kind === undefined) throw new CodecError(`a transaction of unknown type ${type}`);
  return kind;
}

const PART_BYTES_MIN = 8;
const WHOLE: ReadonlySet<Transaction['kind']> = new Set([
  ...(['multi', 'createSession', 'closeSession', 'reconfig'] as const),
]);
const isSimple = (kind: Transaction['kind']): kind is SimpleTransaction['kind'] => !WHOLE.has(kind);

function readPart(reader: Reader): SimpleTransaction {
  const kind = kindOf(readInt(reader));
  if (!isSimple(kind)) {
    throw new CodecError(`a ${kind} inside a multi`);
  }
  const body = makeReader(readBuffer(reader) ?? new Uint8Array());
  const part = readSimple(body, kind);
  expectEnd(body, 'a part of a multi');
  return part;
}

function readTransaction(reader: Reader, kind: Transaction['kind']): Transaction {
  switch (kind) {
    case 'createSession':
      return { kind, timeoutMillis: readInt(reader) };
    case 'closeSession':
      if (remaining(reader) === 0) return { kind, paths: [] };
      return { kind, paths: readVector(reader, INT_BYTES, readString) };
    case 'multi':
      return { kind, parts: readVector(reader, PART_BYTES_MIN, readPart) };
    case 'reconfig':
      return { kind, ...readSetData(reader) };
    default:
      return readSimple(reader, kind);
  }
}

/** Absent in histories written before 3.6. */
function readDigest(reader: Reader): TxnDigest | null {
  if (remaining(reader) === 0) return null;
  return { version: readInt(reader), treeDigest: BigInt.asUintN(64, readLong(reader)) };
}

/** Throws a CodecError. */
export function decodeTransaction(bytes: Uint8Array): TransactionRecord {
  const reader = makeReader(bytes);
  const clientId = sessionId(readLong(reader));
  const cxid = readInt(reader);
  const zxid = zxidOf(readLong(reader));
  const time = readMillis(reader);
  const type = readInt(reader);
  const transaction = readTransaction(reader, kindOf(type));
  const digest = readDigest(reader);
  expectEnd(reader, 'a transaction');
  return { header: { clientId, cxid, zxid, time, type }, transaction, digest };
}

const TIME_OFFSET = 20;
const TYPE_OFFSET = 28;
const HALF = 2 ** 32;

/** When its leader made it, by that one's wall; null for bytes that are no transaction. Nothing else is read. */
export function transactionMillis(bytes: Uint8Array): number | null {
  if (bytes.length < TYPE_OFFSET) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getInt32(TIME_OFFSET) * HALF + view.getUint32(TIME_OFFSET + INT_BYTES);
}

/** The text of the configuration that this transaction makes, or null for any other transaction. Throws a
 *  CodecError. */
export function configurationText(bytes: Uint8Array): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isReconfig =
    bytes.length >= TYPE_OFFSET + INT_BYTES && view.getInt32(TYPE_OFFSET) === OP_CODE.reconfig;
  if (!isReconfig) return null;
  const { transaction } = decodeTransaction(bytes);
  return transaction.kind === 'reconfig' ? decodeUtf8(transaction.data ?? new Uint8Array()) : null;
}
