import { describe, expect, it } from 'vitest';

import type { BranchView, LabView } from '../../vocabulary/lab.ts';
import type { ClientCommand } from '../../vocabulary/playground.ts';
import { typedInRun } from './typed.ts';

const options = { seed: 1, participants: 3, observers: 0 };
const create = (data: string | null): ClientCommand => ({
  ...{ kind: 'create', path: '/a', data, ephemeral: false, sequential: false },
});
const branch = (commands: readonly ClientCommand[]): BranchView => ({
  ...{ id: 1, parent: null, end: { millis: 9, events: 9 }, hash: '' },
  steps: commands.map((command) => ({
    at: { millis: 1, events: 1 },
    step: { kind: 'command', client: 1, command },
  })),
});
const taken: NonNullable<LabView['options']['taken']> = { wallMillis: 1, disks: [], sessions: [] };

describe('what a link carries of what was typed', () => {
  it.each([
    ['nothing', [], null],
    ['nothing but names', [create(''), create(null)], null],
    ['data', [create('v1')], 'data'],
    ['data', [{ kind: 'set', path: '/a', data: 'v2', version: -1 }], 'data'],
    ['auth', [create('v1'), { kind: 'addauth', scheme: 'digest', auth: 'me:secret' }], 'auth'],
  ] satisfies [string, ClientCommand[], unknown][])('%s', (_, commands, typed) => {
    // In any of its branches.
    expect(typedInRun({ options, branches: [branch([]), branch(commands)] })).toBe(typed);
  });

  it('says so of a live room that it goes on from', () => {
    expect(typedInRun({ options: { ...options, taken }, branches: [branch([])] })).toBe('room');
  });
});
