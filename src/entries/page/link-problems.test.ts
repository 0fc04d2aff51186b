import { describe, expect, it } from 'vitest';

import { linkProblems, mendedLink, type OpenedBy } from './link-problems.ts';
import { readLabLink, usualLab } from './mode.ts';
import { readRunLink } from './run-link.ts';

const NONE: OpenedBy = {
  ...{ link: usualLab(), run: { kind: 'none' }, lesson: null, strange: null, framed: false },
};

describe('a link that a laboratory was opened by', () => {
  it('that is whole gives nothing to say, and stays', () => {
    expect(linkProblems(NONE)).toEqual([]);
    expect(mendedLink(NONE)).toBeNull();
  });

  it('with fields that cannot be is named by them, and said anew without', () => {
    const link = readLabLink('#lab&seed=abc&seats=3') ?? usualLab();
    const by = { ...NONE, link };
    expect(linkProblems(by)).toEqual([
      { kind: 'labFields', fields: [{ field: 'seed', value: 'abc' }] },
    ]);
    expect(mendedLink(by)).toBe('#lab&seed=1&seats=3');
  });

  it('that does not say lab is said to be strange', () => {
    const by = { ...NONE, strange: '#foo' };
    expect(linkProblems(by)).toEqual([{ kind: 'strangeLink', link: '#foo' }]);
    expect(mendedLink(by)).toBe('#lab&seed=1&seats=5');
  });

  it('whose run or lesson is none claims it no more; only a frame has to be told of the lesson', async () => {
    const run = await readRunLink('#lab&run=AAAA');
    expect(run.kind).toBe('bad');
    expect(mendedLink({ ...NONE, run })).toBe('#lab&seed=1&seats=5');
    const by = { ...NONE, lesson: { lesson: null, error: '' } };
    expect(mendedLink(by)).toBe('#lab&seed=1&seats=5');
    expect(linkProblems(by)).toEqual([]);
    expect(linkProblems({ ...by, framed: true })).toEqual([{ kind: 'badLesson', complaint: '' }]);
  });
});
