// mntr and the command `monitor`: what is measured here, under Apache's names. What is not measured is not
// there, rather than 0.

import { meanOf, type Summary } from '../../base/summary.ts';
import { participants } from '../../vocabulary/ensemble.ts';
import type { ServerReport } from '../../vocabulary/report.ts';
import { modeOf, peerStateOf, type Administration, type PortState } from './administration.ts';
import { averageOf } from './client-stats.ts';
import { quantileOf, type Spread } from './spread.ts';

/** A number with a point at Apache. */
export interface Decimal {
  readonly decimal: number;
}
/** What the words and the commands show. */
export type Plain = string | number | Decimal;
/** Apache shows one as several keys, Prometheus as a sum and a count. */
export interface Summarised {
  readonly summary: Readonly<Summary>;
  /** The same with its newest measures, where these are kept. */
  readonly spread?: Readonly<Spread>;
}
/** One number for each of several namespaces (the first name of a path). */
export interface ByNamespace {
  readonly byNamespace: readonly (readonly [namespace: string, value: number])[];
}
export type Measured = Plain | Summarised | ByNamespace;

export function monitorOf(
  admin: Administration,
  report: ServerReport,
  { clients, totals }: PortState,
): (readonly [key: string, value: Measured])[] {
  const { latency, responses } = totals;
  const files = admin.openFiles();
  // Of an ensemble.
  const isMember = !admin.settings.standalone;
  return [
    ['version', admin.version],
    ['server_state', modeOf(admin, report)],
    ...(isMember ? [['peer_state', peerStateOf(report)] as const] : []),
    ['ephemerals_count', report.ephemerals.reduce((sum, { paths }) => sum + paths.length, 0)],
    ['num_alive_connections', clients.length],
    ['avg_latency', { decimal: averageOf(latency) }],
    ['outstanding_requests', report.outstanding],
    ['znode_count', report.nodeCount],
    ['global_sessions', report.sessions.length],
    ['local_sessions', 0],
    ['last_client_response_size', responses?.last ?? -1],
    ['max_client_response_size', responses?.max ?? -1],
    ['min_client_response_size', responses?.min ?? -1],
    ['packets_sent', totals.sent],
    ['packets_received', totals.received],
    ['bytes_received_count', totals.receivedBytes],
    ['response_bytes', totals.responseBytes],
    ['watch_bytes', totals.watchBytes],
    // Of TLS alone, as at Apache's servers: there is none here.
    ['auth_failed_count', 0],
    ['connection_rejected', totals.rejected],
    ['connection_request_count', totals.connectRequests],
    ['connection_drop_count', totals.dropped],
    ['connection_revalidate_count', report.counts.resumptions],
    ['sessionless_connections_expired', totals.sessionless],
    ['connection_drop_probability', { decimal: 0 }],
    ['watch_count', report.watchCount],
    ['min_latency', latency.min],
    ['max_latency', latency.max],
    ['approximate_data_size', report.dataBytes],
    ['open_file_descriptor_count', files.open],
    ['max_file_descriptor_count', files.max],
    // As Apache counts: whatever is no SNAP is a DIFF.
    ['diff_count', report.synchronized.DIFF + report.synchronized.TRUNC],
    ['snap_count', report.synchronized.SNAP],
    ['stale_sessions_expired', report.counts.sessionsExpired],
    ['readlatency', { summary: totals.reads, spread: totals.reads }],
    ['updatelatency', { summary: totals.updates, spread: totals.updates }],
    ['propagation_latency', { summary: report.latencies.stages.applied }],
    ...diskTimes(admin),
    ['quota_exceeded_error_per_namespace', { byNamespace: report.counts.quotaRefusals }],
    ['uptime', Math.floor(admin.nowMillis() - admin.startedAtMillis)],
    ...(isMember ? membership(admin, report) : []),
    ...(isMember && report.role === 'leading' ? leadership(report) : []),
  ];
}

function membership(
  { settings }: Administration,
  { counts, latencies }: ServerReport,
): (readonly [string, Measured])[] {
  return [
    ['quorum_size', participants(settings.ensemble).length],
    ['looking_count', counts.lookings],
    ['election_time', { summary: counts.electionMillis }],
    ['proposal_count', counts.proposals],
    ['commit_count', counts.commits],
    ['revalidate_count', counts.revalidates],
    ['follower_sync_time', { summary: counts.followerSyncMillis }],
    ['observer_sync_time', { summary: counts.observerSyncMillis }],
    ['learner_proposal_received_count', latencies.proposalsReceived],
    ['learner_commit_received_count', latencies.commitsReceived],
    ['proposal_latency', { summary: latencies.stages.received }],
    ['proposal_ack_creation_latency', { summary: latencies.stages.acked }],
    ['quorum_ack_latency', { summary: latencies.stages.quorumAcked }],
    ['commit_propagation_latency', { summary: latencies.stages.commitReceived }],
  ];
}

function diskTimes({ diskMillis }: Administration): (readonly [string, Measured])[] {
  const times = diskMillis?.();
  if (times === undefined) return [];
  return [
    ['fsynctime', { summary: times.sync }],
    ['snapshottime', { summary: times.snapshot }],
  ];
}

/** As mntr writes them: a summary by its parts, a namespace before the name. */
export function monitorLines(
  measures: readonly (readonly [key: string, value: Measured])[],
): (readonly [key: string, value: Plain])[] {
  return measures.flatMap(([key, value]): (readonly [string, Plain])[] => {
    if (typeof value !== 'object' || 'decimal' in value) return [[key, value]];
    if ('byNamespace' in value)
      return value.byNamespace.map(([name, one]) => [`${name}_${key}`, one]);
    const { count, sum, min, max } = value.summary;
    return [
      [`avg_${key}`, { decimal: meanOf(value.summary) }],
      ...([
        [`min_${key}`, min],
        [`max_${key}`, max],
        [`cnt_${key}`, count],
        [`sum_${key}`, sum],
      ] as const),
      ...percentiles(key, value),
    ];
  });
}

const PERCENTILES = [
  ['p50', 0.5],
  ['p95', 0.95],
  ['p99', 0.99],
  ['p999', 0.999],
] as const;

const percentiles = (key: string, { spread }: Summarised): (readonly [string, number])[] =>
  spread === undefined
    ? []
    : PERCENTILES.map(([name, quantile]) => [
        `${name}_${key}`,
        Math.round(quantileOf(spread, quantile)),
      ]);

function leadership(report: ServerReport): [string, number][] {
  const { followers, observers, proposalBytes, counts } = report;
  return [
    ['learners', followers.length + observers.length],
    ['synced_followers', followers.length],
    ['synced_non_voting_followers', 0],
    ['synced_observers', observers.length],
    ['pending_syncs', report.pendingSyncs],
    ['leader_uptime', counts.leadingMillis],
    ['last_proposal_size', proposalBytes?.last ?? -1],
    ['max_proposal_size', proposalBytes?.max ?? -1],
    ['min_proposal_size', proposalBytes?.min ?? -1],
  ];
}
