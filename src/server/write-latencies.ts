// How long a write is on its way, by the time that its leader wrote into its header (Request.logLatency): so by the walls
// of two servers, and where these disagree by more than the write took, it is not counted.

import { makeSummary, observe, type Summary } from '../base/summary.ts';
import { transactionMillis } from '../jute/transaction.ts';
import type { WriteLatencies } from '../vocabulary/report.ts';
import type { LogEntry } from '../vocabulary/transaction.ts';
import type { ProposalStage } from '../zab/application.ts';
import type { ServerState } from './state.ts';

export const makeWriteLatencies = (): WriteLatencies => ({
  ...{ proposalsReceived: 0, commitsReceived: 0 },
  stages: {
    ...{ received: makeSummary(), acked: makeSummary(), quorumAcked: makeSummary() },
    ...{ commitReceived: makeSummary(), applied: makeSummary() },
  },
});

export function noteStage(server: ServerState, stage: ProposalStage, { bytes }: LogEntry): void {
  const { latencies } = server;
  if (stage === 'received') latencies.proposalsReceived += 1;
  if (stage === 'commitReceived') latencies.commitsReceived += 1;
  const millis = transactionMillis(bytes);
  if (millis !== null) noteLatency(server, latencies.stages[stage], millis);
}

/** Of what is applied while this server serves: a history that it is brought up to date with is older. */
export function noteApplied(server: ServerState, headerMillis: number): void {
  if (server.role === null || server.role === 'readOnly') return;
  noteLatency(server, server.latencies.stages.applied, headerMillis);
}

function noteLatency({ wallMillis }: ServerState, summary: Summary, headerMillis: number): void {
  if (wallMillis >= headerMillis) observe(summary, wallMillis - headerMillis);
}
