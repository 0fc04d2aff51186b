import { describe, expect, it } from 'vitest';
import oneByOne from './curriculum/one-by-one.ts';
import { readLesson } from './read.ts';

/** The lesson with one place changed; undefined takes the field away. */
function changed(path: readonly (string | number)[], value: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(oneByOne)) as Record<string | number, unknown>;
  let at = copy;
  for (const name of path.slice(0, -1)) at = at[name] as typeof at;
  at[path.at(-1)!] = value;
  return JSON.parse(JSON.stringify(copy));
}

describe('a lesson out of a file', () => {
  it('is taken as it is', () => {
    expect(readLesson(changed(['par'], 7)).error).toBeNull();
  });

  it.each<[(string | number)[], unknown, string]>([
    [['id'], 'Not An Id', 'lesson.id: expected a short name'],
    [['formatVersion'], 3, 'lesson.formatVersion: expected one of 1, 2'],
    [['bet'], null, 'lesson.bet: expected an object'],
    [['world', 'participants'], 10, 'lesson.world: expected a seed'],
    [['world', 'knobs'], { quorum: 1 }, 'lesson.world: expected a seed'],
    [['speed'], 'fast', 'lesson.speed: expected a number'],
    [['setup'], [{ do: 'jump' }], 'lesson.setup[0].do: expected one of step, wait'],
    [['solution', 0, 'step', 'server'], 99, 'lesson.solution[0].step: expected a step'],
    [['solution', 1, 'millis'], -1, 'lesson.solution[1].millis: expected a number'],
    [
      ['solution', 1],
      { do: 'back', name: 'nowhere' },
      'lesson.solution[1].name: expected the name',
    ],
    [['goals', 0, 'kind'], 'always', 'lesson.goals[0].kind: expected one of eventually'],
    [['goals', 0, 'fact', 'where'], { server: [] }, 'lesson.goals[0].fact.where.server'],
    [['goals', 3, 'of', 0, 'extra'], 1, 'lesson.goals[3].of[0].extra: expected no such field'],
    [['moves', 0, 'id'], 'open-2', 'lesson.moves: expected a name of its own for each'],
    [['bet', 'options'], [], 'lesson.bet.options: expected a list of 2 to 6'],
    [['breakRule'], 'gravity', 'lesson.breakRule: expected an object'],
    [
      ['breakRule'],
      { rule: 'gravity', then: [] },
      'lesson.breakRule.rule: expected one of ackBeforeDisk',
    ],
    [['par'], 6, "lesson.par: expected the solution's 7 steps"],
    [['text', 'zh-CN'], undefined, 'lesson.text.zh-CN: expected this field'],
    [['text', 'en', 'goals'], ['one'], 'lesson.text.en.goals: expected one text a goal'],
    [['text', 'en', 'options'], { two: 'x' }, 'lesson.text.en.options: expected a text for each'],
    [['text', 'en', 'breakRule'], null, 'lesson.text.en.breakRule: expected a text exactly'],
  ])('says where it is wrong: %j = %j', (path, value, says) => {
    expect(readLesson(changed(path, value)).error).toContain(says);
  });

  it.each([null, 7, 'text', [], { id: 'x' }])('%j is none', (value) => {
    expect(readLesson(value).lesson).toBeNull();
  });

  it('does not follow predicates without end', () => {
    let deep: unknown = { kind: 'sameTree', min: 1 };
    for (let depth = 0; depth < 40; depth += 1) deep = { kind: 'all', of: [deep] };
    expect(readLesson(changed(['goals', 0], deep)).error).toContain('nested less deeply');
  });
});
