// What is counted of events that pass by.

import { expect, test } from 'vitest';

import { serverId } from '../vocabulary/ids.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';
import { makeZxid } from '../vocabulary/zxid.ts';
import { count, isWarning, makeCounted, resetCounted } from './counted.ts';

type Role = 'LOOKING' | 'LEADING' | 'FOLLOWING';
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
  resetCounted(null as never, counted, { proposalSizes: false });
  expect(counted).toEqual({ ...makeCounted(), badFrames: 1, leadingSince: 100 });
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
