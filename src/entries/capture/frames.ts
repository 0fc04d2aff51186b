// Cuts recorded streams into frames, names each by its type, and keeps some of every type: the data that
// src/entries/proof/captured.test.ts reads. Nothing is judged here.

import { readHello } from '../../adapters/tcp/hello.ts';
import { HEADER_BYTES, scanLog } from '../../adapters/files/format.ts';
import { decodeReply, decodeRequestHeader } from '../../jute/client.ts';
import { decodeBallot, makeFrameStream, pushFrameBytes } from '../../jute/election.ts';
import { encodePacket, makePacketStream, pushPacketBytes } from '../../jute/quorum.ts';
import { opName, XID } from '../../vocabulary/request.ts';
import { ZXID_ZERO } from '../../vocabulary/zxid.ts';
import type { CapturedChange } from './reconfigured.ts';
import type { Captured } from './scenario.ts';
import type { Recording } from './recording-proxy.ts';

export interface CapturedFrame {
  readonly where: 'client' | 'quorum' | 'election' | 'file';
  /** Who said it: the one that dialled, or the one that was dialled; whose file it is. */
  readonly from: 'dialler' | 'listener' | 'disk';
  /** An operation, a packet, a ballot's state, or a kind of file. Of a reply, what it answers. */
  readonly type: string;
  readonly hex: string;
}

/** Of the same type and from the same side. */
const KEPT_MAX = 8;
const FRAME_BYTES_MAX = 4 * 1024 * 1024;
/** Of what a log file has been made longer by in advance. */
const PADDING_BYTES = 64;

export function framesOf(
  { recordings, logFile, snapshotFile }: Captured,
  change: CapturedChange,
): CapturedFrame[] {
  return [
    ...recordings.flatMap(cut).filter(fewOfEach()),
    ...framesOfChange(change),
    logOf(logFile),
    { ...file('snapshot'), hex: hexOf(snapshotFile) },
  ];
}

/** What Apache's servers say of it and of nothing else: the client there is ours. */
export const framesOfChange = ({ recordings, logFile }: CapturedChange): CapturedFrame[] => [
  ...recordings
    .flatMap(cut)
    .filter(({ from, type }) => from === 'listener' && OF_CHANGES.has(type))
    .filter(fewOfEach()),
  logOf(logFile),
];

const OF_CHANGES: ReadonlySet<string> = new Set([
  ...['reconfig', 'sasl', 'COMMITANDACTIVATE', 'INFORMANDACTIVATE'],
]);

function logOf(logFile: Uint8Array): CapturedFrame {
  const { end } = scanLog(logFile, ZXID_ZERO);
  const kept = logFile.subarray(0, Math.max(HEADER_BYTES, end) + PADDING_BYTES);
  return { ...file('log'), hex: hexOf(kept) };
}

const file = (type: string) => ({ where: 'file', from: 'disk', type }) as const;

function fewOfEach(): (frame: CapturedFrame) => boolean {
  const counts = new Map<string, number>();
  return ({ where, from, type }) => {
    const key = `${where} ${from} ${type}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count <= KEPT_MAX;
  };
}

function cut(recording: Recording): CapturedFrame[] {
  switch (recording.port) {
    case 'client':
      return clientFrames(recording);
    case 'quorum':
      return [
        ...packets('dialler', joined(recording.dialler)),
        ...packets('listener', joined(recording.listener)),
      ];
    case 'election':
      return [
        ...ballots('dialler', joined(recording.dialler)),
        ...ballots('listener', joined(recording.listener)),
      ];
  }
}

const joined = (pieces: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(pieces));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const cutFrames = (bytes: Uint8Array): Uint8Array[] =>
  pushFrameBytes(makeFrameStream(FRAME_BYTES_MAX), bytes);

function clientFrames({ dialler, listener }: Recording): CapturedFrame[] {
  const frames: CapturedFrame[] = [];
  const asked = new Map<number, string>();
  for (const [index, bytes] of cutFrames(joined(dialler)).entries()) {
    let type = 'connect';
    if (index > 0) {
      const { header } = decodeRequestHeader(bytes);
      type = opName(header.type) ?? String(header.type);
      asked.set(header.xid, type);
    }
    frames.push({ where: 'client', from: 'dialler', type, hex: hexOf(bytes) });
  }
  for (const [index, bytes] of cutFrames(joined(listener)).entries()) {
    const type = index === 0 ? 'connect' : replyType(bytes, asked);
    frames.push({ where: 'client', from: 'listener', type, hex: hexOf(bytes) });
  }
  return frames;
}

function replyType(bytes: Uint8Array, asked: ReadonlyMap<number, string>): string {
  const { header } = decodeReply(bytes);
  if (header.xid === XID.notification) return 'event';
  const type = asked.get(header.xid) ?? 'unknown';
  return header.err === 0 ? type : `${type} refused`;
}

function packets(from: CapturedFrame['from'], bytes: Uint8Array): CapturedFrame[] {
  const frames: CapturedFrame[] = [];
  let at = 0;
  for (const packet of pushPacketBytes(makePacketStream(), bytes)) {
    const end = at + encodePacket(packet).length;
    frames.push({ where: 'quorum', from, type: packet.type, hex: hexOf(bytes.subarray(at, end)) });
    at = end;
  }
  return frames;
}

function ballots(from: CapturedFrame['from'], bytes: Uint8Array): CapturedFrame[] {
  const frames: CapturedFrame[] = [];
  let rest = bytes;
  if (from === 'dialler') {
    const read = readHello(bytes);
    if (read === null) return [];
    frames.push({
      where: 'election',
      from,
      type: 'hello',
      hex: hexOf(bytes.subarray(0, read.end)),
    });
    rest = bytes.subarray(read.end);
  }
  for (const ballot of cutFrames(rest)) {
    const { state } = decodeBallot(ballot);
    frames.push({ where: 'election', from, type: state, hex: hexOf(ballot) });
  }
  return frames;
}
