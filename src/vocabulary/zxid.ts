// The zxid: epoch in the upper 32 bits, counter in the lower 32. A bigint, because it travels as a
// signed 64-bit number and a session id beside it needs all the bits; nobody else looks inside.

export type Zxid = bigint & { readonly brand: 'Zxid' };

export const ZXID_ZERO = 0n as Zxid;
export const COUNTER_MAX = 0xffff_ffff;

const COUNTER_BITS = 32n;
const COUNTER_MASK = 0xffff_ffffn;

/** The zxid that these 64 bits are, read as a signed number. */
export const zxidOf = (bits: bigint): Zxid => BigInt.asIntN(64, bits) as Zxid;

export function makeZxid(epoch: number, counter: number): Zxid {
  return ((BigInt(epoch) << COUNTER_BITS) | BigInt(counter)) as Zxid;
}

export const epochOf = (zxid: Zxid): number => Number(zxid >> COUNTER_BITS);

export const counterOf = (zxid: Zxid): number => Number(zxid & COUNTER_MASK);

/** The next zxid of the same epoch. The caller has checked the counter against COUNTER_MAX. */
export const nextZxid = (zxid: Zxid): Zxid => (zxid + 1n) as Zxid;

/** True if `next` may stand directly after `previous` in a history: the next counter, or the first
 *  transaction of a later epoch. */
export function follows(previous: Zxid, next: Zxid): boolean {
  if (epochOf(next) === epochOf(previous)) return next === previous + 1n;
  return epochOf(next) > epochOf(previous) && counterOf(next) === 1;
}

export const zxidMax = (a: Zxid, b: Zxid): Zxid => (a > b ? a : b);

/** As ZooKeeper prints zxids: 0x and lower-case hex. */
export const formatZxid = (zxid: Zxid): string => `0x${BigInt.asUintN(64, zxid).toString(16)}`;
