import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkId, sessionId } from '../vocabulary/ids.ts';
import {
  checkSession,
  closeSession,
  expiredSessions,
  makeSessions,
  markClosing,
} from './sessions.ts';
import { openSession, setOwner, touchSession, touchThrough } from './sessions.ts';
import type { Sessions } from './sessions.ts';

const TICK = 1000;
const S1 = sessionId(1n);
const S2 = sessionId(2n);

/** Lets time pass in steps of a tenth of a tick; what expired, and when. */
function pass(sessions: Sessions, from: number, to: number): string[] {
  const seen: string[] = [];
  for (let now = from; now <= to; now += TICK / 10) {
    for (const { id } of expiredSessions(sessions, now))
      seen.push(`${String(id)} at ${String(now)}`);
  }
  return seen;
}

describe('expiry', () => {
  it('comes at the first whole tick after the timeout', () => {
    const sessions = makeSessions(TICK, 0);
    openSession(sessions, S1, 2000, 'self');
    openSession(sessions, S2, 2500, 'self');
    expect(pass(sessions, 0, 5000)).toEqual(['1 at 3000', '2 at 3000']);
  });

  it('is put off by each sign of life, and by a new timeout', () => {
    const sessions = makeSessions(TICK, 0);
    openSession(sessions, S1, 2000, 'self');
    expect(pass(sessions, 0, 1500)).toEqual([]);
    expect(touchSession(sessions, S1, 2000)).toBe(true);
    expect(pass(sessions, 1600, 2900)).toEqual([]);
    touchSession(sessions, S1, 4000);
    expect(pass(sessions, 3000, 9000)).toEqual(['1 at 7000']);
  });

  it('keeps the timeout of its owner where another server still hears of it', () => {
    const sessions = makeSessions(TICK, 0);
    openSession(sessions, S1, 2000, linkId(1));
    setOwner(sessions, S1, linkId(2));
    touchThrough(sessions, S1, 6000, linkId(2));
    expect(pass(sessions, 0, 1000)).toEqual([]);
    expect(touchThrough(sessions, S1, 2000, linkId(1))).toBe(true);
    expect(pass(sessions, 1100, 20000)).toEqual(['1 at 8000']);
    expect(touchThrough(sessions, S2, 2000, linkId(1))).toBe(false);
  });

  it('is told once, and the session is closing from then on', () => {
    const sessions = makeSessions(TICK, 0);
    openSession(sessions, S1, 1000, 'self');
    expect(pass(sessions, 0, 9000)).toEqual(['1 at 2000']);
    expect(touchSession(sessions, S1, 1000)).toBe(false);
    expect(setOwner(sessions, S1, 'self')).toBe(false);
    expect(checkSession(sessions, S1, 'self')).toBe('expired');
    expect(pass(sessions, 9100, 20000)).toEqual([]);
  });

  it('tells how long the session was silent', () => {
    const sessions = makeSessions(TICK, 0);
    expiredSessions(sessions, 700);
    openSession(sessions, S1, 1000, 'self');
    expect(expiredSessions(sessions, 1900)).toEqual([]);
    expect(expiredSessions(sessions, 2050)).toEqual([{ id: S1, silentMillis: 1350 }]);
  });

  it('counts only the time that the leader was awake', () => {
    const sessions = makeSessions(TICK, 0);
    openSession(sessions, S1, 10 * TICK, 'self');
    const eightHours = 8 * 3600 * 1000;
    expect(expiredSessions(sessions, eightHours)).toEqual([]);
    touchSession(sessions, S1, 10 * TICK);
    expect(pass(sessions, eightHours, eightHours + 9 * TICK)).toEqual([]);
  });

  it('takes a clock that goes back for one that stands', () => {
    const sessions = makeSessions(TICK, 5000);
    openSession(sessions, S1, 1000, 'self');
    expect(expiredSessions(sessions, 4000)).toEqual([]);
    expect(expiredSessions(sessions, 5500)).toEqual([]);
    expect(sessions.awakeMillis).toBe(1500);
  });

  it('never comes before the timeout and at most one tick late', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: TICK }), fc.nat(5)), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 5000 }), steps, (timeout, moves) => {
        const sessions = makeSessions(TICK, 0);
        openSession(sessions, S1, timeout, 'self');
        let [now, touched, alive] = [0, 0, true];
        for (const [step, dice] of moves) {
          now += step;
          const expired = expiredSessions(sessions, now).length > 0;
          if (expired) {
            expect(alive && now - touched > timeout).toBe(true);
            alive = false;
          } else if (alive) {
            expect(now - touched).toBeLessThanOrEqual(timeout + TICK);
          }
          if (alive && dice === 0) {
            touchSession(sessions, S1, timeout);
            touched = now;
          }
        }
        const buckets = [...sessions.buckets.values()].map((bucket) => bucket.size);
        expect(buckets).toEqual(alive ? [1] : []);
      }),
    );
  });
});

describe('owners', () => {
  it('the first that asks owns; another one means that the session moved', () => {
    const sessions = makeSessions(TICK, 0);
    openSession(sessions, S1, 2000, null);
    expect(checkSession(sessions, S1, linkId(4))).toBe('ok');
    expect(checkSession(sessions, S1, 'self')).toBe('moved');
    expect(setOwner(sessions, S1, 'self')).toBe(true);
    expect(checkSession(sessions, S1, 'self')).toBe('ok');
    expect(checkSession(sessions, S1, linkId(4))).toBe('moved');
  });

  it('are not asked for sessions that are unknown, closing or closed', () => {
    const sessions = makeSessions(TICK, 0);
    expect(checkSession(sessions, S1, 'self')).toBe('expired');
    openSession(sessions, S1, 2000, 'self');
    markClosing(sessions, S1);
    expect(checkSession(sessions, S1, 'self')).toBe('expired');
    closeSession(sessions, S1);
    expect([sessions.byId.size, sessions.buckets.size]).toEqual([0, 0]);
    openSession(sessions, S1, 2000, 'self');
    expect(checkSession(sessions, S1, 'self')).toBe('ok');
  });
});
