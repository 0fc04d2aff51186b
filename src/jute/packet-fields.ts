// The fields of a quorum packet and of a ballot, byte by byte, for people. Bytes that no rule here reads
// stand as one field without a value: nothing is guessed, and no byte is left out.

import { PACKET_TYPE, type PacketName } from '../vocabulary/packet.ts';
import type { WireField } from '../vocabulary/wire.ts';
import { fieldsOf, type FieldReader } from './field-reader.ts';
import { CodecError, EndOfBytes } from './reader.ts';
import { sayOp, saySession, sayZxid, transactionFields } from './transaction-fields.ts';

const NAME = new Map<number, PacketName>(
  (Object.keys(PACKET_TYPE) as PacketName[]).map((name) => [PACKET_TYPE[name], name]),
);
const STATES = ['LOOKING', 'FOLLOWING', 'LEADING', 'OBSERVING'];
const SIGNATURE_BYTES = 14;
const TOUCH_BYTES = 12;

const named = (value: number, name: string | undefined): string =>
  name === undefined ? String(value) : `${String(value)} (${name})`;

/** `bytes` begin a packet of `total` bytes, with the tree and its signature if it is a SNAP. */
export function packetFields(bytes: Uint8Array, total: number): readonly WireField[] {
  return fieldsOf(bytes, (fields) => {
    const type = NAME.get(fields.int('type', (code) => named(code, NAME.get(code))));
    fields.long('zxid', sayZxid);
    const length = fields.length('data.length');
    if (length > 0) dataFields(fields, type, length);
    for (let at = 0, count = fields.count('authinfo'); at < count; at += 1) {
      fields.text(`authinfo[${String(at)}].scheme`);
      fields.text(`authinfo[${String(at)}].id`);
    }
    if (type !== 'SNAP') return;
    fields.raw('snapshot', total - fields.reader.offset - SIGNATURE_BYTES);
    fields.text('signature');
  });
}

/** `bytes` are a whole frame of the election port: a length and a notification. */
export function ballotFields(bytes: Uint8Array): readonly WireField[] {
  return fieldsOf(bytes, (fields) => {
    fields.int('length');
    fields.int('state', (code) => named(code, STATES[code]));
    fields.long('leader');
    fields.long('zxid', sayZxid);
    fields.long('electionEpoch');
    fields.long('peerEpoch');
    fields.int('version');
    fields.text('config');
  });
}

/** By the packet's type; what is left of the data stands as it is, and all of it where it is another. */
function dataFields(fields: FieldReader, type: PacketName | undefined, length: number): void {
  const { reader } = fields;
  const start = reader.offset;
  const before = fields.fields;
  const end = start + length;
  fields.fields = [...before];
  try {
    if (type !== undefined) typedData(fields, type, end);
    if (reader.offset > end) throw new CodecError('more than the data holds');
  } catch (error) {
    if (error instanceof EndOfBytes && end > reader.bytes.length) throw error;
    if (!(error instanceof CodecError)) throw error;
    fields.fields = before;
    reader.offset = start;
  }
  fields.raw('data', end - reader.offset);
}

function typedData(fields: FieldReader, type: PacketName, end: number): void {
  switch (type) {
    case 'PROPOSAL':
    case 'INFORM':
      transactionFields(fields, 'data', end);
      return;
    case 'FOLLOWERINFO':
    case 'OBSERVERINFO':
      fields.long('data.serverid');
      if (fields.reader.offset < end) fields.int('data.protocolVersion', hex);
      if (fields.reader.offset < end) fields.long('data.configVersion');
      return;
    case 'LEADERINFO':
      fields.int('data.protocolVersion', hex);
      return;
    case 'ACKEPOCH':
      fields.int('data.currentEpoch');
      return;
    case 'REQUEST':
    case 'SYNC':
      fields.long('data.sessionId', saySession);
      fields.int('data.cxid');
      fields.int('data.type', sayOp);
      fields.raw('data.request', end - fields.reader.offset);
      return;
    case 'REVALIDATE':
      fields.long('data.sessionId', saySession);
      if (end - fields.reader.offset === 1) fields.bool('data.valid');
      else fields.int('data.timeout');
      return;
    case 'PING':
      for (let at = 0; fields.reader.offset + TOUCH_BYTES <= end; at += 1) {
        fields.long(`data[${String(at)}].sessionId`, saySession);
        fields.int(`data[${String(at)}].timeout`);
      }
      return;
    default:
  }
}

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;
