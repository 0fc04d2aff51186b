// Majorities as data: which servers count, in the committed configuration and in the one that is last seen.

import { memberOf, participants, quorumSize, type Configuration } from '../vocabulary/ensemble.ts';
import type { ServerId } from '../vocabulary/ids.ts';
import { zxidOf, type Zxid } from '../vocabulary/zxid.ts';

/** One majority that is needed. */
export interface Quorum {
  readonly voters: ReadonlySet<ServerId>;
  readonly size: number;
  /** Of the first proposal that needs it. */
  readonly from: Zxid;
}

export interface Configurations {
  committed: Configuration;
  lastSeen: Configuration;
  /** Participants of either, ascending. */
  voters: readonly ServerId[];
  /** The size of the larger quorum, to be told. */
  quorum: number;
  quorums: readonly Quorum[];
}

export function makeConfigurations(initial: Configuration): Configurations {
  return { committed: initial, lastSeen: initial, ...countingIn(initial, initial) };
}

/** What follows from the two. */
export function countingIn(
  committed: Configuration,
  lastSeen: Configuration,
): Pick<Configurations, 'voters' | 'quorum' | 'quorums'> {
  const quorums = [quorumOf(committed, 0n)];
  if (lastSeen !== committed) quorums.push(quorumOf(lastSeen, lastSeen.version));
  const voters = new Set(quorums.flatMap((quorum) => [...quorum.voters]));
  return {
    voters: [...voters].sort((a, b) => a - b),
    quorum: Math.max(...quorums.map(({ size }) => size)),
    quorums,
  };
}

const quorumOf = (configuration: Configuration, from: bigint): Quorum => ({
  voters: new Set(participants(configuration).map(({ serverId }) => serverId)),
  size: quorumSize(configuration),
  from: zxidOf(from),
});

export const isPending = ({ committed, lastSeen }: Configurations): boolean =>
  lastSeen.version > committed.version;

export const isVoter = (peer: Configurations, server: ServerId): boolean =>
  peer.voters.includes(server);

/** A majority of every configuration that counts now. */
export const haveQuorum = (peer: Configurations, servers: ReadonlySet<ServerId>): boolean =>
  peer.quorums.every((quorum) => isMajority(quorum, servers));

/** Enough to be elected: discovery asks for the other majority too. One that is to become a voter and does
 *  not know it yet gives its promise there, and cannot give a vote. */
export const mayElect = (
  { quorums: [committed] }: Configurations,
  servers: ReadonlySet<ServerId>,
): boolean => committed !== undefined && isMajority(committed, servers);

function isMajority({ voters, size }: Quorum, servers: ReadonlySet<ServerId>): boolean {
  let have = 0;
  for (const voter of voters) if (servers.has(voter)) have += 1;
  return have >= size;
}

/** Listed as an observer. Who is not listed at all follows without being counted. */
export const isObserverIn = (configuration: Configuration, server: ServerId): boolean =>
  memberOf(configuration, server)?.role === 'observer';
