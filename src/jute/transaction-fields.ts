// The fields of a transaction as proposals carry it, byte by byte: header, record, digest.

import { OP_CODE } from '../vocabulary/request.ts';
import { formatSessionId, sessionId } from '../vocabulary/ids.ts';
import { formatZxid, zxidOf } from '../vocabulary/zxid.ts';
import type { FieldReader } from './field-reader.ts';
import { CodecError } from './reader.ts';

const OP_NAME = new Map<number, string>(
  Object.entries(OP_CODE).map(([name, code]) => [code, name]),
);

export const sayOp = (code: number): string => {
  const name = OP_NAME.get(code);
  return name === undefined ? String(code) : `${String(code)} (${name})`;
};
export const saySession = (id: bigint): string => formatSessionId(sessionId(id));
export const sayZxid = (zxid: bigint): string => formatZxid(zxidOf(zxid));

export function transactionFields(fields: FieldReader, name: string, end: number): void {
  fields.long(`${name}.hdr.clientId`, saySession);
  fields.int(`${name}.hdr.cxid`);
  fields.long(`${name}.hdr.zxid`, sayZxid);
  fields.long(`${name}.hdr.time`);
  const type = fields.int(`${name}.hdr.type`, sayOp);
  recordFields(fields, `${name}.txn`, type);
  if (fields.reader.offset >= end) return;
  fields.int(`${name}.digest.version`);
  fields.long(`${name}.digest.treeDigest`, (digest) => {
    return `0x${BigInt.asUintN(64, digest).toString(16)}`;
  });
}

function recordFields(fields: FieldReader, name: string, type: number): void {
  switch (type) {
    case OP_CODE.createSession:
      fields.int(`${name}.timeOut`);
      return;
    case OP_CODE.closeSession:
      for (let left = fields.count(`${name}.paths`); left > 0; left -= 1) {
        fields.text(`${name}.paths`);
      }
      return;
    case OP_CODE.multi:
      for (let part = 0, count = fields.count(`${name}.txns`); part < count; part += 1) {
        const one = `${name}.txns[${String(part)}]`;
        const inner = fields.int(`${one}.type`, sayOp);
        fields.length(`${one}.data.length`);
        simpleFields(fields, one, inner);
      }
      return;
    default:
      simpleFields(fields, name, type);
  }
}

function simpleFields(fields: FieldReader, name: string, type: number): void {
  if (type === OP_CODE.error) {
    fields.int(`${name}.err`);
    return;
  }
  fields.text(`${name}.path`);
  switch (type) {
    case OP_CODE.create:
    case OP_CODE.create2:
    case OP_CODE.createContainer:
    case OP_CODE.createTTL:
      fields.text(`${name}.data`);
      aclFields(fields, `${name}.acl`);
      if (type === OP_CODE.create || type === OP_CODE.create2) fields.bool(`${name}.ephemeral`);
      fields.int(`${name}.parentCVersion`);
      if (type === OP_CODE.createTTL) fields.long(`${name}.ttl`);
      return;
    case OP_CODE.setData:
    case OP_CODE.reconfig:
      fields.text(`${name}.data`);
      fields.int(`${name}.version`);
      return;
    case OP_CODE.setACL:
      aclFields(fields, `${name}.acl`);
      fields.int(`${name}.version`);
      return;
    case OP_CODE.check:
      fields.int(`${name}.version`);
      return;
    case OP_CODE.delete:
    case OP_CODE.deleteContainer:
      return;
    default:
      throw new CodecError(`a transaction of unknown type ${type}`);
  }
}

export function aclFields(fields: FieldReader, name: string): void {
  for (let at = 0, count = fields.count(name); at < count; at += 1) {
    fields.int(`${name}[${String(at)}].perms`);
    fields.text(`${name}[${String(at)}].scheme`);
    fields.text(`${name}[${String(at)}].id`);
  }
}
