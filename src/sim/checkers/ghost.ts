// What an outsider can know at each moment of a history: what every disk holds, what every tree has
// been given, and the canon, the order in which transactions were first delivered anywhere.

import { RuleBroken } from '../../base/assert.ts';
import { isQuorum, memberOf, type Ensemble } from '../../vocabulary/ensemble.ts';
import { sameBytes } from '../../base/sha256.ts';
import type { ServerId } from '../../vocabulary/ids.ts';
import type { TraceEvent, TraceKind } from '../../vocabulary/trace.ts';
import { formatZxid, ZXID_ZERO, zxidMax, type Zxid } from '../../vocabulary/zxid.ts';
import {
  copyOfDisk,
  diskOf,
  emptyDisk,
  entryOn,
  holds,
  writeTo,
  type DiskImage,
  type Disks,
} from '../disk-image.ts';
import type {
  ClientHappening,
  Happening,
  History,
  Observation,
  Violation,
} from '../observation.ts';

/** One tree since it was last replaced: from a disk at a start, or by a SNAP. */
export interface TreeGhost {
  /** What the tree held when it began. */
  readonly base: Zxid;
  last: Zxid;
  readonly delivered: Zxid[];
}

export interface Ghost {
  /** With the members of the latest configuration that a server said it went over to. */
  ensemble: Ensemble;
  readonly disks: Map<ServerId, DiskImage>;
  readonly trees: Map<ServerId, TreeGhost>;
  /** Ascending, as first delivered. */
  readonly canon: Zxid[];
  readonly canonIndex: Map<Zxid, number>;
  readonly canonBytes: Map<Zxid, Uint8Array>;
  /** Servers whose disk was destroyed and is not trusted again, with what was on it. */
  readonly destroyed: Map<ServerId, DiskImage>;
  readonly before: Before;
}

/** What had happened before the history begins, as far as the disks show it. */
interface Before {
  /** Agreed upon: a snapshot holds nothing else. Whose it was cannot be judged any more. */
  readonly upTo: Zxid;
  /** Broadcast, and in some log. */
  readonly logged: ReadonlySet<Zxid>;
}

/** Judges one rule: sees every observation before the ghost takes it in, then the end. */
export interface Checker {
  readonly observe: (observation: Observation, ghost: Ghost) => void;
  readonly finish?: (ghost: Ghost) => void;
}

export type Report = (millis: number, says: string) => void;

/** Said each time that there was something to judge, by checkers that alone know when. */
export type Judged = () => void;

/** What an observation is: a happening, or of what a server said the kind of event. */
export type ObservationKind =
  Exclude<Happening['kind'], 'traced'> | ClientHappening['kind'] | TraceKind;

export interface CheckerDefinition {
  /** Its number in the list of invariants, and its name. */
  readonly rule: string;
  /** The only kinds that its checker is shown: most of a history is of no interest to most rules. */
  readonly sees: readonly ObservationKind[];
  readonly make: (report: Report, ensemble: Ensemble, judged: Judged) => Checker;
}

/** Of one rule: what follows the first few breaches is the same breach again. */
const VIOLATIONS_MAX = 5;

export function check(
  history: History,
  definitions: readonly CheckerDefinition[],
): readonly Violation[] {
  const running = startCheck(history.ensemble, definitions, history.disks);
  for (const observation of history.observations) running.observe(observation);
  running.finish();
  return running.violations;
}

/** A check that goes on while the run does. */
export interface RunningCheck {
  readonly violations: readonly Violation[];
  /** By rule: how often its checker said so. */
  readonly judged: ReadonlyMap<string, number>;
  readonly observe: (observation: Observation) => void;
  readonly finish: () => void;
}

export function startCheck(
  ensemble: Ensemble,
  definitions: readonly CheckerDefinition[],
  disks: Disks = new Map(),
): RunningCheck {
  const ghost = makeGhost(ensemble, disks);
  const violations: Violation[] = [];
  const judged = new Map<string, number>();
  const checkers: Checker[] = [];
  const byKind = new Map<ObservationKind, Checker[]>();
  for (const { rule, sees, make } of definitions) {
    let said = 0;
    const report: Report = (millis, says) => {
      said += 1;
      if (said <= VIOLATIONS_MAX) violations.push({ rule, millis, says });
    };
    const checker = make(report, ensemble, () => {
      judged.set(rule, (judged.get(rule) ?? 0) + 1);
    });
    checkers.push(checker);
    for (const kind of sees) byKind.set(kind, [...(byKind.get(kind) ?? []), checker]);
  }
  return {
    ...{ violations, judged },
    observe: (observation) => {
      for (const checker of byKind.get(kindOf(observation)) ?? NO_CHECKERS) {
        checker.observe(observation, ghost);
      }
      const hole = takeIn(ghost, observation);
      if (hole !== null) violations.push(hole);
    },
    finish: () => {
      for (const checker of checkers) checker.finish?.(ghost);
    },
  };
}

const NO_CHECKERS: readonly Checker[] = [];

const kindOf = ({ what }: Observation): ObservationKind =>
  what.kind === 'traced' ? what.event.kind : what.kind;

/** A write that leaves a hole is a breach of its own (Z14); the disk holds it all the same. */
function takeIn(ghost: Ghost, observation: Observation): Violation | null {
  try {
    advance(ghost, observation);
    return null;
  } catch (error) {
    const { millis } = observation;
    if (!(error instanceof RuleBroken) || observation.at !== 'server') throw error;
    const { server, what } = observation;
    if (what.kind !== 'durable' || what.change.kind !== 'append') throw error;
    const disk = diskAt(ghost, server);
    for (const entry of what.change.entries) if (!disk.log.includes(entry)) disk.log.push(entry);
    const says = `server ${String(server)} wrote what does not follow: ${error.message}`;
    return { rule: 'Z14 no holes', millis, says };
  }
}

function makeGhost(ensemble: Ensemble, disks: Disks): Ghost {
  return {
    ensemble,
    disks: new Map(
      ensemble.members.map(({ serverId }) => {
        const begins = disks.get(serverId);
        return [serverId, begins === undefined ? emptyDisk() : copyOfDisk(begins)] as const;
      }),
    ),
    before: beforeOf(disks),
    trees: new Map(),
    canon: [],
    canonIndex: new Map(),
    canonBytes: new Map(),
    destroyed: new Map(),
  };
}

function beforeOf(disks: Disks): Before {
  const images = [...disks.values()];
  const zxids = images.flatMap(({ snapshots }) => snapshots.map(({ zxid }) => zxid));
  return {
    upTo: zxids.reduce(zxidMax, ZXID_ZERO),
    logged: new Set(images.flatMap(({ log }) => log.map(({ zxid }) => zxid))),
  };
}

function advance(ghost: Ghost, observation: Observation): void {
  if (observation.at === 'client') return;
  const { server, what } = observation;
  switch (what.kind) {
    case 'started':
      ghost.disks.set(server, diskOf(what.recovered));
      ghost.trees.set(server, treeFrom(what.recovered.snapshot?.zxid ?? ZXID_ZERO));
      break;
    case 'durable':
      writeTo(diskAt(ghost, server), what.change);
      if (what.change.kind === 'saveEpochs' && what.change.trusted) ghost.destroyed.delete(server);
      break;
    case 'diskLost':
      loseDisk(ghost, server);
      break;
    case 'traced':
      if (what.event.kind === 'applied') deliver(ghost, server, what.event.zxid);
      else if (what.event.kind === 'configurationActivated') reconfigure(ghost, what.event);
      else if (what.event.kind === 'snapshotInstalled') {
        ghost.trees.set(server, treeFrom(what.event.zxid));
      }
      break;
    default:
      break;
  }
}

type Activated = Extract<TraceEvent, { readonly kind: 'configurationActivated' }>;

/** Who is no member any more is none whose disk counts. */
function reconfigure(ghost: Ghost, { version, voters }: Activated): void {
  const { ensemble } = ghost;
  if (version <= (ensemble.version ?? 0n)) return;
  const members = ensemble.members.map((member) => {
    const role = voters.includes(member.serverId) ? 'participant' : 'observer';
    return { ...member, role } as const;
  });
  ghost.ensemble = { ...ensemble, members, version };
}

/** A second loss before trust is regained loses nothing that anybody counted on. */
function loseDisk(ghost: Ghost, server: ServerId): void {
  if (!ghost.destroyed.has(server)) ghost.destroyed.set(server, diskAt(ghost, server));
  ghost.disks.set(server, emptyDisk());
}

const treeFrom = (base: Zxid): TreeGhost => ({ base, last: base, delivered: [] });

function deliver(ghost: Ghost, server: ServerId, zxid: Zxid): void {
  const tree = ghost.trees.get(server);
  if (tree !== undefined) {
    tree.delivered.push(zxid);
    tree.last = zxid;
  }
  if (ghost.canonIndex.has(zxid) || zxid <= ghost.before.upTo) return;
  ghost.canonIndex.set(zxid, ghost.canon.length);
  ghost.canon.push(zxid);
  const bytes = entryOn(diskAt(ghost, server), zxid)?.bytes;
  if (bytes !== undefined) ghost.canonBytes.set(zxid, bytes);
}

export function diskAt(ghost: Ghost, server: ServerId): DiskImage {
  let disk = ghost.disks.get(server);
  if (disk === undefined) {
    disk = emptyDisk();
    ghost.disks.set(server, disk);
  }
  return disk;
}

/** Participants on whose disk this very transaction is, as far as its bytes can still be seen. */
export function holdersOf(ghost: Ghost, zxid: Zxid, bytes: Uint8Array | null): Set<ServerId> {
  const holders = new Set<ServerId>();
  for (const [server, disk] of ghost.disks) {
    if (memberOf(ghost.ensemble, server)?.role !== 'participant' || !holds(disk, zxid)) continue;
    const entry = entryOn(disk, zxid);
    if (entry !== null && bytes !== null && !sameBytes(entry.bytes, bytes)) continue;
    holders.add(server);
  }
  return holders;
}

export const isQuorumOf = (ghost: Ghost, servers: ReadonlySet<ServerId>): boolean =>
  isQuorum(ghost.ensemble, servers);

export const listOf = (servers: Iterable<ServerId>): string =>
  `{${[...servers].sort((a, b) => a - b).join(', ')}}`;

export const named = (server: ServerId, zxid: Zxid): string =>
  `server ${String(server)} at ${formatZxid(zxid)}`;
