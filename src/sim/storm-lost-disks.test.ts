// Storms that lose more disks than a quorum can spare: then nobody may serve, whatever comes back.

import { expect, it } from 'vitest';
import { quorumSize } from '../vocabulary/ensemble.ts';
import { runStorm } from './storm.ts';
import { trustedCount, type FaultKind } from './strikes.ts';

const KINDS: readonly FaultKind[] = [
  ...(['wipeAnyDisk', 'wipeAnyDisk', 'crash', 'crashAll', 'isolate', 'freeze', 'cutWay'] as const),
];
const STORMS = 40;

it('too few trusted disks: halted and never forked; enough: served', { timeout: 120_000 }, () => {
  const broken: string[] = [];
  let halted = 0;
  for (let seed = 1; seed <= STORMS; seed += 1) {
    const { world, violations } = runStorm(seed, { kinds: KINDS, stormMillis: 1_500 });
    if (trustedCount(world) < quorumSize(world.ensemble)) halted += 1;
    for (const { rule, says } of violations) broken.push(`seed ${String(seed)}: ${rule}: ${says}`);
  }
  expect(broken).toEqual([]);
  expect(halted).toBeGreaterThan(3);
  expect(STORMS - halted).toBeGreaterThan(3);
});
