import { beforeEach, expect, test } from 'vitest';

import type { TraceEvent } from '../../vocabulary/trace.ts';
import { makeComplaints } from './complaints.ts';

let now = 0;
let lines: string[] = [];
let hear: (event: TraceEvent) => void;

beforeEach(() => {
  now = 0;
  lines = [];
  hear = makeComplaints(
    (text) => lines.push(text),
    () => now,
  );
});

const frame = (from: string): TraceEvent => ({
  ...{ kind: 'badFrame', from, reason: 'the frame is too long' },
});

test('what cannot be read is told with who sent it, and a flood of it by its number', () => {
  hear(frame('client 7'));
  for (let count = 0; count < 5_000; count += 1) hear(frame('client 8'));
  now = 9_999;
  hear(frame('2'));
  now = 10_000;
  hear(frame('2'));
  now = 20_000;
  hear(frame('client 9'));
  const said = 'sent what cannot be read, and was disconnected: the frame is too long';
  expect(lines).toEqual([
    `client 7 ${said}`,
    `server 2 ${said} (and 5001 more like it before)`,
    `client 9 ${said}`,
  ]);
});

test('quotas have lines of their own', () => {
  const quota = { kind: 'quotaExceeded', subject: '/a', path: '/a/b', what: 'count' } as const;
  hear(frame('client 1'));
  hear({ ...quota, value: 4, limit: 3, isHard: false, refused: false });
  now = 10_000;
  hear({ ...quota, value: 4, limit: 3, isHard: true, refused: true });
  expect(lines.slice(1)).toEqual([
    'Quota exceeded: /a [count=4, soft limit=3] by /a/b',
    'Quota exceeded: /a [count=4, hard limit=3] by /a/b, which is refused',
  ]);
});

test('what is no complaint is none', () => {
  hear({ kind: 'readOnlyEnded' });
  expect(lines).toEqual([]);
});
