// Z20: a server whose history was lost is trusted again only when it has all that was committed before
// it came back, and acknowledges no proposal before; else its vote could make the others forget.

import { counterOf, formatZxid } from '../../vocabulary/zxid.ts';
import type { ServerId } from '../../vocabulary/ids.ts';
import { holds } from '../disk-image.ts';
import { diskAt, type CheckerDefinition } from './ghost.ts';

export const suspectsOut: CheckerDefinition = {
  rule: 'Z20 suspects out',
  sees: ['started', 'packetLeft', 'durable'],
  make: (report) => {
    /** Of each suspect: how much was committed when it came back. */
    const owed = new Map<ServerId, number>();
    return {
      observe: (observation, ghost) => {
        if (observation.at !== 'server') return;
        const { server, what, millis } = observation;
        if (what.kind === 'started') {
          if (what.recovered.trusted) owed.delete(server);
          else owed.set(server, ghost.canon.length);
        }
        if (what.kind === 'packetLeft' && what.packet.type === 'ACK' && owed.has(server)) {
          const { zxid } = what.packet;
          const who = `server ${String(server)} acknowledged`;
          if (counterOf(zxid) !== 0) report(millis, `${who} ${formatZxid(zxid)} as a suspect`);
        }
        if (what.kind !== 'durable' || what.change.kind !== 'saveEpochs') return;
        const count = owed.get(server);
        if (!what.change.trusted || count === undefined) return;
        owed.delete(server);
        const disk = diskAt(ghost, server);
        const missed = ghost.canon.slice(0, count).find((zxid) => !holds(disk, zxid));
        if (missed === undefined) return;
        const who = `server ${String(server)} is trusted again`;
        report(millis, `${who} without ${formatZxid(missed)}, committed before it came back`);
      },
    };
  },
};
