// kazoo's own test suite, unmodified, against three servers that its own harness starts and stops. Each of its
// cases is one test here. KAZOO_AGAINST=apache plays it against Apache's servers instead.

import { rm } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';

import { temporaryDirectory } from '../cli/program.fixture.ts';
import { KAZOO_EXCLUDED } from './kazoo-excluded.ts';
import { playKazooSuite } from './kazoo-suite.fixture.ts';

/** As many as kazoo 2.8.0 has, so that a suite that is not found whole is noticed. */
const CASES_MIN = 470;

describe("kazoo's own suite", async () => {
  const directory = await temporaryDirectory();
  const against = process.env['KAZOO_AGAINST'] === 'apache' ? 'apache' : 'tabkeeper';
  const excluded = KAZOO_EXCLUDED.map(({ name }) => name);
  const { cases, output } = await playKazooSuite(directory, { against, excluded });
  await rm(directory, { recursive: true, force: true });
  const names = new Set(cases.map(({ name }) => name));

  test('is there whole, with every case that is left out', () => {
    expect(cases.length, output.slice(-4_000)).toBeGreaterThanOrEqual(CASES_MIN);
    expect(excluded.filter((name) => !names.has(name))).toEqual([]);
  });

  const played = cases.filter(({ outcome }) => outcome !== 'excluded');
  // Names and failures whole: `test.each` would cut both short.
  for (const { name, outcome, text } of played) {
    test(name, () => {
      expect(`${outcome} ${text}`.trim()).toBe('passed');
    });
  }
});
