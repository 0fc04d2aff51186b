import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { Figure } from '../frame.ts';
import { measureDisk } from './disk.ts';

test('each sample is a write that is on the disk', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tabkeeper-disk-'));
  const figures: Omit<Figure, 'part'>[] = [];
  const nothing = (): void => undefined;
  const bench = { quick: true, say: nothing, note: nothing, missing: nothing };
  try {
    await measureDisk(
      { ...bench, add: (figure) => figures.push(figure) },
      [{ name: 'x' }],
      directory,
    );
    const samples = figures[0]?.samples ?? [];
    expect(samples).toHaveLength(20);
    expect(Math.min(...samples)).toBeGreaterThan(0);
    expect((await stat(join(directory, 'commits'))).size).toBe(20 * 170);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
