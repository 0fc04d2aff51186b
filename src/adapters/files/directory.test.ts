import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { makeDirectory } from './directory.ts';

test('every directory that is made has a durable name; one that is there is left alone', async () => {
  const root = await mkdtemp(join(tmpdir(), 'tabkeeper-directory-'));
  try {
    const synced: string[] = [];
    const sync = (directory: string): Promise<void> => {
      synced.push(directory);
      return Promise.resolve();
    };
    const path = join(root, 'a', 'b', 'c');
    await makeDirectory(path, sync);
    expect((await stat(path)).isDirectory()).toBe(true);
    expect(synced).toEqual([join(root, 'a', 'b'), join(root, 'a'), root]);
    await makeDirectory(path, sync);
    expect(synced).toHaveLength(3);
    await makeDirectory(join(path, 'd'));
    expect((await stat(join(path, 'd'))).isDirectory()).toBe(true);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
