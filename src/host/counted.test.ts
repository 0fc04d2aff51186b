// What is counted of events that pass by.

import { expect, test } from 'vitest';

import { connectionId, serverId, sessionId } from '../vocabulary/ids.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';
import { makeZxid } from '../vocabulary/zxid.ts';
import { count, isWarning, makeCounted, resetCounted } from './counted.ts';

type Role = 'LOOKING' | 'LEADING' | 'FOLLOWING' | 'OBSERVING';
const role = (from: Role, to: Role): TraceEvent => ({
  ...{ kind: 'roleChanged', from, to, leader: null, reason: 'started' },
});
const LED: TraceEvent = {
  ...{ kind: 'leaderEstablished', epoch: 1, lastZxid: makeZxid(1, 0), supporters: [serverId(1)] },
};
const refused = (path: string, isRefused: boolean): TraceEvent => ({
  ...{ kind: 'quotaExceeded', subject: '/a', path, what: 'count', limit: 1, value: 2 },
  ...{ isHard: true, refused: isRefused },
});

test('elections, by their time, and since when it leads', () => {
  const counted = makeCounted();
  count(counted, role('LOOKING', 'LOOKING'), 100);
  count(counted, role('LOOKING', 'FOLLOWING'), 130);
  count(counted, role('FOLLOWING', 'LOOKING'), 1_000);
  count(counted, role('LOOKING', 'LEADING'), 1_010);
  count(counted, LED, 1_050);
  expect(counted).toMatchObject({ lookings: 2, lookingSince: null, leadingSince: 1_050 });
  expect(counted.electionMillis).toEqual({ count: 2, sum: 40, min: 10, max: 30 });
  count(counted, role('LEADING', 'LOOKING'), 2_000);
  expect(counted.leadingSince).toBe(null);
});

test('begun anew nothing is counted, but what lasts and the bad frames are known', () => {
  const counted = makeCounted();
  const bad: TraceEvent = { kind: 'badFrame', from: 'client 1', reason: 'x' };
  for (const event of [role('LOOKING', 'LOOKING'), role('LOOKING', 'LEADING'), LED, bad]) {
    count(counted, event, 100);
  }
  count(counted, refused('/a', true), 200);
  counted.synchronized.DIFF = 2;
  resetCounted({} as never, counted, { proposalSizes: false });
  const lasting = { badFrames: 1, leadingSince: 100, role: 'LEADING' };
  expect(counted).toEqual({ ...makeCounted(), ...lasting });
});

test('a session that comes back, whatever it is answered; and what learners ask a leader', () => {
  const counted = makeCounted();
  const connection = connectionId(1);
  const resumed: TraceEvent = {
    ...{ kind: 'sessionResumed', session: sessionId(5n), connection, timeoutMillis: 4_000 },
  };
  const no = (reason: 'expired' | 'wrongPassword' | 'notServing'): TraceEvent => ({
    ...{ kind: 'clientRefused', connection, reason },
  });
  const asked: TraceEvent = {
    ...{ kind: 'packetReceived', peer: serverId(2), type: 'REVALIDATE', zxid: makeZxid(1, 0) },
    bytes: 20,
  };
  for (const event of [resumed, no('expired'), no('wrongPassword'), no('notServing'), asked]) {
    count(counted, event, 0);
  }
  // To a learner the same packet is the leader's answer.
  expect(counted).toMatchObject({ resumptions: 3, revalidates: 0 });
  count(counted, role('LOOKING', 'LEADING'), 0);
  count(counted, asked, 0);
  expect(counted.revalidates).toBe(1);
});

test('how long a follower and an observer were brought up to date', () => {
  const counted = makeCounted();
  const phase = (name: 'discovery' | 'synchronization' | 'broadcast'): TraceEvent => ({
    ...{ kind: 'phaseChanged', phase: name, epoch: 1 },
  });
  const done: TraceEvent = { kind: 'synchronised', leader: serverId(3), epoch: 1 };
  count(counted, role('LOOKING', 'FOLLOWING'), 0);
  count(counted, phase('synchronization'), 10);
  count(counted, done, 35);
  // Given up in the middle, and found again.
  count(counted, phase('synchronization'), 100);
  count(counted, phase('discovery'), 150);
  count(counted, done, 160);
  expect(counted.followerSyncMillis).toEqual({ count: 1, sum: 25, min: 25, max: 25 });
  count(counted, role('LOOKING', 'OBSERVING'), 200);
  count(counted, phase('synchronization'), 200);
  count(counted, done, 207);
  expect(counted.observerSyncMillis).toEqual({ count: 1, sum: 7, min: 7, max: 7 });
});

test('refusals by the first name of the path, of a bounded number of names', () => {
  const counted = makeCounted();
  for (const path of ['/a', '/a/b', '/c']) count(counted, refused(path, true), 0);
  count(counted, refused('/a', false), 0);
  expect([...counted.quotaRefusals]).toEqual([
    ['a', 2],
    ['c', 1],
  ]);
  for (let at = 0; at < 5_000; at += 1) count(counted, refused(`/n${String(at)}`, true), 0);
  count(counted, refused('/a', true), 0);
  expect(counted.quotaRefusals.size).toBe(1_000);
  expect(counted.quotaRefusals.get('a')).toBe(3);
});

test('a frame that cannot be read and a quota are worth a warning, a change of roles is not', () => {
  const bad: TraceEvent = { kind: 'badFrame', from: 'client 1', reason: 'x' };
  expect([bad, refused('/a', false), LED].map(isWarning)).toEqual([true, true, false]);
});
