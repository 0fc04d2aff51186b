// Any value of every record: text beyond U+FFFF, numbers up to their last bit, null beside empty.

import fc from 'fast-check';

import { ROUND_MAX } from './election.ts';
import { serverId, sessionId } from '../vocabulary/ids.ts';
import {
  LONG_MIN,
  PACKET_TYPE,
  type Ballot,
  type PacketName,
  type QuorumPacket,
} from '../vocabulary/packet.ts';
import type {
  ConnectRequest,
  ConnectResponse,
  MultiOperation,
  MultiResult,
  Request,
  RequestKind,
  Response,
  WatcherEvent,
} from '../vocabulary/request.ts';
import { EVENT_TYPE, KEEPER_STATE, type EventName } from '../vocabulary/request.ts';
import type { Acl, Stat } from '../vocabulary/stat.ts';
import type {
  SimpleTransaction,
  Transaction,
  TransactionRecord,
} from '../vocabulary/transaction.ts';
import type { NodeImage, StatPersisted, TreeImage } from '../vocabulary/tree-image.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import { encodeTree } from './snapshot.ts';
import { transactionType } from './transaction.ts';

const as = <Kind extends string>(...kinds: Kind[]) => fc.constantFrom(...kinds);

type Arbitraries<Fields> = { readonly [Key in keyof Fields]: fc.Arbitrary<Fields[Key]> };

/** Values of each of these kinds apart: all have the same fields. */
function each<Kind extends string, Fields extends object>(
  kinds: readonly Kind[],
  fields: Arbitraries<Fields>,
): Record<Kind, fc.Arbitrary<Fields & { readonly kind: Kind }>> {
  const entries = kinds.map((kind) => [kind, fc.record({ kind: fc.constant(kind), ...fields })]);
  return Object.fromEntries(entries) as Record<Kind, fc.Arbitrary<Fields & { kind: Kind }>>;
}

const one = <T>(kinds: Readonly<Record<string, fc.Arbitrary<T>>>): fc.Arbitrary<T> =>
  fc.oneof(...Object.values(kinds));

const LONG_MAX = 2n ** 63n - 1n;
const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;

/** Whatever has a UTF-8 form: a surrogate by itself has none. */
const text = fc.string({ unit: 'binary', maxLength: 8 });
const textOrNull = fc.option(text);
export const int = fc.oneof(fc.integer(), fc.constantFrom(INT_MIN, -1, 0, INT_MAX));
export const long = fc.oneof(
  fc.bigInt({ min: LONG_MIN, max: LONG_MAX }),
  fc.constantFrom(LONG_MIN, -1n, 0n, 2n ** 53n + 1n, LONG_MAX),
);
export const zxid = long.map(zxidOf);
export const session = long.map(sessionId);
/** A long that is held as a number. */
const millis = fc.maxSafeInteger().map((value) => value + 0);
export const bytes = fc.uint8Array({ maxLength: 12 });
const bytesOrNull = fc.option(bytes);
const list = <T>(items: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(items, { maxLength: 3 });

export const acls: fc.Arbitrary<Acl[]> = list(fc.record({ perms: int, scheme: text, id: text }));
export const identities = fc.option(list(fc.record({ scheme: text, id: text })));
const persisted = {
  ...{ czxid: zxid, mzxid: zxid, ctime: millis, mtime: millis },
  ...{ version: int, cversion: int, aversion: int, ephemeralOwner: long, pzxid: zxid },
};
export const statPersisted: fc.Arbitrary<StatPersisted> = fc.record(persisted);
export const stat: fc.Arbitrary<Stat> = fc.record({
  ...persisted,
  ...{ dataLength: int, numChildren: int },
});

export const connectRequest: fc.Arbitrary<ConnectRequest> = fc.record({
  ...{ protocolVersion: int, lastZxidSeen: zxid, timeoutMillis: int, sessionId: session },
  ...{ password: bytesOrNull, readOnly: fc.option(fc.boolean()) },
});
export const connectResponse: fc.Arbitrary<ConnectResponse> = fc.record({
  ...{ protocolVersion: int, timeoutMillis: int, sessionId: session },
  ...{ password: bytes, readOnly: fc.option(fc.boolean()) },
});

const createFields = { path: text, data: bytesOrNull, acl: acls, flags: int };
const OPERATIONS: Readonly<Record<MultiOperation['kind'], fc.Arbitrary<MultiOperation>>> = {
  ...each(['create', 'create2', 'createContainer'], createFields),
  ...each(['createTTL'], { ...createFields, ttlMillis: long }),
  ...each(['delete', 'check'], { path: text, version: int }),
  ...each(['setData'], { path: text, data: bytesOrNull, version: int }),
};
const paths = list(text);
const threeLists = { relativeZxid: zxid, data: paths, exist: paths, child: paths };
const reads = list(fc.record({ kind: as('getData', 'getChildren'), path: text }));

/** Every request, by its kind. */
export const REQUESTS: Readonly<Record<RequestKind, fc.Arbitrary<Request>>> = {
  ...OPERATIONS,
  ...each(['exists', 'getData', 'getChildren', 'getChildren2'], {
    ...{ path: text, watch: fc.boolean() },
  }),
  ...each(['getACL', 'sync', 'getAllChildrenNumber'], { path: text }),
  ...each(['setACL'], { path: text, acl: acls, version: int }),
  ...each(['getEphemerals'], { prefix: text }),
  ...each<'ping' | 'closeSession' | 'whoAmI', object>(['ping', 'closeSession', 'whoAmI'], {}),
  ...each(['createSession'], { timeoutMillis: int }),
  ...each(['multi'], { operations: list(one(OPERATIONS)) }),
  ...each(['multiRead'], { operations: reads }),
  ...each(['auth'], { scheme: text, auth: bytesOrNull }),
  ...each(['sasl'], { token: bytes }),
  ...each(['setWatches'], threeLists),
  ...each(['setWatches2'], { ...threeLists, persistent: paths, persistentRecursive: paths }),
  ...each(['addWatch'], { path: text, mode: int }),
  ...each(['checkWatches', 'removeWatches'], { path: text, type: int }),
  ...each(['reconfig'], {
    ...{ joining: textOrNull, leaving: textOrNull, newMembers: textOrNull, configId: long },
  }),
};

const result: fc.Arbitrary<MultiResult> = fc.oneof(
  fc.record({ kind: as('create'), path: text }),
  fc.record({ kind: as('create2'), path: text, stat }),
  fc.record({ kind: as('delete', 'check') }),
  fc.record({ kind: as('setData'), stat }),
  fc.record({ kind: as('getData'), data: bytesOrNull, stat }),
  fc.record({ kind: as('getChildren'), children: paths }),
  fc.record({ kind: as('error'), err: int }),
);
const nothing = fc.record({ kind: as('nothing') });
const ofPath = fc.record({ kind: as('path'), path: text });
const ofPathAndStat = fc.record({ kind: as('pathAndStat'), path: text, stat });
const ofStat = fc.record({ kind: as('stat'), stat });
const ofData = fc.record({ kind: as('data'), data: bytesOrNull, stat });
const ofChildren = fc.record({ kind: as('children'), children: paths });
const ofMulti = fc.record({ kind: as('multi'), results: list(result) });

/** What answers a request of each kind. */
export const RESPONSES: Readonly<Record<RequestKind, fc.Arbitrary<Response>>> = {
  ...{ create: ofPath, sync: ofPath, create2: ofPathAndStat, createContainer: ofPathAndStat },
  ...{ createTTL: ofPathAndStat, exists: ofStat, setData: ofStat, setACL: ofStat },
  ...{ getData: ofData, reconfig: ofData, getChildren: ofChildren, getEphemerals: ofChildren },
  getChildren2: fc.record({ kind: as('childrenAndStat'), children: paths, stat }),
  getACL: fc.record({ kind: as('acl'), acl: acls, stat }),
  getAllChildrenNumber: fc.record({ kind: as('count'), count: int }),
  sasl: fc.record({ kind: as('token'), token: bytesOrNull }),
  whoAmI: fc.record({
    kind: as('whoAmI'),
    clients: list(fc.record({ scheme: text, user: text })),
  }),
  ...{ addWatch: fc.record({ kind: as('watchAdded') }), multi: ofMulti, multiRead: ofMulti },
  ...{ delete: nothing, check: nothing, ping: nothing, closeSession: nothing, auth: nothing },
  ...{ createSession: nothing, setWatches: nothing, setWatches2: nothing },
  ...{ checkWatches: nothing, removeWatches: nothing },
};
export const replyHeader = fc.record({ xid: int, zxid, err: int });
export const watcherEvent: fc.Arbitrary<WatcherEvent> = fc.record({
  type: as(...(Object.keys(EVENT_TYPE) as EventName[])),
  state: as(...(Object.keys(KEEPER_STATE) as (keyof typeof KEEPER_STATE)[])),
  path: text,
});

export const server = fc.nat(255).map(serverId);
/** Of an observer that has not voted too. */
const leader = fc.oneof(server, fc.constant(serverId(Number(LONG_MIN))));
export const ballot: fc.Arbitrary<Ballot> = fc.record({
  state: as('LOOKING', 'FOLLOWING', 'LEADING', 'OBSERVING'),
  vote: fc.record({ leader, zxid, peerEpoch: long }),
  ...{ round: fc.bigInt({ min: LONG_MIN, max: ROUND_MAX }), config: text },
});
export const learnerInfo = fc.record({
  ...{ serverId: server, protocolVersion: int, configVersion: long },
});
export const touch = fc.record({ sessionId: session, timeoutMillis: int });
export const forwarded = fc.record({ sessionId: session, cxid: int, type: int, body: bytes });
export const packet: fc.Arbitrary<QuorumPacket> = fc.record({
  type: as(...(Object.keys(PACKET_TYPE) as PacketName[]).filter((name) => name !== 'SNAP')),
  ...{ zxid, data: bytesOrNull, authinfo: identities, snapshot: fc.constant(null) },
});

const create = { path: text, data: bytesOrNull, acl: acls, parentCVersion: int };
const SIMPLE: Readonly<Record<SimpleTransaction['kind'], fc.Arbitrary<SimpleTransaction>>> = {
  ...each(['create', 'create2'], { ...create, ephemeral: fc.boolean() }),
  ...each(['createContainer'], create),
  ...each(['createTTL'], { ...create, ttlMillis: long }),
  ...each(['delete', 'deleteContainer'], { path: text }),
  ...each(['setData'], { path: text, data: bytesOrNull, version: int }),
  ...each(['setACL'], { path: text, acl: acls, version: int }),
  ...each(['check'], { path: text, version: int }),
  ...each(['error'], { err: int }),
};
const CHANGES: Readonly<Record<Transaction['kind'], fc.Arbitrary<Transaction>>> = {
  ...SIMPLE,
  ...each(['createSession'], { timeoutMillis: int }),
  ...each(['closeSession'], { paths }),
  ...each(['reconfig'], { path: text, data: bytesOrNull, version: int }),
  ...each(['multi'], { parts: list(one(SIMPLE)) }),
};
const digest = fc.option(
  fc.record({ version: int, treeDigest: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) }),
);
const recordOf = (change: fc.Arbitrary<Transaction>): fc.Arbitrary<TransactionRecord> =>
  fc
    .record({ clientId: session, cxid: int, zxid, time: millis, transaction: change, digest })
    .map(({ transaction, digest: sum, ...head }) => ({
      header: { ...head, type: transactionType(transaction) },
      ...{ transaction, digest: sum },
    }));

/** Every transaction with its header and digest, by its kind. */
export const TRANSACTIONS = Object.entries(CHANGES).map(
  ([kind, change]) => [kind, recordOf(change)] as const,
);
export const transactionRecord = recordOf(one(CHANGES));

/** A slash by itself ends the list of nodes. */
const node: fc.Arbitrary<NodeImage> = fc.record({
  path: text.filter((path) => path !== '/'),
  ...{ data: bytesOrNull, acl: fc.option(acls), stat: statPersisted },
});
export const tree: fc.Arbitrary<TreeImage> = fc.record({
  sessions: fc
    .uniqueArray(fc.record({ id: session, timeoutMillis: int }), {
      ...{ maxLength: 4, selector: ({ id }) => id },
    })
    .map((sessions) => sessions.sort((a, b) => (a.id < b.id ? -1 : 1))),
  nodes: fc.array(node, { maxLength: 4 }),
});
export const snap: fc.Arbitrary<QuorumPacket> = fc.record({
  ...{ type: as('SNAP'), zxid, data: bytesOrNull, authinfo: identities },
  snapshot: tree.map(encodeTree),
});
