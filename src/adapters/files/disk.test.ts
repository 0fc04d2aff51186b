// The files against the contract of every disk, and against what a crash or a careless hand leaves.

import {
  appendFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { DiskOutput } from '../../vocabulary/boundary.ts';
import { ticket } from '../../vocabulary/ids.ts';
import type { LogEntry } from '../../vocabulary/transaction.ts';
import { makeZxid, ZXID_ZERO, type Zxid } from '../../vocabulary/zxid.ts';
import { diskContract } from '../disk.contract.ts';
import { openFileDisk, type FileDisk } from './disk.ts';
import { scanLog } from './format.ts';
import { LogSync } from './log-sync.ts';

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

const pause = (millis: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, millis);
  });

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
const logOf = (directory: string): string => join(historyOf(directory), 'log.100000001');

describe('durability', () => {
  /** The system, written down; through the pool it answers when it is told to. */
  function slowDisk() {
    const asked: (() => void)[] = [];
    let millis = 0;
    const sync = new LogSync({
      // Whatever is done in place takes long, until nothing is.
      inPlace: () => (millis += 10),
      pooled: () => new Promise<void>((resolve) => asked.push(resolve)),
      nowMillis: () => millis,
    });
    return { sync, asked };
  }

  test('nobody is told before the sync, and what comes meanwhile shares the next one', async () => {
    const { sync, asked } = slowDisk();
    const disk = await openFileDisk(join(root, 'synced'), undefined, undefined, sync);
    let counter = 0;
    while (sync.isInPlace) await write(disk, append(entry(1, (counter += 1))));
    const told: number[] = [];
    const begin = (count: number): void => {
      for (let left = count; left > 0; left -= 1) {
        const own = (counter += 1);
        disk.write(append(entry(1, own)), () => told.push(own));
      }
    };
    begin(1);
    await expect.poll(() => asked.length).toBe(1);
    begin(50);
    await pause(20);
    expect(told).toEqual([]);
    expect(asked).toHaveLength(1);
    asked[0]?.();
    await expect.poll(() => asked.length).toBe(2);
    expect(told).toHaveLength(1);
    asked[1]?.();
    await expect.poll(() => told.length).toBe(51);
    expect(asked).toHaveLength(2);
    await disk.close();
    expect((await found(join(root, 'synced'))).counters).toHaveLength(counter);
  });

  test('a sync that fails is told to all of its writes, and nothing is written after it', async () => {
    const failing = (): never => {
      throw new Error('the disk is gone');
    };
    const sync = new LogSync({ inPlace: failing, pooled: failing, nowMillis: () => 0 });
    const disk = await openFileDisk(join(root, 'unsynced'), undefined, undefined, sync);
    const both = [write(disk, append(entry(1, 1))), write(disk, append(entry(1, 2)))];
    expect(await Promise.all(both)).toEqual(['the disk is gone', 'the disk is gone']);
    expect(await write(disk, append(entry(1, 3)))).toBe('the disk is gone');
    await disk.close();
    expect((await found(join(root, 'unsynced'))).counters).not.toContain(3);
  });

  test('a log has room behind its entries while it is written, and none when it is closed', async () => {
    const directory = join(root, 'room');
    const disk = await openFileDisk(directory);
    expect(await write(disk, append(entry(1, 1)))).toBe(null);
    const { size } = await stat(logOf(directory));
    expect(await write(disk, append(entry(1, 2)))).toBe(null);
    expect((await stat(logOf(directory))).size).toBe(size);
    // As after a kill: what stands behind is nothing, and nothing is set aside.
    await cp(directory, join(root, 'room-killed'), { recursive: true });
    const killed = await found(join(root, 'room-killed'));
    expect([killed.counters, killed.trusted]).toEqual([[1, 2], true]);
    await disk.close();
    const bytes = await readFile(logOf(directory));
    expect(scanLog(bytes, makeZxid(1, 1))).toMatchObject({ end: bytes.length, tail: 'clean' });
    expect(size).toBeGreaterThan(bytes.length);
  });
});

describe('what a crash leaves', () => {
  test.each([1, 12, 20, 52])('an entry cut %i bytes before its end is dropped', async (cut) => {
    const all = append(entry(1, 1), entry(1, 2), entry(1, 3));
    const directory = await written(`torn-${String(cut)}`, all);
    const log = join(historyOf(directory), 'log.100000001');
    const { length } = await readFile(log);
    await truncate(log, length - cut);
    const torn: string[] = [];
    const opened = await openFileDisk(directory, directory, { onTorn: (what) => torn.push(what) });
    await opened.close();
    // It is made of 52 bytes: without them nothing is half.
    const said = expect.stringMatching(
      /log\.100000001: the write at byte \d+ never finished, and was cut off$/,
    );
    expect(torn).toEqual(cut === 52 ? [] : [said]);
    const after = await found(directory);
    expect(after.counters).toEqual([1, 2]);
    expect(after.trusted).toBe(true);
    const disk = await openFileDisk(directory);
    expect(await write(disk, append(entry(1, 3), entry(1, 4)))).toBe(null);
    await disk.close();
    expect((await found(directory)).counters).toEqual([1, 2, 3, 4]);
  });

  test('an older log may end in half a write, if the next goes on where it stopped', async () => {
    const entries = [append(entry(1, 1), entry(1, 2)), snapshot(makeZxid(1, 0))];
    const directory = await written('torn-older', ...entries, append(entry(1, 3)));
    await appendFile(join(historyOf(directory), 'log.100000001'), new Uint8Array(30).fill(7));
    const after = await found(directory);
    expect(after.counters).toEqual([1, 2, 3]);
    expect(after.trusted).toBe(true);
  });

  test.each([0, 4_096])(
    'an older log of %i zeros is passed over, if the next one goes on where the history stands',
    async (zeros) => {
      const entries = [append(entry(1, 1), entry(1, 2), entry(1, 3)), snapshot(makeZxid(1, 0))];
      const name = `nothing-${String(zeros)}`;
      const directory = await written(name, ...entries, append(entry(1, 4)));
      await writeFile(join(historyOf(directory), 'log.100000002'), new Uint8Array(zeros));
      const after = await found(directory);
      expect([after.counters, after.trusted]).toEqual([[1, 2, 3, 4], true]);
    },
  );

  test('a first write that was never finished is kept beside, and missed by nobody', async () => {
    const directory = await written('torn-first', append(entry(1, 1)), snapshot(makeZxid(1, 0)));
    const half = new Uint8Array([...(await readFile(logOf(directory))).subarray(0, 40)]);
    await writeFile(join(historyOf(directory), 'log.100000002'), half);
    const torn: string[] = [];
    const opened = await openFileDisk(directory, directory, { onTorn: (what) => torn.push(what) });
    await opened.close();
    expect(torn).toEqual([expect.stringMatching(/kept as damaged\.log\.100000002$/)]);
    const after = await found(directory);
    expect(after.counters).toEqual([1]);
    expect(after.trusted).toBe(true);
    expect(await readdir(historyOf(directory))).toContain('damaged.log.100000002');
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

  test('who is told of it, with file and place, may keep it as it is', async () => {
    const entries = [1, 2, 3, 4].map((counter) => entry(1, counter));
    const directory = await written('told', append(...entries));
    const log = join(historyOf(directory), 'log.100000001');
    const { ends } = scanLog(new Uint8Array(await readFile(log)), ZXID_ZERO);
    await damage(log, (ends[1] ?? 0) + 30);
    const before = await readFile(log);
    const names = await namesIn(historyOf(directory));
    const refused = openFileDisk(directory, directory, {
      onDamage: (what) => {
        throw new Error(what);
      },
    });
    await expect(refused).rejects.toThrow(
      `${log}: at byte ${String(ends[1])} stands no entry with the right checksum, and behind it whole ones`,
    );
    expect(await readFile(log)).toEqual(before);
    expect(await namesIn(historyOf(directory))).toEqual(names);
    const told: string[] = [];
    const disk = await openFileDisk(directory, directory, { onDamage: (what) => told.push(what) });
    expect((await disk.recover()).trusted).toBe(false);
    await disk.close();
    expect(told).toHaveLength(1);
  });

  test.each([0, 4_096])(
    'a log of %i zeros stands before another epoch: nobody can say that it never had more',
    async (zeros) => {
      const entries = [append(entry(1, 1)), snapshot(makeZxid(1, 0)), append(entry(2, 1))];
      const directory = await written(`emptied-${String(zeros)}`, ...entries);
      const log = join(historyOf(directory), 'log.100000002');
      await writeFile(log, new Uint8Array(zeros));
      const refused = openFileDisk(directory, directory, {
        onDamage: (what) => {
          throw new Error(what);
        },
      });
      await expect(refused).rejects.toThrow(
        `${log}: there is nothing in it, not even a header, and log.200000001 does not go on there`,
      );
      const after = await found(directory);
      expect([after.counters, after.trusted]).toEqual([[1], false]);
    },
  );

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

  test('and is one before anything is set aside: a start that fails there is no cure', async () => {
    const directory = await written(
      'half-aside',
      ...[append(entry(1, 1), entry(1, 2)), snapshot(makeZxid(1, 0)), append(entry(1, 4))],
    );
    const history = historyOf(directory);
    await truncate(join(history, 'log.100000001'), 100);
    // The copy of what is damaged cannot be written.
    await mkdir(join(history, 'damaged.log.100000001'));
    await expect(openFileDisk(directory)).rejects.toThrow(/damaged\.log\.100000001/);
    await rm(join(history, 'damaged.log.100000001'), { recursive: true });
    const after = await found(directory);
    expect(after.counters).toEqual([1]);
    expect(after.trusted).toBe(false);
  });

  test('its only snapshot is unreadable, and the log begins an epoch', async () => {
    const directory = await written(
      'rotten-snapshot',
      ...[snapshot(makeZxid(4, 255), true), append(entry(5, 1), entry(5, 2))],
    );
    await damage(join(historyOf(directory), 'snapshot.4000000ff'), 20);
    const after = await found(directory);
    expect(after.snapshot).toBe(null);
    expect(after.trusted).toBe(false);
  });

  test('an older snapshot and the log do not reach the newest one', async () => {
    const directory = await written(
      'rotten-newest',
      ...[append(entry(1, 1)), snapshot(makeZxid(1, 1)), append(entry(5, 1))],
    );
    await writeFile(join(historyOf(directory), 'snapshot.4000000ff'), 'ZKSN');
    expect((await found(directory)).trusted).toBe(false);
  });

  test('the first entry of the newest log is damaged, however late its epoch', async () => {
    const directory = await written('late-epoch', append(entry(2_000, 1), entry(2_000, 2)));
    const [name = ''] = await namesIn(historyOf(directory));
    await damage(join(historyOf(directory), name), 16 + 30);
    expect((await found(directory)).trusted).toBe(false);
    expect(await readdir(historyOf(directory))).toContain(`damaged.${name}`);
  });
});

async function damage(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  await writeFile(path, bytes);
}

test('a snapshot compressed by snappy is refused by its name', async () => {
  const directory = await written('compressed', append(entry(1, 1)));
  await writeFile(join(historyOf(directory), 'snapshot.100000001.snappy'), 'x');
  await expect(openFileDisk(directory)).rejects.toThrow(
    /snapshot\.100000001\.snappy is compressed/,
  );
});

describe('a snapshot compressed by gz', () => {
  const compressed = async (name: string, change: (bytes: Buffer) => void): Promise<string> => {
    const directory = await written(name, append(entry(1, 1)), snapshot(makeZxid(1, 1)));
    const path = join(historyOf(directory), 'snapshot.100000001');
    const bytes = gzipSync(await readFile(path));
    change(bytes);
    await writeFile(`${path}.gz`, bytes);
    await rm(path);
    for (const log of await namesIn(historyOf(directory))) {
      if (log.startsWith('log')) await rm(join(historyOf(directory), log));
    }
    return directory;
  };

  test('is one like any other', async () => {
    const directory = await compressed('gz', () => undefined);
    const { trusted, snapshot: read } = await found(directory);
    expect([trusted, read?.zxid]).toEqual([true, makeZxid(1, 1)]);
  });

  test('damaged, it is not whole', async () => {
    const directory = await compressed('gz-damaged', (bytes) => bytes.fill(0, bytes.length >> 1));
    expect((await found(directory)).trusted).toBe(false);
  });
});

const sixSnapshots = Array.from({ length: 6 }, (_, index) => [
  append(entry(1, index + 1)),
  snapshot(makeZxid(1, index + 1)),
]).flat();

const namesIn = async (directory: string): Promise<string[]> =>
  (await readdir(directory)).filter((name) => /^(log|snap)/.test(name)).sort();

describe('purging', () => {
  test('of many snapshots three stay, with the logs that the oldest of them could need', async () => {
    const directory = join(root, 'purged');
    const disk = await openFileDisk(directory);
    for (const output of sixSnapshots) expect(await write(disk, output)).toBe(null);
    expect(await namesIn(historyOf(directory))).toHaveLength(12);
    await disk.purge(3);
    expect(await write(disk, append(entry(1, 7)))).toBe(null);
    await disk.close();
    const [logs, snapshots] = [
      [4, 5, 6, 7],
      [4, 5, 6],
    ];
    expect(await namesIn(historyOf(directory))).toEqual([
      ...logs.map((counter) => `log.10000000${String(counter)}`),
      ...snapshots.map((counter) => `snapshot.10000000${String(counter)}`),
    ]);
    expect((await found(directory)).counters).toEqual([7]);
  });

  test('a snapshot that is not whole does not count', async () => {
    const directory = await written('purged-half', ...sixSnapshots);
    await writeFile(join(historyOf(directory), 'snapshot.100000006'), 'ZKSN');
    const disk = await openFileDisk(directory);
    await disk.purge(3);
    await disk.close();
    const names = await namesIn(historyOf(directory));
    expect(names).toContain('snapshot.100000003');
    expect(names).not.toContain('snapshot.100000002');
    expect((await found(directory)).counters).toEqual([6]);
  });

  test('nothing goes before there are as many as are kept', async () => {
    const directory = await written('purged-few', ...sixSnapshots);
    const disk = await openFileDisk(directory);
    await disk.purge(7);
    await disk.close();
    expect(await namesIn(historyOf(directory))).toHaveLength(12);
    expect((await found(directory)).counters).toEqual([]);
  });
});

describe('a log in a directory of its own', () => {
  const logDirectoryOf = (directory: string): string => `${directory}-log`;

  async function writtenApart(name: string): Promise<string> {
    const directory = join(root, name);
    const disk = await openFileDisk(directory, logDirectoryOf(directory));
    for (const output of [...sixSnapshots, append(entry(1, 7))]) {
      expect(await write(disk, output)).toBe(null);
    }
    await disk.close();
    return directory;
  }

  async function foundApart(directory: string) {
    const disk = await openFileDisk(directory, logDirectoryOf(directory));
    const { log, snapshot: newest, trusted } = await disk.recover();
    await disk.close();
    return { counters: log.map(({ zxid }) => Number(zxid & 0xffffffffn)), newest, trusted };
  }

  test('has the log files, and the other one the snapshots', async () => {
    const directory = await writtenApart('apart');
    const logs = await namesIn(historyOf(logDirectoryOf(directory)));
    expect(logs).toHaveLength(7);
    expect(logs.every((name) => name.startsWith('log.'))).toBe(true);
    const others = await namesIn(historyOf(directory));
    expect(others).toHaveLength(6);
    expect(others.every((name) => name.startsWith('snapshot.'))).toBe(true);
    const { counters, newest, trusted } = await foundApart(directory);
    expect({ counters, trusted }).toEqual({ counters: [7], trusted: true });
    expect(newest?.zxid).toBe(makeZxid(1, 6));
  });

  test('is truncated, replaced and purged there', async () => {
    const directory = await writtenApart('apart-changed');
    const disk = await openFileDisk(directory, logDirectoryOf(directory));
    await disk.purge(3);
    expect(await namesIn(historyOf(logDirectoryOf(directory)))).toHaveLength(4);
    const cut = { kind: 'truncate', ticket: ticket(0), zxid: makeZxid(1, 6) } as const;
    expect(await write(disk, cut)).toBe(null);
    expect(await namesIn(historyOf(logDirectoryOf(directory)))).toHaveLength(3);
    expect(await write(disk, snapshot(makeZxid(2, 1), true))).toBe(null);
    await disk.close();
    expect(await namesIn(historyOf(logDirectoryOf(directory)))).toEqual([]);
    expect(await namesIn(historyOf(directory))).toEqual(['snapshot.200000001']);
  });

  test('is missed when it is gone: a suspect', async () => {
    const directory = await writtenApart('apart-lost');
    await rm(historyOf(logDirectoryOf(directory)), { recursive: true });
    expect((await foundApart(directory)).trusted).toBe(false);
    expect((await foundApart(directory)).trusted).toBe(false);
  });

  test('is missed when nobody names it any more: an error that says where it is', async () => {
    const directory = await writtenApart('apart-forgotten');
    const place = historyOf(logDirectoryOf(directory));
    await expect(openFileDisk(directory)).rejects.toThrow(`lies in ${place}: set dataLogDir`);
    for (const name of await namesIn(place)) {
      await cp(join(place, name), join(historyOf(directory), name));
    }
    expect((await found(directory)).counters).toEqual([7]);
    expect((await found(directory)).trusted).toBe(true);
  });

  test('is not taken back from where an older copy of it stands: an error that says where it went on', async () => {
    const directory = await writtenApart('apart-back');
    const first = logDirectoryOf(directory);
    const second = `${first}-second`;
    await cp(first, second, { recursive: true });
    const refused = openFileDisk(directory, second);
    await expect(refused).rejects.toThrow(`lies in ${historyOf(first)}, not in`);
    await rm(first, { recursive: true });
    const disk = await openFileDisk(directory, second);
    expect((await disk.recover()).trusted).toBe(true);
    await disk.close();
  });

  test('is not begun while log files lie where they were: an error that says where they belong', async () => {
    const directory = await written('apart-later', append(entry(1, 1)));
    const open = (): Promise<FileDisk> => openFileDisk(directory, logDirectoryOf(directory));
    await expect(open()).rejects.toThrow(
      `they belong into ${historyOf(logDirectoryOf(directory))}`,
    );
    const place = historyOf(logDirectoryOf(directory));
    await cp(join(historyOf(directory), 'log.100000001'), join(place, 'log.100000001'));
    await rm(join(historyOf(directory), 'log.100000001'));
    expect(await foundApart(directory)).toMatchObject({ counters: [1], trusted: true });
  });
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
  for (const text of ['seven', '', '0x10', '1e3']) {
    await writeFile(join(historyOf(directory), 'currentEpoch'), text);
    await expect(openFileDisk(directory)).rejects.toThrow(`currentEpoch holds no epoch: "${text}"`);
  }
});
