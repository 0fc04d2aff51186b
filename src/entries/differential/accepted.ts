// The differences that are meant, by the names they have in ARCHITECTURE.md. Each is as narrow as can be.

import type { Seen } from './seen.ts';

interface Accepted {
  readonly name: string;
  readonly holds: (apache: string, tabkeeper: string) => boolean;
}

const withoutErr = (text: string): string => text.replace(/ err -?\d+ .*/, '');

const ACCEPTED: readonly Accepted[] = [
  {
    name: 'checkWatches asks for the watches of the caller alone',
    holds: (apache, tabkeeper) =>
      apache.startsWith('{kind:"checkWatches"') &&
      / err 0 /.test(apache) &&
      / err -121 /.test(tabkeeper) &&
      withoutErr(apache) === withoutErr(tabkeeper),
  },
];

/** The name of an accepted difference between what Apache's client saw and ours, or null. */
export const acceptedDifference = (apache: Seen, tabkeeper: Seen): string | null =>
  ACCEPTED.find(({ holds }) => holds(apache.text, tabkeeper.text))?.name ?? null;
