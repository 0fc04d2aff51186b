// What a server's disk would give back to a restart, as a page can send it on: with its records in base64,
// up to a bound, and without a buffer that is the engine's.

import { base64 } from '../../base/base64.ts';
import type { Recovered } from '../../vocabulary/boundary.ts';
import { SERVERS_MAX } from '../../vocabulary/steps.ts';
import { isDiskRecords, TAKEN_BYTES_MAX, type DiskRecords } from '../../vocabulary/taken.ts';
import { formatZxid, ZXID_ZERO } from '../../vocabulary/zxid.ts';

export type DiskReading =
  | { readonly kind: 'read'; readonly records: DiskRecords }
  /** So many bytes: more than a laboratory takes in all. */
  | { readonly kind: 'tooLarge'; readonly bytes: number }
  /** There is none, or the browser does not give it. */
  | { readonly kind: 'unreadable' };

export const UNREADABLE: DiskReading = { kind: 'unreadable' };

/** Above this a log is long, and its server's part of what a laboratory takes is used up. */
export const LONG_BYTES = Math.floor(TAKEN_BYTES_MAX / SERVERS_MAX);

export const recoveredBytes = ({ snapshot, log }: Recovered): number =>
  log.reduce((sum, entry) => sum + entry.bytes.length, snapshot?.bytes.length ?? 0);

/** The same disk after its server has taken this snapshot, which is of what the disk held before. */
export function withSnapshot(
  recovered: Recovered,
  snapshot: NonNullable<Recovered['snapshot']>,
): Recovered {
  if (snapshot.zxid <= (recovered.snapshot?.zxid ?? ZXID_ZERO)) return recovered;
  return { ...recovered, snapshot, log: recovered.log.filter(({ zxid }) => zxid > snapshot.zxid) };
}

export function readingOf(recovered: Recovered): DiskReading {
  const { acceptedEpoch, currentEpoch, trusted, snapshot, log } = recovered;
  const bytes = recoveredBytes(recovered);
  if (bytes > TAKEN_BYTES_MAX) return { kind: 'tooLarge', bytes };
  return {
    kind: 'read',
    records: {
      ...{ acceptedEpoch, currentEpoch, trusted },
      snapshot:
        snapshot === null
          ? null
          : { zxid: formatZxid(snapshot.zxid), bytes: base64(snapshot.bytes) },
      log: log.map((entry) => base64(entry.bytes)),
    },
  };
}

/** Unreadable for what is no reading: it comes from another page. */
export function readReading(text: string): DiskReading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return UNREADABLE;
  }
  if (typeof value !== 'object' || value === null) return UNREADABLE;
  const { kind, records, bytes } = value as Readonly<Record<string, unknown>>;
  if (kind === 'read' && isDiskRecords(records)) return { kind, records };
  if (kind === 'tooLarge' && Number.isSafeInteger(bytes)) return { kind, bytes: Number(bytes) };
  return UNREADABLE;
}
