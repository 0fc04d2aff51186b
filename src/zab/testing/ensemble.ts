// A little world for peers alone: FIFO links that break, disks that answer later and forget what was
// not answered, seeded delays, and a tree that only remembers what it was given.

import { makeRandom, nextBelow, type Random } from '../../base/random.ts';
import type { DiskOutput, Input, Output, Recovered } from '../../vocabulary/boundary.ts';
import { parseConfiguration } from '../../vocabulary/configuration.ts';
import {
  configText,
  type Configuration,
  type Ensemble,
  type Member,
} from '../../vocabulary/ensemble.ts';
import {
  linkId,
  serverId,
  type LinkId,
  type ServerId,
  type SnapshotName,
} from '../../vocabulary/ids.ts';
import type { QuorumPacket } from '../../vocabulary/packet.ts';
import { addPiece, joinPieces } from '../../vocabulary/pieces.ts';
import type { TraceEvent } from '../../vocabulary/trace.ts';
import type { LogEntry } from '../../vocabulary/transaction.ts';
import { formatZxid, ZXID_ZERO, zxidOf, type Zxid } from '../../vocabulary/zxid.ts';
import type { Application } from '../application.ts';
import type { ReconfigRules } from '../state.ts';
import {
  isPending,
  isQuorumSynced,
  makePeer,
  nextProposalZxid,
  peerConfigOf,
  propose,
  startPeer,
  stepPeer,
  type PeerContext,
  type PeerState,
} from '../peer.ts';

export interface DiskImage {
  acceptedEpoch: number;
  currentEpoch: number;
  trusted: boolean;
  snapshot: { zxid: Zxid; bytes: Uint8Array } | null;
  log: LogEntry[];
}

export interface Seat {
  id: ServerId;
  peer: PeerState | null;
  ctx: PeerContext | null;
  disk: DiskImage;
  diskQueue: { output: DiskOutput; doneAt: number }[];
  /** Of a snapshot that is not whole yet. */
  pieces: Uint8Array[];
  applied: string[];
  serving: string | null;
  synced: number;
  requests: Uint8Array[];
  events: TraceEvent[];
  incarnation: number;
  halted: string | null;
  /** What its administrator gave it. */
  ensemble: Ensemble;
}

interface Link {
  id: LinkId;
  a: ServerId;
  b: ServerId;
  open: boolean;
  lastAt: number;
}

type Job = { at: number; order: number; run: () => void };

export interface World {
  now: number;
  seats: Map<ServerId, Seat>;
  links: Map<LinkId, Link>;
  jobs: Job[];
  order: number;
  random: Random;
  cuts: Set<string>;
  ensemble: Ensemble;
  /** The first members. */
  initial: readonly Member[];
  nextLink: number;
  /** Every zxid=payload ever applied anywhere, by position. */
  canon: string[];
  violations: string[];
  diskMillisMax: number;
  electedEpochs: Map<number, ServerId>;
  reconfig: ReconfigRules | null;
  /** Before each input of each server: what a test breaks. */
  breach: ((peer: PeerState) => void) | null;
}

export function ensembleOf(participants: number, observers = 0): Ensemble {
  const members = Array.from({ length: participants + observers }, (_, index) => ({
    serverId: serverId(index + 1),
    role: index < participants ? ('participant' as const) : ('observer' as const),
    host: 'h',
    quorumPort: 2888,
    electionPort: 3888,
    clientPort: 2181,
  }));
  return {
    members,
    tickMillis: 100,
    initLimit: 10,
    syncLimit: 5,
    sessionTimeoutMillisMin: 200,
    sessionTimeoutMillisMax: 4000,
    finalizeWaitMillis: 60,
    notificationMillisMin: 50,
    notificationMillisMax: 1000,
    snapshotEveryTransactions: 50,
    committedLogEntriesMax: 20,
  };
}

export const emptyDisk = (): DiskImage => ({
  acceptedEpoch: 0,
  currentEpoch: 0,
  trusted: true,
  snapshot: null,
  log: [],
});

export function makeWorld(ensemble: Ensemble, seed: number): World {
  const world: World = {
    now: 1,
    seats: new Map(),
    links: new Map(),
    jobs: [],
    order: 0,
    random: makeRandom(seed),
    cuts: new Set(),
    ensemble,
    initial: ensemble.members,
    nextLink: 1,
    canon: [],
    violations: [],
    diskMillisMax: 6,
    electedEpochs: new Map(),
    reconfig: null,
    breach: null,
  };
  for (const { serverId: id } of ensemble.members) {
    world.seats.set(id, {
      id,
      peer: null,
      ctx: null,
      disk: emptyDisk(),
      diskQueue: [],
      pieces: [],
      applied: [],
      serving: null,
      synced: 0,
      requests: [],
      events: [],
      incarnation: 0,
      halted: null,
      ensemble,
    });
  }
  return world;
}

/** Members 1 to `voters` may be reconfigured; `others` more servers know them and themselves alone. */
export function makeChangingWorld(voters: number, others: number, seed: number): World {
  const all = ensembleOf(voters, others);
  const world = makeWorld(all, seed);
  world.reconfig = { standalone: true };
  world.initial = all.members.slice(0, voters);
  for (const seat of world.seats.values()) {
    const members = all.members.filter(({ serverId: id }) => id <= voters || id === seat.id);
    seat.ensemble = { ...all, members };
  }
  return world;
}

/** `[1, 2, 'o3']`: voters 1 and 2, observer 3. */
export const membersOf = (...names: readonly (number | string)[]): Member[] =>
  names.map((name) => ({
    serverId: serverId(Number(String(name).replace('o', ''))),
    role: String(name).startsWith('o') ? ('observer' as const) : ('participant' as const),
    ...{ host: 'h', quorumPort: 2888, electionPort: 3888, clientPort: 2181 },
  }));

/** The leader proposes these members, if it may. The zxid or null. */
export function reconfigure(world: World, id: number, members: Member[]): Zxid | null {
  const { peer } = seatOf(world, id);
  const next = peer === null ? null : nextProposalZxid(peer);
  if (peer === null || next === null || isPending(peer)) return null;
  const configuration = { members, version: next };
  if (!isQuorumSynced(peer, configuration)) return null;
  return write(world, id, `${CONFIGURATION}${configText(configuration)}`);
}

export const seatOf = (world: World, id: number): Seat => world.seats.get(serverId(id))!;

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
export const payload = (value: string): Uint8Array => new TextEncoder().encode(value);

function at(world: World, delay: number, run: () => void): void {
  world.jobs.push({ at: world.now + delay, order: world.order++, run });
}

function makeApplication(world: World, seat: Seat): Application {
  const taking = new Map<SnapshotName, Uint8Array[]>();
  return {
    beginSnapshot: (name) => {
      const bytes = payload(JSON.stringify(seat.applied));
      taking.set(name, [bytes.slice(0, 3), bytes.slice(3, 20), bytes.slice(20)]);
    },
    nextSnapshotPiece: (name) => {
      const pieces = taking.get(name) ?? [];
      const bytes = pieces.shift();
      if (pieces.length === 0) taking.delete(name);
      return bytes === undefined ? null : { bytes, isLast: pieces.length === 0 };
    },
    endSnapshot: (name) => {
      taking.delete(name);
    },
    restore: (_zxid, bytes) => {
      taking.clear();
      seat.applied = JSON.parse(text(bytes)) as string[];
      checkPrefix(world, seat);
    },
    apply: (entry) => {
      seat.applied.push(`${formatZxid(entry.zxid)}=${text(entry.bytes)}`);
      checkLast(world, seat);
    },
    startServing: (role) => {
      seat.serving = role;
    },
    stopServing: () => {
      seat.serving = null;
    },
    onRequest: (_from, data) => {
      seat.requests.push(data);
      write(world, seat.id, text(data.subarray(16)));
    },
    onTouch: () => undefined,
    onRevalidate: (_from, data) => data,
    beforeSync: () => true,
    takeTouched: () => null,
    onSynced: () => {
      seat.synced += 1;
    },
    onRevalidated: () => undefined,
    onStage: () => undefined,
    configurationOf: (entry) => configurationIn(text(entry.bytes)),
    keptConfiguration: () =>
      seat.applied.reduce<Configuration | null>(
        (kept, line) => configurationIn(line.slice(line.indexOf('=') + 1)) ?? kept,
        null,
      ),
  };
}

/** An entry that begins so makes a configuration: the rest is its text. */
export const CONFIGURATION = 'configuration:';

function configurationIn(value: string): Configuration | null {
  return value.startsWith(CONFIGURATION)
    ? parseConfiguration(value.slice(CONFIGURATION.length))
    : null;
}

function checkLast(world: World, seat: Seat): void {
  const index = seat.applied.length - 1;
  const mine = seat.applied[index]!;
  if (index < world.canon.length) {
    if (world.canon[index] !== mine) {
      world.violations.push(
        `Z2 ${seat.id} applied ${mine} at ${index}, canon ${world.canon[index]}`,
      );
    }
  } else world.canon.push(mine);
}

function checkPrefix(world: World, seat: Seat): void {
  seat.applied.forEach((mine, index) => {
    if (world.canon[index] !== mine) world.violations.push(`Z2 snapshot at ${seat.id}: ${mine}`);
  });
}

export function open(world: World, id: number): void {
  const seat = seatOf(world, id);
  if (seat.peer !== null) return;
  seat.incarnation += 1;
  seat.pieces = [];
  seat.applied = [];
  seat.serving = null;
  seat.halted = null;
  const recovered: Recovered = structuredClone(seat.disk);
  const config = { ...peerConfigOf(seat.id, seat.ensemble), reconfig: world.reconfig };
  seat.peer = makePeer(config, recovered);
  seat.ctx = {
    application: makeApplication(world, seat),
    emit: (output) => onOutput(world, seat, output),
  };
  startPeer(seat.peer, seat.ctx);
  const incarnation = seat.incarnation;
  const tick = (): void => {
    if (seat.incarnation !== incarnation || seat.peer === null) return;
    input(world, seat, { kind: 'tick', nowMillis: world.now, wallMillis: world.now });
    at(world, 5, tick);
  };
  at(world, 1, tick);
  for (const other of world.seats.values()) {
    if (other.peer === null || other === seat) continue;
    const opened = (to: Seat, from: Seat): void => {
      if (!cut(world, to.id, from.id)) input(world, to, { kind: 'electionOpened', peer: from.id });
    };
    at(world, 2, () => opened(other, seat));
    at(world, 2, () => opened(seat, other));
  }
}

export function crash(world: World, id: number): void {
  const seat = seatOf(world, id);
  if (seat.peer === null) return;
  seat.peer = null;
  seat.ctx = null;
  seat.incarnation += 1;
  seat.diskQueue = [];
  seat.serving = null;
  for (const link of world.links.values()) {
    if (link.open && (link.a === seat.id || link.b === seat.id)) closeLink(world, link, 'crash');
  }
}

const pair = (a: ServerId, b: ServerId): string => (a < b ? `${a}-${b}` : `${b}-${a}`);
const cut = (world: World, a: ServerId, b: ServerId): boolean => world.cuts.has(pair(a, b));

export function cutLink(world: World, a: number, b: number): void {
  world.cuts.add(pair(serverId(a), serverId(b)));
  for (const link of world.links.values()) {
    if (link.open && pair(link.a, link.b) === pair(serverId(a), serverId(b))) {
      closeLink(world, link, 'cut');
    }
  }
}

export function heal(world: World): void {
  const healed = [...world.cuts];
  world.cuts.clear();
  for (const key of healed) {
    const [a, b] = key.split('-').map(Number) as [number, number];
    for (const [to, from] of [
      [a, b],
      [b, a],
    ] as const) {
      input(world, seatOf(world, to), { kind: 'electionOpened', peer: serverId(from) });
    }
  }
}

function closeLink(world: World, link: Link, reason: string): void {
  if (!link.open) return;
  link.open = false;
  for (const end of [link.a, link.b]) {
    const seat = seatOf(world, end);
    const { incarnation } = seat;
    at(world, 1, () => {
      if (seat.incarnation === incarnation) {
        input(world, seat, { kind: 'linkDown', link: link.id, reason });
      }
    });
  }
}

function input(world: World, seat: Seat, value: Input): void {
  if (seat.peer === null || seat.ctx === null) return;
  world.breach?.(seat.peer);
  stepPeer(seat.peer, seat.ctx, value);
}

const delay = (world: World): number => 1 + nextBelow(world.random, 3);

function onOutput(world: World, seat: Seat, output: Output): void {
  const { incarnation } = seat;
  switch (output.kind) {
    case 'trace':
      onTrace(world, seat, output.event);
      return;
    case 'halt':
      seat.halted = output.reason;
      return;
    case 'configured':
      // The file that the next start reads: sometimes the process dies before it is written.
      if (nextBelow(world.random, 2) === 0) {
        seat.ensemble = { ...seat.ensemble, ...output.committed };
      }
      return;
    case 'sendBallot': {
      const target = world.seats.get(output.to);
      if (target === undefined || cut(world, seat.id, output.to)) return;
      at(world, 2, () => {
        if (cut(world, seat.id, output.to)) return;
        input(world, target, { kind: 'ballot', from: seat.id, ballot: output.ballot });
      });
      return;
    }
    case 'dial':
      at(world, delay(world), () => dial(world, seat, incarnation, output.peer));
      return;
    case 'hangUp': {
      const link = world.links.get(output.link);
      if (link !== undefined) closeLink(world, link, output.reason);
      return;
    }
    case 'sendPacket':
      carry(world, seat, output.link, output.packet);
      return;
    case 'append':
    case 'truncate':
    case 'saveEpochs':
    case 'saveSnapshot':
    case 'snapshotPiece':
      onDisk(world, seat, output);
      return;
    default:
      throw new Error(`unexpected ${output.kind}`);
  }
}

function dial(world: World, seat: Seat, incarnation: number, to: ServerId): void {
  if (seat.incarnation !== incarnation) return;
  const target = seatOf(world, to);
  if (target.peer === null || cut(world, seat.id, to)) {
    input(world, seat, { kind: 'dialFailed', peer: to, reason: 'nobody there' });
    return;
  }
  const link: Link = {
    id: linkId(world.nextLink++),
    a: seat.id,
    b: to,
    open: true,
    lastAt: world.now,
  };
  world.links.set(link.id, link);
  input(world, target, { kind: 'linkUp', link: link.id, peer: seat.id, dialled: false });
  input(world, seat, { kind: 'linkUp', link: link.id, peer: to, dialled: true });
}

function carry(world: World, seat: Seat, id: LinkId, packet: QuorumPacket): void {
  const link = world.links.get(id);
  if (link === undefined || !link.open) return;
  checkSent(world, seat, packet);
  const target = seatOf(world, link.a === seat.id ? link.b : link.a);
  const { incarnation } = target;
  link.lastAt = Math.max(link.lastAt, world.now + delay(world));
  at(world, link.lastAt - world.now, () => {
    if (!link.open || target.incarnation !== incarnation) return;
    input(world, target, { kind: 'packet', link: id, packet });
  });
}

/** Z13: what is acked is on the disk. */
function checkSent(world: World, seat: Seat, packet: QuorumPacket): void {
  if (packet.type !== 'ACK' && packet.type !== 'ACKEPOCH') return;
  const { disk } = seat;
  if (packet.type === 'ACKEPOCH') return;
  const counter = packet.zxid & 0xffffffffn;
  const last = disk.log.at(-1)?.zxid ?? disk.snapshot?.zxid ?? ZXID_ZERO;
  if (counter === 0n) {
    if (disk.currentEpoch !== Number(packet.zxid >> 32n)) {
      world.violations.push(`Z13 ${seat.id} acked epoch ${formatZxid(packet.zxid)}`);
    }
  } else if (last < packet.zxid) {
    world.violations.push(`Z13 ${seat.id} acked ${formatZxid(packet.zxid)} at ${formatZxid(last)}`);
  }
}

function onDisk(world: World, seat: Seat, output: DiskOutput): void {
  const last = seat.diskQueue.at(-1)?.doneAt ?? world.now;
  const doneAt = Math.max(last, world.now) + 1 + nextBelow(world.random, world.diskMillisMax);
  const item = { output, doneAt };
  // A snapshot's pieces are written beside the log.
  const isBeside = output.kind === 'snapshotPiece';
  if (!isBeside) seat.diskQueue.push(item);
  const { incarnation } = seat;
  const delay = isBeside ? 1 + nextBelow(world.random, world.diskMillisMax) : doneAt - world.now;
  at(world, delay, () => {
    if (seat.incarnation !== incarnation) return;
    if (!isBeside) seat.diskQueue.shift();
    persist(world, seat, output);
    input(world, seat, { kind: 'diskDone', ticket: output.ticket });
  });
}

function persist(world: World, seat: Seat, output: DiskOutput): void {
  const { disk } = seat;
  if (output.kind === 'append') disk.log.push(...output.entries);
  if (output.kind === 'truncate') {
    disk.log = disk.log.filter((entry) => entry.zxid <= output.zxid);
  }
  if (output.kind === 'saveSnapshot') {
    disk.snapshot = { zxid: output.zxid, bytes: output.bytes };
    disk.log = output.replacesHistory ? [] : disk.log.filter((entry) => entry.zxid > output.zxid);
  }
  if (output.kind === 'snapshotPiece') {
    seat.pieces = addPiece(seat.pieces, output);
    if (output.isLast) {
      disk.snapshot = { zxid: output.zxid, bytes: joinPieces(seat.pieces) };
      disk.log = disk.log.filter((entry) => entry.zxid > output.zxid);
    }
  }
  if (output.kind === 'saveEpochs') {
    if (output.acceptedEpoch < disk.acceptedEpoch || output.currentEpoch < disk.currentEpoch) {
      world.violations.push(`Z11 ${seat.id} epochs go back`);
    }
    disk.acceptedEpoch = output.acceptedEpoch;
    disk.currentEpoch = output.currentEpoch;
    disk.trusted = output.trusted;
  }
}

function onTrace(world: World, seat: Seat, event: TraceEvent): void {
  seat.events.push(event);
  if (event.kind === 'committed') checkCommitted(world, seat, event.zxid);
  if (event.kind !== 'leaderEstablished') return;
  const before = world.electedEpochs.get(event.epoch);
  if (before !== undefined) world.violations.push(`Z7 epoch ${event.epoch} twice`);
  world.electedEpochs.set(event.epoch, seat.id);
  if (seat.applied.length < world.canon.length)
    world.violations.push(`Z8 ${seat.id} lacks entries`);
}

/** Z16: what is committed is on the disks of a quorum of voters, running or not: of those that hold when it
 *  is committed, and for a configuration also of those that it makes voters. */
function checkCommitted(world: World, leader: Seat, committed: Zxid): void {
  const holds = ({ disk }: Seat): boolean => {
    const covered = disk.snapshot !== null && disk.snapshot.zxid >= committed;
    return covered || disk.log.some((entry) => entry.zxid === committed);
  };
  for (const { members } of configurationsFor(world, leader, committed)) {
    const voters = members.filter(({ role }) => role === 'participant');
    const have = voters.filter(({ serverId: id }) => holds(seatOf(world, id)));
    if (have.length * 2 <= voters.length) {
      world.violations.push(`Z16 ${leader.id} committed ${formatZxid(committed)} too early`);
    }
  }
}

/** The one that holds just before, and the one that it makes: by what was applied anywhere, and by what this
 *  leader has committed and not applied yet. */
function configurationsFor(world: World, leader: Seat, committed: Zxid): Configuration[] {
  const known: Configuration[] = [{ members: world.initial, version: 0n }];
  for (const value of world.canon) {
    const [, made] = value.split(`=${CONFIGURATION}`);
    if (made !== undefined) known.push(parseConfiguration(made));
  }
  for (const entry of leader.peer?.history.entries ?? []) {
    const made = configurationIn(text(entry.bytes));
    if (made !== null && entry.zxid <= committed) known.push(made);
  }
  const before = known.findLast(({ version }) => version < committed);
  const own = known.findLast(({ version }) => version === committed);
  return [before, own].filter((one) => one !== undefined);
}

/** Z19: what a restart would find is what was agreed upon, at most followed by a tail. */
export function checkDisk(world: World, id: number): void {
  const { disk } = seatOf(world, id);
  const found = disk.snapshot === null ? [] : (JSON.parse(text(disk.snapshot.bytes)) as string[]);
  for (const entry of disk.log) found.push(`${formatZxid(entry.zxid)}=${text(entry.bytes)}`);
  if (found.slice(0, world.canon.length).join() !== world.canon.join()) {
    world.violations.push(`Z19 ${id} holds another history than was agreed upon`);
  }
}

/** Proposes on the leader `id` if it leads; the zxid or null. */
export function write(world: World, id: number, value: string): Zxid | null {
  const seat = seatOf(world, id);
  if (seat.peer === null || seat.ctx === null || seat.serving !== 'leading') return null;
  const zxid = nextProposalZxid(seat.peer);
  if (zxid === null) return null;
  propose(seat.peer, seat.ctx, zxid, payload(value));
  return zxid;
}

export function run(world: World, millis: number): void {
  const end = world.now + millis;
  for (;;) {
    let best = -1;
    for (let index = 0; index < world.jobs.length; index += 1) {
      const job = world.jobs[index]!;
      const first = world.jobs[best];
      if (
        first === undefined ||
        job.at < first.at ||
        (job.at === first.at && job.order < first.order)
      ) {
        best = index;
      }
    }
    const job = world.jobs[best];
    if (job === undefined || job.at > end) break;
    world.jobs[best] = world.jobs.at(-1)!;
    world.jobs.pop();
    world.now = Math.max(world.now, job.at);
    job.run();
  }
  world.now = end;
}

export function runUntil(world: World, what: string, done: () => boolean, max = 10_000): number {
  const start = world.now;
  while (!done()) {
    if (world.now - start > max) throw new Error(`never: ${what}\n${describeWorld(world)}`);
    run(world, 1);
  }
  return world.now - start;
}

export function leaderOf(world: World): Seat | null {
  for (const seat of world.seats.values()) if (seat.serving === 'leading') return seat;
  return null;
}

export const allServe = (world: World, ids: readonly number[]): boolean =>
  ids.every((id) => seatOf(world, id).serving !== null);

export function describeWorld(world: World): string {
  return [...world.seats.values()]
    .map((seat) => {
      const { peer } = seat;
      if (peer === null) return `${seat.id}: down`;
      const stage = peer.learning?.stage ?? '';
      return `${seat.id}: ${peer.role} ${peer.phase} ${stage} round ${peer.election.round} leader ${peer.leader} epochs ${peer.acceptedEpoch}/${peer.currentEpoch} ${seat.halted ?? ''}`;
    })
    .join('\n');
}

export const zxid = (epoch: number, counter: number): Zxid =>
  zxidOf((BigInt(epoch) << 32n) | BigInt(counter));

/** The id of the leader that there has to be. */
export function lead(world: World): number {
  const leader = leaderOf(world);
  if (leader === null) throw new Error(`no leader\n${describeWorld(world)}`);
  return leader.id;
}

/** These servers opened one after the other, and serving. */
export function openAll(world: World, ids: readonly number[]): World {
  for (const id of ids) open(world, id);
  runUntil(world, 'all serve', () => allServe(world, ids));
  return world;
}
