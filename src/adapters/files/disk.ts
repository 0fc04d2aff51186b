// A server's disk at the edge: Apache ZooKeeper's own files in <dataDir>/version-2, so that a directory
// written by one opens at the other. While one batch is synced, everything that is asked for meanwhile
// waits and then goes together: one write and one fdatasync per group commit. Nothing is called done
// before it is durable, and it never goes on after a failure: what follows a lost write is lost too. Only a large
// snapshot, which comes in pieces, is written beside the log.

import { join } from 'node:path';

import { makeSummary, observe, type Summary } from '../../base/summary.ts';
import type { Disk, DiskRecovery } from '../../host/ports.ts';
import type { DiskOutput, Recovered } from '../../vocabulary/boundary.ts';
import type { LogEntry } from '../../vocabulary/transaction.ts';
import { epochOf, formatZxid, ZXID_ZERO } from '../../vocabulary/zxid.ts';
import { readTextIfThere, syncDirectory, writeAtomically } from './directory.ts';
import {
  encodeEntries,
  encodeSnapshot,
  logFileName,
  logHeader,
  snapshotFileName,
} from './format.ts';
import { GrowingSnapshot, removeUnfinished } from './growing-snapshot.ts';
import { LogFile } from './log-file.ts';
import { LogSync } from './log-sync.ts';
import { openPlaces, type HistoryPlaces } from './places.ts';
import { purgeHistory } from './purge.ts';
import {
  finishReplacement,
  listHistory,
  recoverHistory,
  REPLACING,
  truncateHistory,
} from './recovery.ts';
import { saveTrust } from './trust.ts';

export interface FileDisk extends Disk, DiskRecovery {
  /** Writes the snapshot of the tree that a history begins with, `tree` as snapshots hold it, where there is no snapshot:
   *  Apache's servers open no log without one before it. Before anything is written. Rejects where it cannot. */
  readonly begin: (tree: Uint8Array) => Promise<void>;
  /** Removes what the newest `keep` snapshots make needless, between two writes. Rejects where it cannot:
   *  then more is left than need be, and nothing else has changed. */
  readonly purge: (keep: number) => Promise<void>;
  /** Milliseconds that a group commit's sync took, and a snapshot to be durable. */
  readonly millis: { readonly sync: Summary; readonly snapshot: Summary };
  /** Resolves when all that was asked for is done. */
  readonly close: () => Promise<void>;
}

/** Bytes of one group commit: no batch holds a whole tree twice. */
const BATCH_BYTES_MAX = 16 * 1024 * 1024;
const NO_BYTES = new Uint8Array(0);

/** Resolves when every socket that has something to read has been read once. */
const allArrived = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

type Done = (failure: string | null) => void;
type Append = DiskOutput & { readonly kind: 'append' };
type Piece = DiskOutput & { readonly kind: 'snapshotPiece' };
type InOrder = Exclude<DiskOutput, Piece>;

interface Purge {
  readonly kind: 'purge';
  readonly keep: number;
}

interface Waiting {
  readonly output: InOrder | Purge;
  readonly done: Done;
}

export interface DiskEvents {
  readonly onDamage?: (what: string) => void;
  readonly onTorn?: (what: string) => void;
}

const nothing = (): void => undefined;

/** Opens or creates the server's directory and repairs what a crash left. Rejects with a reason when
 *  the directory cannot be used. `onDamage` is told, in a sentence with file and place, of what no crash
 *  leaves and makes this server a suspect; where it throws, nothing is changed, and nothing opened. `onTorn` is
 *  told of what a crash leaves: the end of a write that was acknowledged to nobody. */
export async function openFileDisk(
  dataDirectory: string,
  logDirectory = dataDirectory,
  { onDamage = nothing, onTorn = nothing }: DiskEvents = {},
  sync = new LogSync(),
): Promise<FileDisk> {
  const { places, trusted } = await openPlaces(dataDirectory, logDirectory);
  const directory = places.snapshots;
  await removeUnfinished(directory);
  let whole = true;
  const { snapshot, log } = await recoverHistory(places, {
    onTorn,
    distrust: async (what) => {
      onDamage(what);
      whole = false;
      await saveTrust(directory, false);
    },
  });
  const lastEpoch = epochOf(log.at(-1)?.zxid ?? snapshot?.zxid ?? ZXID_ZERO);
  return new DirectoryDisk(
    places,
    {
      acceptedEpoch: await readEpoch(directory, 'acceptedEpoch', lastEpoch),
      currentEpoch: await readEpoch(directory, 'currentEpoch', lastEpoch),
      snapshot,
      log,
      trusted: trusted && whole,
    },
    sync,
  );
}

/** A missing file means the epoch of the last transaction, as at Apache's. */
async function readEpoch(directory: string, name: string, missing: number): Promise<number> {
  const text = await readTextIfThere(join(directory, name));
  if (text === null) return missing;
  const line = text.split('\n')[0] ?? '';
  const epoch = Number(line);
  if (!/^[0-9]+$/.test(line) || !Number.isSafeInteger(epoch)) {
    throw new Error(
      `${join(directory, name)} holds no epoch: ${JSON.stringify(text.slice(0, 40))}`,
    );
  }
  return epoch;
}

class DirectoryDisk implements FileDisk {
  readonly millis = { sync: makeSummary(), snapshot: makeSummary() };
  readonly #places: HistoryPlaces;
  /** Of snapshots and epochs. */
  readonly #directory: string;
  #recovered: Recovered | null;
  #waiting: Waiting[] = [];
  #working: Promise<void> | null = null;
  #failure: string | null = null;
  /** Null: the next entry begins a new one. */
  #log: LogFile | null = null;
  readonly #sync: LogSync;
  #epochs: { acceptedEpoch: number; currentEpoch: number; trusted: boolean };
  #growing: { readonly snapshot: GrowingSnapshot; readonly from: number } | null = null;
  /** The pieces of it that came so far. */
  #pieces: Promise<void> = Promise.resolve();
  /** A snapshot has begun: what follows it stands in a log file of its own, so that older ones can go. */
  #logEnds = false;

  constructor(places: HistoryPlaces, recovered: Recovered, sync: LogSync) {
    this.#places = places;
    this.#sync = sync;
    this.#directory = places.snapshots;
    this.#recovered = recovered;
    const { acceptedEpoch, currentEpoch, trusted } = recovered;
    this.#epochs = { acceptedEpoch, currentEpoch, trusted };
  }

  recover = (): Promise<Recovered> => {
    const recovered = this.#recovered;
    this.#recovered = null;
    return recovered === null
      ? Promise.reject(new Error('a disk recovers once'))
      : Promise.resolve(recovered);
  };

  begin = async (tree: Uint8Array): Promise<void> => {
    if ((await listHistory(this.#places)).snapshots.length > 0) return;
    const first = join(this.#directory, snapshotFileName(ZXID_ZERO));
    await writeAtomically(first, encodeSnapshot(tree));
  };

  write = (output: DiskOutput, done: Done): void => {
    if (output.kind === 'snapshotPiece') {
      this.#pieces = this.#pieces.then(async () => {
        done(await this.#tried(() => this.#addPiece(output)));
      });
      return;
    }
    this.#waiting.push({ output, done });
    this.#working ??= this.#work();
  };

  purge = (keep: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const done = (failure: string | null): void => {
        if (failure === null) resolve();
        else reject(new Error(failure));
      };
      this.#waiting.push({ output: { kind: 'purge', keep }, done });
      this.#working ??= this.#work();
    });

  close = async (): Promise<void> => {
    await this.#working;
    await this.#endPieces();
    await this.#endLog();
  };

  async #work(): Promise<void> {
    // Even the first write waits for the end of this turn: what comes with it goes with it.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      // Whatever else has arrived goes with it too, since nothing is taken up while it is synced.
      if (this.#sync.isInPlace) await allArrived();
      const batch = this.#takeBatch();
      const failure = await this.#carryOut(batch);
      for (const { done } of batch) done(failure);
    }
    this.#working = null;
  }

  /** The next output, and if it is an append all appends right behind it. */
  #takeBatch(): Waiting[] {
    let count = 0;
    let bytes = 0;
    for (const { output } of this.#waiting) {
      if (output.kind !== 'append') break;
      bytes += output.entries.reduce((sum, entry) => sum + entry.bytes.length, 0);
      if (count > 0 && bytes > BATCH_BYTES_MAX) break;
      count += 1;
    }
    return this.#waiting.splice(0, Math.max(1, count));
  }

  async #carryOut(batch: readonly Waiting[]): Promise<string | null> {
    const first = batch[0]?.output;
    if (first?.kind === 'purge') return this.#failure ?? (await this.#purge(first));
    return this.#tried(async () => {
      if (first?.kind === 'append') {
        await this.#append(batch.flatMap(({ output }) => (output as Append).entries));
      } else if (first !== undefined) await this.#change(first);
    });
  }

  async #tried(work: () => Promise<void>): Promise<string | null> {
    if (this.#failure !== null) return this.#failure;
    try {
      await work();
      return null;
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error);
      return this.#failure;
    }
  }

  async #purge({ keep }: Purge): Promise<string | null> {
    try {
      await purgeHistory(this.#places, keep);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  async #append(entries: readonly LogEntry[]): Promise<void> {
    const [first] = entries;
    if (first === undefined) return;
    if (this.#logEnds) await this.#endLog();
    const begun = this.#log === null;
    const log = (this.#log ??= await this.#beginLog(first));
    const bytes = encodeEntries(begun ? logHeader() : NO_BYTES, entries);
    observe(this.millis.sync, Math.round(await log.append(bytes)));
    if (begun) await syncDirectory(this.#places.logs);
  }

  #beginLog(first: LogEntry): Promise<LogFile> {
    return LogFile.begin(join(this.#places.logs, logFileName(first.zxid)), this.#sync);
  }

  async #endLog(): Promise<void> {
    const log = this.#log;
    this.#log = null;
    this.#logEnds = false;
    await log?.close();
  }

  async #addPiece(piece: Piece): Promise<void> {
    if (piece.offset === 0) {
      await this.#dropGrowing();
      const snapshot = new GrowingSnapshot(this.#directory, piece.zxid);
      this.#growing = { snapshot, from: performance.now() };
      this.#logEnds = true;
    }
    const growing = this.#growing;
    // A truncation or another history has come between.
    if (growing === null) return;
    await growing.snapshot.add(piece);
    if (!piece.isLast) return;
    this.#growing = null;
    observe(this.millis.snapshot, Math.round(performance.now() - growing.from));
  }

  async #dropGrowing(): Promise<void> {
    const growing = this.#growing;
    this.#growing = null;
    await growing?.snapshot.drop();
  }

  /** What is on its way is written first; then nothing is left of a snapshot that is not whole. */
  async #endPieces(): Promise<void> {
    this.#pieces = this.#pieces.then(() => this.#dropGrowing());
    await this.#pieces;
  }

  async #change(output: Exclude<InOrder, Append>): Promise<void> {
    switch (output.kind) {
      case 'truncate':
        if ((this.#growing?.snapshot.zxid ?? output.zxid) > output.zxid) await this.#endPieces();
        await this.#endLog();
        await truncateHistory(this.#places, output.zxid);
        break;
      case 'saveSnapshot':
        if (output.replacesHistory) await this.#endPieces();
        await this.#endLog();
        await this.#timeSnapshot(output);
        break;
      case 'saveEpochs':
        await this.#saveEpochs(output);
        break;
    }
  }

  async #timeSnapshot(output: DiskOutput & { readonly kind: 'saveSnapshot' }): Promise<void> {
    const from = performance.now();
    await this.#saveSnapshot(output);
    observe(this.millis.snapshot, Math.round(performance.now() - from));
  }

  async #saveSnapshot(output: DiskOutput & { readonly kind: 'saveSnapshot' }): Promise<void> {
    const content = encodeSnapshot(output.bytes);
    if (output.replacesHistory) {
      const name = `${REPLACING}.${formatZxid(output.zxid).slice(2)}`;
      await writeAtomically(join(this.#directory, name), content);
      await finishReplacement(this.#places);
      return;
    }
    await writeAtomically(join(this.#directory, snapshotFileName(output.zxid)), content);
  }

  /** Each step alone is harmless: distrust comes first and trust last, and the accepted epoch, which
   *  is never below the current one, goes ahead of it. */
  async #saveEpochs(output: DiskOutput & { readonly kind: 'saveEpochs' }): Promise<void> {
    const { acceptedEpoch, currentEpoch, trusted } = output;
    if (this.#epochs.trusted && !trusted) await saveTrust(this.#directory, false);
    await writeAtomically(join(this.#directory, 'acceptedEpoch'), String(acceptedEpoch));
    await writeAtomically(join(this.#directory, 'currentEpoch'), String(currentEpoch));
    if (!this.#epochs.trusted && trusted) await saveTrust(this.#directory, true);
    this.#epochs = { acceptedEpoch, currentEpoch, trusted };
  }
}
