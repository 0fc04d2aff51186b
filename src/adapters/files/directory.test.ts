import { mkdtemp, open, readdir, readFile, rm, stat, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';

import { makeDirectory, writeAtomically } from './directory.ts';

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

test('a file has its new content when that is durable, and nobody is told before its name is', async () => {
  const root = await mkdtemp(join(tmpdir(), 'tabkeeper-directory-'));
  const path = join(root, 'epoch');
  await writeAtomically(path, 'old');
  const probe = await open(path);
  const handles = Object.getPrototypeOf(probe) as FileHandle;
  await probe.close();
  /** What stood in the directory at each sync, which takes until it is released. */
  const asked: { readonly names: string[]; readonly text: string; readonly release: () => void }[] =
    [];
  const sync = vi.spyOn(handles, 'sync').mockImplementation(async () => {
    const [names, text] = [await readdir(root), await readFile(path, 'utf8')];
    await new Promise<void>((release) => asked.push({ names, text, release }));
  });
  try {
    let isTold = false;
    const writing = writeAtomically(path, 'new').then(() => (isTold = true));
    await expect.poll(() => asked).toMatchObject([{ names: ['epoch', 'epoch.tmp'], text: 'old' }]);
    asked[0]?.release();
    await expect.poll(() => asked.slice(1)).toMatchObject([{ names: ['epoch'], text: 'new' }]);
    expect(isTold).toBe(false);
    asked[1]?.release();
    await writing;
    expect(asked).toHaveLength(2);
  } finally {
    sync.mockRestore();
    await rm(root, { recursive: true, force: true });
  }
});
