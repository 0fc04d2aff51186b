// What servers say to each other: ballots on the election port, quorum packets on the quorum port.
// Numbers and names as in Apache ZooKeeper (QuorumPeer.ServerState, Leader.java, LearnerInfo).

import type { ServerId } from './ids.ts';
import type { Zxid } from './zxid.ts';

export type ServerState = 'LOOKING' | 'FOLLOWING' | 'LEADING' | 'OBSERVING';

export const SERVER_STATE_CODE: Readonly<Record<ServerState, number>> = {
  LOOKING: 0,
  FOLLOWING: 1,
  LEADING: 2,
  OBSERVING: 3,
};

/** What a server wants, or has: a leader and how good it is. zxid and peerEpoch are the leader's. */
export interface Vote {
  readonly leader: ServerId;
  readonly zxid: Zxid;
  readonly peerEpoch: bigint;
}

/** One FastLeaderElection message. `round` is the sender's logical clock (electionEpoch). */
export interface Ballot {
  readonly state: ServerState;
  readonly vote: Vote;
  readonly round: bigint;
  readonly config: string;
}

/** An observer's own vote before it heard of anybody: it can never win. */
export const LONG_MIN = -0x8000_0000_0000_0000n;

/** The vote of one who must not win (an observer, a suspect) names nobody. */
export const namesNobody = (vote: { readonly peerEpoch: bigint }): boolean =>
  vote.peerEpoch === LONG_MIN;

export const PACKET_TYPE = {
  REQUEST: 1,
  PROPOSAL: 2,
  ACK: 3,
  COMMIT: 4,
  PING: 5,
  REVALIDATE: 6,
  SYNC: 7,
  INFORM: 8,
  COMMITANDACTIVATE: 9,
  NEWLEADER: 10,
  FOLLOWERINFO: 11,
  UPTODATE: 12,
  DIFF: 13,
  TRUNC: 14,
  SNAP: 15,
  OBSERVERINFO: 16,
  LEADERINFO: 17,
  ACKEPOCH: 18,
  INFORMANDACTIVATE: 19,
} as const;

export type PacketName = keyof typeof PACKET_TYPE;

/** An identity of a client: scheme and id, e.g. ip and 127.0.0.1. */
export interface Identity {
  readonly scheme: string;
  readonly id: string;
}

/** QuorumPacket. `snapshot` is not a field of the record: a SNAP is followed on its stream by the
 *  tree, and both travel together through the engine. Null in every other packet. */
export interface QuorumPacket {
  readonly type: PacketName;
  readonly zxid: Zxid;
  readonly data: Uint8Array | null;
  readonly authinfo: readonly Identity[] | null;
  readonly snapshot: Uint8Array | null;
}

export interface LearnerInfo {
  readonly serverId: ServerId;
  readonly protocolVersion: number;
  readonly configVersion: bigint;
}

export const PROTOCOL_VERSION = 0x10000;
