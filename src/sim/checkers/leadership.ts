// Z7, Z8, Z10: who leads, what a leader has, and what its followers have when they acknowledge it.

import { sameBytes } from '../../base/sha256.ts';
import type { ServerId } from '../../vocabulary/ids.ts';
import { counterOf, epochOf, formatZxid, type Zxid } from '../../vocabulary/zxid.ts';
import { entryOn, holds, lastZxidOn, type DiskImage } from '../disk-image.ts';
import { diskAt, type CheckerDefinition } from './ghost.ts';

export const oneLeader: CheckerDefinition = {
  rule: 'Z7 one established leader an epoch',
  sees: ['leaderEstablished'],
  make: (report) => {
    const established = new Map<number, ServerId>();
    return {
      observe: (observation) => {
        if (observation.at !== 'server' || observation.what.kind !== 'traced') return;
        const { event } = observation.what;
        if (event.kind !== 'leaderEstablished') return;
        const other = established.get(event.epoch);
        if (other !== undefined) {
          const both = `${String(other)} and then ${String(observation.server)}`;
          report(observation.millis, `epoch ${String(event.epoch)} was led by ${both}`);
        }
        established.set(event.epoch, observation.server);
      },
    };
  },
};

export const leaderCompleteness: CheckerDefinition = {
  rule: 'Z8 leader completeness',
  sees: ['leaderEstablished'],
  make: (report) => ({
    observe: (observation, ghost) => {
      if (observation.at !== 'server' || observation.what.kind !== 'traced') return;
      if (observation.what.event.kind !== 'leaderEstablished') return;
      const disk = diskAt(ghost, observation.server);
      const missed = ghost.canon.find((zxid) => !holds(disk, zxid));
      const differs = ghost.canon.find((zxid) => {
        const own = entryOn(disk, zxid);
        const first = ghost.canonBytes.get(zxid);
        return own !== null && first !== undefined && !sameBytes(own.bytes, first);
      });
      const who = `server ${String(observation.server)} leads without`;
      if (missed !== undefined) report(observation.millis, `${who} ${formatZxid(missed)}`);
      if (differs !== undefined)
        report(observation.millis, `${who} the true ${formatZxid(differs)}`);
    },
  }),
};

export const historyAgreement: CheckerDefinition = {
  rule: 'Z10 history agreement',
  sees: ['packetLeft'],
  make: (report) => ({
    observe: (observation, ghost) => {
      if (observation.at !== 'server' || observation.what.kind !== 'packetLeft') return;
      const { to, packet } = observation.what;
      if (packet.type !== 'ACK' || counterOf(packet.zxid) !== 0) return;
      const epoch = epochOf(packet.zxid);
      const mine = diskAt(ghost, observation.server);
      // A leader whose disk is destroyed under it led with what was on that.
      const theirs = ghost.destroyed.get(to) ?? diskAt(ghost, to);
      const difference = firstDifference(mine, theirs, epoch);
      if (difference === null) return;
      const who = `server ${String(observation.server)} acknowledged leader ${String(to)}`;
      report(observation.millis, `${who} of epoch ${String(epoch)} but ${difference}`);
    },
  }),
};

/** The first way in which the two differ below `epoch`; what is of the epoch itself is still moving. */
function firstDifference(mine: DiskImage, theirs: DiskImage, epoch: number): string | null {
  const myEntries = mine.log.filter((entry) => epochOf(entry.zxid) < epoch);
  for (const entry of myEntries) {
    const other = entryOn(theirs, entry.zxid);
    if (other === null && !isCovered(theirs, entry.zxid)) {
      return `holds ${formatZxid(entry.zxid)}, which the leader does not`;
    }
    if (other !== null && !sameBytes(other.bytes, entry.bytes)) {
      return `holds another ${formatZxid(entry.zxid)} than the leader`;
    }
  }
  const missed = theirs.log.find(
    (entry) => epochOf(entry.zxid) < epoch && !holds(mine, entry.zxid),
  );
  if (missed !== undefined) return `does not hold ${formatZxid(missed.zxid)}`;
  const last = lastZxidOn(theirs);
  if (last !== null && counterOf(last) !== 0 && epochOf(last) < epoch && !holds(mine, last)) {
    return `does not reach the leader's ${formatZxid(last)}`;
  }
  return null;
}

/** Entries below the oldest thing a disk still has may have been dropped behind a snapshot. */
function isCovered(disk: DiskImage, zxid: Zxid): boolean {
  const oldest = disk.log[0]?.zxid;
  return holds(disk, zxid) && (oldest === undefined || zxid < oldest);
}
