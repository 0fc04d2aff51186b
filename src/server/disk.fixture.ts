// The disk of a seat of the test ensemble: what it holds, and what each write makes of it.

import type { DiskOutput, Recovered } from '../vocabulary/boundary.ts';
import { addPiece, joinPieces } from '../vocabulary/pieces.ts';
import type { LogEntry } from '../vocabulary/transaction.ts';

export interface TestDisk {
  log: LogEntry[];
  snapshot: Recovered['snapshot'];
  acceptedEpoch: number;
  currentEpoch: number;
  trusted: boolean;
  /** Of a snapshot that is not whole yet. */
  pieces: Uint8Array[];
  waiting: DiskOutput[];
  /** Held: nothing is written and nothing answered. */
  held: boolean;
}

export const makeDisk = (): TestDisk => ({
  ...{ log: [], snapshot: null, acceptedEpoch: 0, currentEpoch: 0, trusted: true },
  ...{ pieces: [], waiting: [], held: false },
});

export function writeTo(disk: TestDisk, write: DiskOutput): void {
  switch (write.kind) {
    case 'append':
      disk.log.push(...write.entries);
      break;
    case 'truncate':
      disk.log = disk.log.filter((entry) => entry.zxid <= write.zxid);
      break;
    case 'saveSnapshot':
      disk.snapshot = { zxid: write.zxid, bytes: write.bytes };
      disk.log = write.replacesHistory ? [] : disk.log.filter((entry) => entry.zxid > write.zxid);
      break;
    case 'snapshotPiece':
      disk.pieces = addPiece(disk.pieces, write);
      if (!write.isLast) break;
      disk.snapshot = { zxid: write.zxid, bytes: joinPieces(disk.pieces) };
      disk.log = disk.log.filter((entry) => entry.zxid > write.zxid);
      break;
    case 'saveEpochs':
      disk.acceptedEpoch = write.acceptedEpoch;
      disk.currentEpoch = write.currentEpoch;
      disk.trusted = write.trusted;
  }
}
