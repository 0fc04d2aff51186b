// Worlds that are broken on purpose: switches that break one promise each, from outside of the engine,
// by what its disk, its links and its clients' connections do. The engine itself has no such switch, so
// no tab and no edge can ever be given one.

import { encodePacket } from '../jute/quorum.ts';
import { decodeConnectRequest, encodeConnectRequest } from '../jute/client.ts';
import type { QuorumPacket } from '../vocabulary/packet.ts';
import { XID } from '../vocabulary/request.ts';
import type { RuleName } from '../vocabulary/steps.ts';
import { ZXID_ZERO } from '../vocabulary/zxid.ts';
import type { World } from './world.ts';

/** How long a disk that lies really takes: long enough for a crash in between to be seen. */
const LYING_DISK_MILLIS = 400;
/** How long a watch event is held back. */
const HELD_WATCH_MILLIS = 200;

/** Turns one rule off or on again in this world. `broken` is the set of all that are off after it. */
export function breakRule(world: World, rule: RuleName, broken: ReadonlySet<RuleName>): void {
  switch (rule) {
    case 'ackBeforeDisk':
      for (const { disk } of world.seats.values()) {
        const lies = broken.has(rule);
        disk.behaviour.answersEarly = lies;
        const [min, max] = lies ? [LYING_DISK_MILLIS, LYING_DISK_MILLIS] : world.diskMillis;
        disk.behaviour.latencyMillisMin = min;
        disk.behaviour.latencyMillisMax = max;
      }
      break;
    case 'forgetTruncation':
      for (const { disk } of world.seats.values()) {
        disk.behaviour.forgetsTruncations = broken.has(rule);
      }
      break;
    case 'commitWithProposal':
      world.filterPackets(broken.has(rule) ? commitsAtOnce : unchanged, encodePacket);
      break;
    case 'dataBeforeWatch':
      world.doors.holdBack = broken.has(rule) ? holdWatchEvents : null;
      break;
    case 'forgetLastZxidSeen':
      world.doors.rewrite = broken.has(rule) ? forgetLastZxidSeen : null;
      break;
  }
}

const unchanged = (_from: number, _to: number, packet: QuorumPacket): readonly QuorumPacket[] => [
  packet,
];

const commitsAtOnce = (
  _from: number,
  _to: number,
  packet: QuorumPacket,
): readonly QuorumPacket[] => {
  if (packet.type === 'COMMIT') return [];
  if (packet.type !== 'PROPOSAL') return [packet];
  return [packet, { ...packet, type: 'COMMIT', data: null }];
};

/** A reply begins with its xid. */
const holdWatchEvents = (frame: Uint8Array): number => {
  const xid = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getInt32(0);
  return xid === XID.notification ? HELD_WATCH_MILLIS : 0;
};

const forgetLastZxidSeen = (frame: Uint8Array): Uint8Array =>
  encodeConnectRequest({ ...decodeConnectRequest(frame), lastZxidSeen: ZXID_ZERO });
