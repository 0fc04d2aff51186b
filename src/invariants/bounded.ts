// Maps and ascending lists that forget their oldest part, so that a page may stay open for as long as it
// likes.

import type { Zxid } from '../vocabulary/zxid.ts';

/** Sets it as the newest; the oldest beyond `max` go. */
export function remember<Key, Value>(
  map: Map<Key, Value>,
  key: Key,
  value: Value,
  max: number,
): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= max) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    break;
  }
}

/** How many of the ascending list are below: where it stands, or would stand. */
export function placeOf(ascending: readonly Zxid[], zxid: Zxid): number {
  const last = ascending.at(-1);
  if (last === undefined || last < zxid) return ascending.length;
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? zxid) < zxid) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Puts it in its place, once. Gives what had to go: the smaller half, where there were too many. */
export function insert(ascending: Zxid[], zxid: Zxid, max: number): Zxid[] {
  const at = placeOf(ascending, zxid);
  if (ascending[at] !== zxid) ascending.splice(at, 0, zxid);
  return ascending.length > max ? ascending.splice(0, max >> 1) : [];
}
