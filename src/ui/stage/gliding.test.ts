import { expect, test } from 'vitest';
import { serverId } from '../../vocabulary/ids.ts';
import { GLIDE_MILLIS, Gliding } from './gliding.ts';

test('who goes to another server glides for a while, who has just come does not', () => {
  const gliding = new Gliding();
  expect(gliding.at('own 1', serverId(1), 10_000)).toBe(false);
  expect(gliding.at('own 1', serverId(1), 10_050)).toBe(false);
  expect(gliding.at('own 1', serverId(2), 10_100)).toBe(true);
  expect(gliding.at('own 1', serverId(2), 10_100 + GLIDE_MILLIS - 1)).toBe(true);
  expect(gliding.at('own 1', serverId(2), 10_100 + GLIDE_MILLIS)).toBe(false);
});
