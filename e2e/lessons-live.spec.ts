// Lessons played by real tabs, to their own goals: what the laboratory teaches is what browsers do.

import type { Lesson, Script } from '../src/vocabulary/lesson.ts';
import type { RecipeName } from '../src/vocabulary/recipe.ts';
import diesMidProposal from '../src/lessons/curriculum/dies-mid-proposal.ts';
import fourPhases from '../src/lessons/curriculum/four-phases.ts';
import lock from '../src/lessons/curriculum/lock.ts';
import oneByOne from '../src/lessons/curriculum/one-by-one.ts';
import oneShotWatch from '../src/lessons/curriculum/one-shot-watch.ts';
import pathOfAWrite from '../src/lessons/curriculum/path-of-a-write.ts';
import quorumLoss from '../src/lessons/curriculum/quorum-loss.ts';
import sessionExpiry from '../src/lessons/curriculum/session-expiry.ts';
import {
  act,
  atLeast,
  client,
  eventually,
  fact,
  get,
  now,
  open,
  run,
  runAndWait,
  serving,
  until,
} from '../src/lessons/write.ts';
import { LiveLesson, type LiveLessonOptions } from './support/live-lesson.ts';
import { expect, test } from './support/test.ts';

test.setTimeout(150_000);

/** A tab refuses a read without a quorum, where a client of the laboratory waits: it is asked again. */
const askedAgain: Script = [
  ...quorumLoss.solution.slice(0, -2),
  until(now(serving(), 3)),
  ...runAndWait(1, get('/data')),
];

const PLAYED: readonly (readonly [number: number, lesson: Lesson, solution: Script])[] = [
  [1, oneByOne, oneByOne.solution],
  [3, fourPhases, fourPhases.solution],
  [4, pathOfAWrite, pathOfAWrite.solution],
  [6, quorumLoss, askedAgain],
  [12, oneShotWatch, oneShotWatch.solution],
];

for (const [number, lesson, solution] of PLAYED) {
  test(`lesson ${number}, ${lesson.id}, is passed by real tabs`, async ({ context, url }) => {
    const live = new LiveLesson(context, url, lesson);
    await live.play([...lesson.setup, ...solution]);
    await passes(live, lesson);
  });
}

async function passes(live: LiveLesson, lesson: Lesson): Promise<void> {
  await expect
    .poll(() => live.goals(), { timeout: 10_000 })
    .toEqual(lesson.goals.map(() => 'met'))
    .catch((error: unknown) => {
      throw new Error(`${String(error)}\n${live.story()}`);
    });
}

/** Tabs open one after the other: the highest has to be among the first of a quorum to lead. */
const highestFirst = (participants: number): Script => [
  ...Array.from({ length: participants }, (_, at) => act(open(participants - at))),
  until(now(serving(), participants)),
];

test('lesson 14, session-expiry, is passed by real tabs', async ({ context, url }) => {
  // Client 1 lives in a fourth tab, which can be cut off from all three servers.
  const homes = new Map([[1, 4]]);
  const live = new LiveLesson(context, url, sessionExpiry, { homes, timeoutTimes: 3 });
  const isStart = (line: Script[number]): boolean =>
    line.do === 'step' && line.step.kind === 'openServer';
  const rest = sessionExpiry.setup.filter((line) => !isStart(line));
  await live.play([...highestFirst(3), act(open(4)), until(now(serving(), 4)), ...rest]);
  await live.play(sessionExpiry.solution);
  await passes(live, sessionExpiry);
});

const saysSo = (root: string, says: string, client?: number) =>
  fact('recipe', client === undefined ? { root, says } : { root, says, client });

const startOf = (recipe: RecipeName, root: string, who: readonly number[]): Script =>
  who.map((number) => act({ kind: 'startRecipe', client: number, recipe, root }));

test('lesson 15, lock, is passed by real tabs in two rooms', async ({ context, url }) => {
  test.setTimeout(300_000);
  const CLIENTS = [1, 2, 3, 4, 5];
  const up: Script = [...highestFirst(5), ...lock.setup.slice(6)];
  const letGo = (root: string) => act({ kind: 'letGo', client: null, root });
  /** Each waits for the one before it: in their order, and until the last has looked. */
  const queue = startOf('lock', '/lock', CLIENTS).flatMap((line, at) => [
    line,
    until(eventually(saysSo('/lock', at === 0 ? 'holds' : 'waits', at + 1))),
  ]);
  const handedOver: Script = [
    ...startOf('herdLock', '/herd', CLIENTS),
    until(atLeast(4, saysSo('/herd', 'waits'), 'client')),
    // In real time those who lost have to have looked again before the next release, or it wakes fewer.
    ...[3, 2, 1, 0].flatMap((waiting) => [
      letGo('/herd'),
      until(eventually(saysSo('/herd', 'holds'))),
      until(atLeast(waiting, saysSo('/herd', 'waits'), 'client')),
    ]),
    ...queue,
    ...CLIENTS.slice(1).flatMap(() => [
      letGo('/lock'),
      until(eventually(saysSo('/lock', 'holds'))),
    ]),
  ];
  const two: Script = [
    ...queue,
    act({ kind: 'killClient', client: 3 }),
    until(eventually(saysSo('/lock', 'waits', 4))),
    act({ kind: 'moveClient', client: 1, server: null }),
    until(eventually(saysSo('/lock', 'holds', 2))),
  ];
  const met = new Set<number>();
  const play = async (script: Script, options: LiveLessonOptions): Promise<void> => {
    const live = new LiveLesson(context, url, lock, options);
    await live.play(script);
    for (const [index, state] of (await live.goals()).entries()) {
      if (state === 'met') met.add(index);
    }
    await live.close();
  };
  await play([...up, ...handedOver], { timeoutTimes: 3 });
  // Client 1 lives in a sixth tab, which can be cut off from all five servers.
  const homes = new Map([[1, 6]]);
  const [setupOfFive, rest] = [up.slice(0, 6), up.slice(6)];
  const sixth: Script = [act(open(6)), until(now(serving(), 6))];
  await play([...setupOfFive, ...sixth, ...rest, ...two], { timeoutTimes: 3, homes });
  expect([...met].sort()).toEqual(lock.goals.map((_, index) => index));
});

/** Real time has one future: each of a solution's is played in a room of its own. */
function futuresOf(script: Script): Script[] {
  const marks = new Map<string, Script>();
  const futures: Script[] = [];
  let path: Script = [];
  for (const line of script) {
    if (line.do === 'mark') marks.set(line.name, path);
    else if (line.do === 'back') {
      futures.push(path);
      path = marks.get(line.name) ?? [];
    } else path = [...path, line];
  }
  return [...futures, path];
}

test('lesson 8, dies-mid-proposal, is passed by real tabs in three rooms', async ({
  context,
  url,
}) => {
  test.setTimeout(300_000);
  const setup: Script = [...highestFirst(5), ...client(1, 5), ...diesMidProposal.setup.slice(-3)];
  const [kept = [], lost = [], heard = []] = futuresOf(diesMidProposal.solution);
  // Between two steps real servers elect: 1 has to be gone before 5 is, or it leads at once.
  const isCrash = (line: Script[number], server?: number): boolean =>
    line.do === 'step' && line.step.kind === 'crash' && line.step.server === (server ?? 5);
  const without = lost.filter((line) => !isCrash(line, 1));
  const at = without.findIndex((line) => isCrash(line));
  const bothGone = [...without.slice(0, at), ...lost.filter((line) => isCrash(line, 1))];
  // And disks take their time: all three have to have it before the leader goes.
  const all234 = [2, 3, 4].map((server) =>
    until(eventually(fact('proposalLogged', { path: '/x', server }))),
  );
  const futures = [
    kept,
    [...bothGone, ...without.slice(at)],
    heard.flatMap((line) => (line.do === 'until' && line.holds.kind === 'count' ? all234 : [line])),
  ];
  const met = new Set<number>();
  for (const future of futures) {
    const live = new LiveLesson(context, url, diesMidProposal);
    await live.play([...setup, ...future]);
    for (const [index, state] of (await live.goals()).entries()) {
      if (state === 'met') met.add(index);
    }
    await live.close();
  }
  expect([...met].sort()).toEqual(diesMidProposal.goals.map((_, index) => index));
});

test('a wrong way does not pass in real tabs either', async ({ context, url }) => {
  const live = new LiveLesson(context, url, oneShotWatch);
  await live.play([...oneShotWatch.setup, act(run(1, get('/cfg', true))), ...oneShotWatch.wrong]);
  expect(await live.goals()).toContain('open');
});
