// What a host counts of its server's life, beside what the server itself knows. Every event comes by here,
// also where nobody listens to the trace.

import { makeSummary, observe, type Summary } from '../base/summary.ts';
import { forgetProposalSizes, serverReport, type ServerState } from '../server/server.ts';
import type { ResetOptions, ServerReport } from '../vocabulary/report.ts';
import type { SyncMode, TraceEvent } from '../vocabulary/trace.ts';

export interface Counted {
  /** From servers and from clients. */
  badFrames: number;
  /** As a leader. */
  readonly synchronized: Record<SyncMode, number>;
  proposals: number;
  commits: number;
  sessionsExpired: number;
  lookings: number;
  readonly electionMillis: Summary;
  /** Since when it looks, and since when it leads; null where it does not. */
  lookingSince: number | null;
  leadingSince: number | null;
  /** Invariant: size <= NAMESPACES_MAX. */
  readonly quotaRefusals: Map<string, number>;
}

/** Clients choose them: of more than these no more are told apart. */
const NAMESPACES_MAX = 1_000;

export const makeCounted = (): Counted => ({
  badFrames: 0,
  synchronized: { DIFF: 0, TRUNC: 0, SNAP: 0 },
  ...{ proposals: 0, commits: 0, sessionsExpired: 0, lookings: 0 },
  ...{ electionMillis: makeSummary(), lookingSince: null, leadingSince: null },
  quotaRefusals: new Map(),
});

/** Begins anew with what an administrator may reset; what still lasts is known. */
export function resetCounted(
  server: ServerState,
  counted: Counted,
  { proposalSizes }: ResetOptions,
): void {
  if (proposalSizes) forgetProposalSizes(server);
  const { badFrames, lookingSince, leadingSince } = counted;
  Object.assign(counted, makeCounted(), { badFrames, lookingSince, leadingSince });
}

/** What somebody who runs a server should hear of, though it goes on. */
export const isWarning = ({ kind }: TraceEvent): boolean =>
  kind === 'badFrame' || kind === 'quotaExceeded';

export function count(counted: Counted, event: TraceEvent, nowMillis: number): void {
  switch (event.kind) {
    case 'badFrame':
      counted.badFrames += 1;
      break;
    case 'syncDecided':
      counted.synchronized[event.mode] += 1;
      break;
    case 'proposed':
      counted.proposals += 1;
      break;
    case 'committed':
      counted.commits += 1;
      break;
    case 'sessionExpired':
      counted.sessionsExpired += 1;
      break;
    case 'leaderEstablished':
      counted.leadingSince = nowMillis;
      break;
    case 'roleChanged':
      onRole(counted, event.to === 'LOOKING', nowMillis);
      break;
    case 'quotaExceeded':
      if (event.refused) countRefusal(counted.quotaRefusals, event.path);
      break;
    default:
  }
}

function onRole(counted: Counted, isLooking: boolean, nowMillis: number): void {
  if (isLooking) {
    counted.lookings += 1;
    counted.lookingSince = nowMillis;
    counted.leadingSince = null;
  } else if (counted.lookingSince !== null) {
    observe(counted.electionMillis, nowMillis - counted.lookingSince);
    counted.lookingSince = null;
  }
}

function countRefusal(refusals: Map<string, number>, path: string): void {
  const namespace = path.split('/')[1] ?? '';
  const before = refusals.get(namespace);
  if (before === undefined && refusals.size >= NAMESPACES_MAX) return;
  refusals.set(namespace, (before ?? 0) + 1);
}

export const hostReport = (
  server: ServerState,
  counted: Counted,
  nowMillis: number,
): ServerReport => ({
  ...serverReport(server),
  synchronized: { ...counted.synchronized },
  counts: {
    proposals: counted.proposals,
    commits: counted.commits,
    sessionsExpired: counted.sessionsExpired,
    lookings: counted.lookings,
    electionMillis: { ...counted.electionMillis },
    leadingMillis: counted.leadingSince === null ? 0 : nowMillis - counted.leadingSince,
    quotaRefusals: [...counted.quotaRefusals],
  },
});
