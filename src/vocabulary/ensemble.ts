// The ensemble as every member is told it at the start: who sits on which seat, and the times. Seats, not
// tabs, are members. Where the ensemble may be reconfigured these members are the first configuration, and
// the peer knows the one that holds now; the times stay.

import type { ServerId } from './ids.ts';

export type MemberRole = 'participant' | 'observer';

export interface Member {
  readonly serverId: ServerId;
  readonly role: MemberRole;
  /** Host name of the member as the configuration text prints it. */
  readonly host: string;
  readonly quorumPort: number;
  readonly electionPort: number;
  /** Null when the text has no client part. */
  readonly clientPort: number | null;
  /** Where clients are heard; as `host` when it is not said. */
  readonly clientHost?: string;
}

/** Whom a quorum is counted among. */
export interface Membership {
  /** Ascending by serverId. */
  readonly members: readonly Member[];
}

/** Who belongs to the ensemble, and since when: a QuorumVerifier. */
export interface Configuration extends Membership {
  /** The zxid of the transaction that made it, or of the epoch that began with it; 0 before any. */
  readonly version: bigint;
}

export interface Ensemble extends Membership {
  /** Of `members`, which has a participant; 0 if it is not said. */
  readonly version?: bigint;
  readonly tickMillis: number;
  /** Ticks for connecting to and synchronising with the leader. */
  readonly initLimit: number;
  /** Ticks of silence after which a learner or a leader is given up. */
  readonly syncLimit: number;
  readonly sessionTimeoutMillisMin: number;
  readonly sessionTimeoutMillisMax: number;
  /** FastLeaderElection: silence that ends an election, and the bounds of its back-off. */
  readonly finalizeWaitMillis: number;
  readonly notificationMillisMin: number;
  readonly notificationMillisMax: number;
  /** A snapshot is taken after this many transactions. */
  readonly snapshotEveryTransactions: number;
  /** Committed transactions kept in memory to serve a DIFF. */
  readonly committedLogEntriesMax: number;
}

/** True while `voters` (distinct participants) are more than half of the ensemble's participants. */
export function isQuorum(ensemble: Membership, voters: ReadonlySet<ServerId>): boolean {
  let have = 0;
  for (const member of ensemble.members) {
    if (member.role === 'participant' && voters.has(member.serverId)) have += 1;
  }
  return have >= quorumSize(ensemble);
}

export function quorumSize(ensemble: Membership): number {
  return Math.floor(participants(ensemble).length / 2) + 1;
}

export function participants(ensemble: Membership): Member[] {
  return ensemble.members.filter((member) => member.role === 'participant');
}

export function memberOf(ensemble: Membership, id: ServerId): Member | null {
  return ensemble.members.find((member) => member.serverId === id) ?? null;
}

/** The configuration that a server of this ensemble begins with. */
export function initialConfiguration({ members, version }: Ensemble): Configuration {
  return { members, version: version ?? 0n };
}

/** The canonical text of the configuration, as notifications, NEWLEADER and /zookeeper/config carry
 *  it: one server line per member, then the version without a newline. (QuorumMaj.toString) */
export function configText(configuration: Membership & { readonly version?: bigint }): string {
  const { members, version } = configuration;
  const lines = members.map((member) => `server.${String(member.serverId)}=${memberText(member)}`);
  return [...lines, `version=${BigInt.asUintN(64, version ?? 0n).toString(16)}`].join('\n');
}

/** What stands behind `server.N=`. */
export function memberText(member: Member): string {
  const { host, quorumPort, electionPort, role, clientPort, clientHost } = member;
  const ports = `${String(quorumPort)}:${String(electionPort)}`;
  const client = clientPort === null ? '' : `;${literal(clientHost ?? host)}:${String(clientPort)}`;
  return `${literal(host)}:${ports}:${role}${client}`;
}

/** An IPv6 address stands in brackets before a port. */
const literal = (host: string): string => (host.includes(':') ? `[${host}]` : host);
