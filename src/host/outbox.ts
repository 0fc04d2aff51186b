// Bytes of one turn on their way to the links: all packets to a link leave in as few sends as the
// largest piece allows, because a message costs a channel more than its bytes do.

import type { LinkId } from '../vocabulary/ids.ts';
import { joinPieces } from '../vocabulary/pieces.ts';
import type { Network } from './ports.ts';

/** One send: what a data channel takes in one message everywhere. */
export const SEND_BYTES_MAX = 64 * 1024;

export interface Outbox {
  waiting: Map<LinkId, Uint8Array[]>;
}

export const makeOutbox = (): Outbox => ({ waiting: new Map() });

export function putOut(outbox: Outbox, link: LinkId, bytes: Uint8Array): void {
  const waiting = outbox.waiting.get(link);
  if (waiting === undefined) outbox.waiting.set(link, [bytes]);
  else waiting.push(bytes);
}

/** Sends what waits for `link`, in order, in pieces of at most SEND_BYTES_MAX. What is larger than one is not copied:
 *  a SNAP may be as large as the tree. */
export function flushLink(outbox: Outbox, link: LinkId, network: Network): void {
  const waiting = outbox.waiting.get(link);
  if (waiting === undefined) return;
  outbox.waiting.delete(link);
  let small: Uint8Array[] = [];
  const sendSmall = (): void => {
    sendCut(network, link, joinPieces(small));
    small = [];
  };
  for (const piece of waiting) {
    if (piece.length <= SEND_BYTES_MAX) small.push(piece);
    else {
      sendSmall();
      sendCut(network, link, piece);
    }
  }
  sendSmall();
}

function sendCut(network: Network, link: LinkId, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += SEND_BYTES_MAX) {
    network.send(link, bytes.subarray(at, at + SEND_BYTES_MAX));
  }
}
