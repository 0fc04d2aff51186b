// A snapshot that comes in pieces, for disks that keep it as one: they hold it until its last one.

import { assert } from '../base/assert.ts';
import type { DiskOutput } from './boundary.ts';

type Piece = DiskOutput & { readonly kind: 'snapshotPiece' };

/** The pieces with this one: behind those before it, or alone if it begins another snapshot. */
export function addPiece(pieces: readonly Uint8Array[], { offset, bytes }: Piece): Uint8Array[] {
  if (offset === 0) return [bytes];
  assert(lengthOf(pieces) === offset, 'a piece begins where the last one ended');
  return [...pieces, bytes];
}

export function joinPieces(pieces: readonly Uint8Array[]): Uint8Array {
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1) return first;
  const whole = new Uint8Array(lengthOf(pieces));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const lengthOf = (pieces: readonly Uint8Array[]): number =>
  pieces.reduce((sum, { length }) => sum + length, 0);
