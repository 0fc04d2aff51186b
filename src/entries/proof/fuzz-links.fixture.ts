// What a stranger, or a broken server, might say on a quorum or an election link: whole packets and damaged ones.

import { nextBelow, nextChance, type Random } from '../../base/random.ts';
import {
  BALLOT_BYTES_MAX,
  decodeBallot,
  frame,
  makeFrameStream,
  pushFrameBytes,
} from '../../jute/election.ts';
import {
  decodeLearnerInfo,
  encodeEpoch,
  encodeLearnerInfo,
  encodePacket,
  makePacketStream,
  pushPacketBytes,
} from '../../jute/quorum.ts';
import { CodecError } from '../../jute/reader.ts';
import { serverId } from '../../vocabulary/ids.ts';
import type { PacketName, QuorumPacket } from '../../vocabulary/packet.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import { FUZZ_TARGETS } from './fuzz-targets.ts';
import { mutate } from './mutate.ts';

/** No member of any ensemble here. */
export const STRANGER = 9;

const samplesOf = (name: string): readonly Uint8Array[] =>
  FUZZ_TARGETS.find((target) => target.name === name)?.samples ?? [];
export const PACKETS = samplesOf('quorum packets');
export const BALLOTS = samplesOf('ballots').map(frame);

const packet = (type: PacketName, zxid: bigint, data: Uint8Array | null): Uint8Array => {
  const whole: QuorumPacket = {
    ...{ type, zxid: makeZxid(Number(zxid >> 32n), Number(zxid & 0xffff_ffffn)), data },
    ...{ authinfo: null, snapshot: null },
  };
  return encodePacket(whole);
};

/** What an observer says until it is served by the leader of this epoch: some of it, or all. */
export function introduction(random: Random, epoch: number): Uint8Array[] {
  const info = encodeLearnerInfo({
    ...{ serverId: serverId(STRANGER), protocolVersion: 0x1_0000, configVersion: 0n },
  });
  const newLeader = BigInt(epoch) << 32n;
  const steps = [
    packet('OBSERVERINFO', 0n, info),
    packet('ACKEPOCH', 0n, encodeEpoch(0)),
    packet('ACK', newLeader, null),
  ];
  return steps.slice(0, nextBelow(random, steps.length + 1));
}

export function damagedPackets(random: Random): Uint8Array {
  for (;;) {
    const bytes = mutate(random, PACKETS);
    if (!impersonates(bytes)) return bytes;
  }
}

/** Who says that it is a member is believed: that is no damage. */
function impersonates(bytes: Uint8Array): boolean {
  return packetsIn(bytes).some(
    ({ type, data }) =>
      (type === 'FOLLOWERINFO' || type === 'OBSERVERINFO') &&
      data !== null &&
      data.length >= 8 &&
      decodeLearnerInfo(data.slice(0, 8)).serverId !== serverId(STRANGER),
  );
}

function packetsIn(bytes: Uint8Array): readonly QuorumPacket[] {
  try {
    return pushPacketBytes(makePacketStream(), bytes);
  } catch (error) {
    if (error instanceof CodecError) return [];
    throw error;
  }
}

export const damagedBallots = (random: Random): Uint8Array => mutate(random, BALLOTS);

/** True for bytes that no receiver can read, wherever it stands in the protocol. */
export function isUnreadable(where: 'quorum' | 'election', bytes: Uint8Array): boolean {
  try {
    if (where === 'quorum') pushPacketBytes(makePacketStream(), bytes);
    else
      for (const each of pushFrameBytes(makeFrameStream(BALLOT_BYTES_MAX), bytes))
        decodeBallot(each);
    return false;
  } catch (error) {
    if (error instanceof CodecError) return true;
    throw error;
  }
}

/** Cut anywhere, as a network does. */
export function cutAnywhere(random: Random, bytes: Uint8Array): Uint8Array[] {
  if (bytes.length < 2 || !nextChance(random, 50)) return [bytes];
  const at = 1 + nextBelow(random, bytes.length - 1);
  return [bytes.slice(0, at), bytes.slice(at)];
}
