// Z9, Z13, Z16: what an acknowledgement and a commit promise, and that the promise is kept for ever.

import { configurationOf } from '../../server/configuration-node.ts';
import { memberOf, type Configuration } from '../../vocabulary/ensemble.ts';
import type { ServerId } from '../../vocabulary/ids.ts';
import { counterOf, epochOf, formatZxid, type Zxid } from '../../vocabulary/zxid.ts';
import { entryOn, holds } from '../disk-image.ts';
import {
  diskAt,
  holdersOf,
  isQuorumOf,
  listOf,
  type CheckerDefinition,
  type Ghost,
} from './ghost.ts';

export const committedDurability: CheckerDefinition = {
  rule: 'Z9 committed durability',
  sees: ['started', 'durable'],
  make: (report) => ({
    observe: (observation, ghost) => {
      if (observation.at !== 'server') return;
      const { server, what, millis } = observation;
      const disk = diskAt(ghost, server);
      const who = `server ${String(server)}`;
      if (what.kind === 'started') {
        // The virtual disk itself is judged here: what was durable is found again.
        const lost = disk.log.find((entry) => !holdsAfter(what.recovered, entry.zxid));
        if (lost !== undefined && ghost.trees.has(server) && !ghost.destroyed.has(server)) {
          report(millis, `${who} began without ${formatZxid(lost.zxid)}, which was durable`);
        }
      }
      if (what.kind !== 'durable') return;
      const { change } = what;
      if (change.kind !== 'truncate' && change.kind !== 'saveSnapshot') return;
      if (change.kind === 'saveSnapshot' && !change.replacesHistory) return;
      const removed = ghost.canon.find((zxid) => zxid > change.zxid && holds(disk, zxid));
      if (removed === undefined) return;
      report(millis, `${who} removed ${formatZxid(removed)}, which was committed (${change.kind})`);
    },
    finish: (ghost) => {
      const last = ghost.canon.at(-1);
      if (last === undefined) return;
      for (const zxid of ghost.canon) {
        const holders = holdersOf(ghost, zxid, ghost.canonBytes.get(zxid) ?? null);
        if (isHeld(ghost, holders)) continue;
        report(
          0,
          `${formatZxid(zxid)} was committed and is only on the disks of ${listOf(holders)}`,
        );
        return;
      }
    },
  }),
};

function holdsAfter(
  recovered: { snapshot: { zxid: Zxid } | null; log: readonly { zxid: Zxid }[] },
  zxid: Zxid,
): boolean {
  if (recovered.snapshot !== null && recovered.snapshot.zxid >= zxid) return true;
  return recovered.log.some((entry) => entry.zxid === zxid);
}

/** A quorum, where disks that were destroyed do not count against it. */
function isHeld(ghost: Ghost, holders: ReadonlySet<ServerId>): boolean {
  return isQuorumOf(ghost, new Set([...holders, ...ghost.destroyed.keys()]));
}

export const ackIsDurable: CheckerDefinition = {
  rule: 'Z13 an ack means durable',
  sees: ['packetLeft', 'ackCounted'],
  make: (report) => ({
    observe: (observation, ghost) => {
      if (observation.at !== 'server') return;
      const { server, what, millis } = observation;
      const disk = diskAt(ghost, server);
      const who = `server ${String(server)} acknowledged`;
      if (what.kind === 'packetLeft' && what.packet.type === 'ACK') {
        const { zxid } = what.packet;
        const epoch = epochOf(zxid);
        if (counterOf(zxid) !== 0 && !holds(disk, zxid)) {
          report(millis, `${who} ${formatZxid(zxid)} before it was durable`);
        } else if (counterOf(zxid) === 0 && disk.currentEpoch < epoch) {
          report(millis, `${who} NEWLEADER of epoch ${String(epoch)} before the epoch was durable`);
        }
      }
      if (what.kind !== 'traced' || what.event.kind !== 'ackCounted') return;
      if (what.event.server === server && !holds(disk, what.event.zxid)) {
        report(millis, `${who} its own ${formatZxid(what.event.zxid)} before it was durable`);
      }
    },
  }),
};

export const commitQuorum: CheckerDefinition = {
  rule: 'Z16 commit quorum',
  sees: ['committed', 'applied'],
  make: (report) => ({
    observe: (observation, ghost) => {
      if (observation.at !== 'server' || observation.what.kind !== 'traced') return;
      const { event } = observation.what;
      if (event.kind !== 'committed' && event.kind !== 'applied') return;
      const wasJudged = ghost.canonIndex.has(event.zxid) || event.zxid <= ghost.before.upTo;
      if (event.kind === 'applied' && wasJudged) return;
      const { server, millis } = observation;
      const bytes = entryOn(diskAt(ghost, server), event.zxid)?.bytes ?? null;
      const holders = trusted(ghost, holdersOf(ghost, event.zxid, bytes));
      // What was acknowledged before a disk was lost counts: nobody else can know of the loss.
      for (const [lost, disk] of ghost.destroyed) if (holds(disk, event.zxid)) holders.add(lost);
      const who = `server ${String(server)} ${event.kind} ${formatZxid(event.zxid)}`;
      if (!isQuorumOf(ghost, holders)) {
        report(millis, `${who}, durable only at ${listOf(holders)}`);
      }
      if (event.kind !== 'committed') return;
      const next = bytes === null ? null : configurationOf(bytes);
      const strange = event.voters.find((voter) => !mayCount(ghost, voter, next));
      if (strange !== undefined) report(millis, `${who} with the voice of ${String(strange)}`);
      if (new Set(event.voters).size !== event.voters.length) {
        report(millis, `${who} counting a server twice`);
      }
    },
  }),
};

/** `next`: the configuration that is committed with it, whose voters are asked too. */
const mayCount = (ghost: Ghost, server: ServerId, next: Configuration | null): boolean =>
  [ghost.ensemble, next].some(
    (members) => members !== null && memberOf(members, server)?.role === 'participant',
  ) && (ghost.destroyed.get(server) ?? diskAt(ghost, server)).trusted;

const trusted = (ghost: Ghost, servers: ReadonlySet<ServerId>): Set<ServerId> =>
  new Set([...servers].filter((server) => diskAt(ghost, server).trusted));
