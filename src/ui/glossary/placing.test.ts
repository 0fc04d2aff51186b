import { expect, test } from 'vitest';

import { placed } from './placing.ts';

const VIEW = { width: 390, height: 844 };
const CARD = { width: 300, height: 100 };
const word = (left: number, top: number) => ({ left, top, bottom: top + 18 });

test.each([
  ['under its word', word(20, 100), { left: 20, top: 123 }],
  ['above it at the lower edge', word(20, 800), { left: 20, top: 695 }],
  ['inside the right edge', word(350, 100), { left: 82, top: 123 }],
  ['inside the left edge', word(-5, 100), { left: 8, top: 123 }],
])('a card stands %s', (_, line, at) => {
  expect(placed(line, CARD, VIEW)).toEqual(at);
});

test('where there is room neither below nor above, it stays in sight', () => {
  expect(placed(word(20, 60), CARD, { width: 390, height: 150 })).toEqual({ left: 20, top: 42 });
});
