// Puts a history together from the files that a crash left: the newest whole snapshot and all entries
// that follow it without a hole. A torn end is cut off: nobody was told of it. Anything else that is
// missing or unreadable makes the server a suspect, which is durable before the files in question are
// kept under another name: a start that dies here must not look like one that lost nothing.

import { open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

import type { Recovered } from '../../vocabulary/boundary.ts';
import type { LogEntry } from '../../vocabulary/transaction.ts';
import { follows, formatZxid, ZXID_ZERO, type Zxid } from '../../vocabulary/zxid.ts';
import { syncDirectory } from './directory.ts';
import {
  decodeSnapshot,
  HEADER_BYTES,
  scanLog,
  snapshotFileName,
  zxidOfFileName,
} from './format.ts';
import type { HistoryPlaces } from './places.ts';

/** A snapshot that replaces the whole history has this name until everything else is gone. */
export const REPLACING = 'replacing';

export interface NamedFile {
  readonly name: string;
  readonly zxid: Zxid;
}

export interface HistoryFiles {
  /** Ascending. */
  readonly logs: NamedFile[];
  readonly snapshots: NamedFile[];
}

export async function listHistory({ snapshots, logs }: HistoryPlaces): Promise<HistoryFiles> {
  return {
    logs: filesOf('log', await readdir(logs)),
    snapshots: filesOf('snapshot', await readdir(snapshots), COMPRESSED),
  };
}

/** As Apache's servers write them where `snapshot.compression.method` is gz. */
const COMPRESSED = '.gz';

function filesOf(prefix: string, names: readonly string[], ending = ''): NamedFile[] {
  return names
    .flatMap((name) => {
      const end = name.length - (name.endsWith(ending) ? ending.length : 0);
      const zxid = zxidOfFileName(prefix, name.slice(0, end));
      return zxid === null ? [] : [{ name, zxid }];
    })
    .sort((a, b) => (a.zxid < b.zxid ? -1 : 1));
}

export interface Findings {
  /** Told why, and makes durable that this server is a suspect; where it rejects, nothing that is damaged was
   *  touched. */
  readonly distrust: (what: string) => Promise<void>;
  /** Told of the write at the end that never finished. It looks like one whose every byte was damaged. */
  readonly onTorn: (what: string) => void;
}

/** Leaves the directories so that their files hold exactly what is returned, but for what is older. */
export async function recoverHistory(
  places: HistoryPlaces,
  { distrust, onTorn }: Findings,
): Promise<Pick<Recovered, 'snapshot' | 'log'>> {
  await finishReplacement(places);
  await refuseSnappy(places.snapshots);
  const directory = places.logs;
  const files = await listHistory(places);
  const snapshot = await newestSnapshot(places.snapshots, files.snapshots);
  const newest = files.snapshots.at(-1)?.zxid ?? ZXID_ZERO;
  const log: LogEntry[] = [];
  let last = snapshot?.zxid ?? ZXID_ZERO;
  for (const [index, file] of files.logs.entries()) {
    const next = files.logs[index + 1];
    // What the snapshot has needs not be read, however much of it nobody purged.
    if (next !== undefined && coveredBy(last, next.zxid)) continue;
    const read = await readLog(directory, file, next, last);
    if (read.torn !== null) onTorn(`${join(directory, file.name)}: ${read.torn}`);
    const fresh = read.entries.filter((entry) => entry.zxid > last);
    const broken = fresh.findIndex(
      (entry, at) => !follows(at === 0 ? last : (fresh[at - 1]?.zxid ?? last), entry.zxid),
    );
    const kept = broken < 0 ? fresh : fresh.slice(0, broken);
    for (const entry of kept) log.push(entry);
    last = kept.at(-1)?.zxid ?? last;
    const hole = broken < 0 ? null : holeBefore(fresh[broken]?.zxid, last);
    const what = hole ?? read.damage;
    if (what !== null) {
      await distrust(`${join(directory, file.name)}: ${what}`);
      await setAside(directory, files.logs.slice(index), last);
      break;
    }
  }
  if (!reaches(newest, snapshot?.zxid ?? null, log)) {
    const name = files.snapshots.at(-1)?.name ?? snapshotFileName(newest);
    const path = join(places.snapshots, name);
    await distrust(`${path}: it cannot be read, and what else is there does not reach it`);
  }
  return { snapshot, log };
}

/** Whether this history has all that the newest snapshot had, which may be unreadable. Without any that
 *  can be read nothing proves it: a log that begins an epoch says nothing of the epochs before it. */
function reaches(newest: Zxid, snapshot: Zxid | null, log: readonly LogEntry[]): boolean {
  if (newest === ZXID_ZERO || snapshot === newest) return true;
  return snapshot !== null && log.some(({ zxid }) => zxid === newest);
}

/** The other method of Apache's servers. */
async function refuseSnappy(directory: string): Promise<void> {
  const found = (await readdir(directory)).find((name) => /^snapshot\..*\.snappy$/.test(name));
  if (found === undefined) return;
  throw new Error(`${join(directory, found)} is compressed by snappy, which is not read here`);
}

/** The commit point of a replacement is its rename to `replacing`: from then on it is carried out. */
export async function finishReplacement(places: HistoryPlaces): Promise<void> {
  const directory = places.snapshots;
  for (const file of filesOf(REPLACING, await readdir(directory))) {
    const { logs, snapshots } = await listHistory(places);
    for (const old of logs) await rm(join(places.logs, old.name));
    await syncDirectory(places.logs);
    for (const old of snapshots) await rm(join(directory, old.name));
    await syncDirectory(directory);
    await rename(join(directory, file.name), join(directory, snapshotFileName(file.zxid)));
    await syncDirectory(directory);
  }
}

/** The newest whole one. */
async function newestSnapshot(
  directory: string,
  snapshots: readonly NamedFile[],
): Promise<Recovered['snapshot']> {
  for (const file of [...snapshots].reverse()) {
    const bytes = await readSnapshot(directory, file);
    if (bytes !== null) return { zxid: file.zxid, bytes };
  }
  return null;
}

/** Null if it is not whole. */
export async function readSnapshot(
  directory: string,
  { name }: NamedFile,
): Promise<Uint8Array | null> {
  const bytes = await readFile(join(directory, name));
  if (!name.endsWith(COMPRESSED)) return decodeSnapshot(plain(bytes));
  const inflated = await promisify(gunzip)(bytes).catch(() => null);
  return inflated === null ? null : decodeSnapshot(plain(inflated));
}

interface ReadLog {
  readonly entries: readonly LogEntry[];
  /** What no crash leaves, in a part of a sentence; null for none. */
  readonly damage: string | null;
  /** What was cut off as a write that never finished, in a sentence; null for nothing. */
  readonly torn: string | null;
}

const holeBefore = (next: Zxid | undefined, last: Zxid): string =>
  `what lies between ${formatZxid(last)} and ${formatZxid(next ?? last)} is missing`;

/** The newest file can end in the middle of a write, or have nothing in it. So can an older one, which Apache's
 *  servers leave as it is: there the next file has to go on with the very next transaction after `before` or what
 *  the file has. No crash leaves an older one without even a header: that it never had anything, nobody could say.
 *  (Apache's server does not start with such a file, wherever it stands.) */
async function readLog(
  directory: string,
  file: NamedFile,
  next: NamedFile | undefined,
  before: Zxid,
): Promise<ReadLog> {
  const path = join(directory, file.name);
  const bytes = plain(await readFile(path));
  const { entries, end, tail } = scanLog(bytes, file.zxid);
  if (tail === 'damaged') {
    const damage = `at byte ${String(end)} stands no entry with the right checksum, and behind it whole ones`;
    return { entries, damage, torn: null };
  }
  if (next !== undefined) {
    const last = entries.at(-1)?.zxid ?? before;
    if (tail !== 'torn' || next.zxid === last + 1n) return { entries, damage: null, torn: null };
    const where = bytes.every((byte) => byte === 0)
      ? 'there is nothing in it, not even a header'
      : `it ends at byte ${String(end)} in the middle of an entry`;
    return { entries, damage: `${where}, and ${next.name} does not go on there`, torn: null };
  }
  let torn: string | null = null;
  if (entries.length === 0) {
    // A first write that never finished is kept for people; a file without anything is not.
    if (bytes.some((byte, at) => at >= HEADER_BYTES && byte !== 0)) {
      await renameAside(directory, file);
      torn = `no whole transaction is in it: taken for a first write that never finished, and kept as damaged.${file.name}`;
    } else await rm(path);
    await syncDirectory(directory);
  } else if (tail === 'torn') {
    torn = `the write at byte ${String(end)} never finished, and was cut off`;
    await cutFile(path, end);
  }
  return { entries, damage: null, torn };
}

export async function cutFile(path: string, length: number): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.truncate(length);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What comes after `last` is no history of ours any more, but a person may want to look at it. */
async function setAside(directory: string, files: readonly NamedFile[], last: Zxid): Promise<void> {
  const [first, ...later] = files;
  for (const file of later.reverse()) await renameAside(directory, file);
  if (first === undefined) return;
  const path = join(directory, first.name);
  const bytes = plain(await readFile(path));
  const scanned = scanLog(bytes, first.zxid);
  const keep = scanned.entries.filter((entry) => entry.zxid <= last).length;
  const end = scanned.ends[keep - 1];
  const copy = await open(join(directory, `damaged.${first.name}`), 'w');
  try {
    await copy.writeFile(bytes);
    await copy.sync();
  } finally {
    await copy.close();
  }
  if (end === undefined) await rm(path);
  else await cutFile(path, end);
  await syncDirectory(directory);
}

const renameAside = (directory: string, file: NamedFile): Promise<void> =>
  rename(join(directory, file.name), join(directory, `damaged.${file.name}`));

/** Forgets all that lies above `zxid`: the snapshots first, then logs from the newest down, so that a
 *  crash in between leaves a history that only is not cut so far yet. */
export async function truncateHistory(places: HistoryPlaces, zxid: Zxid): Promise<void> {
  const files = await listHistory(places);
  for (const file of [...files.snapshots].reverse()) {
    if (file.zxid > zxid) await rm(join(places.snapshots, file.name));
  }
  await syncDirectory(places.snapshots);
  for (const file of [...files.logs].reverse()) {
    const path = join(places.logs, file.name);
    const scanned = scanLog(plain(await readFile(path)), file.zxid);
    const keep = scanned.entries.filter((entry) => entry.zxid <= zxid).length;
    const end = scanned.ends[keep - 1];
    if (end === undefined) await rm(path);
    else if (keep < scanned.entries.length) await cutFile(path, end);
    // What is older still lies below.
    else break;
  }
  await syncDirectory(places.logs);
}

/** True if a log that ends right before `next` certainly holds nothing above `snapshot`. The first of
 *  a later epoch proves nothing: the log may end anywhere in the earlier one. */
const coveredBy = (snapshot: Zxid, next: Zxid): boolean => next <= snapshot + 1n;

/** A plain view: `slice` of Node's own buffers does not copy. */
const plain = (buffer: Buffer): Uint8Array =>
  new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
