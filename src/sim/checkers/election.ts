// Z21: nobody follows a server that has less than it has itself. What a vote says of the elected is one
// thing, and what was on the disk of the elected when it asked for votes is the other.

import type { ServerId } from '../../vocabulary/ids.ts';
import { epochOf, formatZxid, ZXID_ZERO, type Zxid } from '../../vocabulary/zxid.ts';
import { lastZxidOn, type DiskImage } from '../disk-image.ts';
import { diskAt, type CheckerDefinition } from './ghost.ts';

/** What votes are compared by, before the id. */
interface Standing {
  readonly epoch: bigint;
  readonly zxid: Zxid;
}

const isLess = (a: Standing, b: Standing): boolean =>
  a.epoch === b.epoch ? a.zxid < b.zxid : a.epoch < b.epoch;

function standingOf(disk: DiskImage): Standing {
  const zxid = lastZxidOn(disk) ?? ZXID_ZERO;
  return { epoch: BigInt(Math.max(disk.currentEpoch, epochOf(zxid))), zxid };
}

const words = ({ epoch, zxid }: Standing): string =>
  `${formatZxid(zxid)} of epoch ${String(epoch)}`;

export const electedHasMost: CheckerDefinition = {
  rule: 'Z21 the elected has the most',
  sees: ['roundStarted', 'electionDecided'],
  make: (report) => {
    /** The most that each server has begun a round with: old votes for it may still be under way. */
    const asked = new Map<ServerId, Standing>();
    return {
      observe: (observation, ghost) => {
        if (observation.at !== 'server' || observation.what.kind !== 'traced') return;
        const { server, millis } = observation;
        const { event } = observation.what;
        const disk = diskAt(ghost, server);
        const own = standingOf(disk);
        if (event.kind === 'roundStarted') {
          const most = asked.get(server);
          if (most === undefined || isLess(most, own)) asked.set(server, own);
        }
        if (event.kind !== 'electionDecided' || event.how !== 'quorumOfLooking') return;
        if (!disk.trusted) return;
        const said = { epoch: event.vote.peerEpoch, zxid: event.vote.zxid };
        const had = asked.get(event.leader) ?? said;
        const elected = isLess(had, said) ? had : said;
        if (!isLess(elected, own)) return;
        const who = `server ${String(server)}, itself at ${words(own)},`;
        report(millis, `${who} elected ${String(event.leader)} at ${words(elected)}`);
      },
    };
  },
};
