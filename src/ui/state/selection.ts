// The one thing that is selected on a page, and what of everything that was told belongs to it. Pure: it is
// told from the events' own fields and from their order at one server; nothing is guessed.

import type { NodeView } from '../../vocabulary/playground.ts';
import {
  formatSessionId,
  NO_SESSION,
  sessionId,
  type ServerId,
  type SessionId,
} from '../../vocabulary/ids.ts';
import type { Traced, TraceEvent } from '../../vocabulary/trace.ts';
import { formatZxid, type Zxid } from '../../vocabulary/zxid.ts';
import { serversOf } from '../panel/event-facts.ts';

export type Selection =
  | { readonly kind: 'server'; readonly server: ServerId }
  | { readonly kind: 'zxid'; readonly zxid: Zxid }
  | { readonly kind: 'znode'; readonly path: string }
  | { readonly kind: 'session'; readonly session: SessionId }
  /** Whatever a session watches on one path. */
  | { readonly kind: 'watch'; readonly session: SessionId; readonly path: string }
  /** A packet or a ballot, where it was sent or where it came. */
  | { readonly kind: 'packet' | 'event'; readonly traced: Traced };

/** What has a story: it goes on through many events. */
export type Thread = Exclude<Selection, { readonly kind: 'server' | 'packet' | 'event' }>;

export const isThread = (selection: Selection | null): selection is Thread =>
  selection !== null && !['server', 'packet', 'event'].includes(selection.kind);

/** Which event of which server's life: numbers begin again with a server. */
export const placeOf = ({ server, sequence, atMillis }: Traced): string =>
  `${String(server)}-${String(sequence)}-${String(atMillis)}`;

export const isSamePlace = (a: Traced, b: Traced): boolean =>
  a.server === b.server && a.sequence === b.sequence && a.atMillis === b.atMillis;

const isPacket = ({ kind }: TraceEvent): boolean =>
  kind === 'packetSent' ||
  kind === 'packetReceived' ||
  kind === 'ballotSent' ||
  kind === 'ballotReceived';

export const eventSelection = (traced: Traced): Selection => ({
  ...{ kind: isPacket(traced.event) ? 'packet' : 'event', traced },
});

/** The same for two selections of one thing. */
export function selectionKey(selection: Selection): string {
  switch (selection.kind) {
    case 'server':
      return `server ${String(selection.server)}`;
    case 'zxid':
      return `zxid ${formatZxid(selection.zxid)}`;
    case 'znode':
      return `znode ${selection.path}`;
    case 'session':
      return `session ${formatSessionId(selection.session)}`;
    case 'watch':
      return `watch ${formatSessionId(selection.session)} ${selection.path}`;
    case 'packet':
    case 'event':
      return `event ${placeOf(selection.traced)}`;
  }
}

export const isSame = (a: Selection | null, b: Selection): boolean =>
  a !== null && (a === b || selectionKey(a) === selectionKey(b));

/** The threads that an event is part of. */
export function threadsOf(event: TraceEvent): Thread[] {
  const threads: Thread[] = [];
  if ('zxid' in event && event.zxid > 0n && event.kind !== 'replied') {
    threads.push({ kind: 'zxid', zxid: event.zxid });
  }
  const session = 'session' in event ? event.session : NO_SESSION;
  if (session !== NO_SESSION) threads.push({ kind: 'session', session });
  const path = 'path' in event ? event.path : null;
  if (path !== null && path !== '') {
    threads.push({ kind: 'znode', path });
    const isWatch = event.kind === 'watchSet' || event.kind === 'watchFired';
    if (isWatch && session !== NO_SESSION) threads.push({ kind: 'watch', session, path });
  }
  return threads;
}

interface Watch {
  readonly path: string;
  readonly session: bigint;
}

/** A znode that is selected or watched by what is selected, that the transaction made or changed, that the
 *  session owns or watches. `watches`: those of the server whose tree it is. */
export function isNodeSelected(
  selection: Selection,
  { path, stat }: NodeView,
  watches: readonly Watch[],
): boolean {
  switch (selection.kind) {
    case 'zxid':
      return [stat.czxid, stat.mzxid, stat.pzxid].includes(selection.zxid);
    case 'session':
      return (
        sessionId(stat.ephemeralOwner) === selection.session ||
        watches.some((watch) => watch.path === path && watch.session === selection.session)
      );
    case 'znode':
    case 'watch':
      return path === selection.path;
    case 'packet':
    case 'event': {
      const { event } = selection.traced;
      return 'path' in event && event.path === path;
    }
    case 'server':
      return false;
  }
}

/** A watch that is selected, or whose session or znode is. */
export function isWatchSelected(selection: Selection, { path, session }: Watch): boolean {
  switch (selection.kind) {
    case 'watch':
      return selection.path === path && selection.session === session;
    case 'session':
      return selection.session === session;
    case 'znode':
      return selection.path === path;
    default:
      return false;
  }
}

/** A server that is selected, or that the selected event speaks of. */
export function isServerSelected(selection: Selection, server: ServerId): boolean {
  if (selection.kind === 'server') return selection.server === server;
  if (selection.kind !== 'packet' && selection.kind !== 'event') return false;
  return serversOf(selection.traced).includes(server);
}
