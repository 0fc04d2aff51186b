// A write that goes past a quota (ZooKeeperServer.checkQuota): refused where the limit is a hard one and hard limits
// are obeyed. Whoever wants to hear of it hears what was refused for it, and what is done in spite of it: a soft
// limit is for people alone.

import { quotaExcess, type QuotaExcess } from '../tree/quota.ts';
import type { Tree } from '../tree/tree.ts';

export interface QuotaExceeded extends QuotaExcess {
  readonly path: string;
  readonly refused: boolean;
}

interface QuotaDesk {
  readonly tree: Tree;
  readonly rules: { readonly enforceQuota: boolean };
  /** Is told of every limit that a write goes past, or would go past if it were not refused for that. */
  readonly onQuotaExceeded?: (exceeded: QuotaExceeded) => void;
}

/** Is the write refused for it? One that is refused for something else, `isDone` false, goes past nothing. */
export function breaksQuota(
  desk: QuotaDesk,
  path: string,
  count: number,
  bytes: number,
  isDone = true,
): boolean {
  const excess = quotaExcess(desk.tree, path, count, bytes);
  if (excess === null) return false;
  const refused = excess.isHard && desk.rules.enforceQuota;
  if (isDone || refused) desk.onQuotaExceeded?.({ ...excess, path, refused });
  return refused;
}

/** For the parts of a multi: what is found out at `inside` is told when it is known whether all of it is done. */
export function holdingBack<Desk extends QuotaDesk>(
  desk: Desk,
): { readonly inside: Desk; readonly tell: (isDone: boolean) => void } {
  const found: QuotaExceeded[] = [];
  const inside = { ...desk, onQuotaExceeded: (exceeded: QuotaExceeded) => found.push(exceeded) };
  const tell = (isDone: boolean): void => {
    for (const each of found) if (isDone || each.refused) desk.onQuotaExceeded?.(each);
  };
  return { inside, tell };
}
