import { expect, it } from 'vitest';
import { piecesDue } from './synchronization.ts';

it.each([
  [10, 8],
  [19, 8],
  [20, 16],
  [45, 32],
  [80, 64],
  [10_000, 64],
])('after %i ms %i pieces of a SNAP are due', (millis, pieces) => {
  expect(piecesDue(millis)).toBe(pieces);
});
