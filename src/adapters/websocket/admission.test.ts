import { describe, expect, test } from 'vitest';

import { Admission } from './admission.ts';

const ORIGIN = 'http://localhost:8180';
const own = { host: 'localhost:8180', origin: ORIGIN };

function admission(): { admission: Admission; wait: (millis: number) => void } {
  let now = 0;
  const made = new Admission([ORIGIN, 'https://my.host'], () => now);
  return { admission: made, wait: (millis) => (now += millis) };
}

describe('whose page it is', () => {
  test.each([
    ['our own', own, true],
    ['our own, as its browser says', { ...own, 'sec-fetch-site': 'same-origin' }, true],
    ['the other address that was named', { host: 'my.host', origin: 'https://my.host' }, true],
    ['another site', { ...own, origin: 'http://evil.example' }, false],
    ['another port of this machine', { ...own, origin: 'http://localhost:3000' }, false],
    ['the same name over https', { ...own, origin: 'https://localhost:8180' }, false],
    ['a page without an origin', { ...own, origin: 'null' }, false],
    ['nobody who says', { host: own.host }, false],
    ['a name bound to our address', { host: 'evil.example:8180', origin: ORIGIN }, false],
    ['it, with its own origin', { host: 'evil.example', origin: 'http://evil.example' }, false],
    ['one of ours at the other', { host: 'my.host', origin: ORIGIN }, false],
    ['another site of the same browser', { ...own, 'sec-fetch-site': 'cross-site' }, false],
    ['no host', { origin: ORIGIN }, false],
  ])('%s: %o', (_, headers, isOwn) => {
    expect(admission().admission.isOwnPage(headers)).toBe(isOwn);
  });
});

test('a token is good once', () => {
  const { admission: door } = admission();
  const token = door.giveToken();
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(door.takeToken('A'.repeat(43))).toBe(false);
  expect(door.takeToken(token)).toBe(true);
  expect(door.takeToken(token)).toBe(false);
});

test('a token is good for ten seconds', () => {
  const { admission: door, wait } = admission();
  const [early, late] = [door.giveToken(), door.giveToken()];
  wait(9_999);
  expect(door.takeToken(early)).toBe(true);
  wait(1);
  expect(door.takeToken(late)).toBe(false);
});

test('of many tokens that nobody uses only the latest are kept', () => {
  const { admission: door } = admission();
  const tokens = Array.from({ length: 70 }, () => door.giveToken());
  expect(new Set(tokens).size).toBe(70);
  expect(tokens.map((token) => door.takeToken(token)).indexOf(true)).toBe(6);
});
