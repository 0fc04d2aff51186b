// Quotas (Quotas, StatsTrack and the quota parts of DataTree): a node /zookeeper/quota/<path>/zookeeper_limits
// puts <path> and all below it under one, zookeeper_stats beside it is kept up to date by every server for
// itself. That is no transaction: versions, zxids and watches know nothing of it. Only the nearest quota
// counts. Whether a limit is enforced, the leader decides.

import { decodeUtf8, encodeUtf8 } from '../base/utf8.ts';
import { nameOf, parentOf, ROOT } from './path.ts';
import { getNode, replaceData, type Tree } from './znodes.ts';

const QUOTA_ROOT = '/zookeeper/quota';
const LIMITS = 'zookeeper_limits';
const STATS = 'zookeeper_stats';

/** The text of such a node; -1 is none. */
export interface QuotaText {
  readonly count: number;
  readonly bytes: number;
  readonly countHardLimit: number;
  readonly byteHardLimit: number;
}

/** The keys and numbers of `count=5,bytes=-1=;byteHardLimit=9`, or null for text that has none. */
export function parseQuota(data: Uint8Array | null): QuotaText | null {
  const values = new Map<string, number>();
  for (const pair of decodeUtf8(data ?? new Uint8Array(0)).split(/[,;]+/)) {
    if (pair === '') continue;
    const [key = '', value = ''] = pair.split('=');
    const number = value === '' ? -1 : Number(value);
    if (!Number.isSafeInteger(number)) return null;
    values.set(key, number);
  }
  const of = (key: keyof QuotaText): number => values.get(key) ?? -1;
  const [countHardLimit, byteHardLimit] = [of('countHardLimit'), of('byteHardLimit')];
  return { count: of('count'), bytes: of('bytes'), countHardLimit, byteHardLimit };
}

/** The path that a node below /zookeeper/quota speaks of, or null. */
function subjectOf(path: string, name: string): string | null {
  if (nameOf(path) !== name || !path.startsWith(`${QUOTA_ROOT}/`)) return null;
  const subject = parentOf(path).slice(QUOTA_ROOT.length);
  return subject === '' ? null : subject;
}

/** The nearest path at or above this one that has a quota. The root has none. */
function quotaPathOf(tree: Tree, path: string): string | null {
  if (tree.quotas.size === 0) return null;
  for (let at = path; at !== ROOT && at.includes('/'); at = parentOf(at)) {
    if (tree.quotas.has(at)) return at;
  }
  return null;
}

/** After a node was created. */
export function quotaOnCreate(tree: Tree, path: string, data: Uint8Array | null): void {
  const limited = subjectOf(path, LIMITS);
  if (limited !== null) tree.quotas.add(limited);
  const counted = subjectOf(path, STATS);
  if (counted !== null) countAfresh(tree, counted);
  addUsage(tree, path, 1, data?.length ?? 0);
}

/** After a node was deleted that had this data. */
export function quotaOnDelete(tree: Tree, path: string, data: Uint8Array | null): void {
  const limited = subjectOf(path, LIMITS);
  if (limited !== null) tree.quotas.delete(limited);
  addUsage(tree, path, -1, -(data?.length ?? 0));
}

/** After the data of a node changed. */
export function quotaOnSetData(
  tree: Tree,
  path: string,
  before: Uint8Array | null,
  after: Uint8Array | null,
): void {
  addUsage(tree, path, 0, (after?.length ?? 0) - (before?.length ?? 0));
}

function addUsage(tree: Tree, path: string, count: number, bytes: number): void {
  const subject = quotaPathOf(tree, path);
  if (subject === null) return;
  const usage = parseQuota(getNode(tree, `${QUOTA_ROOT}${subject}/${STATS}`)?.data ?? null);
  if (usage !== null) write(tree, subject, usage.count + count, usage.bytes + bytes);
}

function countAfresh(tree: Tree, subject: string): void {
  let [count, bytes] = [0, 0];
  const waiting = [subject];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const node = getNode(tree, path);
    if (node === null) continue;
    count += 1;
    bytes += node.data?.length ?? 0;
    for (const child of node.children ?? []) waiting.push(child);
  }
  write(tree, subject, count, bytes);
}

function write(tree: Tree, subject: string, count: number, bytes: number): void {
  const path = `${QUOTA_ROOT}${subject}/${STATS}`;
  const node = getNode(tree, path);
  if (node === null) return;
  replaceData(tree, path, node, encodeUtf8(`count=${String(count)},bytes=${String(bytes)}`));
}

/** A tree that comes from a snapshot: its quotas are found and counted again. */
export function setUpQuotas(tree: Tree): void {
  const waiting = [QUOTA_ROOT];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const node = getNode(tree, path);
    const subject = subjectOf(path, LIMITS);
    if (subject !== null && (node?.children?.size ?? 0) === 0) {
      tree.quotas.add(subject);
      countAfresh(tree, subject);
    }
    for (const child of node?.children ?? []) waiting.push(child);
  }
}

/** A limit that a change would go past. One that is not hard only is for people to hear of. */
export interface QuotaExcess {
  /** The path that has the quota. */
  readonly subject: string;
  readonly what: 'count' | 'bytes';
  readonly limit: number;
  /** What it would come to. */
  readonly value: number;
  readonly isHard: boolean;
}

/** Would `count` nodes and `bytes` more go past a limit? A hard limit takes the place of the other one, and is
 *  told before it. Judged by what is applied, as Apache does: what is on the way can go past it. */
export function quotaExcess(
  tree: Tree,
  path: string,
  count: number,
  bytes: number,
): QuotaExcess | null {
  const subject = quotaPathOf(tree, path);
  if (subject === null) return null;
  const limits = parseQuota(getNode(tree, `${QUOTA_ROOT}${subject}/${LIMITS}`)?.data ?? null);
  const stats = getNode(tree, `${QUOTA_ROOT}${subject}/${STATS}`);
  const usage = parseQuota(stats?.data ?? null);
  if (limits === null || stats === null || usage === null) return null;
  const excess = (what: 'count' | 'bytes', more: number, hard: number): QuotaExcess | null => {
    const isHard = hard > -1;
    const limit = isHard ? hard : limits[what];
    const value = usage[what] + more;
    if (more === 0 || limit < 0 || value <= limit) return null;
    return { subject, what, limit, value, isHard };
  };
  const ofCount = excess('count', count, limits.countHardLimit);
  const ofBytes = excess('bytes', bytes, limits.byteHardLimit);
  return ofCount?.isHard !== true && ofBytes?.isHard === true ? ofBytes : (ofCount ?? ofBytes);
}
