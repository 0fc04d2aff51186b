// The stored ephemeralOwner: eight bytes that say what kind of node it is (EphemeralType). 0 is a
// persistent node, LONG_MIN a container, a top byte of 0xff a TTL node with its milliseconds in the low
// five bytes, everything else the session that owns an ephemeral node.

import { NO_SESSION, sessionId } from '../vocabulary/ids.ts';
import type { SessionId } from '../vocabulary/ids.ts';

export type NodeKind = 'persistent' | 'ephemeral' | 'container' | 'ttl';

export const OWNER_PERSISTENT = 0n;
export const OWNER_CONTAINER = -0x8000_0000_0000_0000n;

/** The longest time to live that the low five bytes hold. */
export const TTL_MILLIS_MAX = 0xff_ffff_ffffn;

const TTL_TAG = 0xffn;
const TAG_SHIFT = 56n;

export function kindOfOwner(owner: bigint): NodeKind {
  if (owner === OWNER_PERSISTENT) return 'persistent';
  if (owner === OWNER_CONTAINER) return 'container';
  return BigInt.asUintN(64, owner) >> TAG_SHIFT === TTL_TAG ? 'ttl' : 'ephemeral';
}

/** The stored owner of a TTL node. `ttlMillis` is 1 .. {@link TTL_MILLIS_MAX}. */
export const ownerOfTtl = (ttlMillis: bigint): bigint =>
  BigInt.asIntN(64, (TTL_TAG << TAG_SHIFT) | (ttlMillis & TTL_MILLIS_MAX));

export const ttlMillisOf = (owner: bigint): bigint => owner & TTL_MILLIS_MAX;

/** The owner as clients see it: the session of an ephemeral node, else 0. */
export const sessionOfOwner = (owner: bigint): SessionId =>
  kindOfOwner(owner) === 'ephemeral' ? sessionId(owner) : NO_SESSION;
