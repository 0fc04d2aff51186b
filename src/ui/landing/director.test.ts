import { expect, test } from 'vitest';

import { serverId } from '../../vocabulary/ids.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import { firstScene, LANDING_WORLD, nextScene, openingSteps, type Scene } from './director.ts';

const quorum = (leader: number | null) => ({
  quorum: {
    ...{ have: 5, need: 3, serving: leader !== null, epoch: 1 },
    leader: leader === null ? null : serverId(leader),
  },
});

/** What is done while the room is so, looked at five times a second. */
function play(scene: Scene, leader: number | null, fromMillis: number, untilMillis: number) {
  const steps: LabStep[] = [];
  let now = scene;
  for (let at = fromMillis; at <= untilMillis; at += 200) {
    const next = nextScene(now, quorum(leader), at);
    now = next.scene;
    if (next.step !== null) steps.push(next.step);
  }
  return { scene: now, kinds: steps.map(({ kind }) => kind), steps };
}

test('all servers and a client are there at once', () => {
  expect(openingSteps(LANDING_WORLD).map(({ kind }) => kind)).toEqual([
    ...['openServer', 'openServer', 'openServer', 'openServer', 'openServer', 'openClient'],
  ]);
});

test('while nobody leads nothing is done', () => {
  expect(play(firstScene(0), null, 0, 60_000).kinds).toEqual([]);
});

test('a leader serves some writes, then it is killed, and under the next one it comes back', () => {
  const first = play(firstScene(0), 5, 0, 8_400);
  expect(first.kinds).toEqual(['command', 'command', 'command', 'crash']);
  expect(first.steps.at(-1)).toMatchObject({ server: 5 });
  const between = play(first.scene, null, 8_600, 12_000);
  expect(between.kinds).toEqual([]);
  const second = play(between.scene, 4, 12_200, 20_800);
  expect(second.steps.find(({ kind }) => kind === 'openServer')).toMatchObject({ server: 5 });
  expect(second.kinds.filter((kind) => kind === 'command')).toHaveLength(3);
  expect(second.steps.at(-1)).toMatchObject({ kind: 'crash', server: 4 });
});
