// The fields of what crosses at the client port, byte by byte, for people: requests, replies, watch events
// and handshakes, each with its length before it. Names are those of zookeeper.jute's proto module.

import { errorName } from '../vocabulary/error-code.ts';
import { EVENT_TYPE, KEEPER_STATE, OP_CODE, XID, type OpName } from '../vocabulary/request.ts';
import type { WireField } from '../vocabulary/wire.ts';
import { fieldsOf, type FieldReader } from './field-reader.ts';
import { CodecError } from './reader.ts';
import { aclFields, sayOp, saySession, sayZxid } from './transaction-fields.ts';

const namesOf = (codes: Readonly<Record<string, number>>): ReadonlyMap<number, string> =>
  new Map(Object.entries(codes).map(([name, code]) => [code, name]));

const XIDS = namesOf(XID);
const EVENTS = namesOf(EVENT_TYPE);
const STATES = namesOf(KEEPER_STATE);

const sayBy =
  (names: ReadonlyMap<number, string>) =>
  (code: number): string => {
    const name = names.get(code);
    return name === undefined ? String(code) : `${String(code)} (${name})`;
  };
const sayError = (code: number): string => {
  const name = errorName(code);
  return name === null ? String(code) : `${String(code)} (${name})`;
};

export function requestFields(bytes: Uint8Array): readonly WireField[] {
  return fieldsOf(bytes, (fields) => {
    fields.int('length');
    fields.int('header.xid', sayBy(XIDS));
    const type = fields.int('header.type', sayOp);
    if (type === OP_CODE.multi || type === OP_CODE.multiRead) multiFields(fields, type);
    else requestBody(fields, 'request', type);
  });
}

/** `op`: what was asked; a reply by itself does not say it. */
export function replyFields(bytes: Uint8Array, op: OpName): readonly WireField[] {
  return fieldsOf(bytes, (fields) => {
    replyHeader(fields);
    if (fields.left > 0) responseBody(fields, op);
  });
}

export function watchEventFields(bytes: Uint8Array): readonly WireField[] {
  return fieldsOf(bytes, (fields) => {
    replyHeader(fields);
    fields.int('event.type', sayBy(EVENTS));
    fields.int('event.state', sayBy(STATES));
    fields.text('event.path');
  });
}

/** What a server answers to a client that opens a session or comes back with one. */
export function handshakeFields(bytes: Uint8Array): readonly WireField[] {
  return fieldsOf(bytes, (fields) => {
    fields.int('length');
    fields.int('protocolVersion');
    fields.int('timeOut');
    fields.long('sessionId', saySession);
    fields.text('passwd');
    // Only where the client sent one, too.
    if (fields.left > 0) fields.bool('readOnly');
  });
}

function replyHeader(fields: FieldReader): void {
  fields.int('length');
  fields.int('header.xid', sayBy(XIDS));
  fields.long('header.zxid', sayZxid);
  fields.int('header.err', sayError);
}

function requestBody(fields: FieldReader, name: string, type: number): void {
  switch (type) {
    case OP_CODE.exists:
    case OP_CODE.getData:
    case OP_CODE.getChildren:
    case OP_CODE.getChildren2:
      fields.text(`${name}.path`);
      fields.bool(`${name}.watch`);
      return;
    case OP_CODE.getACL:
    case OP_CODE.sync:
    case OP_CODE.getAllChildrenNumber:
      fields.text(`${name}.path`);
      return;
    case OP_CODE.setACL:
      fields.text(`${name}.path`);
      aclFields(fields, `${name}.acl`);
      fields.int(`${name}.version`);
      return;
    case OP_CODE.addWatch:
      fields.text(`${name}.path`);
      fields.int(`${name}.mode`);
      return;
    case OP_CODE.checkWatches:
    case OP_CODE.removeWatches:
      fields.text(`${name}.path`);
      fields.int(`${name}.type`);
      return;
    case OP_CODE.getEphemerals:
      fields.text(`${name}.prefixPath`);
      return;
    case OP_CODE.reconfig:
      for (const servers of ['joiningServers', 'leavingServers', 'newMembers']) {
        fields.text(`${name}.${servers}`);
      }
      fields.long(`${name}.curConfigId`);
      return;
    case OP_CODE.setWatches:
    case OP_CODE.setWatches2:
      watchLists(fields, name, type === OP_CODE.setWatches2);
      return;
    case OP_CODE.createSession:
      fields.int(`${name}.timeOut`);
      return;
    case OP_CODE.auth:
    case OP_CODE.sasl:
      fields.raw(name, fields.left);
      return;
    default:
      changeBody(fields, name, type);
  }
}

/** What a multi may hold, too; nothing for a type without a body. */
function changeBody(fields: FieldReader, name: string, type: number): void {
  switch (type) {
    case OP_CODE.create:
    case OP_CODE.create2:
    case OP_CODE.createContainer:
    case OP_CODE.createTTL:
      fields.text(`${name}.path`);
      fields.text(`${name}.data`);
      aclFields(fields, `${name}.acl`);
      fields.int(`${name}.flags`);
      if (type === OP_CODE.createTTL) fields.long(`${name}.ttl`);
      return;
    case OP_CODE.delete:
    case OP_CODE.check:
      fields.text(`${name}.path`);
      fields.int(`${name}.version`);
      return;
    case OP_CODE.setData:
      fields.text(`${name}.path`);
      fields.text(`${name}.data`);
      fields.int(`${name}.version`);
      return;
    default:
  }
}

/** A header before each operation, and one that says that there are no more. */
function multiFields(fields: FieldReader, type: number): void {
  for (let at = 0; ; at += 1) {
    const name = `request[${String(at)}]`;
    const { inner, done } = multiHeader(fields, name);
    if (done) return;
    if (type === OP_CODE.multiRead) requestBody(fields, name, inner);
    else changeBody(fields, name, inner);
  }
}

function multiHeader(fields: FieldReader, name: string): { inner: number; done: boolean } {
  const inner = fields.int(`${name}.type`, sayOp);
  const done = fields.bool(`${name}.done`);
  fields.int(`${name}.err`, sayError);
  return { inner, done };
}

function watchLists(fields: FieldReader, name: string, lasting: boolean): void {
  fields.long(`${name}.relativeZxid`, sayZxid);
  const lists = ['dataWatches', 'existWatches', 'childWatches'];
  if (lasting) lists.push('persistentWatches', 'persistentRecursiveWatches');
  for (const list of lists) textFields(fields, `${name}.${list}`);
}

function textFields(fields: FieldReader, name: string): void {
  for (let at = 0, count = fields.count(name); at < count; at += 1) {
    fields.text(`${name}[${String(at)}]`);
  }
}

function responseBody(fields: FieldReader, op: OpName): void {
  const name = 'response';
  switch (op) {
    case 'create':
    case 'sync':
      fields.text(`${name}.path`);
      return;
    case 'create2':
    case 'createContainer':
    case 'createTTL':
      fields.text(`${name}.path`);
      statFields(fields, `${name}.stat`);
      return;
    case 'exists':
    case 'setData':
    case 'setACL':
      statFields(fields, `${name}.stat`);
      return;
    case 'getData':
    case 'reconfig':
      fields.text(`${name}.data`);
      statFields(fields, `${name}.stat`);
      return;
    case 'getChildren':
    case 'getEphemerals':
      textFields(fields, `${name}.${op === 'getChildren' ? 'children' : 'ephemerals'}`);
      return;
    case 'getChildren2':
      textFields(fields, `${name}.children`);
      statFields(fields, `${name}.stat`);
      return;
    case 'getACL':
      aclFields(fields, `${name}.acl`);
      statFields(fields, `${name}.stat`);
      return;
    case 'getAllChildrenNumber':
      fields.int(`${name}.totalNumber`);
      return;
    case 'addWatch':
      fields.int(`${name}.err`, sayError);
      return;
    case 'whoAmI':
      for (let at = 0, count = fields.count(`${name}.clientInfo`); at < count; at += 1) {
        fields.text(`${name}.clientInfo[${String(at)}].authScheme`);
        fields.text(`${name}.clientInfo[${String(at)}].user`);
      }
      return;
    case 'sasl':
      fields.raw(name, fields.left);
      return;
    case 'multi':
    case 'multiRead':
      resultFields(fields);
      return;
    default:
  }
}

function resultFields(fields: FieldReader): void {
  for (let at = 0; ; at += 1) {
    const name = `response[${String(at)}]`;
    const { inner, done } = multiHeader(fields, name);
    if (done) return;
    resultBody(fields, name, inner);
  }
}

function resultBody(fields: FieldReader, name: string, type: number): void {
  switch (type) {
    case OP_CODE.create:
      fields.text(`${name}.path`);
      return;
    case OP_CODE.create2:
    case OP_CODE.createContainer:
    case OP_CODE.createTTL:
      fields.text(`${name}.path`);
      statFields(fields, `${name}.stat`);
      return;
    case OP_CODE.setData:
      statFields(fields, `${name}.stat`);
      return;
    case OP_CODE.getData:
      fields.text(`${name}.data`);
      statFields(fields, `${name}.stat`);
      return;
    case OP_CODE.getChildren:
      textFields(fields, `${name}.children`);
      return;
    case OP_CODE.error:
      fields.int(`${name}.error`, sayError);
      return;
    case OP_CODE.delete:
    case OP_CODE.check:
      return;
    default:
      throw new CodecError(`a result of unknown type ${String(type)}`);
  }
}

function statFields(fields: FieldReader, name: string): void {
  for (const zxid of ['czxid', 'mzxid']) fields.long(`${name}.${zxid}`, sayZxid);
  for (const time of ['ctime', 'mtime']) fields.long(`${name}.${time}`);
  for (const version of ['version', 'cversion', 'aversion']) fields.int(`${name}.${version}`);
  fields.long(`${name}.ephemeralOwner`, saySession);
  for (const count of ['dataLength', 'numChildren']) fields.int(`${name}.${count}`);
  fields.long(`${name}.pzxid`, sayZxid);
}
