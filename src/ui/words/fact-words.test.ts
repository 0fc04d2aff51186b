import { describe, expect, it } from 'vitest';
import type { Pattern } from '../../vocabulary/fact.ts';
import { RECIPE_NAMES } from '../../vocabulary/recipe.ts';
import { factWords } from './fact-words.ts';

const ENDS = {
  ...{ lock: 'holds', herdLock: 'holds', readLock: 'holds', writeLock: 'holds', barrier: 'done' },
  ...{ doubleBarrier: 'holds', queuePut: 'done', queueTake: 'took', member: 'holds' },
  ...{ nextId: 'done', master: 'holds', provider: 'holds', consumer: 'holds' },
} as const;
const SHORT = ['queuePut', 'nextId'];

describe('what a goal asks for, in words', () => {
  const recipe = (name: string, says: string): Pattern => ({
    ...{ kind: 'recipe', where: { client: 4, recipe: name, root: '/r', says } },
  });

  it.each([...RECIPE_NAMES])('says of the recipe %s what its client has come to', (name) => {
    const reached = factWords(recipe(name, ENDS[name]));
    const left = factWords(recipe(name, 'released'));
    expect(reached).toMatch(/^Client 4 .*\/r$/);
    expect(left === reached).toBe(SHORT.includes(name));
    expect(reached.includes('lock')).toBe(name.toLowerCase().includes('lock'));
  });

  it('names what was asked, and a field that is left open is anything', () => {
    const where = { client: 1, op: 'create', path: '/a', outcome: 'ok', error: null };
    expect(factWords({ kind: 'answered', where })).toContain('create /a succeeded');
    expect(factWords({ kind: 'crashed', where: {} })).toBe('A server crashes');
    expect(factWords({ kind: 'leaderEstablished', where: { server: { not: 2 } } })).toContain(
      'other than 2',
    );
  });
});
