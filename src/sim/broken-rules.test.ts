// Every switch is caught by an invariant, and the same day without it by none.

import { describe, expect, it } from 'vitest';
import type { LabStep, RuleName } from '../vocabulary/steps.ts';
import { LabWorld } from './lab-world.ts';
import { LiveJudge } from './live-judge.ts';

type Script = readonly (LabStep | number)[];

/** Does the steps; a number is so many milliseconds. Gives the rules that were broken. */
function play(script: Script): string[] {
  const lab = new LabWorld({ seed: 5, participants: 3, observers: 0 });
  const judge = new LiveJudge(lab.world.ensemble);
  const take = (observations: ReturnType<LabWorld['do']>): void => {
    for (const observation of observations) judge.observe(observation, lab.now.events);
  };
  for (const one of script) {
    if (typeof one !== 'number') take(lab.do(one));
    else {
      const until = lab.now.millis + one;
      for (let seen = lab.next(until); seen !== null; seen = lab.next(until)) take(seen);
    }
  }
  expect(judge.view().invariants.filter(({ checked }) => checked > 0).length).toBeGreaterThan(8);
  return judge
    .view()
    .invariants.filter(({ broken }) => broken)
    .map(({ rule }) => rule);
}

const open = (...servers: number[]): LabStep[] =>
  servers.map((server) => ({ kind: 'openServer', server }));
const client = (server: number): LabStep => ({ kind: 'openClient', server, timeoutMillis: 2_000 });
const create = (number: number, path: string): LabStep => ({
  ...{ kind: 'command', client: number },
  command: { kind: 'create', path, data: '1', ephemeral: false, sequential: false },
});
const get = (number: number, path: string, watch: boolean): LabStep => ({
  ...{ kind: 'command', client: number },
  command: { kind: 'get', path, watch },
});
const set = (number: number, path: string): LabStep => ({
  ...{ kind: 'command', client: number },
  command: { kind: 'set', path, data: '2', version: -1 },
});

const DAYS: readonly { rule: RuleName; speaks: string; before: Script; after: Script }[] = [
  {
    rule: 'ackBeforeDisk',
    speaks: 'Z13 an ack means durable',
    before: [...open(1, 2, 3), 1_000, client(1), 300],
    after: [create(1, '/a'), 300],
  },
  {
    rule: 'commitWithProposal',
    speaks: 'Z16 commit quorum',
    before: [
      ...[...open(1, 2, 3), 1_000, client(1), 300],
      { kind: 'slowDisk', server: 2, millis: 200 },
      { kind: 'slowDisk', server: 3, millis: 200 },
    ],
    after: [create(1, '/a'), 1_000],
  },
  {
    rule: 'dataBeforeWatch',
    speaks: 'W1 the event before the data',
    before: [
      ...[...open(1, 2, 3), 1_000, client(1), client(2), 300],
      ...[create(1, '/w'), 100, get(1, '/w', true), 100],
    ],
    after: [set(2, '/w'), 100, get(1, '/w', false), 500],
  },
  {
    rule: 'forgetLastZxidSeen',
    speaks: 'S3 single system image',
    before: [
      ...[...open(1, 2, 3), 1_000, client(2), 300],
      { kind: 'slowDisk', server: 1, millis: 400 },
    ],
    after: [
      ...[create(1, '/new'), 60],
      { kind: 'moveClient', client: 1, server: 1 },
      ...[200, get(1, '/zookeeper', false), 300],
    ],
  },
];

describe('a world broken on purpose', () => {
  it.each(DAYS)('$rule: $speaks speaks', ({ rule, speaks, before, after }) => {
    expect(play([...before, { kind: 'breakRule', rule, on: true }, ...after])).toContain(speaks);
  });

  it.each(DAYS)('the day of $rule with the rule in force: nobody speaks', ({ before, after }) => {
    expect(play([...before, ...after])).toEqual([]);
  });
});
