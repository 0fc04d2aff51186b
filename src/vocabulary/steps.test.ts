import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RECIPE_NAMES } from './recipe.ts';
import { readOptions, readStep, type LabStep } from './steps.ts';

describe('a step from outside', () => {
  const good: readonly LabStep[] = [
    { kind: 'openServer', server: 5 },
    { kind: 'partition', groups: [[1, 2], [3]], silent: false },
    { kind: 'moveClient', client: 1, server: null },
    {
      kind: 'command',
      client: 1,
      command: { kind: 'create', path: '/a', data: '', ephemeral: false, sequential: true },
    },
    {
      kind: 'command',
      client: 1,
      command: {
        kind: 'multi',
        parts: [
          { kind: 'check', path: '/a', version: 0 },
          { kind: 'create', path: '/b', data: null, ephemeral: true, sequential: false },
          { kind: 'set', path: '/a', data: 'x', version: -1 },
          { kind: 'delete', path: '/c', version: 2 },
        ],
      },
    },
    { kind: 'breakRule', rule: 'ackBeforeDisk', on: true },
    { kind: 'closeChannel', a: 1, b: 2, channel: 'quorum' },
    { kind: 'skewClock', server: 3, percent: 150 },
    { kind: 'startRecipe', client: 2, recipe: 'readLock', root: '/rw' },
    { kind: 'letGo', client: null, root: '/rw' },
    { kind: 'callProvider', client: 3, root: '/svc' },
  ];
  it.each(good)('is taken when it is one: $kind', (step) => {
    expect(readStep(JSON.parse(JSON.stringify(step)))).toEqual(step);
  });

  /** What a shared run once named is known for ever. */
  it.each([
    ...['ackBeforeDisk', 'forgetTruncation', 'commitWithProposal', 'dataBeforeWatch'],
    ...['forgetLastZxidSeen', 'votesWithoutZxid', 'smallQuorum'],
    ...['commitOnFirstAck', 'watchBeforeApply'],
  ])('may break the rule %s', (rule) => {
    const step = { kind: 'breakRule', rule, on: false };
    expect(readStep(step)).toEqual(step);
  });

  it.each([...RECIPE_NAMES])('may start the recipe %s', (recipe) => {
    const step = { kind: 'startRecipe', client: 1, recipe, root: '/r' };
    expect(readStep(JSON.parse(JSON.stringify(step)))).toEqual(step);
  });

  it.each([
    null,
    7,
    'crash',
    [],
    {},
    { kind: 'toString' },
    { kind: '__proto__' },
    { kind: 'openServer' },
    { kind: 'openServer', server: 0 },
    { kind: 'openServer', server: 10 },
    { kind: 'openServer', server: 1.5 },
    { kind: 'openServer', server: '1' },
    { kind: 'openServer', server: 1, more: true },
    { kind: 'partition', groups: [[1], [1, 2]], silent: true },
    { kind: 'partition', groups: [[]], silent: true },
    { kind: 'slowDisk', server: 1, millis: 1e12 },
    { kind: 'closeChannel', a: 1, b: 2, channel: 'trace' },
    { kind: 'closeChannel', a: 1, b: 2 },
    { kind: 'skewClock', server: 3, percent: 0 },
    { kind: 'skewClock', server: 3, percent: -100 },
    { kind: 'command', client: 1, command: { kind: 'get', path: 7, watch: false } },
    { kind: 'command', client: 1, command: { kind: 'constructor' } },
    { kind: 'command', client: 1, command: { kind: 'multi', parts: [] } },
    {
      kind: 'command',
      client: 1,
      command: { kind: 'multi', parts: [{ kind: 'sync', path: '/' }] },
    },
    {
      kind: 'command',
      client: 1,
      command: { kind: 'multi', parts: [{ kind: 'check', path: '/', version: 0, more: 1 }] },
    },
    { kind: 'breakRule', rule: 'gravity', on: true },
    { kind: 'startRecipe', client: 1, recipe: 'toString', root: '/r' },
  ])('is refused when it is none: %j', (value) => {
    expect(readStep(value)).toBeNull();
  });

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string(), (value, kind) => {
        readStep(value);
        readOptions(value);
        expect(readStep({ kind, value })).toBeNull();
      }),
    );
  });
});

describe('the options of a world from outside', () => {
  it('are a seed and at most nine servers', () => {
    const options = { seed: 7, participants: 5, observers: 4 };
    expect(readOptions(options)).toEqual(options);
    expect(readOptions({ ...options, observers: 5 })).toBeNull();
    expect(readOptions({ ...options, seed: -1 })).toBeNull();
    expect(readOptions({ ...options, participants: 0, observers: 3 })).toBeNull();
  });

  it('may have knobs of the ensemble, known ones only', () => {
    const options = { seed: 7, participants: 3, observers: 0 };
    const knobs = { committedLogEntriesMax: 8, finalizeWaitMillis: 50 };
    expect(readOptions({ ...options, knobs })).toEqual({ ...options, knobs });
    expect(readOptions({ ...options, knobs: { quorum: 1 } })).toBeNull();
    expect(readOptions({ ...options, knobs: { committedLogEntriesMax: 0 } })).toBeNull();
    expect(readOptions({ ...options, knobs: 8 })).toBeNull();
    expect(readOptions({ ...options, other: 1 })).toBeNull();
  });
});
