// What every disk owes the engine, as one list of cases that runs on the virtual, the file and the
// IndexedDB adapter, each in its own habitat. A case throws when its rule is broken. It knows no test
// library, so that it can also run inside a page.

import type { Disk, DiskRecovery } from '../host/ports.ts';
import type { DiskOutput } from '../vocabulary/boundary.ts';
import { ticket } from '../vocabulary/ids.ts';
import type { LogEntry } from '../vocabulary/transaction.ts';
import { formatZxid, makeZxid, type Zxid } from '../vocabulary/zxid.ts';
import type { Recovered } from '../vocabulary/boundary.ts';

/** A disk that can be closed and opened again under the same name with what it holds. */
export type ContractDisk = Disk & DiskRecovery & { readonly close: () => void | Promise<void> };

export interface ContractCase {
  /** The rule. */
  readonly title: string;
  readonly run: () => Promise<void>;
}

type Open = (name: string) => Promise<ContractDisk>;
type Body = (open: () => Promise<ContractDisk>) => Promise<void>;

/** The cases for one adapter. `open` opens the disk of that name, creating it empty the first time. */
export function diskContract(name: string, open: Open): readonly ContractCase[] {
  return CASES.map(([rule, body], index) => ({
    title: `${name}: ${rule}`,
    run: () => body(() => open(`contract-${String(index)}`)),
  }));
}

const CASES: readonly (readonly [string, Body])[] = [
  ['a new disk recovers as nothing, trusted', emptyDisk],
  ['what was done is there after a restart, byte for byte', appendsAreDurable],
  ['dones are called in the order of the writes', donesInOrder],
  ['a truncation in the middle of a batch keeps what is not above it', truncateInsideBatch],
  ['an append after a truncation in the same breath continues the kept history', truncateAppend],
  ['a snapshot of its own leaves the log above it', snapshotKeepsTail],
  ['a snapshot in pieces counts when it has its last one, and the log goes on beside it', inPieces],
  ['a snapshot that replaces the history leaves nothing else', snapshotReplaces],
  ['nor of one that was coming in pieces, and the next one begins anew', replacesPieces],
  ['a truncation forgets snapshots above it', truncateForgetsSnapshots],
  ['the newest epochs and the trust are kept', epochsAreKept],
  ['a first entry of a later epoch may follow', nextEpochFollows],
  ['an entry of a megabyte comes back whole', bigEntry],
];

async function emptyDisk(open: () => Promise<ContractDisk>): Promise<void> {
  const found = await recoverAgain(open, []);
  expectLog(found, []);
  expect(found.snapshot === null, 'no snapshot');
  expect(found.acceptedEpoch === 0 && found.currentEpoch === 0, 'epochs of zero');
  expect(found.trusted, 'trusted');
}

async function appendsAreDurable(open: () => Promise<ContractDisk>): Promise<void> {
  const found = await recoverAgain(open, [append(1, 1, 3), append(1, 4, 4), append(1, 5, 9)]);
  expectLog(found, range(1, 1, 9));
}

async function donesInOrder(open: () => Promise<ContractDisk>): Promise<void> {
  const disk = await open();
  const order: number[] = [];
  const writes = Array.from({ length: 50 }, (_, index) =>
    write(disk, append(1, index + 1, index + 1)).then(() => order.push(index)),
  );
  await Promise.all(writes);
  await disk.close();
  expect(
    order.every((value, index) => value === index),
    `dones came as ${order.join(' ')}`,
  );
}

async function truncateInsideBatch(open: () => Promise<ContractDisk>): Promise<void> {
  const outputs = [append(1, 1, 4), append(1, 5, 10), truncate(makeZxid(1, 6))];
  expectLog(await recoverAgain(open, outputs), range(1, 1, 6));
  expectLog(await recoverAgain(open, [truncate(makeZxid(1, 2))]), range(1, 1, 2));
}

async function truncateAppend(open: () => Promise<ContractDisk>): Promise<void> {
  const outputs = [append(1, 1, 8), truncate(makeZxid(1, 3)), append(2, 1, 2), append(2, 3, 3)];
  expectLog(await recoverAgain(open, outputs), [...range(1, 1, 3), ...range(2, 1, 3)]);
}

async function snapshotKeepsTail(open: () => Promise<ContractDisk>): Promise<void> {
  const taken = snapshot(makeZxid(1, 5), false);
  const found = await recoverAgain(open, [append(1, 1, 4), append(1, 5, 8), taken]);
  expectLog(found, range(1, 6, 8));
  expectSnapshot(found, makeZxid(1, 5));
  expectLog(await recoverAgain(open, [append(1, 9, 9)]), range(1, 6, 9));
}

async function inPieces(open: () => Promise<ContractDisk>): Promise<void> {
  const [first, second, last] = piecesOf(makeZxid(1, 4));
  const begun = await recoverAgain(open, [append(1, 1, 4), first, append(1, 5, 6), second]);
  expect(begun.snapshot === null, 'no snapshot without its last piece');
  expectLog(begun, range(1, 1, 6));
  const outputs = [first, append(1, 7, 7), second, append(1, 8, 8), last, append(1, 9, 9)];
  const found = await recoverAgain(open, outputs);
  expectSnapshot(found, makeZxid(1, 4));
  expectLog(found, range(1, 5, 9));
}

async function snapshotReplaces(open: () => Promise<ContractDisk>): Promise<void> {
  const first = [append(1, 1, 9), snapshot(makeZxid(1, 4), false)];
  const taken = snapshot(makeZxid(3, 7), true);
  const found = await recoverAgain(open, [...first, taken, append(3, 8, 9)]);
  expectLog(found, range(3, 8, 9));
  expectSnapshot(found, makeZxid(3, 7));
}

async function replacesPieces(open: () => Promise<ContractDisk>): Promise<void> {
  const [first, second] = piecesOf(makeZxid(1, 4));
  const taken = snapshot(makeZxid(3, 7), true);
  const outputs = [append(1, 1, 4), first, second, taken, append(3, 8, 9)];
  const found = await recoverAgain(open, outputs);
  expectLog(found, range(3, 8, 9));
  expectSnapshot(found, makeZxid(3, 7));
  const again = await recoverAgain(open, [...piecesOf(makeZxid(3, 8)), append(3, 10, 10)]);
  expectLog(again, range(3, 9, 10));
  expectSnapshot(again, makeZxid(3, 8));
  const last = await recoverAgain(open, [...piecesOf(makeZxid(3, 10))]);
  expectLog(last, []);
  expectSnapshot(last, makeZxid(3, 10));
}

async function truncateForgetsSnapshots(open: () => Promise<ContractDisk>): Promise<void> {
  const outputs = [append(1, 1, 6), snapshot(makeZxid(1, 6), true), truncate(makeZxid(1, 2))];
  const found = await recoverAgain(open, outputs);
  expect(found.snapshot === null, 'the snapshot above the truncation is gone');
  expectLog(found, []);
}

async function epochsAreKept(open: () => Promise<ContractDisk>): Promise<void> {
  const outputs = [epochs(3, 2, true), append(2, 1, 1), epochs(7, 6, false)];
  const found = await recoverAgain(open, outputs);
  expect(found.acceptedEpoch === 7 && found.currentEpoch === 6, 'epochs 7 and 6');
  expect(!found.trusted, 'not trusted');
  expect((await recoverAgain(open, [epochs(7, 7, true)])).trusted, 'trusted again');
}

async function nextEpochFollows(open: () => Promise<ContractDisk>): Promise<void> {
  const found = await recoverAgain(open, [append(1, 1, 2), append(4, 1, 2)]);
  expectLog(found, [...range(1, 1, 2), ...range(4, 1, 2)]);
}

async function bigEntry(open: () => Promise<ContractDisk>): Promise<void> {
  const zxid = makeZxid(1, 1);
  const content = new Uint8Array(1_000_000).map((_, index) => (index * 31) % 251);
  const big = { zxid, bytes: entryBytes(zxid, content) };
  const found = await recoverAgain(open, [{ kind: 'append', ticket: ticket(0), entries: [big] }]);
  expectLog(found, [big]);
}

/** Writes all at once, waits for every done, and says what a restart finds. */
async function recoverAgain(
  open: () => Promise<ContractDisk>,
  outputs: readonly DiskOutput[],
): Promise<Recovered> {
  const disk = await open();
  await Promise.all(outputs.map((output) => write(disk, output)));
  await disk.close();
  const again = await open();
  const found = await again.recover();
  await again.close();
  return found;
}

function write(disk: Disk, output: DiskOutput): Promise<void> {
  return new Promise((resolve, reject) => {
    disk.write(output, (failure) => {
      if (failure === null) resolve();
      else reject(new Error(`${output.kind} failed: ${failure}`));
    });
  });
}

function range(epoch: number, from: number, to: number): LogEntry[] {
  const entries: LogEntry[] = [];
  for (let counter = from; counter <= to; counter += 1) {
    const zxid = makeZxid(epoch, counter);
    const text = new TextEncoder().encode(`entry ${String(epoch)}.${String(counter)}`);
    entries.push({ zxid, bytes: entryBytes(zxid, text) });
  }
  return entries;
}

/** A transaction header and then anything: a disk may find an entry's zxid in its bytes, as Apache's
 *  log files do. */
function entryBytes(zxid: Zxid, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(TXN_HEADER_BYTES + content.length);
  new DataView(bytes.buffer).setBigInt64(TXN_ZXID_OFFSET, zxid);
  bytes.set(content, TXN_HEADER_BYTES);
  return bytes;
}

const TXN_HEADER_BYTES = 32;
const TXN_ZXID_OFFSET = 12;

const append = (epoch: number, from: number, to: number): DiskOutput => ({
  kind: 'append',
  ticket: ticket(0),
  entries: range(epoch, from, to),
});

const truncate = (zxid: Zxid): DiskOutput => ({ kind: 'truncate', ticket: ticket(0), zxid });

const snapshotBytes = (zxid: Zxid): Uint8Array => new TextEncoder().encode(`tree ${String(zxid)}`);

const snapshot = (zxid: Zxid, replacesHistory: boolean): DiskOutput => ({
  kind: 'saveSnapshot',
  ticket: ticket(0),
  zxid,
  bytes: snapshotBytes(zxid),
  replacesHistory,
});

/** The same snapshot in three. */
function piecesOf(zxid: Zxid): [DiskOutput, DiskOutput, DiskOutput] {
  const all = snapshotBytes(zxid);
  const piece = (offset: number, end: number): DiskOutput => ({
    ...{ kind: 'snapshotPiece', ticket: ticket(0), zxid, offset },
    ...{ bytes: all.slice(offset, end), isLast: end === all.length },
  });
  return [piece(0, 2), piece(2, 5), piece(5, all.length)];
}

const epochs = (acceptedEpoch: number, currentEpoch: number, trusted: boolean): DiskOutput => ({
  kind: 'saveEpochs',
  ticket: ticket(0),
  acceptedEpoch,
  currentEpoch,
  trusted,
});

function expectLog(found: Recovered, wanted: readonly LogEntry[]): void {
  const have = found.log.map((entry) => formatZxid(entry.zxid)).join(' ');
  const want = wanted.map((entry) => formatZxid(entry.zxid)).join(' ');
  expect(have === want, `log is [${have}], should be [${want}]`);
  for (const [index, entry] of wanted.entries()) {
    const bytes = found.log[index]?.bytes;
    expect(bytes !== undefined && sameBytes(bytes, entry.bytes), `bytes of entry ${String(index)}`);
  }
}

function expectSnapshot(found: Recovered, zxid: Zxid): void {
  expect(found.snapshot?.zxid === zxid, `snapshot at ${formatZxid(zxid)}`);
  const bytes = found.snapshot?.bytes;
  expect(bytes !== undefined && sameBytes(bytes, snapshotBytes(zxid)), 'snapshot bytes');
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((value, index) => value === b[index]);
}

function expect(condition: boolean, what: string): void {
  if (!condition) throw new Error(`expected: ${what}`);
}
