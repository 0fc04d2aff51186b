import { describe, expect, it } from 'vitest';

import { edgeAfter, isLookedAtAgain } from './looking.ts';

const told = { version: 7, jumps: 1, recalls: 0 };

describe('whether the diagram looks again', () => {
  it.each([
    ['at first', null, told, true, true],
    ['at what it knows', told, told, false, false],
    ['at more, going along', told, { ...told, version: 8 }, false, true],
    ['at more, standing still', told, { ...told, version: 8 }, true, false],
    ['at another time, standing still', told, { ...told, version: 8, jumps: 2 }, true, true],
    ['at what was before, standing still', told, { ...told, version: 8, recalls: 1 }, true, true],
  ] as const)('%s', (_, known, now, stands, due) => {
    expect(isLookedAtAgain(known, now, stands)).toBe(due);
  });

  it('goes along again where another time ends before what was looked at', () => {
    const jumped = { ...told, version: 8, jumps: 2 };
    const at = (edge: number) => ({ edge, span: 1_000 });
    expect(edgeAfter(told, jumped, at(5_000), 3_000)).toBeNull();
    expect(edgeAfter(told, jumped, at(2_000), 3_000)).toBe(2_000);
    // Some of it is there: whoever goes back within what is in sight has the same in sight.
    expect(edgeAfter(told, jumped, at(3_500), 3_000)).toBe(3_500);
    expect(edgeAfter(told, { ...told, version: 8 }, at(5_000), 3_000)).toBe(5_000);
    expect(edgeAfter(null, told, at(5_000), 3_000)).toBe(5_000);
  });
});
