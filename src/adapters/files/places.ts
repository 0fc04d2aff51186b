// Where a history lies: snapshots and epochs in <dataDir>/version-2, log files there too or in
// <dataLogDir>/version-2, as Apache's servers have it. A log that is not where it is looked for must never
// look like a server that has none.

import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import {
  makeDirectory,
  readTextIfThere,
  removeDurably,
  syncDirectory,
  writeAtomically,
} from './directory.ts';
import { IDENTITY, readTrust, saveTrust } from './trust.ts';

export interface HistoryPlaces {
  readonly snapshots: string;
  readonly logs: string;
}

export const HISTORY = 'version-2';
/** Says beside the snapshots where the log went. */
const LOG_PLACE = 'tabkeeper.log-place';

/** Makes both directories, and says whether what they hold can be trusted. Rejects with a sentence where
 *  they do not belong together. */
export async function openPlaces(
  dataDirectory: string,
  logDirectory: string,
): Promise<{ readonly places: HistoryPlaces; readonly trusted: boolean }> {
  const places = { snapshots: join(dataDirectory, HISTORY), logs: join(logDirectory, HISTORY) };
  for (const [parent, directory] of [
    [dataDirectory, places.snapshots],
    [logDirectory, places.logs],
  ] as const) {
    await makeDirectory(resolve(directory));
    await syncDirectory(parent);
  }
  const trusted = await readTrust(dataDirectory, places.snapshots);
  if (places.snapshots === places.logs) {
    await refuseLostLog(places);
    return { places, trusted };
  }
  await refuseStrayFiles(places);
  await refuseOtherLog(places);
  const logTrusted = await readLogTrust(places);
  await writeAtomically(join(places.snapshots, LOG_PLACE), `${places.logs}\n`);
  return { places, trusted: trusted && logTrusted };
}

/** A history that lies where nobody reads it, so that a server would begin empty beside it; or null. */
export async function unreadHistory(dataDirectory: string): Promise<string | null> {
  const names = await readdir(dataDirectory);
  if (names.includes(HISTORY)) return null;
  const other = names.find((name) => /^version-\d+$/.test(name));
  if (other !== undefined) {
    return `${dataDirectory} holds ${other}, of which nothing is read: this server begins empty in ${HISTORY}`;
  }
  const stray = names.find((name) => /^(log|snapshot)\.[0-9a-f]+$/.test(name));
  if (stray === undefined) return null;
  return (
    `${dataDirectory} itself holds ${stray}, which is not read: this server begins empty in ` +
    `its ${HISTORY}, where such files belong`
  );
}

const hasFiles = async (directory: string, prefix: string): Promise<boolean> =>
  (await readdir(directory)).some((name) => name.startsWith(`${prefix}.`));

/** The log had a directory of its own: without its end this server would forget what it has acknowledged. */
async function refuseLostLog({ snapshots, logs }: HistoryPlaces): Promise<void> {
  const path = join(snapshots, LOG_PLACE);
  const place = await readTextIfThere(path);
  if (place === null) return;
  if (!(await hasFiles(logs, 'log'))) {
    throw new Error(
      `the log of ${snapshots} lies in ${place.trim()}: set dataLogDir, or move its files`,
    );
  }
  await removeDurably(path);
}

/** The log went on somewhere else: what stands here may be an older copy of it, that looks whole. */
async function refuseOtherLog({ snapshots, logs }: HistoryPlaces): Promise<void> {
  const place = (await readTextIfThere(join(snapshots, LOG_PLACE)))?.trim() ?? logs;
  if (place === logs || !(await hasFilesIfThere(place, 'log'))) return;
  throw new Error(
    `the log of ${snapshots} lies in ${place}, not in ${logs}: set dataLogDir back, or move its files`,
  );
}

async function hasFilesIfThere(directory: string, prefix: string): Promise<boolean> {
  try {
    return await hasFiles(directory, prefix);
  } catch {
    return false;
  }
}

async function refuseStrayFiles({ snapshots, logs }: HistoryPlaces): Promise<void> {
  if (await hasFiles(snapshots, 'log')) {
    throw new Error(`${snapshots} holds log files: with dataLogDir they belong into ${logs}`);
  }
  if (await hasFiles(logs, 'snapshot')) {
    throw new Error(`${logs} holds snapshots: with dataLogDir they belong into ${snapshots}`);
  }
}

/** As with the directory of the snapshots: a log that was there once and is gone makes a suspect. */
async function readLogTrust({ snapshots, logs }: HistoryPlaces): Promise<boolean> {
  const path = join(logs, IDENTITY);
  const [inner, outer] = [
    await readTextIfThere(path),
    await readTextIfThere(join(snapshots, IDENTITY)),
  ];
  if (inner === outer || outer === null) return true;
  const isFresh =
    !(await hasFiles(snapshots, 'snapshot')) &&
    (await readTextIfThere(join(snapshots, 'acceptedEpoch'))) === null;
  const isTrusted = inner === null && (isFresh || (await hasFiles(logs, 'log')));
  if (!isTrusted) await saveTrust(snapshots, false);
  await writeAtomically(path, outer);
  return isTrusted;
}
