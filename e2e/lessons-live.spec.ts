// Lessons played by real tabs, to their own goals: what the laboratory teaches is what browsers do.

import type { Lesson, Script } from '../src/vocabulary/lesson.ts';
import diesMidProposal from '../src/lessons/curriculum/dies-mid-proposal.ts';
import fourPhases from '../src/lessons/curriculum/four-phases.ts';
import oneByOne from '../src/lessons/curriculum/one-by-one.ts';
import oneShotWatch from '../src/lessons/curriculum/one-shot-watch.ts';
import pathOfAWrite from '../src/lessons/curriculum/path-of-a-write.ts';
import quorumLoss from '../src/lessons/curriculum/quorum-loss.ts';
import {
  act,
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
import { LiveLesson } from './support/live-lesson.ts';
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
    await expect
      .poll(() => live.goals(), { timeout: 10_000 })
      .toEqual(lesson.goals.map(() => 'met'));
  });
}

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
  // Tabs open one after the other, so that the highest has to be among the first three to lead.
  const setup: Script = [
    ...[5, 4, 3, 2, 1].map((server) => act(open(server))),
    until(now(serving(), 5)),
    ...client(1, 5),
    ...diesMidProposal.setup.slice(-3),
  ];
  const met = new Set<number>();
  const [kept, lost = [], heard] = futuresOf(diesMidProposal.solution);
  // Between two steps real servers elect: 1 has to be gone before 5 is, or it leads at once.
  const isCrashOf1 = (line: Script[number]): boolean =>
    line.do === 'step' && line.step.kind === 'crash' && line.step.server === 1;
  const at = lost.findIndex((line) => line.do === 'step' && line.step.kind === 'crash');
  const without = lost.filter((line) => !isCrashOf1(line));
  const lostLive = [...without.slice(0, at), ...lost.filter(isCrashOf1), ...without.slice(at)];
  // And a slow machine's disks take their time: all three have to have it before the leader goes.
  const all234 = [2, 3, 4].map((server) =>
    until(eventually(fact('proposalLogged', { path: '/x', server }))),
  );
  const heardLive = (heard ?? []).flatMap((line) =>
    line.do === 'until' && line.holds.kind === 'count' ? all234 : [line],
  );
  for (const future of [kept ?? [], lostLive, heardLive]) {
    const live = new LiveLesson(context, url, diesMidProposal);
    await live.play([...setup, ...future]);
    for (const [index, state] of (await live.goals()).entries())
      if (state === 'met') met.add(index);
    await live.close();
  }
  expect([...met].sort()).toEqual(diesMidProposal.goals.map((_, index) => index));
});

test('a wrong way does not pass in real tabs either', async ({ context, url }) => {
  const live = new LiveLesson(context, url, oneShotWatch);
  await live.play([...oneShotWatch.setup, act(run(1, get('/cfg', true))), ...oneShotWatch.wrong]);
  expect(await live.goals()).toContain('open');
});
