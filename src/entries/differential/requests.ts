// One generated request after the other: every operation of the client port, right and wrong. What is
// never asked, since Apache ZooKeeper 3.8.0 breaks by it, is said in ARCHITECTURE.md.

import { nextBelow, nextChance, type Random } from '../../base/random.ts';
import { encodeUtf8 } from '../../base/utf8.ts';
import { encodeRequestBody } from '../../jute/client.ts';
import {
  ADD_WATCH_MODE,
  OP_CODE,
  type CreateFields,
  type MultiOperation,
  type ReadOperation,
  type Request,
  type RequestKind,
} from '../../vocabulary/request.ts';
import { zxidOf } from '../../vocabulary/zxid.ts';
import { mutated } from './malformed.ts';
import type { PlannedRequest } from './step.ts';
import {
  anyAcl,
  anyData,
  anyPath,
  anyVersion,
  CREDENTIALS,
  LASTING_PATHS,
  OPEN,
  PERSISTENT_PATHS,
  pick,
  RECURSIVE_PATHS,
  SUPER,
  watchedPath,
} from './values.ts';

/** What the generator knows of the run so far. */
export interface World {
  readonly random: Random;
  /** Paths that were created, the newest last. */
  readonly learned: readonly string[];
  /** The newest zxid, from the start of the run. */
  readonly zxid: bigint;
  /** Quotas are enforced, there are TTL nodes and a super user. */
  readonly extended: boolean;
}

type Make = (world: World) => Request;

function createFields({ random, learned }: World): CreateFields {
  const flags = pick(random, [0, 0, 0, 0, 1, 1, 2, 3, 4, nextChance(random, 20) ? 7 : 0]);
  const sequential = flags === 2 || flags === 3;
  let path = anyPath(random, learned);
  if (sequential && nextChance(random, 50)) path = `${path}/${pick(random, ['s-', '', 'lock'])}`;
  // Not elsewhere: Apache's servers cannot say such a character again.
  if (nextChance(random, 1)) path = '/a/\u{1f600}';
  return { path, data: anyData(random), acl: anyAcl(random), flags };
}

function oddFlags(random: Random): number {
  return pick(random, [-1, 5, 6, 7, 8, 99, 0x7fff_ffff]);
}

/** A TTL below 0 with a flag of another kind ends an Apache server: it is never sent. */
function createTtl(world: World): Extract<MultiOperation, { kind: 'createTTL' }> {
  const { random } = world;
  const flags = pick(random, [5, 5, 6, 0, 4, 1]);
  const ttls = flags >= 5 ? [0n, -1n, 1n, 100_000n, 2n ** 40n - 1n, 2n ** 40n] : [0n, 5n, 100_000n];
  return { kind: 'createTTL', ...createFields(world), flags, ttlMillis: pick(random, ttls) };
}

function anyCreate(world: World): Extract<MultiOperation, CreateFields> {
  const { random } = world;
  const fields = createFields(world);
  if (nextChance(random, world.extended ? 20 : 8)) return createTtl(world);
  const flags = nextChance(random, 4) ? oddFlags(random) : fields.flags;
  const kind = pick(random, ['create', 'create', 'create2', 'createContainer'] as const);
  return { kind, ...fields, flags };
}

const anyDelete = ({ random, learned }: World): MultiOperation => ({
  kind: 'delete',
  path: anyPath(random, learned),
  version: anyVersion(random),
});

function anySetData({ random, learned, extended }: World): MultiOperation {
  const asked = anyPath(random, learned);
  // Accepted: not even the super user writes the configuration here.
  const path = extended && asked === '/zookeeper/config' ? '/a' : asked;
  return { kind: 'setData', path, data: anyData(random), version: anyVersion(random) };
}

const anyCheck = ({ random, learned }: World): MultiOperation => ({
  kind: 'check',
  path: anyPath(random, learned),
  version: anyVersion(random),
});

function anyMulti(world: World): Request {
  const count = nextBelow(world.random, 6);
  const operations = Array.from({ length: count }, () =>
    pick(world.random, [anyCreate, anyCreate, anyDelete, anySetData, anySetData, anyCheck])(world),
  );
  return { kind: 'multi', operations };
}

function anyMultiRead({ random, learned }: World): Request {
  const operations = Array.from({ length: nextBelow(random, 4) }, (): ReadOperation => {
    return { kind: pick(random, ['getData', 'getChildren']), path: anyPath(random, learned) };
  });
  return { kind: 'multiRead', operations };
}

function anySetWatches({ random, learned, zxid }: World, base: bigint): Request {
  const paths = (): string[] =>
    Array.from({ length: nextBelow(random, 4) }, () => watchedPath(random, learned));
  const some = (from: readonly string[]): string[] => from.filter(() => nextChance(random, 30));
  const seen = nextChance(random, 20) ? 0n : base + zxid - BigInt(nextBelow(random, 12));
  const relativeZxid = zxidOf(seen < 0n ? 0n : seen);
  const lists = { relativeZxid, data: paths(), exist: paths(), child: paths() };
  if (nextChance(random, 50)) return { kind: 'setWatches', ...lists };
  const [persistent, persistentRecursive] = [some(PERSISTENT_PATHS), some(RECURSIVE_PATHS)];
  return { kind: 'setWatches2', ...lists, persistent, persistentRecursive };
}

function anyRead({ random, learned }: World): Request {
  const kind = pick(random, ['exists', 'getData', 'getData', 'getChildren', 'getChildren2']);
  const watch = nextChance(random, 40);
  const path = watch ? watchedPath(random, learned) : anyPath(random, learned);
  return { kind: kind as 'exists', path, watch };
}

/** On a path that has lasting watches, all of them are meant; on another one, a kind. */
function anyWatchRequest({ random, learned }: World): Request {
  if (nextChance(random, 50)) {
    const path = pick(random, LASTING_PATHS);
    const mode = RECURSIVE_PATHS.includes(path) ? ADD_WATCH_MODE.persistentRecursive : 0;
    const isOdd = nextChance(random, 10);
    return { kind: 'addWatch', path, mode: isOdd ? pick(random, [-1, 2, 9]) : mode };
  }
  const kind = pick(random, ['checkWatches', 'removeWatches'] as const);
  if (nextChance(random, 10)) return { kind, path: '/a', type: pick(random, [0, -1, 6, 99]) };
  if (nextChance(random, 40)) return { kind, path: pick(random, LASTING_PATHS), type: 3 };
  return { kind, path: watchedPath(random, learned), type: 1 + nextBelow(random, 3) };
}

/** Quotas come and go, on two paths one below the other; what they count is read. */
function anyQuotaRequest(world: World): Request {
  const { random } = world;
  const subject = pick(random, ['/a', '/a', '/a', '/a/x']);
  const directory = `/zookeeper/quota${subject}`;
  const [limits, stats] = [`${directory}/zookeeper_limits`, `${directory}/zookeeper_stats`];
  const data = encodeUtf8(pick(random, QUOTAS));
  const node = { acl: [OPEN], flags: 0 };
  const requests: readonly Request[] = [
    { kind: 'create', path: directory, data: null, ...node },
    { kind: 'create', path: limits, data, ...node },
    { kind: 'create', path: stats, data: null, ...node },
    { kind: 'create', path: stats, data: null, ...node },
    { kind: 'setData', path: limits, data, version: -1 },
    { kind: 'setData', path: limits, data, version: -1 },
    { kind: 'delete', path: pick(random, [limits, stats]), version: -1 },
    // Of what stands under it: many of one size and of another.
    { kind: 'setData', path: subject, data: anyData(random), version: -1 },
    { kind: 'create', path: `${subject}/q`, data: anyData(random), ...node, flags: 2 },
    { kind: 'create', path: `${subject}/q`, data: anyData(random), ...node, flags: 2 },
    { kind: 'getData', path: stats, watch: nextChance(random, 50) },
    { kind: 'getData', path: limits, watch: false },
  ];
  return pick(random, requests);
}

const QUOTAS = [
  ...[
    'count=3,bytes=-1=;byteHardLimit=30;countHardLimit=4',
    'count=-1,bytes=20',
    'count=2,bytes=9',
  ],
  ...['count=-1,bytes=-1=;countHardLimit=2', 'count=1,bytes=1=;byteHardLimit=800', ''],
];

const anyReconfig: Make = ({ random }) => ({
  kind: 'reconfig',
  joining: pick(random, ['', 'server.9=127.0.0.1:1:2:participant;3', 'nonsense']),
  leaving: pick(random, ['', '1', 'nonsense']),
  newMembers: '',
  configId: pick(random, [-1n, 0n, 77n]),
});

const MAKERS: readonly (readonly [weight: number, make: Make])[] = [
  [24, anyCreate],
  [14, anyDelete],
  [12, anySetData],
  [24, anyRead],
  [9, anyMulti],
  [3, anyMultiRead],
  [3, ({ random, learned }) => ({ kind: 'getACL', path: anyPath(random, learned) })],
  [
    3,
    ({ random, learned }) => {
      const [asked, version] = [anyPath(random, learned), anyVersion(random)];
      // Nothing could be done any more.
      const isNeeded = asked === '/' || asked.startsWith('/zookeeper');
      const path = isNeeded ? '/a' : asked;
      return { kind: 'setACL', path, acl: anyAcl(random), version };
    },
  ],
  [2, ({ random, learned }) => ({ kind: 'getEphemerals', prefix: anyPath(random, learned) })],
  [2, ({ random, learned }) => ({ kind: 'getAllChildrenNumber', path: anyPath(random, learned) })],
  [1, ({ random, learned }) => ({ kind: 'sync', path: anyPath(random, learned) })],
  [5, anyWatchRequest],
  [1, () => ({ kind: 'whoAmI' })],
  [1, () => ({ kind: 'ping' })],
  [1, anyReconfig],
];
const WEIGHTS = MAKERS.reduce((sum, [weight]) => sum + weight, 0);

function anyRequest(world: World): Request {
  if (world.extended && nextChance(world.random, 20)) return anyQuotaRequest(world);
  let at = nextBelow(world.random, WEIGHTS);
  for (const [weight, make] of MAKERS) {
    if (at < weight) return make(world);
    at -= weight;
  }
  return { kind: 'ping' };
}

/** One that may stand among others in one go. */
export function plannedRequest(world: World, xid: number): PlannedRequest {
  const { random } = world;
  if (nextChance(random, 3)) {
    const draw = { ...random };
    const make = (base: bigint): Request => anySetWatches({ ...world, random: { ...draw } }, base);
    return planned(xid, make(0n), (base) => encodeRequestBody(make(base)));
  }
  const request = anyRequest(world);
  const body = encodeRequestBody(request);
  if (!nextChance(random, 3)) return planned(xid, request, () => body);
  const { bytes, how } = mutated(random, request, body);
  const plan = planned(xid, request, () => bytes);
  return { ...plan, label: `${plan.label} ${how}` };
}

/** One that has to be alone: its reply may overtake others, or it ends the connection. */
export function loneRequest({ random, extended }: World, xid: number): PlannedRequest {
  if (nextChance(random, 25)) {
    const type = pick(random, [0, 10, 77, -2, -11_000, 110, 23, 99, 108]);
    const label = `an unknown request of type ${String(type)}`;
    const body = new Uint8Array(nextBelow(random, 2) * 8);
    return { xid, type, label, kind: null, body: () => body, isLast: true, isWrite: false };
  }
  if (nextChance(random, 15)) {
    const request: Request = { kind: 'sasl', token: encodeUtf8('a token') };
    const body = nextChance(random, 10) ? new Uint8Array(4).fill(255) : encodeRequestBody(request);
    return planned(xid, request, () => body);
  }
  const scheme = nextChance(random, 80)
    ? 'digest'
    : pick(random, ['ip', 'world', 'sasl', 'none', '']);
  const credentials = nextChance(random, extended ? 15 : 10) ? SUPER : pick(random, CREDENTIALS);
  const auth = nextChance(random, 95) ? encodeUtf8(credentials) : null;
  const request: Request = { kind: 'auth', scheme, auth };
  return planned(xid, request, () => encodeRequestBody(request));
}

export const closeRequest = (xid: number): PlannedRequest =>
  planned(xid, { kind: 'closeSession' }, () => new Uint8Array(0));

function planned(
  xid: number,
  request: Request,
  body: (base: bigint) => Uint8Array,
): PlannedRequest {
  const { kind } = request;
  const parts = kind === 'multi' ? request.operations.map((one) => one.kind) : [];
  const isLast = countsWhenApplied(request);
  const isWrite = WRITES.has(kind);
  return { xid, type: OP_CODE[kind], label: labelOf(request), kind, parts, body, isLast, isWrite };
}

const WRITES: ReadonlySet<RequestKind> = new Set<RequestKind>([
  ...(['create', 'create2', 'createContainer', 'createTTL', 'delete', 'setData'] as const),
  ...(['setACL', 'multi', 'reconfig', 'sync'] as const),
]);

/** Accepted: what stands behind a setACL is judged by the new list here, at Apache's server by chance by the
 *  old one; a container with the flag of an ephemeral node is an ephemeral node there until it is applied. */
function countsWhenApplied(request: Request): boolean {
  if (request.kind === 'createContainer') return request.flags === 1 || request.flags === 3;
  return request.kind === 'setACL';
}

function labelOf(request: Request): string {
  const text = JSON.stringify(request, (_key, value: unknown) => {
    if (value instanceof Uint8Array) return `${String(value.length)} bytes`;
    return typeof value === 'bigint' ? String(value) : value;
  });
  return text.replace(/"(\w+)":/g, '$1:');
}
