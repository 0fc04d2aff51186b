import { describe, expect, it } from 'vitest';

import { enterLine, NEW_SHELL } from '../../vocabulary/zkcli/shell.ts';
import { chipLines } from './chips.ts';

const node = (path: string, kind: 'persistent' | 'ephemeral' = 'persistent') => ({ path, kind });

describe('chips', () => {
  it('begin with what an empty tree wants', () => {
    expect(chipLines('/', [node('/')]).slice(0, 2)).toEqual(['ls /', 'create /app hello']);
  });

  it('do not make again what is there', () => {
    const lines = chipLines('/', [node('/'), node('/app')]);
    expect(lines).toContain('get -w /app');
    expect(lines.join()).not.toContain('create /app hello');
  });

  it('are about the znode that is chosen; an ephemeral one has nothing below it', () => {
    const nodes = [node('/'), node('/a'), node('/a/e', 'ephemeral')];
    expect(chipLines('/a', nodes)).toContain('create -e -s /a/n-');
    const below = chipLines('/a/e', nodes).filter((line) => line.startsWith('create'));
    expect(below).toEqual([]);
  });

  it('of a znode that is gone are those of the root', () => {
    expect(chipLines('/gone', [node('/')])).toEqual(chipLines('/', [node('/')]));
  });

  it('are none about a path that a line would part into words', () => {
    const nodes = [node('/'), node('/a b')];
    expect(chipLines('/a b', nodes)).toEqual(chipLines('/', nodes));
  });

  it('are all lines that zkCli takes', () => {
    const nodes = [node('/'), node('/app'), node('/e', 'ephemeral')];
    for (const chosen of ['/', '/app', '/e']) {
      for (const line of chipLines(chosen, nodes)) {
        expect(enterLine(NEW_SHELL, line).move.kind, line).toBe('run');
      }
    }
  });
});
