// The quorum port: QuorumPackets one behind the other, a SNAP followed by the tree and a signature
// (LearnerHandler, Learner), and the records inside the packets' data.

import { sessionId, serverId, type ServerId, type SessionId } from '../vocabulary/ids.ts';
import {
  PACKET_TYPE,
  type LearnerInfo,
  type PacketName,
  type QuorumPacket,
} from '../vocabulary/packet.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import { makeTreeScan, scanTree, type TreeScan } from './tree-scan.ts';
import {
  CodecError,
  EndOfBytes,
  expectEnd,
  makeReader,
  readBool,
  readBuffer,
  readInt,
  readLong,
  readRest,
  remaining,
} from './reader.ts';
import { readIdentitiesOrNull, writeIdentities } from './records.ts';
import {
  makeWriter,
  writeBool,
  writeBuffer,
  writeInt,
  writeLong,
  writeRaw,
  writeString,
  written,
} from './writer.ts';

const SIGNATURE = 'BenWasHere';
const SIGNATURE_BYTES = 4 + SIGNATURE.length;
const PACKET_BYTES = 64;

/** What a stream may hold back for a packet that is not whole, and for a whole snapshot. */
export const PACKET_BYTES_MAX = 80 * 1024 * 1024;
export const SNAPSHOT_BYTES_MAX = 1024 * 1024 * 1024;

const NAME = new Map<number, PacketName>(
  (Object.keys(PACKET_TYPE) as PacketName[]).map((name) => [PACKET_TYPE[name], name]),
);

/** All that the stream carries for this packet. */
export function encodePacket(packet: QuorumPacket): Uint8Array {
  const [head, ...rest] = encodePacketParts(packet);
  if (rest.length === 0) return head;
  const writer = makeWriter(head.length + (packet.snapshot?.length ?? 0) + SIGNATURE_BYTES);
  for (const part of [head, ...rest]) writeRaw(writer, part);
  return written(writer);
}

/** The same in parts, of which a SNAP's tree is one as it is: it may be very large. */
export function encodePacketParts(packet: QuorumPacket): [Uint8Array, ...Uint8Array[]] {
  const writer = makeWriter(PACKET_BYTES + (packet.data?.length ?? 0));
  writeInt(writer, PACKET_TYPE[packet.type]);
  writeLong(writer, packet.zxid);
  writeBuffer(writer, packet.data);
  writeIdentities(writer, packet.authinfo);
  if (packet.snapshot === null) return [written(writer)];
  const signature = makeWriter(SIGNATURE_BYTES);
  writeString(signature, SIGNATURE);
  return [written(writer), packet.snapshot, written(signature)];
}

/** The first of these bytes, at most `max`, without encoding more than that of a large packet. */
export function encodePacketHead(packet: QuorumPacket, max: number): Uint8Array {
  const { data, snapshot } = packet;
  if (data !== null && data.length > max) {
    const writer = makeWriter(HEAD_BYTES + max);
    writeInt(writer, PACKET_TYPE[packet.type]);
    writeLong(writer, packet.zxid);
    writeInt(writer, data.length);
    writeRaw(writer, data.subarray(0, max));
    return written(writer).slice(0, max);
  }
  const cut = snapshot !== null && snapshot.length > max ? snapshot.subarray(0, max) : snapshot;
  return encodePacket({ ...packet, snapshot: cut }).slice(0, max);
}

export interface PacketStream {
  /** Bytes not yet used up: the first `length` of `bytes` count, from `offset` on. */
  bytes: Uint8Array;
  offset: number;
  length: number;
  /** A SNAP whose tree is still coming: its packet, and how far the tree has been looked through. */
  snap: { readonly packet: QuorumPacket; readonly start: number; readonly scan: TreeScan } | null;
  /** No packet can be whole before so many bytes are there: keeps a cut packet from being re-read. */
  wanted: number;
}

export const makePacketStream = (): PacketStream => ({
  bytes: new Uint8Array(0),
  offset: 0,
  length: 0,
  snap: null,
  wanted: 0,
});

/** Adds bytes behind those that are left; grows by doubling, so that it stays linear. */
function keep(stream: PacketStream, bytes: Uint8Array): void {
  const left = stream.length - stream.offset;
  const needed = left + bytes.length;
  if (left === 0) {
    stream.bytes = bytes;
    stream.offset = 0;
    stream.length = bytes.length;
    if (stream.snap !== null) stream.snap = { ...stream.snap, start: 0 };
    return;
  }
  if (stream.length + bytes.length > stream.bytes.length || stream.bytes.byteOffset !== 0) {
    const grown = new Uint8Array(needed * 2);
    grown.set(stream.bytes.subarray(stream.offset, stream.length));
    if (stream.snap !== null)
      stream.snap = { ...stream.snap, start: stream.snap.start - stream.offset };
    stream.bytes = grown;
    stream.offset = 0;
    stream.length = left;
  }
  stream.bytes.set(bytes, stream.length);
  stream.length += bytes.length;
}

/** Every packet that is whole now. Throws a CodecError: then the link is to be closed. */
export function pushPacketBytes(stream: PacketStream, bytes: Uint8Array): QuorumPacket[] {
  keep(stream, bytes);
  const packets: QuorumPacket[] = [];
  for (;;) {
    const packet = stream.snap === null ? nextPacket(stream) : nextSnap(stream);
    if (packet === 'more') return packets;
    if (packet !== null) packets.push(packet);
  }
}

const HEAD_BYTES = 16;

/** The packet at the offset; 'more' if it is not whole; null if it is a SNAP whose tree is due. */
function nextPacket(stream: PacketStream): QuorumPacket | 'more' | null {
  const have = stream.length - stream.offset;
  if (have < HEAD_BYTES || have < stream.wanted) return 'more';
  const reader = makeReader(stream.bytes.subarray(0, stream.length), stream.offset);
  try {
    const packet = readPacket(reader);
    stream.wanted = 0;
    stream.offset = reader.offset;
    if (packet.type !== 'SNAP') return packet;
    stream.snap = { packet, start: reader.offset, scan: makeTreeScan() };
    return null;
  } catch (error) {
    if (!(error instanceof EndOfBytes)) throw error;
    const dataLength = reader.view.getInt32(stream.offset + HEAD_BYTES - 4);
    stream.wanted = HEAD_BYTES + Math.max(0, dataLength) + 4;
    if (have > PACKET_BYTES_MAX)
      throw new CodecError('a packet that does not end', { cause: error });
    return 'more';
  }
}

function readPacket(reader: ReturnType<typeof makeReader>): QuorumPacket {
  const code = readInt(reader);
  const type = NAME.get(code);
  if (type === undefined) throw new CodecError(`a packet of unknown type ${code}`);
  const zxid = zxidOf(readLong(reader));
  const data = readBuffer(reader);
  return { type, zxid, data, authinfo: readIdentitiesOrNull(reader), snapshot: null };
}

function nextSnap(stream: PacketStream): QuorumPacket | 'more' | null {
  const snap = stream.snap;
  if (snap === null) return null;
  const tree = stream.bytes.subarray(snap.start, stream.length);
  if (tree.length > SNAPSHOT_BYTES_MAX) throw new CodecError('a snapshot that is too long');
  if (!scanTree(snap.scan, tree) || tree.length < snap.scan.offset + SIGNATURE_BYTES) return 'more';
  const end = snap.scan.offset;
  const signature = makeReader(tree.subarray(end, end + SIGNATURE_BYTES));
  const expected = makeWriter(SIGNATURE_BYTES);
  writeString(expected, SIGNATURE);
  const wanted = written(expected);
  if (!wanted.every((byte, index) => byte === signature.bytes[index])) {
    throw new CodecError('a snapshot without its signature');
  }
  stream.offset = snap.start + end + SIGNATURE_BYTES;
  stream.snap = null;
  return { ...snap.packet, snapshot: tree.slice(0, end) };
}

// Records inside packets

export function encodeLearnerInfo(info: LearnerInfo): Uint8Array {
  const writer = makeWriter(20);
  writeLong(writer, BigInt(info.serverId));
  writeInt(writer, info.protocolVersion);
  writeLong(writer, info.configVersion);
  return written(writer);
}

/** Older learners send the id alone, or the id and the protocol version. */
export function decodeLearnerInfo(bytes: Uint8Array): LearnerInfo {
  const reader = makeReader(bytes);
  const id = serverId(Number(readLong(reader)));
  const protocolVersion = remaining(reader) >= 4 ? readInt(reader) : 1;
  const configVersion = remaining(reader) >= 8 ? readLong(reader) : 0n;
  return { serverId: id, protocolVersion, configVersion };
}

/** LEADERINFO carries the protocol version, ACKEPOCH the learner's currentEpoch: both an int. */
export function encodeEpoch(epoch: number): Uint8Array {
  const writer = makeWriter(4);
  writeInt(writer, epoch);
  return written(writer);
}

export const decodeEpoch = (bytes: Uint8Array): number => readInt(makeReader(bytes));

/** COMMITANDACTIVATE says who leads from now on; INFORMANDACTIVATE has the proposal behind it. */
export function encodeDesignated(leader: ServerId, proposal?: Uint8Array): Uint8Array {
  const writer = makeWriter(8 + (proposal?.length ?? 0));
  writeLong(writer, BigInt(leader));
  if (proposal !== undefined) writeRaw(writer, proposal);
  return written(writer);
}

export function decodeDesignated(bytes: Uint8Array): {
  readonly leader: ServerId;
  readonly proposal: Uint8Array;
} {
  const reader = makeReader(bytes);
  const leader = serverId(Number(readLong(reader)));
  return { leader, proposal: readRest(reader) };
}

export interface Touch {
  readonly sessionId: SessionId;
  readonly timeoutMillis: number;
}

const TOUCH_BYTES = 12;

export function encodeTouches(touches: readonly Touch[]): Uint8Array {
  const writer = makeWriter(touches.length * TOUCH_BYTES);
  for (const touch of touches) {
    writeLong(writer, touch.sessionId);
    writeInt(writer, touch.timeoutMillis);
  }
  return written(writer);
}

export function decodeTouches(bytes: Uint8Array): Touch[] {
  const reader = makeReader(bytes);
  const touches: Touch[] = [];
  while (remaining(reader) > 0) {
    touches.push({ sessionId: sessionId(readLong(reader)), timeoutMillis: readInt(reader) });
  }
  return touches;
}

/** A learner's question: is this session alive? */
export const encodeRevalidate = (touch: Touch): Uint8Array => encodeTouches([touch]);

export function decodeRevalidate(bytes: Uint8Array): Touch {
  const [touch] = decodeTouches(bytes);
  if (touch === undefined) throw new CodecError('a REVALIDATE without a session');
  return touch;
}

export interface Revalidated {
  readonly sessionId: SessionId;
  readonly valid: boolean;
}

export function encodeRevalidated(answer: Revalidated): Uint8Array {
  const writer = makeWriter(9);
  writeLong(writer, answer.sessionId);
  writeBool(writer, answer.valid);
  return written(writer);
}

export function decodeRevalidated(bytes: Uint8Array): Revalidated {
  const reader = makeReader(bytes);
  const answer = { sessionId: sessionId(readLong(reader)), valid: readBool(reader) };
  expectEnd(reader, 'a REVALIDATE');
  return answer;
}

/** A forwarded request: `body` is the client's, without its header. */
export interface RequestPacketData {
  readonly sessionId: SessionId;
  readonly cxid: number;
  readonly type: number;
  readonly body: Uint8Array;
}

export function encodeRequestPacketData(request: RequestPacketData): Uint8Array {
  const writer = makeWriter(16 + request.body.length);
  writeLong(writer, request.sessionId);
  writeInt(writer, request.cxid);
  writeInt(writer, request.type);
  writeRaw(writer, request.body);
  return written(writer);
}

export function decodeRequestPacketData(bytes: Uint8Array): RequestPacketData {
  const reader = makeReader(bytes);
  const id = sessionId(readLong(reader));
  return { sessionId: id, cxid: readInt(reader), type: readInt(reader), body: readRest(reader) };
}

const TYPE_OFFSET = 12;

export const peekRequestType = (data: Uint8Array): number => readInt(makeReader(data, TYPE_OFFSET));
