// What an administrator may know of this process: its machine, its directory, its open files.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { arch, freemem, homedir, hostname, platform, release, totalmem, userInfo } from 'node:os';
import { join } from 'node:path';

import { makeSummary } from '../../base/summary.ts';
import type {
  AdminSettings,
  Administration,
  DiskMillis,
} from '../../adapters/admin/administration.ts';
import type { ServerReport } from '../../vocabulary/report.ts';

const NO_DISK: DiskMillis = { sync: makeSummary(), snapshot: makeSummary() };

export function makeAdministration(
  version: string,
  settings: AdminSettings,
  measured: {
    readonly report: () => ServerReport | null;
    /** Null before there is a disk. */
    readonly diskMillis: () => DiskMillis | null;
  },
): Administration {
  return {
    version,
    settings,
    report: measured.report,
    diskMillis: () => measured.diskMillis() ?? NO_DISK,
    directoryBytes: () => {
      const data = bytesOf(settings.dataDirectory);
      const isOne = settings.logDirectory === settings.dataDirectory;
      return { data, log: isOne ? data : bytesOf(settings.logDirectory) };
    },
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
