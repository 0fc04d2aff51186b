// Worlds that are broken on purpose: switches that break one promise each, from outside of the engine,
// by what its disk, its links and its clients' connections do, or by a hand in its memory. The engine
// itself has no such switch, so no tab and no edge can ever be given one.

import {
  BALLOT_BYTES_MAX,
  decodeBallot,
  encodeBallot,
  frame,
  makeFrameStream,
  pushFrameBytes,
} from '../jute/election.ts';
import { encodePacket } from '../jute/quorum.ts';
import { decodeConnectRequest, encodeConnectRequest } from '../jute/client.ts';
import { namesNobody, type QuorumPacket } from '../vocabulary/packet.ts';
import { XID } from '../vocabulary/request.ts';
import type { RuleName } from '../vocabulary/steps.ts';
import { ZXID_ZERO } from '../vocabulary/zxid.ts';
import { tellEarly } from './early-watches.ts';
import type { Attendant, Meddler } from './seat.ts';
import type { Arrival } from './virtual-network.ts';
import type { World } from './world.ts';

/** How long a disk that lies really takes: long enough for a crash in between to be seen. */
const LYING_DISK_MILLIS = 400;
/** How long a watch event is held back. */
const HELD_WATCH_MILLIS = 200;
/** How many servers fewer than a majority are enough. */
export const SMALL_QUORUM_LESS = 1;

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
    case 'commitOnFirstAck':
      for (const seat of world.seats.values()) {
        seat.attendant = broken.has(rule) ? firstAckIsEnough : null;
      }
      break;
    case 'watchBeforeApply':
      world.onDurable = broken.has(rule) ? tellEarly(world) : null;
      break;
    case 'dataBeforeWatch':
      world.doors.holdBack = broken.has(rule) ? holdWatchEvents : null;
      break;
    case 'forgetLastZxidSeen':
      world.doors.rewrite = broken.has(rule) ? forgetLastZxidSeen : null;
      break;
    case 'votesWithoutZxid':
      world.network.arrival = broken.has(rule) ? zxidsOfTheReader(world) : null;
      break;
    case 'smallQuorum':
      for (const seat of world.seats.values()) {
        seat.meddle(needsLess(broken.has(rule) ? SMALL_QUORUM_LESS : 0));
      }
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

/** Every vote reaches a server with the zxid of that server's own: epoch and id are what is left to
 *  compare, and votes for one leader are still the same vote. A host sends a ballot in one piece. */
const zxidsOfTheReader =
  (world: World): Arrival =>
  ({ purpose, socket }, bytes) => {
    const zxid = world.view(socket.server)?.lastLogged;
    if (purpose !== 'election' || zxid === undefined) return bytes;
    const [ballot] = pushFrameBytes(makeFrameStream(BALLOT_BYTES_MAX), bytes).map(decodeBallot);
    if (ballot === undefined || namesNobody(ballot.vote)) return bytes;
    return frame(encodeBallot({ ...ballot, vote: { ...ballot.vote, zxid } }));
  };

/** Whom the servers count stays; how many of them are enough does not. */
const needsLess =
  (less: number): Meddler =>
  ({ peer }) => {
    peer.quorums = peer.quorums.map((quorum) => {
      const majority = Math.floor(quorum.voters.size / 2) + 1;
      return { ...quorum, size: Math.max(1, majority - less) };
    });
    peer.quorum = Math.max(...peer.quorums.map(({ size }) => size));
  };

/** While a leader counts what is on disk, one is enough; for everything else a majority is needed still. */
const firstAckIsEnough: Attendant = ({ peer }, takeIn) => {
  const { quorums, quorum } = peer;
  if (peer.leading?.established !== true) {
    takeIn();
    return;
  }
  const single = quorums.map((one) => ({ ...one, size: 1 }));
  peer.quorums = single;
  peer.quorum = 1;
  takeIn();
  // Another configuration has its own quorums.
  if (peer.quorums !== single) return;
  peer.quorums = quorums;
  peer.quorum = quorum;
};

const forgetLastZxidSeen = (frame: Uint8Array): Uint8Array =>
  encodeConnectRequest({ ...decodeConnectRequest(frame), lastZxidSeen: ZXID_ZERO });
