// Every decoder that reads what others wrote, each with whole samples to be damaged.

import {
  decodeSnapshot,
  encodeEntries,
  encodeSnapshot,
  logHeader,
  scanLog,
} from '../../adapters/files/format.ts';
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
import {
  decodeBallot,
  encodeBallot,
  frame,
  makeFrameStream,
  pushFrameBytes,
} from '../../jute/election.ts';
import {
  decodeLearnerInfo,
  decodeRequestPacketData,
  decodeTouches,
  encodeLearnerInfo,
  encodePacket,
  encodeRequestPacketData,
  encodeTouches,
  makePacketStream,
  pushPacketBytes,
} from '../../jute/quorum.ts';
import { decodeTree, encodeTree } from '../../jute/snapshot.ts';
import { decodeTransaction, encodeTransaction, transactionType } from '../../jute/transaction.ts';
import { serverId, sessionId } from '../../vocabulary/ids.ts';
import { PACKET_TYPE, type PacketName, type QuorumPacket } from '../../vocabulary/packet.ts';
import type { CreateFields, MultiOperation, Request, Response } from '../../vocabulary/request.ts';
import { OPEN_ACL, type Stat } from '../../vocabulary/stat.ts';
import type { Transaction } from '../../vocabulary/transaction.ts';
import { makeZxid, zxidOf, ZXID_ZERO } from '../../vocabulary/zxid.ts';

export interface FuzzTarget {
  readonly name: string;
  readonly samples: readonly Uint8Array[];
  readonly decode: (bytes: Uint8Array) => unknown;
}

const ZXID = makeZxid(1, 7);
const SESSION = sessionId(0x1a2b_3c4d_5e6fn);
const DATA = new TextEncoder().encode('one hundred bytes of data are not needed here');
const PASSWORD = new Uint8Array(16).fill(7);
const FRAME_BYTES_MAX = 0xf_ffff;

const fields = (path: string): CreateFields => ({ path, data: DATA, acl: OPEN_ACL, flags: 0 });
const operations: readonly MultiOperation[] = [
  { kind: 'create', ...fields('/m') },
  { kind: 'setData', path: '/m', data: DATA, version: 0 },
  { kind: 'check', path: '/m', version: 1 },
  { kind: 'delete', path: '/m', version: -1 },
];
const lists = { data: ['/a', '/b'], exist: ['/c'], child: ['/'] };

export const FUZZ_REQUESTS: readonly Request[] = [
  { kind: 'create', ...fields('/a') },
  { kind: 'create', ...fields('/s-'), flags: 3 },
  { kind: 'create2', ...fields('/b') },
  { kind: 'createContainer', ...fields('/c'), flags: 4 },
  { kind: 'createTTL', ...fields('/t'), flags: 5, ttlMillis: 1_000n },
  { kind: 'delete', path: '/a', version: -1 },
  { kind: 'setData', path: '/b', data: DATA, version: -1 },
  { kind: 'exists', path: '/a', watch: true },
  { kind: 'getData', path: '/b', watch: true },
  { kind: 'getChildren', path: '/', watch: true },
  { kind: 'getChildren2', path: '/', watch: false },
  { kind: 'getACL', path: '/b' },
  { kind: 'setACL', path: '/b', acl: OPEN_ACL, version: -1 },
  { kind: 'sync', path: '/' },
  { kind: 'ping' },
  { kind: 'whoAmI' },
  { kind: 'getEphemerals', prefix: '/' },
  { kind: 'getAllChildrenNumber', path: '/' },
  { kind: 'multi', operations },
  {
    kind: 'multiRead',
    operations: [
      { kind: 'getData', path: '/b' },
      { kind: 'getChildren', path: '/' },
    ],
  },
  { kind: 'auth', scheme: 'digest', auth: new TextEncoder().encode('user:password') },
  { kind: 'sasl', token: DATA },
  { kind: 'setWatches', relativeZxid: ZXID, ...lists },
  {
    ...{ kind: 'setWatches2', relativeZxid: ZXID, ...lists },
    ...{ persistent: ['/p'], persistentRecursive: ['/r'] },
  },
  { kind: 'addWatch', path: '/b', mode: 1 },
  { kind: 'checkWatches', path: '/b', type: 3 },
  { kind: 'removeWatches', path: '/b', type: 3 },
  { kind: 'reconfig', joining: 'server.4=h:1:2', leaving: '', newMembers: '', configId: -1n },
];

/** Frames of an open session, with xids from 1 on. */
export const requestFrames = (): Uint8Array[] =>
  FUZZ_REQUESTS.map((request, index) => encodeRequest(index + 1, request));

const STAT: Stat = {
  ...{ czxid: ZXID, mzxid: ZXID, ctime: 1, mtime: 2, version: 3, cversion: 4, aversion: 5 },
  ...{ ephemeralOwner: 0n, dataLength: 6, numChildren: 7, pzxid: ZXID },
};

const RESPONSES: readonly { readonly kind: Request['kind']; readonly response: Response }[] = [
  { kind: 'create', response: { kind: 'path', path: '/a' } },
  { kind: 'create2', response: { kind: 'pathAndStat', path: '/a', stat: STAT } },
  { kind: 'exists', response: { kind: 'stat', stat: STAT } },
  { kind: 'getData', response: { kind: 'data', data: DATA, stat: STAT } },
  { kind: 'getChildren', response: { kind: 'children', children: ['a', 'b'] } },
  { kind: 'getACL', response: { kind: 'acl', acl: OPEN_ACL, stat: STAT } },
  { kind: 'multi', response: { kind: 'multi', results: [{ kind: 'error', err: -101 }] } },
];

const TRANSACTIONS: readonly Transaction[] = [
  {
    ...{ kind: 'create', path: '/a', data: DATA, acl: OPEN_ACL },
    ...{ ephemeral: true, parentCVersion: 1 },
  },
  { kind: 'setData', path: '/a', data: DATA, version: 1 },
  { kind: 'setACL', path: '/a', acl: OPEN_ACL, version: 1 },
  { kind: 'closeSession', paths: ['/a', '/b'] },
  { kind: 'createSession', timeoutMillis: 10_000 },
  { kind: 'error', err: -101 },
  {
    kind: 'multi',
    parts: [
      { kind: 'delete', path: '/a' },
      { kind: 'check', path: '/b', version: 1 },
    ],
  },
];
const transactions = TRANSACTIONS.map((transaction, index) =>
  encodeTransaction({
    header: {
      ...{ clientId: SESSION, cxid: index, zxid: zxidOf(ZXID + BigInt(index)), time: 5 },
      type: transactionType(transaction),
    },
    transaction,
    digest: index % 2 === 0 ? null : { version: 2, treeDigest: 9n },
  }),
);
const logFile = encodeEntries(
  logHeader(),
  transactions.map((bytes, index) => ({ zxid: zxidOf(ZXID + BigInt(index)), bytes })),
);

const tree = encodeTree({
  sessions: [{ id: SESSION, timeoutMillis: 10_000 }],
  nodes: ['', '/a', '/a/b'].map((path) => ({
    ...{ path, data: DATA, acl: path === '' ? null : OPEN_ACL },
    stat: {
      ...{ czxid: ZXID, mzxid: ZXID, ctime: 1, mtime: 2, version: 3, cversion: 4, aversion: 5 },
      ...{ ephemeralOwner: 0n, pzxid: ZXID },
    },
  })),
});

const requestData = encodeRequestPacketData({
  ...{ sessionId: SESSION, cxid: 1, type: 1, body: DATA },
});
const touches = encodeTouches([{ sessionId: SESSION, timeoutMillis: 10_000 }]);
const learnerInfo = encodeLearnerInfo({
  ...{ serverId: serverId(2), protocolVersion: 0x1_0000, configVersion: 0n },
});

function packetOf(type: PacketName): Uint8Array {
  const data: Partial<Record<PacketName, Uint8Array | undefined>> = {
    ...{ REQUEST: requestData, PROPOSAL: transactions[0], INFORM: transactions[1] },
    ...{ PING: touches, REVALIDATE: touches, FOLLOWERINFO: learnerInfo, OBSERVERINFO: learnerInfo },
    ...{ ACKEPOCH: new Uint8Array(4), LEADERINFO: new Uint8Array(4) },
  };
  const packet: QuorumPacket = {
    ...{ type, zxid: ZXID, data: data[type] ?? null },
    authinfo: type === 'REQUEST' ? [{ scheme: 'ip', id: '127.0.0.1' }] : null,
    snapshot: type === 'SNAP' ? tree : null,
  };
  return encodePacket(packet);
}

const CONFIG = 'server.1=localhost:2888:3888:participant;localhost:2181\nversion=0';
const ballot = encodeBallot({
  ...{ state: 'LOOKING', vote: { leader: serverId(3), zxid: ZXID, peerEpoch: 1n } },
  ...{ round: 4n, config: CONFIG },
});

function decodeWholeRequest(bytes: Uint8Array): unknown {
  const { header, body } = decodeRequestHeader(bytes);
  return [header, decodeRequestBody(header.type, body)];
}

function decodeAnyResponse(bytes: Uint8Array): unknown {
  const { header, body } = decodeReply(bytes);
  const asked = RESPONSES[Math.abs(header.xid) % RESPONSES.length]?.kind ?? 'create';
  return [header, decodeResponse(asked, body)];
}

const replies = RESPONSES.map(({ response }, index) =>
  encodeReply({ xid: index, zxid: ZXID, err: 0 }, response),
);
const connect = encodeConnectRequest({
  ...{ protocolVersion: 0, lastZxidSeen: ZXID, timeoutMillis: 10_000, sessionId: SESSION },
  ...{ password: PASSWORD, readOnly: false },
});
const connected = encodeConnectResponse({
  ...{ protocolVersion: 0, timeoutMillis: 10_000, sessionId: SESSION, password: PASSWORD },
  readOnly: false,
});
const event = encodeWatcherEvent(zxidOf(-1n), {
  ...{ type: 'NodeCreated', state: 'SyncConnected', path: '/a' },
});

export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  { name: 'requests', samples: requestFrames(), decode: decodeWholeRequest },
  { name: 'connect requests', samples: [connect], decode: decodeConnectRequest },
  { name: 'connect responses', samples: [connected], decode: decodeConnectResponse },
  { name: 'replies', samples: replies, decode: decodeAnyResponse },
  { name: 'events', samples: [event.slice(16)], decode: decodeWatcherEvent },
  {
    name: 'frames of a stream',
    samples: requestFrames().map(frame),
    decode: (bytes) => pushFrameBytes(makeFrameStream(FRAME_BYTES_MAX), bytes),
  },
  {
    name: 'quorum packets',
    samples: (Object.keys(PACKET_TYPE) as PacketName[]).map(packetOf),
    decode: (bytes) => pushPacketBytes(makePacketStream(), bytes),
  },
  { name: 'forwarded requests', samples: [requestData], decode: decodeRequestPacketData },
  { name: 'touches', samples: [touches], decode: decodeTouches },
  { name: 'learner infos', samples: [learnerInfo], decode: decodeLearnerInfo },
  { name: 'ballots', samples: [ballot], decode: decodeBallot },
  { name: 'transactions', samples: transactions, decode: decodeTransaction },
  { name: 'trees', samples: [tree], decode: decodeTree },
  { name: 'log files', samples: [logFile], decode: (bytes) => scanLog(bytes, ZXID_ZERO) },
  { name: 'snapshot files', samples: [encodeSnapshot(tree)], decode: decodeSnapshot },
];
