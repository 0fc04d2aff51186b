// Z21: nobody follows a server that has less than it has itself.

import { epochOf, formatZxid, ZXID_ZERO } from '../../vocabulary/zxid.ts';
import { lastZxidOn } from '../disk-image.ts';
import { diskAt, type CheckerDefinition } from './ghost.ts';

export const electedHasMost: CheckerDefinition = {
  rule: 'Z21 the elected has the most',
  sees: ['electionDecided'],
  make: (report) => ({
    observe: (observation, ghost) => {
      if (observation.at !== 'server' || observation.what.kind !== 'traced') return;
      const { event } = observation.what;
      if (event.kind !== 'electionDecided' || event.how !== 'quorumOfLooking') return;
      const disk = diskAt(ghost, observation.server);
      if (!disk.trusted) return;
      const zxid = lastZxidOn(disk) ?? ZXID_ZERO;
      const epoch = BigInt(Math.max(disk.currentEpoch, epochOf(zxid)));
      const { vote } = event;
      if (vote.peerEpoch > epoch || (vote.peerEpoch === epoch && vote.zxid >= zxid)) return;
      const mine = `itself at ${formatZxid(zxid)} of epoch ${String(epoch)}`;
      const theirs = `${String(event.leader)} at ${formatZxid(vote.zxid)}`;
      const who = `server ${String(observation.server)}`;
      report(observation.millis, `${who}, ${mine}, elected ${theirs} of ${String(vote.peerEpoch)}`);
    },
  }),
};
