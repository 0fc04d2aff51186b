// What cannot be told from an event alone is learnt from others: a transaction's request from its proposal, a
// reply's path from its request, the packet that carried a request from its place beside it. Nothing of it
// is guessed.

import { NO_SESSION, type ServerId, type SessionId } from '../../vocabulary/ids.ts';
import type { Traced, TraceEvent } from '../../vocabulary/trace.ts';
import { passingOf } from '../spacetime/passing.ts';
import { belongs } from './belonging.ts';
import { connectionKey, requestKey, type Scope } from './scope.ts';
import { placeOf } from './selection.ts';

type EventOf<Kind extends TraceEvent['kind']> = Extract<TraceEvent, { readonly kind: Kind }>;

/** What was told last by each server, and the REQUEST that it is still busy with. */
export interface Beside {
  readonly last: Map<ServerId, Traced>;
  readonly request: Map<ServerId, Traced>;
}

export const makeBeside = (): Beside => ({ last: new Map(), request: new Map() });

/** Learns what one event says of others. Events are given in the order of their servers' telling; those that
 *  were told before what explains them are given again. */
export function learn(scope: Scope, beside: Beside, traced: Traced): void {
  const { server, event } = traced;
  switch (scope.selection.kind) {
    case 'server':
      break;
    case 'packet':
    case 'event':
      learnEnds(scope, scope.selection.traced, traced);
      break;
    case 'session':
      learnOfSession(scope, scope.selection.session, traced);
      break;
    case 'watch':
      learnOfWatch(scope, beside, traced);
      break;
    case 'zxid':
    case 'znode':
      learnOfTransactions(scope, traced);
      learnCarriers(scope, beside, traced);
  }
  if (event.kind === 'packetReceived' && event.type === 'REQUEST') {
    beside.request.set(server, traced);
  } else if (event.kind !== 'quotaExceeded') beside.request.delete(server);
  beside.last.set(server, traced);
}

function add<T>(scope: Scope, set: Set<T>, value: T): void {
  if (set.has(value)) return;
  set.add(value);
  scope.learnt += 1;
}

function addRequest(scope: Scope, key: string, isMine: boolean): void {
  const known = scope.requests.get(key);
  const next = known === undefined || known === isMine ? isMine : false;
  if (known === next) return;
  scope.requests.set(key, next);
  scope.learnt += 1;
}

function learnOfTransactions(scope: Scope, { event }: Traced): void {
  const { selection } = scope;
  if (event.kind === 'proposed') {
    const isMine =
      selection.kind === 'zxid'
        ? event.zxid === selection.zxid
        : selection.kind === 'znode' && event.path === selection.path;
    if (!isMine) return;
    add(scope, scope.zxids, event.zxid);
    add(scope, scope.ops, event.op);
    if (event.session === NO_SESSION) return;
    if (selection.kind === 'zxid') add(scope, scope.sessions, event.session);
    addRequest(scope, requestKey(event.session, event.cxid, event.op), true);
  } else if (selection.kind !== 'znode') return;
  else if (event.kind === 'applied' && event.path === selection.path) {
    add(scope, scope.zxids, event.zxid);
  } else if (event.kind === 'requestReceived' && event.path !== null) {
    const key = requestKey(event.session, event.xid, event.op);
    if (event.path === selection.path) addRequest(scope, key, true);
    else if (scope.requests.has(key) && !isAskedFor(selection.path, event)) {
      addRequest(scope, key, false);
    }
  }
}

/** A sequential znode is asked for without the number that the leader chooses. */
const isAskedFor = (path: string, { path: asked }: EventOf<'requestReceived'>): boolean =>
  asked !== null && path.startsWith(asked) && /^\d{10}$/.test(path.slice(asked.length));

/** A REQUEST leaves right after it is said to be forwarded, and is proposed as soon as it has come. */
function learnCarriers(scope: Scope, beside: Beside, traced: Traced): void {
  const { server, event } = traced;
  if (event.kind === 'packetSent' && event.type === 'REQUEST') {
    const before = beside.last.get(server);
    if (before?.event.kind !== 'requestForwarded' || !belongs(scope, before)) return;
    if (before.sequence + 1 === traced.sequence) add(scope, scope.places, placeOf(traced));
  } else if (event.kind === 'proposed' && scope.zxids.has(event.zxid)) {
    const carrier = beside.request.get(server);
    if (carrier?.atMillis === traced.atMillis) add(scope, scope.places, placeOf(carrier));
  }
}

function learnOfSession(scope: Scope, session: SessionId, { server, event }: Traced): void {
  if (!('session' in event) || event.session !== session) return;
  switch (event.kind) {
    case 'sessionOpened':
    case 'sessionResumed':
      add(scope, scope.connections, connectionKey(server, event.connection));
      return;
    case 'proposed':
    case 'applied':
      add(scope, scope.zxids, event.zxid);
      return;
    default:
  }
}

/** The request that set it stands right before it; one that takes it away names its path. */
function learnOfWatch(scope: Scope, beside: Beside, traced: Traced): void {
  const { selection } = scope;
  const { server, event } = traced;
  if (selection.kind !== 'watch') return;
  const { session, path } = selection;
  if (event.kind === 'watchFired' && belongs(scope, traced)) add(scope, scope.zxids, event.zxid);
  const asks = event.kind === 'watchSet' ? beside.last.get(server) : traced;
  if (asks?.event.kind !== 'requestReceived') return;
  const { session: asking, xid, op, path: asked } = asks.event;
  if (asking !== session || asked !== path) return;
  const setsIt = event.kind === 'watchSet' && asks.sequence + 1 === traced.sequence;
  if (!setsIt && op !== 'removeWatches') return;
  add(scope, scope.places, placeOf(asks));
  addRequest(scope, requestKey(session, xid, op), true);
}

function learnEnds(scope: Scope, mine: Traced, traced: Traced): void {
  if (!isAlike(mine.event, traced.event)) return;
  const passing = passingOf(mine.server, mine.event);
  const other = passingOf(traced.server, traced.event);
  if (passing === null || other?.key !== passing.key) return;
  const ends = other.sent === passing.sent ? scope.ends.mine : scope.ends.other;
  const place = placeOf(traced);
  if (ends.has(place)) return;
  ends.set(place, traced);
  scope.learnt += 1;
}

/** Nearly all others are told apart so, without a text for each. */
function isAlike(mine: TraceEvent, other: TraceEvent): boolean {
  if ('ballot' in mine) return 'ballot' in other;
  return 'peer' in mine && 'peer' in other && mine.type === other.type && mine.zxid === other.zxid;
}
