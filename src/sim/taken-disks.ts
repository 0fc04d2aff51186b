// What was taken from a live ensemble as the disks that a world begins with. The servers find it there as
// after any restart; what no server could have written is refused here.

import { fromBase64 } from '../base/base64.ts';
import { CodecError } from '../jute/reader.ts';
import { decodeTree } from '../jute/snapshot.ts';
import { decodeTransaction } from '../jute/transaction.ts';
import { treeFromImage } from '../tree/tree.ts';
import { serverId, type ServerId } from '../vocabulary/ids.ts';
import { bitsOf, type Taken, type TakenDisk } from '../vocabulary/taken.ts';
import type { LogEntry } from '../vocabulary/transaction.ts';
import { epochOf, follows, formatZxid, ZXID_ZERO, zxidOf, type Zxid } from '../vocabulary/zxid.ts';
import type { DiskImage, Disks } from './disk-image.ts';

/** Null if one of them is damaged. */
export function disksOf(taken: Taken): Disks | null {
  const disks = new Map<ServerId, DiskImage>();
  try {
    for (const disk of taken.disks) disks.set(serverId(disk.server), imageOf(disk));
  } catch (error) {
    if (error instanceof CodecError) return null;
    throw error;
  }
  return disks;
}

function imageOf(disk: TakenDisk): DiskImage {
  const { acceptedEpoch, currentEpoch, trusted } = disk;
  const snapshot = snapshotOf(disk);
  const log: LogEntry[] = [];
  let last = snapshot?.zxid ?? ZXID_ZERO;
  for (const record of disk.log) {
    const entry = entryOf(record);
    if (!follows(last, entry.zxid)) {
      throw new CodecError(`${formatZxid(entry.zxid)} stands after ${formatZxid(last)}`);
    }
    log.push(entry);
    last = entry.zxid;
  }
  // An epoch is durable before anything that is of it.
  if (epochOf(last) > acceptedEpoch) throw new CodecError('a log beyond its epoch');
  return {
    ...{ acceptedEpoch, currentEpoch, trusted, log },
    snapshots: snapshot === null ? [] : [snapshot],
    pieces: [],
  };
}

function snapshotOf({ snapshot }: TakenDisk): DiskImage['snapshots'][number] | null {
  if (snapshot === null) return null;
  const zxid = zxidOf(bitsOf(snapshot.zxid));
  if (zxid < ZXID_ZERO) throw new CodecError('a snapshot before all transactions');
  const bytes = bytesOf(snapshot.bytes);
  treeFromImage(decodeTree(bytes), zxid);
  return { zxid, bytes };
}

function entryOf(record: string): LogEntry {
  const bytes = bytesOf(record);
  const zxid: Zxid = decodeTransaction(bytes).header.zxid;
  return { zxid, bytes };
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64(text);
  if (bytes === null) throw new CodecError('a record that is no base64');
  return bytes;
}
