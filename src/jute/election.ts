// Ballots on the election port (FastLeaderElection.buildMsg, notification version 2), and the frames of
// a byte stream: an int length, then that many bytes. The client port cuts its stream the same way.

import { SERVER_STATE_CODE, type Ballot, type ServerState } from '../vocabulary/packet.ts';
import { serverId } from '../vocabulary/ids.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import { copyOf, newBytes } from '../base/slab.ts';
import { decodeUtf8, encodeUtf8 } from '../base/utf8.ts';
import {
  CodecError,
  makeReader,
  readBuffer,
  readInt,
  readLong,
  remaining,
  type Reader,
} from './reader.ts';
import { makeWriter, writeBuffer, writeInt, writeLong, written } from './writer.ts';

const NOTIFICATION_VERSION = 2;
/** Before version 1 there was neither peerEpoch nor version; before 2 no configuration. */
const BYTES_WITHOUT_VERSION = 36;
const BYTES_OF_VERSION_1 = 40;

/** A notification without its frame's length. */
export const BALLOT_BYTES_MAX = 512 * 1024;

/** Of a ballot. */
export const ROUND_MAX = 1n << 62n;

const STATES: readonly ServerState[] = ['LOOKING', 'FOLLOWING', 'LEADING', 'OBSERVING'];

export function encodeBallot(ballot: Ballot): Uint8Array {
  const writer = makeWriter(64 + ballot.config.length);
  writeInt(writer, SERVER_STATE_CODE[ballot.state]);
  writeLong(writer, BigInt(ballot.vote.leader));
  writeLong(writer, ballot.vote.zxid);
  writeLong(writer, ballot.round);
  writeLong(writer, ballot.vote.peerEpoch);
  writeInt(writer, NOTIFICATION_VERSION);
  writeBuffer(writer, encodeUtf8(ballot.config));
  return written(writer);
}

/** Throws a CodecError. An own vote of a server that cannot win carries the smallest long. */
export function decodeBallot(bytes: Uint8Array): Ballot {
  if (bytes.length < BYTES_WITHOUT_VERSION) throw new CodecError('a ballot that is too short');
  const reader = makeReader(bytes);
  const state = STATES[readInt(reader)];
  if (state === undefined) throw new CodecError('a ballot with an unknown state');
  const leader = serverId(Number(readLong(reader)));
  const zxid = zxidOf(readLong(reader));
  const round = readLong(reader);
  // Rounds are counted from 1, one after the other: this many were never begun, and none could follow.
  if (round > ROUND_MAX) throw new CodecError('a ballot of an impossible round');
  const peerEpoch = readLong(reader);
  return {
    state,
    vote: { leader, zxid, peerEpoch },
    round,
    config: readConfig(reader, bytes.length),
  };
}

function readConfig(reader: Reader, length: number): string {
  if (length <= BYTES_OF_VERSION_1) return '';
  const version = readInt(reader);
  if (version < NOTIFICATION_VERSION || remaining(reader) === 0) return '';
  const config = readBuffer(reader, BALLOT_BYTES_MAX);
  return config === null ? '' : decodeUtf8(config);
}

export interface FrameStream {
  readonly bytesMax: number;
  /** Pieces not yet used up, in order, and how many bytes they hold. */
  pieces: Uint8Array[];
  buffered: number;
}

export const makeFrameStream = (bytesMax: number): FrameStream => ({
  bytesMax,
  pieces: [],
  buffered: 0,
});

const LENGTH_BYTES = 4;

/** A length out of bounds: nothing behind it can be read. */
export class FrameLengthError extends CodecError {
  /** What came whole before it, in the same bytes. */
  readonly before: readonly Uint8Array[];
  readonly isTooLong: boolean;

  constructor(length: number, bytesMax: number, before: readonly Uint8Array[]) {
    super(`a frame of ${length} bytes, at most ${bytesMax}`);
    this.before = before;
    this.isTooLong = length > bytesMax;
  }
}

/** All whole frames, without their lengths. Throws a {@link FrameLengthError} for a length out of bounds. */
export function pushFrameBytes(stream: FrameStream, bytes: Uint8Array): Uint8Array[] {
  stream.pieces.push(bytes);
  stream.buffered += bytes.length;
  const frames: Uint8Array[] = [];
  for (;;) {
    if (stream.buffered < LENGTH_BYTES) return frames;
    const length = int32At(gather(stream, LENGTH_BYTES));
    if (length < 0 || length > stream.bytesMax) {
      throw new FrameLengthError(length, stream.bytesMax, frames);
    }
    if (stream.buffered < LENGTH_BYTES + length) return frames;
    frames.push(copyOf(gather(stream, LENGTH_BYTES + length), LENGTH_BYTES, LENGTH_BYTES + length));
    drop(stream, LENGTH_BYTES + length);
  }
}

const int32At = (bytes: Uint8Array): number =>
  ((bytes[0] ?? 0) << 24) | ((bytes[1] ?? 0) << 16) | ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);

/** The first piece, made at least `length` long by joining what is needed. */
function gather(stream: FrameStream, length: number): Uint8Array {
  const first = stream.pieces[0];
  if (first !== undefined && first.length >= length) return first;
  let count = 0;
  let have = 0;
  while (have < length) {
    have += stream.pieces[count]?.length ?? 0;
    count += 1;
  }
  const joined = new Uint8Array(have);
  let at = 0;
  for (const piece of stream.pieces.splice(0, count)) {
    joined.set(piece, at);
    at += piece.length;
  }
  stream.pieces.unshift(joined);
  return joined;
}

function drop(stream: FrameStream, length: number): void {
  const [first] = stream.pieces;
  if (first === undefined) return;
  stream.buffered -= length;
  if (first.length === length) stream.pieces.shift();
  else stream.pieces[0] = first.subarray(length);
}

/** The bytes behind their length. */
export function frame(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  const framed = newBytes(LENGTH_BYTES + length);
  framed[0] = length >>> 24;
  framed[1] = length >>> 16;
  framed[2] = length >>> 8;
  framed[3] = length;
  framed.set(bytes, LENGTH_BYTES);
  return framed;
}
