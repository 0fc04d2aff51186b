// W1, W2: a client hears of a change before it can read it, and reads it once it has heard of it.

import { formatZxid, type Zxid } from '../../vocabulary/zxid.ts';
import type { ClientHappening } from '../observation.ts';
import type { CheckerDefinition } from './ghost.ts';

export const eventBeforeData: CheckerDefinition = {
  rule: 'W1 the event before the data',
  sees: ['watchHeard', 'stateHeard', 'answered'],
  make: (report, _, judged) => {
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
        if (known !== undefined) judged();
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

/** What a client had read when it set a data watch, and whether it has heard of a change since. */
interface Watched {
  readonly mzxid: Zxid;
  heard: boolean;
}

interface Reader {
  readonly watched: Map<string, Watched>;
  /** By ticket: reads that were asked for behind the event, and what they must no longer show. */
  readonly due: Map<number, Zxid>;
}

export const changeBeforeEvent: CheckerDefinition = {
  rule: 'W2 the change before the event',
  sees: ['asked', 'watchHeard', 'stateHeard', 'answered'],
  make: (report, _, judged) => {
    const readers = new Map<number, Reader>();
    return {
      observe: (observation) => {
        if (observation.at !== 'client') return;
        const { client, what, millis } = observation;
        const reader = readers.get(client) ?? { watched: new Map(), due: new Map() };
        readers.set(client, reader);
        switch (what.kind) {
          case 'stateHeard':
            // Another server may not be as far: an event carries no zxid.
            if (what.state === 'SyncConnected') break;
            reader.watched.clear();
            reader.due.clear();
            break;
          case 'watchHeard': {
            const { type, path } = what.event;
            const known = reader.watched.get(path);
            const isChange = type === 'NodeDataChanged' || type === 'NodeDeleted';
            if (known !== undefined && isChange) known.heard = true;
            break;
          }
          case 'asked': {
            if (what.request.kind !== 'getData') break;
            const known = reader.watched.get(what.request.path);
            if (known?.heard === true) reader.due.set(what.ticket, known.mzxid);
            break;
          }
          case 'answered': {
            const read = readBehindEvent(reader, what);
            if (read === null) break;
            judged();
            if (!read.isStale) break;
            const who = `client ${String(client)} was told that ${read.path} had changed`;
            report(millis, `${who}, and then read it as of ${formatZxid(read.mzxid)}, as before`);
            break;
          }
          default:
            break;
        }
      },
    };
  },
};

type Answered = ClientHappening & { readonly kind: 'answered' };

/** Notes what was read. Given is what was asked for behind an event, and whether what the event said must have
 *  changed has not. */
function readBehindEvent(
  { watched, due }: Reader,
  { ticket, request, result }: Answered,
): { readonly path: string; readonly mzxid: Zxid; readonly isStale: boolean } | null {
  const before = due.get(ticket);
  due.delete(ticket);
  if (request.kind !== 'getData') return null;
  const { path } = request;
  if (result.outcome !== 'ok' || result.response.kind !== 'data') {
    watched.delete(path);
    return null;
  }
  const { mzxid } = result.response.stat;
  const known = watched.get(path);
  // Its event is late (W1), and is not to be taken for a later change's.
  const isLate = known !== undefined && !known.heard && mzxid > known.mzxid;
  if (isLate) watched.delete(path);
  else if (request.watch) watched.set(path, { mzxid, heard: false });
  return before === undefined ? null : { path, mzxid, isStale: mzxid <= before };
}
