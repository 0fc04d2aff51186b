// What an administrator may know of this process: its machine, its directory, its open files.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { arch, freemem, homedir, hostname, platform, release, totalmem, userInfo } from 'node:os';
import { join } from 'node:path';

import { makeSummary, type Summary } from '../../base/summary.ts';
import type {
  AdminSettings,
  Administration,
  DiskMillis,
  LastSnapshot,
} from '../../adapters/admin/administration.ts';
import type { Host } from '../../host/home.ts';

const NO_DISK: DiskMillis = { sync: makeSummary(), snapshot: makeSummary() };

export function makeAdministration(
  version: string,
  settings: AdminSettings,
  measured: {
    /** Null before there is one. */
    readonly host: () => Pick<Host, 'report' | 'resetCounts'> | null;
    /** Null before there is a disk. */
    readonly diskMillis: () => Record<keyof DiskMillis, Summary> | null;
  },
): Administration {
  return {
    version,
    settings,
    report: () => measured.host()?.report() ?? null,
    diskMillis: () => measured.diskMillis() ?? NO_DISK,
    resetCounts: (what) => {
      measured.host()?.resetCounts(what);
      for (const times of Object.values(measured.diskMillis() ?? {})) {
        Object.assign(times, makeSummary());
      }
    },
    directoryBytes: () => {
      const snapshots = bytesOf(settings.dataDirectory);
      const isOne = settings.logDirectory === settings.dataDirectory;
      return { snapshots, log: isOne ? snapshots : bytesOf(settings.logDirectory) };
    },
    lastSnapshot: () => lastSnapshotIn(settings.dataDirectory),
    environment: () => environment(version),
    openFiles,
    nowMillis: () => performance.now(),
    wallMillis: () => Date.now(),
    startedAtMillis: performance.now(),
  };
}

/** Of the files in it; 0 if it cannot be read. */
function bytesOf(directory: string): number {
  try {
    return readdirSync(directory, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + sizeOf(join(entry.parentPath, entry.name)), 0);
  } catch {
    return 0;
  }
}

/** The newest by its name; null if there is none, or it went while it was looked at. */
function lastSnapshotIn(directory: string): LastSnapshot | null {
  const snapshots = namesIn(directory).flatMap((name) => {
    const digits = /^snapshot\.([0-9a-f]{1,16})(?:\.gz)?$/.exec(name)?.[1];
    return digits === undefined ? [] : [{ name, zxid: BigInt(`0x${digits}`) }];
  });
  const [first, ...others] = snapshots;
  if (first === undefined) return null;
  const { name, zxid } = others.reduce((most, one) => (one.zxid > most.zxid ? one : most), first);
  const path = join(directory, name);
  const atMillis = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return atMillis === undefined ? null : { zxid, atMillis };
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** A user without an entry in the system's list has neither name nor home. */
function known(ask: () => string): string {
  try {
    return ask();
  } catch {
    return '?';
  }
}

/** A file may go while it is looked at. */
const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

const MEBIBYTE = 1024 * 1024;
const megabytes = (bytes: number): string => `${String(Math.floor(bytes / MEBIBYTE))}MB`;

const environment = (version: string): (readonly [string, string])[] => [
  ['zookeeper.version', version],
  ['host.name', hostname()],
  ['node.version', process.versions.node],
  ['os.name', platform()],
  ['os.arch', arch()],
  ['os.version', release()],
  ['user.name', known(() => userInfo().username)],
  ['user.home', known(homedir)],
  ['user.dir', process.cwd()],
  ['os.memory.free', megabytes(freemem())],
  ['os.memory.max', megabytes(totalmem())],
  ['os.memory.total', megabytes(process.memoryUsage().rss)],
];

/** As the system tells it where it has /proc; elsewhere nobody knows. */
function openFiles(): { readonly open: number; readonly max: number } {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const max = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? -1);
    return { open: readdirSync('/proc/self/fd').length, max };
  } catch {
    return { open: -1, max: -1 };
  }
}
