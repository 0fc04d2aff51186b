import { describe, expect, it } from 'vitest';
import { RULE_NAMES, type LabStep } from '../../vocabulary/steps.ts';
import { breakWords } from '../lab/rule-words.ts';
import { moveWords, stepWords } from './step-words.ts';

const STEPS: readonly LabStep[] = [
  { kind: 'openServer', server: 1 },
  { kind: 'crash', server: 1, silent: false },
  { kind: 'wipeDisk', server: 1 },
  { kind: 'freeze', server: 1, on: true },
  { kind: 'freeze', server: 1, on: false },
  { kind: 'slowDisk', server: 1, millis: 300 },
  { kind: 'slowDisk', server: 1, millis: 0 },
  { kind: 'fullDisk', server: 1, on: true },
  { kind: 'fullDisk', server: 1, on: false },
  { kind: 'cut', a: 1, b: 2, silent: false },
  { kind: 'heal', a: 1, b: 2 },
  { kind: 'cutWay', from: 1, to: 2, on: true },
  { kind: 'cutWay', from: 1, to: 2, on: false },
  { kind: 'partition', groups: [[1, 2], [3]], silent: true },
  { kind: 'healAll' },
  { kind: 'slowLink', a: 1, b: 2, millis: 50 },
  { kind: 'slowLink', a: 1, b: 2, millis: 0 },
  { kind: 'closeChannel', a: 1, b: 2, channel: 'quorum' },
  { kind: 'skewClock', server: 1, percent: 200 },
  { kind: 'openClient', server: 1, timeoutMillis: 1_000 },
  { kind: 'openClient', server: null, timeoutMillis: 1_000 },
  { kind: 'closeClient', client: 1 },
  { kind: 'killClient', client: 1 },
  { kind: 'moveClient', client: 1, server: 2 },
  { kind: 'moveClient', client: 1, server: null },
  { kind: 'command', client: 1, command: { kind: 'get', path: '/a', watch: true } },
  { kind: 'startRecipe', client: 1, recipe: 'lock', root: '/lock' },
  { kind: 'startRecipe', client: 1, recipe: 'barrier', root: '/lock' },
  { kind: 'startRecipe', client: 1, recipe: 'queueTake', root: '/lock' },
  { kind: 'letGo', client: 1, root: '/lock' },
  { kind: 'letGo', client: null, root: '/lock' },
  { kind: 'callProvider', client: 3, root: '/svc' },
  ...RULE_NAMES.flatMap((rule): LabStep[] => [
    { kind: 'breakRule', rule, on: true },
    { kind: 'breakRule', rule, on: false },
  ]),
];

describe('what was done, in words', () => {
  it('is something else for every step', () => {
    const words = STEPS.map((step) => stepWords(step));
    expect(new Set(words).size).toBe(STEPS.length);
    expect(words.filter((line) => /undefined|null|object/.test(line))).toEqual([]);
  });

  it('is a command as it would be typed, and a rule as its switch says it', () => {
    const said = (kind: LabStep['kind']): string => {
      const step = STEPS.find((one) => one.kind === kind);
      return step === undefined ? '' : stepWords(step);
    };
    expect(said('command')).toContain('get -w /a');
    expect(said('breakRule')).toContain(breakWords('ackBeforeDisk'));
    expect(said('partition')).toContain('1 2 | 3');
  });

  it('is asked for by a button in words of its own', () => {
    const moves = STEPS.map(moveWords);
    expect(new Set(moves).size).toBe(STEPS.length);
    expect(moveWords({ kind: 'openServer', server: 2 })).toBe('Open server 2');
    expect(stepWords({ kind: 'openServer', server: 2 })).toBe('Server 2 opened');
  });
});
