// Which trace events belong to a selection. Pure: by the event's own fields, and by what is known of the
// selection's scope.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { Traced, TraceEvent } from '../../vocabulary/trace.ts';
import { epochOf, type Zxid } from '../../vocabulary/zxid.ts';
import { connectionKey, requestKey, type Scope } from './scope.ts';
import { isSamePlace, placeOf, type Selection } from './selection.ts';

type EventOf<Kind extends TraceEvent['kind']> = Extract<TraceEvent, { readonly kind: Kind }>;

export function belongs(scope: Scope, traced: Traced): boolean {
  const { selection } = scope;
  const { server, event } = traced;
  switch (selection.kind) {
    case 'server':
      return server === selection.server || isOfPeer(event, selection.server);
    case 'packet':
    case 'event':
      return isEnd(scope, selection.traced, traced);
    case 'session':
      if ('session' in event) return event.session === selection.session;
      if (event.kind !== 'clientConnected' && event.kind !== 'clientRefused') return false;
      return scope.connections.has(connectionKey(server, event.connection));
    case 'watch':
      return isOfWatch(scope, selection, traced);
    case 'znode':
      if (isAtPath(event, selection.path)) return true;
      return isOfRequest(scope, event) ?? isOfTransaction(scope, traced);
    case 'zxid':
      return isOfRequest(scope, event) ?? isOfTransaction(scope, traced);
  }
}

/** The event itself, and the other end of its way: of two that could be it, neither is. */
function isEnd({ ends }: Scope, mine: Traced, traced: Traced): boolean {
  if (isSamePlace(mine, traced)) return true;
  if (ends.mine.size !== 1 || ends.other.size !== 1) return false;
  for (const other of ends.other.values()) return isSamePlace(other, traced);
  return false;
}

function isOfPeer(event: TraceEvent, server: ServerId): boolean {
  switch (event.kind) {
    case 'packetSent':
    case 'packetReceived':
      return event.peer === server;
    case 'ballotSent':
      return event.to === server;
    case 'ballotReceived':
      return event.from === server;
    default:
      return false;
  }
}

function isAtPath(event: TraceEvent, path: string): boolean {
  if ('path' in event && event.path === path) return true;
  if (event.kind === 'quotaExceeded') return event.subject === path;
  return event.kind === 'sessionClosed' && event.ephemerals.includes(path);
}

/** Null for what is no request and no answer to one. */
function isOfRequest({ selection, requests }: Scope, event: TraceEvent): boolean | null {
  switch (event.kind) {
    case 'requestReceived':
      return requests.get(requestKey(event.session, event.xid, event.op)) === true;
    case 'requestForwarded':
      return requests.get(requestKey(event.session, event.cxid, event.op)) === true;
    case 'replied': {
      // A read is answered at the zxid of some other transaction.
      if (selection.kind === 'zxid' && event.zxid !== selection.zxid) return false;
      return requests.get(requestKey(event.session, event.xid, event.op)) === true;
    }
    default:
      return null;
  }
}

function isOfTransaction(scope: Scope, traced: Traced): boolean {
  const { zxids, sessions, ops } = scope;
  const { event } = traced;
  switch (event.kind) {
    // The answer to who opened it, and what ends it.
    case 'sessionOpened':
      return ops.has('createSession') && sessions.has(event.session);
    case 'sessionClosed':
    case 'sessionExpired':
      return ops.has('closeSession') && sessions.has(event.session);
    case 'proposalLogged':
      return isAmong(zxids, event);
    case 'historyTruncated':
      return event.removed.some((zxid) => zxids.has(zxid));
    // A PING names whatever came last, many times a second: it would push the story itself out of sight.
    case 'packetSent':
    case 'packetReceived':
      if (event.type === 'REQUEST') return scope.places.has(placeOf(traced));
      return event.type !== 'PING' && zxids.has(event.zxid);
    default:
      return 'zxid' in event && zxids.has(event.zxid);
  }
}

/** So many were logged together, the last of them at this zxid. */
function isAmong(zxids: ReadonlySet<Zxid>, { zxid, count }: EventOf<'proposalLogged'>): boolean {
  const first = zxid - BigInt(count) + 1n;
  for (const one of zxids) {
    if (one >= first && one <= zxid && epochOf(one) === epochOf(zxid)) return true;
  }
  return false;
}

function isOfWatch(
  { places, requests }: Scope,
  { session, path }: Extract<Selection, { readonly kind: 'watch' }>,
  traced: Traced,
): boolean {
  const { event } = traced;
  if (!('session' in event) || event.session !== session) return false;
  switch (event.kind) {
    case 'watchSet':
    case 'watchFired':
      return event.path === path;
    case 'requestReceived':
      return places.has(placeOf(traced));
    case 'replied':
      return requests.get(requestKey(event.session, event.xid, event.op)) === true;
    // With its session go all of its watches.
    case 'sessionClosed':
    case 'sessionExpired':
      return true;
    default:
      return false;
  }
}
