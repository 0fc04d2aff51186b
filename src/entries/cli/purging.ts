// autopurge (DatadirCleanupManager): at the start and every so many hours, what newer snapshots make needless
// goes.

import type { FileDisk } from '../../adapters/files/disk.ts';
import type { PurgingConfig } from './zoo-config.ts';

const HOUR_MILLIS = 3_600_000;

/** Gives the function that ends it. A purge that fails is tried again at the next turn. */
export function startPurging(
  disk: Pick<FileDisk, 'purge'>,
  config: PurgingConfig | null,
): () => void {
  if (config === null) return () => undefined;
  const { snapshotsKept, everyHours } = config;
  const purge = (): void => {
    disk.purge(snapshotsKept).catch(() => undefined);
  };
  purge();
  // A timer of Node's ends at 24 days: hours are counted.
  let hours = 0;
  const timer = setInterval(() => {
    hours += 1;
    if (hours % everyHours === 0) purge();
  }, HOUR_MILLIS);
  return () => {
    clearInterval(timer);
  };
}
