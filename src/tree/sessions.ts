// The leader's clock of the global sessions (SessionTrackerImpl, ExpiryQueue): who is still alive, who
// serves whom, who has been silent for too long. Which sessions exist at all is in the tree; a new
// leader starts from that with a full timeout for each.
// Time here is time that the leader was awake: a laptop that slept expires nobody by that alone.

import { assert } from '../base/assert.ts';
import type { LinkId, SessionId } from '../vocabulary/ids.ts';

/** Whom a session's requests come through: a learner's link, or this server's own clients. */
export type SessionOwner = LinkId | 'self';

export interface TrackedSession {
  readonly id: SessionId;
  timeoutMillis: number;
  /** Null until its first request or revalidation after the leader began. */
  owner: SessionOwner | null;
  touchedAt: number;
  /** Invariant: a whole multiple of the tick, and the bucket that this session is in unless closing. */
  expiresAt: number;
  /** Expired or being closed: its requests count no more. */
  closing: boolean;
}

export interface Sessions {
  readonly tickMillis: number;
  readonly byId: Map<SessionId, TrackedSession>;
  /** By the moment they expire at, in awake milliseconds. */
  readonly buckets: Map<number, Set<SessionId>>;
  /** Invariant: no bucket is earlier than this. */
  nextBucketAt: number;
  lastNowMillis: number;
  awakeMillis: number;
}

export interface ExpiredSession {
  readonly id: SessionId;
  readonly silentMillis: number;
}

/** The longest step of the clock that counts in full, in ticks: a longer one was a sleep. */
const AWAKE_STEP_TICKS_MAX = 2;

export function makeSessions(tickMillis: number, nowMillis: number): Sessions {
  assert(tickMillis > 0, 'a tick lasts');
  return {
    tickMillis,
    byId: new Map(),
    buckets: new Map(),
    nextBucketAt: tickMillis,
    lastNowMillis: nowMillis,
    awakeMillis: 0,
  };
}

/** Tracks a session that was just created or that a new leader found in its tree; one that is known is
 *  touched. */
export function openSession(
  sessions: Sessions,
  id: SessionId,
  timeoutMillis: number,
  owner: SessionOwner | null,
): void {
  const known = sessions.byId.get(id);
  if (known === undefined) {
    const session: TrackedSession = {
      id,
      timeoutMillis,
      owner,
      touchedAt: sessions.awakeMillis,
      expiresAt: 0,
      closing: false,
    };
    sessions.byId.set(id, session);
    schedule(sessions, session);
    return;
  }
  if (owner !== null) known.owner = owner;
  touchSession(sessions, id, timeoutMillis);
}

/** A sign of life. `timeoutMillis` counts from now on. False if the session is unknown or closing. */
export function touchSession(sessions: Sessions, id: SessionId, timeoutMillis: number): boolean {
  const session = sessions.byId.get(id);
  if (session === undefined || session.closing) return false;
  session.timeoutMillis = timeoutMillis;
  session.touchedAt = sessions.awakeMillis;
  schedule(sessions, session);
  return true;
}

/** A sign of life that came through `from`. Also where that is a server that the session has left, as at Apache's
 *  leader; but it may be older than the move, so the timeout that was agreed upon there counts no more. */
export function touchThrough(
  sessions: Sessions,
  id: SessionId,
  timeoutMillis: number,
  from: SessionOwner,
): boolean {
  const session = sessions.byId.get(id);
  if (session === undefined) return false;
  const isOwn = session.owner === null || session.owner === from;
  return touchSession(sessions, id, isOwn ? timeoutMillis : session.timeoutMillis);
}

/** The session moved to, or is renewed at, `owner`. False if it is unknown or closing. */
export function setOwner(sessions: Sessions, id: SessionId, owner: SessionOwner): boolean {
  const session = sessions.byId.get(id);
  if (session === undefined || session.closing) return false;
  session.owner = owner;
  return true;
}

/** May a request of this session come from `owner`? The first that asks becomes the owner. */
export function checkSession(
  sessions: Sessions,
  id: SessionId,
  owner: SessionOwner,
): 'ok' | 'expired' | 'moved' {
  const session = sessions.byId.get(id);
  if (session === undefined || session.closing) return 'expired';
  session.owner ??= owner;
  return session.owner === owner ? 'ok' : 'moved';
}

/** The session is on its way out: a closeSession of it has been proposed. */
export function markClosing(sessions: Sessions, id: SessionId): void {
  const session = sessions.byId.get(id);
  if (session === undefined || session.closing) return;
  unschedule(sessions, session);
  session.closing = true;
}

/** The closeSession was applied. */
export function closeSession(sessions: Sessions, id: SessionId): void {
  markClosing(sessions, id);
  sessions.byId.delete(id);
}

/** Lets time pass and returns the sessions that it ended, each once, now closing: ascending by id
 *  within a tick. A session ends between its timeout and one tick more after its last sign of life. */
export function expiredSessions(sessions: Sessions, nowMillis: number): ExpiredSession[] {
  const step = Math.max(0, nowMillis - sessions.lastNowMillis);
  sessions.lastNowMillis = nowMillis;
  sessions.awakeMillis += Math.min(step, AWAKE_STEP_TICKS_MAX * sessions.tickMillis);
  const expired: ExpiredSession[] = [];
  // At most AWAKE_STEP_TICKS_MAX rounds and one.
  while (sessions.nextBucketAt <= sessions.awakeMillis) {
    const bucket = [...(sessions.buckets.get(sessions.nextBucketAt) ?? [])];
    for (const id of bucket.sort((a, b) => (a < b ? -1 : 1))) {
      const touchedAt = sessions.byId.get(id)?.touchedAt ?? sessions.awakeMillis;
      markClosing(sessions, id);
      expired.push({ id, silentMillis: sessions.awakeMillis - touchedAt });
    }
    sessions.nextBucketAt += sessions.tickMillis;
  }
  return expired;
}

function schedule(sessions: Sessions, session: TrackedSession): void {
  const { tickMillis, awakeMillis, buckets } = sessions;
  const due = awakeMillis + Math.max(0, session.timeoutMillis);
  const expiresAt = (Math.floor(due / tickMillis) + 1) * tickMillis;
  if (expiresAt === session.expiresAt) return;
  unschedule(sessions, session);
  session.expiresAt = expiresAt;
  const bucket = buckets.get(expiresAt);
  if (bucket === undefined) buckets.set(expiresAt, new Set([session.id]));
  else bucket.add(session.id);
  assert(expiresAt >= sessions.nextBucketAt, 'a session never expires in the past');
}

function unschedule(sessions: Sessions, session: TrackedSession): void {
  const bucket = sessions.buckets.get(session.expiresAt);
  bucket?.delete(session.id);
  if (bucket?.size === 0) sessions.buckets.delete(session.expiresAt);
}
