// mntr and the command `monitor`: what is measured here, under Apache's names. What is not measured is not
// there, rather than 0.

import { participants } from '../../vocabulary/ensemble.ts';
import type { ServerReport } from '../../vocabulary/report.ts';
import { modeOf, peerStateOf, type Administration, type PortState } from './administration.ts';
import { averageOf } from './client-stats.ts';

/** A number with a point at Apache. */
export interface Decimal {
  readonly decimal: number;
}
export type Measured = string | number | Decimal;

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
    ['connection_rejected', totals.rejected],
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
    ['uptime', Math.floor(admin.nowMillis() - admin.startedAtMillis)],
    ...(isMember ? [['quorum_size', participants(admin.settings.ensemble).length] as const] : []),
    ...(isMember && report.role === 'leading' ? leadership(report) : []),
  ];
}

function leadership(report: ServerReport): [string, number][] {
  const { followers, observers, proposalBytes } = report;
  return [
    ['learners', followers.length + observers.length],
    ['synced_followers', followers.length],
    ['synced_non_voting_followers', 0],
    ['synced_observers', observers.length],
    ['last_proposal_size', proposalBytes?.last ?? -1],
    ['max_proposal_size', proposalBytes?.max ?? -1],
    ['min_proposal_size', proposalBytes?.min ?? -1],
  ];
}
