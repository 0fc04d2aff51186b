// What the switches of "Break a rule" say is to be done to see it (`lab_see…` in the messages), done just so in the usual
// world: the lamp turns red, and with the rule in force the same steps leave it green.

import { describe, expect, it } from 'vitest';
import { RULE_NAMES, type LabStep, type RuleName } from '../vocabulary/steps.ts';
import { LabHistory } from './history.ts';

/** A number is so many milliseconds. */
type Script = readonly (LabStep | number)[];

const TIMEOUT_MILLIS = 8_000;
/** The first choice of the tool. */
const SLOW_DISK_MILLIS = 500;
const open = (...servers: number[]): LabStep[] =>
  servers.map((server) => ({ kind: 'openServer', server }));
const kill = (...servers: number[]): LabStep[] =>
  servers.map((server) => ({ kind: 'crash', server, silent: false }));
const connect = (server: number | null): LabStep => ({
  ...{ kind: 'openClient', server, timeoutMillis: TIMEOUT_MILLIS },
});
const slowDisk = (server: number): LabStep => ({
  ...{ kind: 'slowDisk', server, millis: SLOW_DISK_MILLIS },
});
const create = (client: number, path: string): LabStep => ({
  ...{ kind: 'command', client },
  command: { kind: 'create', path, data: '1', ephemeral: false, sequential: false },
});
const get = (client: number, path: string, watch = false): LabStep => ({
  ...{ kind: 'command', client },
  command: { kind: 'get', path, watch },
});
const set = (client: number, path: string): LabStep => ({
  ...{ kind: 'command', client },
  command: { kind: 'set', path, data: '2', version: -1 },
});
const cutOff3: LabStep = { kind: 'partition', groups: [[3], [1, 2, 4, 5]], silent: false };

/** As `entries/lab-worker/beginning.ts` has it, and a while later. */
const USUAL: Script = [...open(1), 100, ...open(2), 100, ...open(3), 100, connect(null), 2_700];

const WRITE: Script = [create(1, '/a'), 2_000];

const SEEN: Readonly<Record<RuleName, { readonly steps: Script; readonly speaks: RegExp }>> = {
  ackBeforeDisk: { steps: WRITE, speaks: /^Z13/ },
  commitWithProposal: { steps: WRITE, speaks: /^Z16/ },
  commitOnFirstAck: { steps: WRITE, speaks: /^Z16/ },
  forgetTruncation: {
    steps: [
      ...[...open(4, 5), 1_500, connect(3), 1_000],
      ...[cutOff3, create(2, '/lost'), 300, ...kill(3), { kind: 'healAll' } as const, 1_000],
      ...[...open(3), 1_000, create(1, '/next'), 1_000],
    ],
    speaks: /^Z10/,
  },
  dataBeforeWatch: {
    steps: [create(1, '/w'), get(1, '/w', true), set(1, '/w'), get(1, '/w'), 2_000],
    speaks: /^W1/,
  },
  watchBeforeApply: {
    steps: [
      ...[connect(1), 500, create(2, '/w'), get(2, '/w', true), 500, slowDisk(2), slowDisk(3)],
      ...[set(1, '/w'), 200, get(2, '/w'), 2_000],
    ],
    speaks: /^W2/,
  },
  forgetLastZxidSeen: {
    steps: [
      ...[...open(4), 1_000, create(1, '/a'), 300, slowDisk(2), set(1, '/a'), 50],
      ...[...kill(1), 50, get(1, '/a'), 300],
    ],
    speaks: /^S[23]/,
  },
  votesWithoutZxid: {
    steps: [
      ...[...open(4, 5), 1_500, ...kill(5), 300, create(1, '/a'), 500, ...kill(1, 2, 3, 4), 500],
      ...[...open(1), 300, ...open(2), 300, ...open(5), 3_000],
    ],
    speaks: /^Z21/,
  },
  smallQuorum: { steps: [...kill(1), 1_500, create(1, '/a'), 1_500], speaks: /^Z16/ },
};

function lampAfter(seed: number, script: Script): string | null {
  const history = new LabHistory({ seed, participants: 5, observers: 0 });
  for (const one of script) {
    if (typeof one === 'number') history.run(history.now.millis + one);
    else expect(history.act(one)).toBe(true);
  }
  return history.lamp().first?.rule ?? null;
}

describe.each(RULE_NAMES)('what is said to be done to see %s broken', (rule) => {
  const { steps, speaks } = SEEN[rule];
  const broken: LabStep = { kind: 'breakRule', rule, on: true };

  it.each([1, 7, 42])('turns the lamp red in the usual world of seed %i', (seed) => {
    expect(lampAfter(seed, [...USUAL, broken, ...steps])).toMatch(speaks);
  });

  it('leaves it green with the rule in force', () => {
    expect(lampAfter(1, [...USUAL, ...steps])).toBeNull();
  });
});
