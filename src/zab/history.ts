// The history as memory holds it: a window of numbered entries with marks for what is on its way to
// the disk, durable, committed and applied. Positions are absolute counts, so trimming moves nothing.
// Invariant: first <= applied <= min(committed, durable), durable <= issued <= end.

import { assert } from '../base/assert.ts';
import type { LogEntry } from '../vocabulary/transaction.ts';
import { follows, type Zxid } from '../vocabulary/zxid.ts';

export interface History {
  /** entries[0] stands at position `first`. */
  entries: LogEntry[];
  first: number;
  /** The zxid directly before entries[0]: of a snapshot, or of an entry that was trimmed. */
  floor: Zxid;
  /** One past the last entry the disk was asked to write, has written, ... */
  issued: number;
  durable: number;
  committed: number;
  applied: number;
}

/** A recovered history: all of it durable, nothing above the snapshot applied. */
export function makeHistory(floor: Zxid, log: readonly LogEntry[]): History {
  const history: History = {
    entries: [],
    first: 0,
    floor,
    issued: 0,
    durable: 0,
    committed: 0,
    applied: 0,
  };
  for (const entry of log) appendEntry(history, entry);
  history.issued = log.length;
  history.durable = log.length;
  return history;
}

export const endOf = (history: History): number => history.first + history.entries.length;

/** The zxid of the entry before position `end`. */
export function zxidBefore(history: History, end: number): Zxid {
  if (end === history.first) return history.floor;
  const entry = history.entries[end - 1 - history.first];
  assert(entry !== undefined, 'a mark of the history stands inside its window');
  return entry.zxid;
}

export const lastLogged = (history: History): Zxid => zxidBefore(history, endOf(history));
export const lastDurable = (history: History): Zxid => zxidBefore(history, history.durable);
export const lastCommitted = (history: History): Zxid => zxidBefore(history, history.committed);
export const lastApplied = (history: History): Zxid => zxidBefore(history, history.applied);

export function entryAt(history: History, position: number): LogEntry {
  const entry = history.entries[position - history.first];
  assert(entry !== undefined, 'a position of the history stands inside its window');
  return entry;
}

/** The position of the first entry above `zxid` (so one past the entry `zxid` itself, if there). */
export function positionAfter(history: History, zxid: Zxid): number {
  let low = 0;
  let high = history.entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = history.entries[middle];
    if (entry !== undefined && entry.zxid <= zxid) low = middle + 1;
    else high = middle;
  }
  return history.first + low;
}

/** Adds to the end. The history never has a hole (R7). */
export function appendEntry(history: History, entry: LogEntry): void {
  assert(follows(lastLogged(history), entry.zxid), 'a history has no holes (Z14)');
  history.entries.push(entry);
}

/** Forgets everything from `end` on and says what it was. */
export function cutHistory(history: History, end: number): Zxid[] {
  assert(end >= history.applied, 'nothing applied is ever cut off (Z9)');
  const removed = history.entries.slice(end - history.first).map((entry) => entry.zxid);
  history.entries.length = end - history.first;
  history.issued = Math.min(history.issued, end);
  history.durable = Math.min(history.durable, end);
  history.committed = Math.min(history.committed, end);
  return removed;
}

/** Begins anew at a snapshot: positions go on counting. */
export function replaceHistory(history: History, floor: Zxid): void {
  const position = endOf(history);
  history.entries = [];
  history.first = position;
  history.floor = floor;
  history.issued = position;
  history.durable = position;
  history.committed = position;
  history.applied = position;
}

/** Keeps about `keep` applied entries, and all from `needed` on; the cost is spread over as many appends. */
export function trimHistory(history: History, keep: number, needed = Infinity): void {
  const applied = Math.min(history.applied, needed) - history.first;
  if (applied < keep * 2) return;
  const drop = applied - keep;
  history.floor = zxidBefore(history, history.first + drop);
  history.entries.splice(0, drop);
  history.first += drop;
}
