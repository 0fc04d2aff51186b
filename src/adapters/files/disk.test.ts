// The files against the contract of every disk, and against what a crash or a careless hand leaves.

import {
  appendFile,
  cp,
  mkdtemp,
  readdir,
  readFile,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { DiskOutput } from '../../vocabulary/boundary.ts';
import { ticket } from '../../vocabulary/ids.ts';
import type { LogEntry } from '../../vocabulary/transaction.ts';
import { makeZxid, type Zxid } from '../../vocabulary/zxid.ts';
import { diskContract } from '../disk.contract.ts';
import { openFileDisk, type FileDisk } from './disk.ts';

let root = '';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tabkeeper-disk-'));
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

describe('the contract of a disk', () => {
  for (const { title, run } of diskContract('files', (name) => openFileDisk(join(root, name)))) {
    test(title, run);
  }
});

function entry(epoch: number, counter: number): LogEntry {
  const zxid = makeZxid(epoch, counter);
  const bytes = new Uint8Array(40).fill(counter);
  new DataView(bytes.buffer).setBigInt64(12, zxid);
  return { zxid, bytes };
}

const append = (...entries: LogEntry[]): DiskOutput => ({
  kind: 'append',
  ticket: ticket(0),
  entries,
});

const snapshot = (zxid: Zxid, replacesHistory = false): DiskOutput => ({
  kind: 'saveSnapshot',
  ticket: ticket(0),
  zxid,
  bytes: new TextEncoder().encode(`tree at ${String(zxid)}`),
  replacesHistory,
});

const write = (disk: FileDisk, output: DiskOutput): Promise<string | null> =>
  new Promise((resolve) => {
    disk.write(output, resolve);
  });

async function written(name: string, ...outputs: DiskOutput[]): Promise<string> {
  const directory = join(root, name);
  const disk = await openFileDisk(directory);
  for (const output of outputs) expect(await write(disk, output)).toBe(null);
  await disk.close();
  return directory;
}

async function found(directory: string) {
  const disk = await openFileDisk(directory);
  const recovered = await disk.recover();
  await disk.close();
  return { ...recovered, counters: recovered.log.map(({ zxid }) => Number(zxid & 0xffffffffn)) };
}

const historyOf = (directory: string): string => join(directory, 'version-2');

describe('what a crash leaves', () => {
  test.each([1, 12, 20, 52])('an entry cut %i bytes before its end is dropped', async (cut) => {
    const all = append(entry(1, 1), entry(1, 2), entry(1, 3));
    const directory = await written(`torn-${String(cut)}`, all);
    const log = join(historyOf(directory), 'log.100000001');
    const { length } = await readFile(log);
    await truncate(log, length - cut);
    const after = await found(directory);
    expect(after.counters).toEqual([1, 2]);
    expect(after.trusted).toBe(true);
    const disk = await openFileDisk(directory);
    expect(await write(disk, append(entry(1, 3), entry(1, 4)))).toBe(null);
    await disk.close();
    expect((await found(directory)).counters).toEqual([1, 2, 3, 4]);
  });

  test('a log of which only the name was made is forgotten', async () => {
    const directory = await written('empty-log', append(entry(1, 1)));
    await writeFile(join(historyOf(directory), 'log.100000002'), '');
    expect((await found(directory)).counters).toEqual([1]);
    expect(await readdir(historyOf(directory))).not.toContain('log.100000002');
  });

  test('padding behind the entries is no damage', async () => {
    const directory = await written('padded', append(entry(1, 1), entry(1, 2)));
    await appendFile(join(historyOf(directory), 'log.100000001'), new Uint8Array(4096));
    const after = await found(directory);
    expect(after.counters).toEqual([1, 2]);
    expect(after.trusted).toBe(true);
  });

  test('a replacement that was decided is finished at the next start', async () => {
    const directory = await written('half-replaced', append(entry(1, 1), entry(1, 2), entry(1, 9)));
    const other = await written('replaced', snapshot(makeZxid(1, 2), true));
    const source = join(historyOf(other), 'snapshot.100000002');
    await cp(source, join(historyOf(directory), 'replacing.100000002'));
    const after = await found(directory);
    expect(after.snapshot?.zxid).toBe(makeZxid(1, 2));
    expect(after.counters).toEqual([]);
  });

  test('a snapshot that was not finished is passed over for an older one', async () => {
    const first = [append(entry(1, 1)), snapshot(makeZxid(1, 1)), append(entry(1, 2))];
    const directory = await written('half-snapshot', ...first);
    await writeFile(join(historyOf(directory), 'snapshot.100000002'), 'ZKSN');
    const after = await found(directory);
    expect(after.snapshot?.zxid).toBe(makeZxid(1, 1));
    expect(after.counters).toEqual([2]);
    expect(after.trusted).toBe(true);
  });
});

describe('a history that is not what it was makes a suspect', () => {
  test('its directory is gone', async () => {
    const directory = await written('lost', append(entry(1, 1)));
    await rm(historyOf(directory), { recursive: true });
    expect((await found(directory)).trusted).toBe(false);
    expect((await found(directory)).trusted).toBe(false);
    const disk = await openFileDisk(directory);
    const epochs = { acceptedEpoch: 1, currentEpoch: 1, trusted: true };
    expect(await write(disk, { kind: 'saveEpochs', ticket: ticket(0), ...epochs })).toBe(null);
    await disk.close();
    expect((await found(directory)).trusted).toBe(true);
  });

  test('an entry in the middle is unreadable', async () => {
    const entries = [1, 2, 3, 4].map((counter) => entry(1, counter));
    const directory = await written('damaged', append(...entries));
    const log = join(historyOf(directory), 'log.100000001');
    const bytes = await readFile(log);
    bytes[16 + 53 + 30] = 0xee;
    await writeFile(log, bytes);
    const after = await found(directory);
    expect(after.counters).toEqual([1]);
    expect(after.trusted).toBe(false);
    expect(await readdir(historyOf(directory))).toContain('damaged.log.100000001');
  });

  test('a log between two others is gone', async () => {
    const directory = await written(
      'hole',
      ...[append(entry(1, 1)), snapshot(makeZxid(1, 0)), append(entry(1, 2))],
      ...[snapshot(makeZxid(1, 0)), append(entry(1, 3))],
    );
    await rm(join(historyOf(directory), 'log.100000002'));
    const after = await found(directory);
    expect(after.trusted).toBe(false);
  });
});

test('of many snapshots three stay, with the logs that follow the oldest of them', async () => {
  const outputs = Array.from({ length: 6 }, (_, index) => [
    append(entry(1, index + 1)),
    snapshot(makeZxid(1, index + 1)),
  ]);
  const directory = await written('purged', ...outputs.flat(), append(entry(1, 7)));
  const names = (await readdir(historyOf(directory))).filter((name) => /^(log|snap)/.test(name));
  expect(names.sort()).toEqual(
    ['log.100000005', 'log.100000006', 'log.100000007'].concat([
      'snapshot.100000004',
      'snapshot.100000005',
      'snapshot.100000006',
    ]),
  );
  expect((await found(directory)).counters).toEqual([7]);
});

test('after a failed write every later write fails with the same reason', async () => {
  const directory = join(root, 'failing');
  const disk = await openFileDisk(directory);
  await rm(historyOf(directory), { recursive: true });
  const first = await write(disk, append(entry(1, 1)));
  expect(first).toMatch(/ENOENT/);
  expect(await write(disk, snapshot(makeZxid(1, 1)))).toBe(first);
  await disk.close();
});

test('an epoch file with nonsense is an error that names the file', async () => {
  const directory = await written('nonsense', append(entry(1, 1)));
  await writeFile(join(historyOf(directory), 'currentEpoch'), 'seven');
  await expect(openFileDisk(directory)).rejects.toThrow(/currentEpoch holds no epoch: "seven"/);
});
