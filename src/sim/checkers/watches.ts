// W1: a client hears of a change before it can read it.

import { formatZxid, type Zxid } from '../../vocabulary/zxid.ts';
import type { CheckerDefinition } from './ghost.ts';

export const eventBeforeData: CheckerDefinition = {
  rule: 'W1 the event before the data',
  sees: ['watchHeard', 'stateHeard', 'answered'],
  make: (report) => {
    /** By client, then path: what the client had read when it set the data watch. */
    const watched = new Map<number, Map<string, Zxid>>();
    return {
      observe: (observation) => {
        if (observation.at !== 'client') return;
        const { client, what, millis } = observation;
        const paths = watched.get(client) ?? new Map<string, Zxid>();
        watched.set(client, paths);
        if (what.kind === 'watchHeard') paths.delete(what.event.path);
        // A new connection sets watches anew, and a lost session has none.
        if (what.kind === 'stateHeard' && what.state !== 'SyncConnected') paths.clear();
        if (what.kind !== 'answered' || what.result.outcome !== 'ok') return;
        const { request, result } = what;
        if (request.kind !== 'getData' || result.response.kind !== 'data') return;
        const { mzxid } = result.response.stat;
        const known = paths.get(request.path);
        if (known !== undefined && mzxid > known) {
          const who = `client ${String(client)} read ${request.path} as of ${formatZxid(mzxid)}`;
          report(millis, `${who} before its watch of ${formatZxid(known)} told of a change`);
          paths.delete(request.path);
        }
        if (request.watch) paths.set(request.path, mzxid);
      },
    };
  },
};
