// Bodies that are almost a request: cut off, with bytes too many, with lengths that lie.

import { nextBelow, type Random } from '../../base/random.ts';
import { makeReader, readInt } from '../../jute/reader.ts';
import type { Request, RequestKind } from '../../vocabulary/request.ts';
import { pick } from './values.ts';

const STARTS_WITH_TEXT: ReadonlySet<RequestKind> = new Set<RequestKind>([
  ...(['create', 'create2', 'createContainer', 'delete', 'setData', 'getACL'] as const),
  ...(['setACL', 'sync', 'getAllChildrenNumber', 'getEphemerals', 'addWatch'] as const),
  ...([
    'exists',
    'getData',
    'getChildren',
    'getChildren2',
    'checkWatches',
    'removeWatches',
  ] as const),
]);

/** Apache's servers look at the flags of a create before they miss its path. */
const GOOD_FLAGS: ReadonlySet<number> = new Set([0, 1, 2, 3, 4]);

export function mutated(
  random: Random,
  request: Request,
  body: Uint8Array,
): { readonly bytes: Uint8Array; readonly how: string } {
  // An Apache server that cannot read a reconfig never answers it.
  const ways = request.kind === 'reconfig' ? [longer] : [cut, longer];
  if (STARTS_WITH_TEXT.has(request.kind)) {
    ways.push(lyingLength);
    const flags = 'flags' in request ? request.flags : 0;
    // An Apache server that watches null cannot close that connection any more.
    if (GOOD_FLAGS.has(flags) && request.kind !== 'addWatch') ways.push(withoutText);
  }
  return pick(random, ways)(random, body);
}

type Mutated = ReturnType<typeof mutated>;

function cut(random: Random, body: Uint8Array): Mutated {
  const bytes = body.slice(0, nextBelow(random, Math.max(body.length, 1)));
  return { bytes, how: `cut to ${String(bytes.length)} bytes` };
}

function longer(random: Random, body: Uint8Array): Mutated {
  const bytes = new Uint8Array(body.length + 1 + nextBelow(random, 9)).fill(7);
  bytes.set(body);
  return { bytes, how: `with ${String(bytes.length - body.length)} bytes too many` };
}

/** Its first text is null. */
function withoutText(_random: Random, body: Uint8Array): Mutated {
  const length = readInt(makeReader(body));
  const bytes = new Uint8Array(body.length - length);
  bytes.set([255, 255, 255, 255]);
  bytes.set(body.subarray(4 + length), 4);
  return { bytes, how: 'with null for its path' };
}

function lyingLength(random: Random, body: Uint8Array): Mutated {
  const length = pick(random, [-2, 0x7fff_ffff, 0x10_0000, 70_000_000, -0x8000_0000]);
  const bytes = body.slice();
  new DataView(bytes.buffer).setInt32(0, length);
  return { bytes, how: `with a length of ${String(length)}` };
}
