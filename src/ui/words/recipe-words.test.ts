import { expect, it } from 'vitest';
import type { RecipeView } from '../../vocabulary/recipe.ts';
import { recipeWords } from './recipe-words.ts';

const consumer: RecipeView = {
  ...{ recipe: 'consumer', root: '/svc', says: 'holds', node: null, behind: null },
  found: ['10.0.0.1:20880', '10.0.0.2:20880'],
};

it('a consumer says what it saw last, and how its last call went', () => {
  const seen = recipeWords(consumer);
  expect(seen).toContain('10.0.0.1:20880, 10.0.0.2:20880');
  const called = { ...consumer, called: '10.0.0.2:20880' };
  const [answered, inVain, none] = [
    recipeWords({ ...called, answered: true }),
    recipeWords({ ...called, answered: false }),
    recipeWords({ ...consumer, called: null, answered: false }),
  ];
  for (const line of [answered, inVain, none]) expect(line?.startsWith(seen)).toBe(true);
  for (const line of [answered, inVain])
    expect(line?.slice(seen.length)).toContain('10.0.0.2:20880');
  expect(new Set([seen, answered, inVain, none]).size).toBe(4);
});
