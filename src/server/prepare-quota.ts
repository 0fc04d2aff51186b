// A write that goes past a quota (ZooKeeperServer.checkQuota): refused where the limit is a hard one and hard limits
// are obeyed. Whoever wants to hear of it does so in any case: a soft limit is for people alone.

import { quotaExcess, type QuotaExcess } from '../tree/quota.ts';
import type { Tree } from '../tree/tree.ts';

export interface QuotaExceeded extends QuotaExcess {
  readonly path: string;
  readonly refused: boolean;
}

interface QuotaDesk {
  readonly tree: Tree;
  readonly rules: { readonly enforceQuota: boolean };
  /** Is told of every limit that a write goes past, or would go past if it were not refused. */
  readonly onQuotaExceeded?: (exceeded: QuotaExceeded) => void;
}

export function breaksQuota(desk: QuotaDesk, path: string, count: number, bytes: number): boolean {
  const excess = quotaExcess(desk.tree, path, count, bytes);
  if (excess === null) return false;
  const refused = excess.isHard && desk.rules.enforceQuota;
  desk.onQuotaExceeded?.({ ...excess, path, refused });
  return refused;
}
