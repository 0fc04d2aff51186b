// The first bytes on an election connection (QuorumCnxManager.InitialMessage): who dialled, and under
// which address it can be dialled back. Nothing is answered to it.

import { decodeUtf8, encodeUtf8 } from '../../base/utf8.ts';
import { CodecError } from '../../jute/reader.ts';
import { makeWriter, writeInt, writeLong, writeRaw, written } from '../../jute/writer.ts';
import { serverId, type ServerId } from '../../vocabulary/ids.ts';

/** One address; what every server since 3.5 says by default. */
const PROTOCOL_ONE_ADDRESS = -65536n;
/** Several addresses, joined by "|". */
const PROTOCOL_ADDRESSES = -65535n;
const HEAD_BYTES = 20;
const ADDRESS_BYTES_MAX = 2048;
/** Before 3.5 the hello was the id alone. */
const OLD_HELLO_BYTES = 8;

export interface Hello {
  readonly serverId: ServerId;
  /** host:port, or "" in the old form. */
  readonly address: string;
}

export function encodeHello(hello: Hello): Uint8Array {
  const address = encodeUtf8(hello.address);
  const writer = makeWriter(HEAD_BYTES + address.length);
  writeLong(writer, PROTOCOL_ONE_ADDRESS);
  writeLong(writer, BigInt(hello.serverId));
  writeInt(writer, address.length);
  writeRaw(writer, address);
  return written(writer);
}

/** The hello at the start of `bytes` and where it ends, or null while it is not whole. Throws a
 *  CodecError for anything else: then the connection is to be closed. */
export function readHello(bytes: Uint8Array): { hello: Hello; end: number } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < OLD_HELLO_BYTES) return null;
  const first = view.getBigInt64(0);
  if (first >= 0n) {
    return { hello: { serverId: serverId(Number(first)), address: '' }, end: OLD_HELLO_BYTES };
  }
  if (first !== PROTOCOL_ONE_ADDRESS && first !== PROTOCOL_ADDRESSES) {
    throw new CodecError(`an election hello of protocol ${String(first)}`);
  }
  if (bytes.length < HEAD_BYTES) return null;
  const length = view.getInt32(HEAD_BYTES - 4);
  if (length < 1 || length > ADDRESS_BYTES_MAX) {
    throw new CodecError(`an election hello with an address of ${String(length)} bytes`);
  }
  const end = HEAD_BYTES + length;
  if (bytes.length < end) return null;
  const id = serverId(Number(view.getBigInt64(8)));
  return { hello: { serverId: id, address: decodeUtf8(bytes.subarray(HEAD_BYTES, end)) }, end };
}
