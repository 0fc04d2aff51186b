// The quorum links of a server: what has arrived of each and is no packet yet, and how much may wait to be sent.

import { makePacketStream } from '../jute/quorum.ts';
import type { ServerId } from '../vocabulary/ids.ts';
import type { QuorumPacket } from '../vocabulary/packet.ts';

/** Bytes a link may hold back before it is given up; a synchronization on its way adds its own size, and so does the
 *  largest packet. */
const LINK_BUFFER_BYTES_MAX = 32 * 1024 * 1024;

export interface QuorumLink {
  readonly peer: ServerId | null;
  readonly stream: ReturnType<typeof makePacketStream>;
  bufferBytesMax: number;
  /** A whole synchronization was put out since the last flush: a SNAP, or all that a DIFF has, leaves at once. */
  carriesSync: boolean;
}

export const newQuorumLink = (peer: ServerId | null): QuorumLink => ({
  ...{ peer, stream: makePacketStream(), carriesSync: false },
  bufferBytesMax: LINK_BUFFER_BYTES_MAX,
});

/** Notes what is put out: the largest packet has room beside the others. */
export function noteSent(link: QuorumLink, packet: QuorumPacket): void {
  // Behind all that the learner lacks.
  if (packet.snapshot !== null || packet.type === 'NEWLEADER') link.carriesSync = true;
  const room = LINK_BUFFER_BYTES_MAX + (packet.data?.length ?? 0);
  link.bufferBytesMax = Math.max(link.bufferBytesMax, room);
}

/** Why a link with so many bytes that wait to be sent has to be closed; null where it may stay. */
export function excessOf(link: QuorumLink, waiting: number): string | null {
  if (link.carriesSync) link.bufferBytesMax = waiting + LINK_BUFFER_BYTES_MAX;
  link.carriesSync = false;
  const bound = link.bufferBytesMax;
  return waiting > bound ? `more than ${String(bound)} bytes wait to be sent` : null;
}
