// The ensemble as every member is told it at the start: who sits on which seat, and the times.
// Membership is fixed (version 0): seats, not tabs, are members.

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
}

export interface Ensemble {
  /** Ascending by serverId; at least one participant. */
  readonly members: readonly Member[];
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
export function isQuorum(ensemble: Ensemble, voters: ReadonlySet<ServerId>): boolean {
  let have = 0;
  for (const member of ensemble.members) {
    if (member.role === 'participant' && voters.has(member.serverId)) have += 1;
  }
  return have >= quorumSize(ensemble);
}

export function quorumSize(ensemble: Ensemble): number {
  return Math.floor(participants(ensemble).length / 2) + 1;
}

export function participants(ensemble: Ensemble): Member[] {
  return ensemble.members.filter((member) => member.role === 'participant');
}

export function memberOf(ensemble: Ensemble, id: ServerId): Member | null {
  return ensemble.members.find((member) => member.serverId === id) ?? null;
}

/** The canonical text of the configuration, as notifications, NEWLEADER and /zookeeper/config carry
 *  it: one server line per member, then version=0 without a newline. (QuorumMaj.toString) */
export function configText(ensemble: Ensemble): string {
  const lines = ensemble.members.map((member) => {
    const client = member.clientPort === null ? '' : `;${member.host}:${String(member.clientPort)}`;
    const ports = `${String(member.quorumPort)}:${String(member.electionPort)}`;
    return `server.${String(member.serverId)}=${member.host}:${ports}:${member.role}${client}`;
  });
  return [...lines, 'version=0'].join('\n');
}
