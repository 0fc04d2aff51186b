// Both ends of the way from a room's page to the laboratory's, in one thread.

import { beforeEach, expect, test, vi } from 'vitest';
import type { LabOptions, LabStep } from '../../vocabulary/steps.ts';
import type { RoomProblem } from '../../vocabulary/playground.ts';
import { EMPTY_UNTRUSTED } from '../../vocabulary/taken.ts';
import { beginTaken } from './begin-taken.ts';
import { newToken, offerRoom, receiveRoom, type Handed } from './hand-over.ts';
import { readLabLink } from './mode.ts';
import type { HandOver } from './take-ensemble.ts';

const HAND_OVER: HandOver = {
  ...{ kind: 'taken', participants: 3, observers: 1, frozen: [2] },
  steps: [{ kind: 'cut', a: 1, b: 3, silent: false }],
  taken: {
    wallMillis: 7,
    disks: [{ server: 2, up: true, ...EMPTY_UNTRUSTED }],
    sessions: [],
  },
  ...{ unread: [1], sessionsLeft: 2 },
};

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => kept.set(key, text),
  });
});

test('the laboratory gets the room, and keeps it for its reload', async () => {
  const token = newToken();
  const take = vi.fn(() => Promise.resolve(HAND_OVER));
  offerRoom(token, take);
  expect(await receiveRoom(token)).toEqual(HAND_OVER);
  expect(await receiveRoom(token)).toEqual(HAND_OVER);
  expect(take).toHaveBeenCalledTimes(1);
});

test('what failed is not kept: the next time the room is asked anew', async () => {
  const token = newToken();
  const answers: HandOver[] = [{ kind: 'unsteady' }, HAND_OVER];
  offerRoom(token, () => Promise.resolve(answers.shift() ?? { kind: 'noSeat' }));
  expect(await receiveRoom(token)).toEqual({ kind: 'unsteady' });
  expect(await receiveRoom(token)).toEqual(HAND_OVER);
});

test('of a room that is not there nothing comes, and that is known soon', async () => {
  vi.useFakeTimers();
  const coming = receiveRoom(newToken());
  await vi.advanceTimersByTimeAsync(3_100);
  expect(await coming).toEqual({ kind: 'unanswered' });
  vi.useRealTimers();
});

/** What the page does to its laboratory. */
async function begun(handed: Handed) {
  const link = readLabLink('#lab&seed=6&seats=5');
  if (link === null) throw new Error('a laboratory');
  let says: readonly RoomProblem[] = [];
  const did: (LabOptions | LabStep | 'begin')[] = [];
  const lab = {
    say: (problems: readonly RoomProblem[]) => {
      says = problems;
    },
    open: (options: LabOptions) => did.push(options),
    act: (step: LabStep) => did.push(step),
    begin: () => did.push('begin'),
  };
  await beginTaken(lab, link, 'token', () => {
    expect(says).toEqual([{ kind: 'taking' }]);
    return Promise.resolve(handed);
  });
  return { says, did };
}

test('the world begins as the room is, and what did not come along is said', async () => {
  const { says, did } = await begun(HAND_OVER);
  expect(did).toEqual([
    {
      seed: 6,
      participants: 3,
      observers: 1,
      taken: HAND_OVER.kind === 'taken' && HAND_OVER.taken,
    },
    { kind: 'cut', a: 1, b: 3, silent: false },
    'begin',
    { kind: 'freeze', server: 2, on: true },
  ]);
  expect(says).toEqual([
    { kind: 'takenUnread', servers: [1] },
    { kind: 'takenSessions', count: 2 },
  ]);
});

test.each([
  [{ kind: 'tooLarge', bytes: 9 }, 'takenTooLarge'],
  [{ kind: 'unsteady' }, 'takenUnsteady'],
  [{ kind: 'unanswered' }, 'takenUnanswered'],
] as const)('without a room it is the usual world, and why is said: %j', async (handed, kind) => {
  const { says, did } = await begun(handed);
  expect(did).toEqual([{ seed: 6, participants: 5, observers: 0 }, 'begin']);
  expect(says.map((one) => one.kind)).toEqual([kind]);
});
