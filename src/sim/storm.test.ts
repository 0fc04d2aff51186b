// Batches of storms as tests: every seed must end without a breach, and a whole batch must have seen
// what storms are for, or it proves nothing. STORMS=100 runs so many in all instead of one batch.

import { describe, expect, it } from 'vitest';
import type { TraceEvent } from '../vocabulary/trace.ts';
import { runStorm } from './storm.ts';

/** Seen in each whole batch, else the faults have become too tame. */
const MARKS: readonly string[] = [
  ...(['sync DIFF', 'sync TRUNC', 'sync SNAP', 'sessionExpired', 'historyTruncated'] as const),
  ...(['snapshotTaken', 'snapshotInstalled', 'learnerCutOff', 'sessionResumed'] as const),
  ...(['left quorumLost', 'left leaderSilent', 'left leaderLinkClosed'] as const),
  ...(['left trustRegained', 'diskFailed', 'serverHalted'] as const),
];

const BATCH = 250;
const STORMS = Number(process.env['STORMS'] ?? BATCH);

describe('storms', () => {
  for (let from = 0; from < STORMS; from += BATCH) {
    const last = Math.min(from + BATCH, STORMS);
    const seeds = `seeds ${String(from + 1)} to ${String(last)}`;
    it(`${seeds}: nothing is lost, all agree in the end`, { timeout: 600_000 }, () => {
      runBatch(from + 1, last - from);
    });
  }
});

function runBatch(first: number, count: number): void {
  const marks = new Set<string>();
  const broken: string[] = [];
  let committed = 0;
  for (let seed = first; seed < first + count; seed += 1) {
    const result = runStorm(seed);
    committed += result.committed;
    for (const observation of result.world.observations) {
      if (observation.at === 'server' && observation.what.kind === 'traced') {
        marks.add(markOf(observation.what.event));
      }
    }
    for (const { rule, millis, says } of result.violations) {
      const again = `npm run sim -- --seed ${String(seed)} --print`;
      broken.push(`${again}: ${rule}, ${String(millis)} ms: ${says}`);
    }
  }
  expect(broken).toEqual([]);
  expect(committed).toBeGreaterThan(count * 20);
  if (count === BATCH) expect(MARKS.filter((mark) => !marks.has(mark))).toEqual([]);
}

function markOf(event: TraceEvent): string {
  if (event.kind === 'syncDecided') return `sync ${event.mode}`;
  if (event.kind === 'roleChanged') return `left ${event.reason}`;
  return event.kind;
}
