import { describe, expect, it } from 'vitest';

import { isKeyOf } from './keys-here.ts';

const KEYS = ['1', 'w', 't', 's', 'c', 'd', 'g', 'l', 'k', 'f', 'o', '/', 'Shift+?'];

describe('the single keys', () => {
  it.each([
    ['lab', '1 w t s c d g l k f o / Shift+?'],
    ['room', '1 w t s c d g k f o / Shift+?'],
    ['recording', '1 w s d g Shift+?'],
  ] as const)('of a %s', (place, keys) => {
    expect(KEYS.filter((key) => isKeyOf(place, key)).join(' ')).toBe(keys);
  });
});
