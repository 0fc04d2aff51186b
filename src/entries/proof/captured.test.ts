// What Apache ZooKeeper's servers, its client and its files said (captured.json; `npm run capture` makes it anew):
// every frame is read, and written again it is the same, byte for byte. Each type is there that can be recorded.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import {
  decodeSnapshot,
  encodeEntries,
  encodeSnapshot,
  logHeader,
  scanLog,
} from '../../adapters/files/format.ts';
import { encodeHello, readHello } from '../../adapters/tcp/hello.ts';
import {
  decodeConnectRequest,
  decodeConnectResponse,
  decodeReply,
  decodeRequestBody,
  decodeRequestHeader,
  decodeResponse,
  decodeWatcherEvent,
  encodeConnectRequest,
  encodeConnectResponse,
  encodeReply,
  encodeRequest,
  encodeWatcherEvent,
} from '../../jute/client.ts';
import { decodeBallot, encodeBallot } from '../../jute/election.ts';
import {
  decodeDesignated,
  decodeEpoch,
  decodeLearnerInfo,
  decodeRequestPacketData,
  decodeRevalidate,
  decodeRevalidated,
  decodeTouches,
  encodeDesignated,
  encodeEpoch,
  encodeLearnerInfo,
  encodePacket,
  encodeRequestPacketData,
  encodeRevalidate,
  encodeRevalidated,
  encodeTouches,
  makePacketStream,
  pushPacketBytes,
} from '../../jute/quorum.ts';
import { decodeTree, encodeTree } from '../../jute/snapshot.ts';
import { decodeTransaction, encodeTransaction } from '../../jute/transaction.ts';
import type { QuorumPacket } from '../../vocabulary/packet.ts';
import { ZXID_ZERO } from '../../vocabulary/zxid.ts';
import type { RequestKind } from '../../vocabulary/request.ts';
import type { CapturedFrame } from '../capture/frames.ts';

interface Captured {
  readonly apache: string;
  readonly frames: readonly CapturedFrame[];
}
const { apache, frames } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'captured.json'), 'utf8'),
) as Captured;

const REQUESTS = [
  ...[
    'connect',
    'create',
    'create2',
    'createContainer',
    'createTTL',
    'delete',
    'exists',
    'getData',
  ],
  ...[
    'setData',
    'getACL',
    'setACL',
    'getChildren',
    'getChildren2',
    'getEphemerals',
    'sync',
    'ping',
  ],
  ...[
    'getAllChildrenNumber',
    'multi',
    'multiRead',
    'setWatches',
    'setWatches2',
    'addWatch',
    'auth',
  ],
  ...['checkWatches', 'removeWatches', 'whoAmI', 'reconfig', 'closeSession'],
];
/** Of a multi the parts are refused, and it is answered. */
const REFUSED = ['create', 'create2', 'getData', 'setData', 'delete', 'reconfig', 'exists'];
const FROM_LEARNERS = [
  'FOLLOWERINFO',
  'OBSERVERINFO',
  'ACKEPOCH',
  'ACK',
  'REQUEST',
  'PING',
  'REVALIDATE',
];
const FROM_LEADERS = [
  ...['LEADERINFO', 'DIFF', 'TRUNC', 'SNAP', 'NEWLEADER', 'UPTODATE', 'PROPOSAL', 'COMMIT'],
  ...['INFORM', 'PING', 'REVALIDATE', 'SYNC', 'COMMITANDACTIVATE', 'INFORMANDACTIVATE'],
];

/** "where from type" of all that has to be there. */
const WANTED = [
  ...REQUESTS.map((type) => `client dialler ${type}`),
  ...REQUESTS.map((type) => `client listener ${type}`),
  // No client of Apache's asks for it here: its servers' answer alone.
  'client listener sasl',
  ...REFUSED.map((type) => `client listener ${type} refused`),
  'client listener event',
  ...FROM_LEARNERS.map((type) => `quorum dialler ${type}`),
  ...FROM_LEADERS.map((type) => `quorum listener ${type}`),
  'election dialler hello',
  // An observer only speaks while it looks for a leader: nobody asks it.
  ...['LOOKING', 'FOLLOWING', 'LEADING'].map((state) => `election ballot ${state}`),
  ...['file disk log', 'file disk snapshot'],
];

/** closeSession, createSession, error; create, delete, setData, setACL; multi, create2, reconfig; createContainer,
 *  deleteContainer, createTTL. A check stands within a multi alone. */
const TRANSACTIONS = [-11, -10, -1, 1, 2, 5, 7, 14, 15, 16, 19, 20, 21];

/** Who of the two dialled is chance where ballots are exchanged. */
const keyOf = ({ where, from, type }: CapturedFrame): string =>
  where === 'election' && type !== 'hello' ? `election ballot ${type}` : `${where} ${from} ${type}`;

const bytesOf = ({ hex }: CapturedFrame): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

/** As it is written after it has been read. */
function again(frame: CapturedFrame): Uint8Array {
  const bytes = bytesOf(frame);
  switch (frame.where) {
    case 'client':
      return frame.from === 'dialler' ? againRequest(frame, bytes) : againReply(frame, bytes);
    case 'quorum':
      return againPacket(frame, bytes);
    case 'election':
      return frame.type === 'hello' ? againHello(bytes) : encodeBallot(decodeBallot(bytes));
    case 'file':
      return frame.type === 'log' ? againLog(bytes) : againSnapshot(bytes);
  }
}

function againRequest({ type }: CapturedFrame, bytes: Uint8Array): Uint8Array {
  if (type === 'connect') return encodeConnectRequest(decodeConnectRequest(bytes));
  const { header, body } = decodeRequestHeader(bytes);
  const request = decodeRequestBody(header.type, body);
  if (request === null) throw new Error(`an unknown request ${String(header.type)}`);
  expect(request.kind).toBe(type);
  return encodeRequest(header.xid, request);
}

function againReply({ type }: CapturedFrame, bytes: Uint8Array): Uint8Array {
  if (type === 'connect') return encodeConnectResponse(decodeConnectResponse(bytes));
  const { header, body } = decodeReply(bytes);
  if (type === 'event') return encodeWatcherEvent(header.zxid, decodeWatcherEvent(body));
  // Of what was refused there is the header alone; but a multi says of each operation why.
  const kind = type.replace(' refused', '') as RequestKind;
  if (body.length === 0) return encodeReply(header, null);
  return encodeReply(header, decodeResponse(kind, body));
}

function againPacket({ from }: CapturedFrame, bytes: Uint8Array): Uint8Array {
  const [packet, ...more] = pushPacketBytes(makePacketStream(), bytes);
  if (packet === undefined || more.length > 0) throw new Error('not one packet');
  const { data, snapshot } = packet;
  return encodePacket({
    ...packet,
    data: data === null || data.length === 0 ? data : againData(packet, data, from === 'dialler'),
    snapshot: snapshot === null ? null : againTree(snapshot),
  });
}

function againData({ type }: QuorumPacket, data: Uint8Array, fromLearner: boolean): Uint8Array {
  switch (type) {
    case 'FOLLOWERINFO':
    case 'OBSERVERINFO':
      return encodeLearnerInfo(decodeLearnerInfo(data));
    case 'LEADERINFO':
    case 'ACKEPOCH':
      return encodeEpoch(decodeEpoch(data));
    case 'PROPOSAL':
    case 'INFORM':
      return encodeTransaction(decodeTransaction(data));
    case 'COMMITANDACTIVATE':
      return againDesignated(data);
    case 'INFORMANDACTIVATE':
      return againDesignated(data, (proposal) => encodeTransaction(decodeTransaction(proposal)));
    case 'PING':
      return encodeTouches(decodeTouches(data));
    case 'REVALIDATE':
      return fromLearner
        ? encodeRevalidate(decodeRevalidate(data))
        : encodeRevalidated(decodeRevalidated(data));
    case 'REQUEST':
    case 'SYNC':
      return encodeRequestPacketData(decodeRequestPacketData(data));
    default:
      return data;
  }
}

/** Who leads from now on; and what is activated, where that comes along. */
function againDesignated(
  data: Uint8Array,
  again?: (proposal: Uint8Array) => Uint8Array,
): Uint8Array {
  const { leader, proposal } = decodeDesignated(data);
  expect(leader).toBe(2);
  expect(proposal.length > 0).toBe(again !== undefined);
  return encodeDesignated(leader, again?.(proposal));
}

function againHello(bytes: Uint8Array): Uint8Array {
  const read = readHello(bytes);
  if (read === null) throw new Error('not a whole hello');
  expect(read.end).toBe(bytes.length);
  return encodeHello(read.hello);
}

/** Each transaction too; what has been made longer in advance is nothing but zeros. */
function againLog(bytes: Uint8Array): Uint8Array {
  const { entries, end, tail } = scanLog(bytes, ZXID_ZERO);
  expect({ tail, entries: entries.length > 5 }).toEqual({ tail: 'clean', entries: true });
  const written = entries.map(({ zxid, bytes: entry }) => {
    return { zxid, bytes: encodeTransaction(decodeTransaction(entry)) };
  });
  const padding = new Uint8Array(bytes.length - end);
  return new Uint8Array(Buffer.concat([encodeEntries(logHeader(), written), padding]));
}

/** Of sessions and lists of ACLs Apache's order, and so the numbers of the lists, is that of a hash table: ours
 *  is another one, and the same tree in as many bytes. Gives those that were read. */
function againTree(bytes: Uint8Array): Uint8Array {
  const image = decodeTree(bytes);
  const written = encodeTree(image);
  expect(written.length).toBe(bytes.length);
  expect(decodeTree(written)).toEqual(image);
  expect(encodeTree(decodeTree(written))).toEqual(written);
  return bytes;
}

/** Header, tree and first seal; behind them Apache's says which digest the tree has. */
function againSnapshot(bytes: Uint8Array): Uint8Array {
  const tree = decodeSnapshot(bytes);
  if (tree === null) throw new Error('not a whole snapshot');
  const written = encodeSnapshot(againTree(tree));
  expect(written.length).toBeGreaterThan(tree.length);
  return new Uint8Array(Buffer.concat([written, bytes.subarray(written.length)]));
}

describe(`what Apache ZooKeeper ${apache} said`, () => {
  test('has every type that can be recorded', () => {
    const found = new Set(frames.map(keyOf));
    expect(WANTED.filter((key) => !found.has(key))).toEqual([]);
  });

  test('has every transaction that there is in its logs', () => {
    const logs = frames.filter((frame) => keyOf(frame) === 'file disk log').map(bytesOf);
    const types = logs
      .flatMap((log) => scanLog(log, ZXID_ZERO).entries)
      // Session, cxid, zxid and time stand before it.
      .map(({ bytes }) => new DataView(bytes.buffer, bytes.byteOffset).getInt32(28));
    expect([...new Set(types)].sort((a, b) => a - b)).toEqual(TRANSACTIONS);
  });

  const groups = [...new Set(frames.map(keyOf))].sort();
  test.each(groups)('%s: read, and written again the same', (key) => {
    const these = frames.filter((frame) => keyOf(frame) === key);
    for (const frame of these) {
      expect(Buffer.from(again(frame)).toString('hex')).toBe(frame.hex);
    }
  });
});
