// Snapshots in pieces, beside the log. What every disk owes is in the contract.

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { DiskOutput } from '../../vocabulary/boundary.ts';
import { ticket } from '../../vocabulary/ids.ts';
import { makeZxid, type Zxid } from '../../vocabulary/zxid.ts';
import { openFileDisk, type FileDisk } from './disk.ts';

let root = '';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tabkeeper-pieces-'));
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

function append(counter: number): DiskOutput {
  const zxid = makeZxid(1, counter);
  const bytes = new Uint8Array(40).fill(counter);
  new DataView(bytes.buffer).setBigInt64(12, zxid);
  return { kind: 'append', ticket: ticket(0), entries: [{ zxid, bytes }] };
}

const PIECE_BYTES = 1_000_000;
const piece = (zxid: Zxid, index: number, isLast = false): DiskOutput => ({
  ...{ kind: 'snapshotPiece', ticket: ticket(0), zxid, offset: index * PIECE_BYTES },
  ...{ bytes: new Uint8Array(PIECE_BYTES).fill(index + 1), isLast },
});

const write = (disk: FileDisk, output: DiskOutput): Promise<string | null> =>
  new Promise((resolve) => {
    disk.write(output, resolve);
  });

const filesOf = async (name: string): Promise<string[]> =>
  (await readdir(join(root, name, 'version-2'))).filter((file) => /^(log|snap)/.test(file)).sort();

test('an append is answered while a snapshot is not whole, and a later log begins with it', async () => {
  const disk = await openFileDisk(join(root, 'beside'));
  const zxid = makeZxid(1, 1);
  await write(disk, append(1));
  for (let index = 0; index < 6; index += 1) {
    expect(await write(disk, piece(zxid, index))).toBe(null);
    expect(await write(disk, append(index + 2))).toBe(null);
  }
  expect(await filesOf('beside')).toEqual([
    'log.100000001',
    'log.100000002',
    'snapshot.100000001.tmp',
  ]);
  expect(await write(disk, piece(zxid, 6, true))).toBe(null);
  expect(disk.millis.snapshot.count).toBe(1);
  await disk.close();
  expect(await filesOf('beside')).toEqual(['log.100000001', 'log.100000002', 'snapshot.100000001']);

  const again = await openFileDisk(join(root, 'beside'));
  const { snapshot, log } = await again.recover();
  expect(snapshot?.zxid).toBe(zxid);
  expect(snapshot?.bytes.length).toBe(7 * PIECE_BYTES);
  expect(snapshot?.bytes.every((byte, at) => byte === Math.floor(at / PIECE_BYTES) + 1)).toBe(true);
  expect(log.map((entry) => Number(entry.zxid & 0xffn))).toEqual([2, 3, 4, 5, 6, 7]);
  await again.close();
});

test('what a crash leaves of one is taken away at the next start', async () => {
  const disk = await openFileDisk(join(root, 'crash'));
  await write(disk, append(1));
  await disk.close();
  const left = join(root, 'crash', 'version-2', 'snapshot.100000001.tmp');
  await writeFile(left, new Uint8Array(10));
  const again = await openFileDisk(join(root, 'crash'));
  await again.close();
  expect(await filesOf('crash')).toEqual(['log.100000001']);
});

test('one that is not whole does not appear behind a history that replaces its own', async () => {
  const disk = await openFileDisk(join(root, 'replaced'));
  await write(disk, append(1));
  await write(disk, piece(makeZxid(1, 1), 0));
  const other = { kind: 'saveSnapshot', ticket: ticket(0), zxid: makeZxid(2, 5) } as const;
  const bytes = new Uint8Array(3);
  expect(await write(disk, { ...other, bytes, replacesHistory: true })).toBe(null);
  expect(await write(disk, piece(makeZxid(1, 1), 1, true))).toBe(null);
  await disk.close();
  expect(await filesOf('replaced')).toEqual(['snapshot.200000005']);
});
