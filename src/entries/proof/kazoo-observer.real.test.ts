// kazoo's own tests of its recipes, unmodified, with three servers that vote and an observer that all of its
// clients are connected to: sessions, writes, watches and ephemeral nodes go through it.

import { rm } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';

import { temporaryDirectory } from '../cli/program.fixture.ts';
import { KAZOO_EXCLUDED } from './kazoo-excluded.ts';
import { playKazooSuite } from './kazoo-suite.fixture.ts';

const RECIPES = ['lock', 'barrier', 'queue', 'counter', 'election', 'party', 'lease'];
/** As many as kazoo 2.8.0 has in these files, so that a selection that finds less is noticed. */
const CASES_MIN = 70;

describe("kazoo's recipes at an observer", async () => {
  const directory = await temporaryDirectory();
  const excluded = KAZOO_EXCLUDED.map(({ name }) => name);
  const selection = RECIPES.map((name) => `test_${name}.py`).join(' or ');
  const { cases, output } = await playKazooSuite(directory, {
    ...{ against: 'tabkeeper', excluded, atObserver: selection },
  });
  await rm(directory, { recursive: true, force: true });
  const played = cases.filter(({ outcome }) => outcome !== 'excluded');

  test('are all there', () => {
    expect(played.length, output.slice(-4_000)).toBeGreaterThanOrEqual(CASES_MIN);
  });

  for (const { name, outcome, text } of played) {
    test(name, () => {
      expect(`${outcome} ${text}`.trim()).toBe('passed');
    });
  }
});
