// Bytes of one turn on their way to the links: all packets to a link leave in as few sends as the
// largest piece allows, because a message costs a channel more than its bytes do.

import type { LinkId } from '../vocabulary/ids.ts';
import type { Network } from './ports.ts';

/** One send: what a data channel takes in one message everywhere. */
export const SEND_BYTES_MAX = 64 * 1024;
/** Bytes a link may hold back before it is given up; a SNAP on its way adds its own size. */
export const LINK_BUFFER_BYTES_MAX = 32 * 1024 * 1024;

interface Waiting {
  pieces: Uint8Array[];
  bytes: number;
}

export interface Outbox {
  waiting: Map<LinkId, Waiting>;
}

export const makeOutbox = (): Outbox => ({ waiting: new Map() });

export function putOut(outbox: Outbox, link: LinkId, bytes: Uint8Array): void {
  let waiting = outbox.waiting.get(link);
  if (waiting === undefined) {
    waiting = { pieces: [], bytes: 0 };
    outbox.waiting.set(link, waiting);
  }
  waiting.pieces.push(bytes);
  waiting.bytes += bytes.length;
}

/** Sends what waits for `link`, in order, in pieces of at most SEND_BYTES_MAX. */
export function flushLink(outbox: Outbox, link: LinkId, network: Network): void {
  const waiting = outbox.waiting.get(link);
  if (waiting === undefined) return;
  outbox.waiting.delete(link);
  const [first] = waiting.pieces;
  const whole = waiting.pieces.length === 1 && first !== undefined ? first : join(waiting);
  for (let at = 0; at < whole.length; at += SEND_BYTES_MAX) {
    network.send(link, whole.subarray(at, at + SEND_BYTES_MAX));
  }
}

function join(waiting: Waiting): Uint8Array {
  const whole = new Uint8Array(waiting.bytes);
  let at = 0;
  for (const piece of waiting.pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
