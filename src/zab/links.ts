// Sending on quorum links, with the trace of every packet that crosses.

import type { LinkId, ServerId } from '../vocabulary/ids.ts';
import type { PacketName, QuorumPacket } from '../vocabulary/packet.ts';
import { zxidOf, type Zxid } from '../vocabulary/zxid.ts';
import { trace, type PeerContext, type PeerState } from './state.ts';

/** type, zxid, data length, identity count: what every packet has on the wire. */
const PACKET_BYTES_MIN = 4 + 8 + 4 + 4;
/** The signature behind a SNAP's tree: a length and "BenWasHere". */
const SIGNATURE_BYTES = 14;

/** The zxid of packets that have none. */
export const NO_ZXID = zxidOf(-1n);

export interface Receiver {
  readonly link: LinkId;
  readonly server: ServerId | null;
}

export function makePacket(
  type: PacketName,
  zxid: Zxid,
  data: Uint8Array | null = null,
): QuorumPacket {
  return { type, zxid, data, authinfo: null, snapshot: null };
}

export function sendPacket(ctx: PeerContext, to: Receiver, packet: QuorumPacket): void {
  ctx.emit({ kind: 'sendPacket', link: to.link, packet });
  const { type, zxid } = packet;
  const bytes = packetBytes(packet);
  trace(ctx, { kind: 'packetSent', peer: to.server, type, zxid, bytes }, packet);
}

export function hangUp(ctx: PeerContext, link: LinkId, reason: string): void {
  ctx.emit({ kind: 'hangUp', link, reason });
}

/** The size on the wire. */
export function packetBytes(packet: QuorumPacket): number {
  let bytes = PACKET_BYTES_MIN + (packet.data?.length ?? 0);
  if (packet.snapshot !== null) bytes += packet.snapshot.length + SIGNATURE_BYTES;
  for (const identity of packet.authinfo ?? []) {
    bytes += 8 + identity.scheme.length + identity.id.length;
  }
  return bytes;
}

/** The server behind a link, if it is known already. */
export function serverOf(peer: PeerState, link: LinkId): ServerId | null {
  const learner = peer.leading?.learners.get(link);
  if (learner !== undefined) return learner.server ?? learner.peer;
  if (peer.learning?.link === link) return peer.learning.leader;
  return peer.parked.get(link)?.peer ?? null;
}
