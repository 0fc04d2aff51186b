// Following one thing through everything that happened: a transaction, a session, a znode. Pure: what
// belongs to it is told from the events' own fields, and nothing is guessed.

import type { NodeView } from '../../vocabulary/playground.ts';
import { formatSessionId, sessionId, type SessionId } from '../../vocabulary/ids.ts';
import type { Traced, TraceEvent } from '../../vocabulary/trace.ts';
import { epochOf, formatZxid, type Zxid } from '../../vocabulary/zxid.ts';

export type Followed =
  | { readonly kind: 'zxid'; readonly zxid: Zxid }
  | { readonly kind: 'session'; readonly session: SessionId }
  | { readonly kind: 'path'; readonly path: string };

export interface Thread {
  readonly followed: Followed;
  /** Of a transaction: the request that it was made of, once its proposal was seen. */
  readonly request: { readonly session: SessionId; readonly cxid: number } | null;
}

export const STORY_EVENTS_MAX = 300;

export function threadOf(followed: Followed, history: readonly Traced[]): Thread {
  if (followed.kind !== 'zxid') return { followed, request: null };
  for (let at = history.length - 1; at >= 0; at -= 1) {
    const event = history[at]?.event;
    if (event?.kind !== 'proposed' || event.zxid !== followed.zxid) continue;
    return { followed, request: { session: event.session, cxid: event.cxid } };
  }
  return { followed, request: null };
}

export function isOnThread({ followed, request }: Thread, event: TraceEvent): boolean {
  switch (followed.kind) {
    case 'session':
      return 'session' in event && event.session === followed.session;
    case 'path':
      return 'path' in event && event.path === followed.path;
    case 'zxid':
      return isOfTransaction(followed.zxid, request, event);
  }
}

function isOfTransaction(zxid: Zxid, request: Thread['request'], event: TraceEvent): boolean {
  switch (event.kind) {
    case 'requestReceived':
      return event.session === request?.session && event.xid === request.cxid;
    case 'requestForwarded':
      return event.session === request?.session && event.cxid === request.cxid;
    // A read is answered at the zxid of some other transaction.
    case 'replied':
      return (
        event.zxid === zxid && event.session === request?.session && event.xid === request.cxid
      );
    case 'proposalLogged': {
      const behind = event.zxid - zxid;
      return behind >= 0n && behind < BigInt(event.count) && epochOf(event.zxid) === epochOf(zxid);
    }
    case 'historyTruncated':
      return event.removed.includes(zxid);
    // A PING names whatever came last, many times a second: it would push the story itself out of sight.
    case 'packetSent':
    case 'packetReceived':
      return event.type !== 'PING' && event.zxid === zxid;
    default:
      return 'zxid' in event && event.zxid === zxid;
  }
}

/** The newest of them, oldest first. */
export function storyOf(thread: Thread, history: readonly Traced[]): readonly Traced[] {
  const story = history.filter(({ event }) => isOnThread(thread, event));
  const newest = story.slice(-STORY_EVENTS_MAX);
  return newest.sort((a, b) => a.atMillis - b.atMillis || rank(a) - rank(b));
}

/** Within a millisecond causes stand before effects: clocks count whole ones. */
const ORDER: readonly TraceEvent['kind'][] = [
  ...(['requestReceived', 'requestForwarded', 'proposed', 'packetSent', 'packetReceived'] as const),
  ...(['proposalLogged', 'ackCounted', 'committed', 'applied', 'watchFired', 'replied'] as const),
];
const PACKETS: readonly string[] = ['PROPOSAL', 'ACK', 'COMMIT', 'INFORM'];
function rank({ event }: Traced): number {
  const of = (kind: TraceEvent['kind']): number => ORDER.indexOf(kind);
  if (event.kind !== 'packetSent' && event.kind !== 'packetReceived') return of(event.kind);
  // An ACK leaves behind the log, a COMMIT behind its decision.
  const received = event.kind === 'packetReceived' ? 0.4 : 0.2;
  switch (PACKETS.indexOf(event.type)) {
    case 1:
      return of('proposalLogged') + received;
    case 2:
    case 3:
      return of('committed') + received;
    default:
      return of('proposed') + received;
  }
}

/** What an event offers to be followed. */
export function threadsOf(event: TraceEvent): Followed[] {
  const threads: Followed[] = [];
  if ('zxid' in event && event.zxid > 0n && event.kind !== 'replied') {
    threads.push({ kind: 'zxid', zxid: event.zxid });
  }
  if ('session' in event && event.session !== 0n) {
    threads.push({ kind: 'session', session: event.session });
  }
  if ('path' in event && event.path !== null && event.path !== '') {
    threads.push({ kind: 'path', path: event.path });
  }
  return threads;
}

export function followedText(followed: Followed): string {
  switch (followed.kind) {
    case 'zxid':
      return formatZxid(followed.zxid);
    case 'session':
      return formatSessionId(followed.session);
    case 'path':
      return followed.path;
  }
}

export const isSame = (a: Followed | null, b: Followed): boolean =>
  a?.kind === b.kind && followedText(a) === followedText(b);

/** A znode that the transaction made or changed, that the session owns or watches, or that is followed. */
export function isNodeOnThread(
  followed: Followed,
  { path, stat }: NodeView,
  watches: readonly { readonly path: string; readonly session: bigint }[],
): boolean {
  switch (followed.kind) {
    case 'zxid':
      return [stat.czxid, stat.mzxid, stat.pzxid].includes(followed.zxid);
    case 'session':
      return (
        sessionId(stat.ephemeralOwner) === followed.session ||
        watches.some((watch) => watch.path === path && watch.session === followed.session)
      );
    case 'path':
      return path === followed.path;
  }
}
