// What a host counts of its server's life, beside what the server itself knows. Every event comes by here,
// also where nobody listens to the trace.

import { makeSummary, observe, type Summary } from '../base/summary.ts';
import {
  forgetLatencies,
  forgetProposalSizes,
  serverReport,
  type ServerState,
} from '../server/server.ts';
import type { ServerState as ServerRole } from '../vocabulary/packet.ts';
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
  revalidates: number;
  resumptions: number;
  readonly followerSyncMillis: Summary;
  readonly observerSyncMillis: Summary;
  role: ServerRole;
  /** Since when it is being brought up to date; null while it is not. */
  syncingSince: number | null;
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
  ...{ revalidates: 0, resumptions: 0, role: 'LOOKING', syncingSince: null },
  ...{ followerSyncMillis: makeSummary(), observerSyncMillis: makeSummary() },
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
  forgetLatencies(server);
  const { badFrames, lookingSince, leadingSince, role, syncingSince } = counted;
  const lasting = { badFrames, lookingSince, leadingSince, role, syncingSince };
  Object.assign(counted, makeCounted(), lasting);
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
    case 'sessionResumed':
      counted.resumptions += 1;
      break;
    case 'clientRefused':
      if (NOT_RESUMED.has(event.reason)) counted.resumptions += 1;
      break;
    case 'packetReceived':
      if (event.type === 'REVALIDATE' && counted.role === 'LEADING') counted.revalidates += 1;
      break;
    case 'leaderEstablished':
      counted.leadingSince = nowMillis;
      break;
    case 'roleChanged':
      onRole(counted, event.to, nowMillis);
      break;
    case 'phaseChanged':
      counted.syncingSince = event.phase === 'synchronization' ? nowMillis : null;
      break;
    case 'synchronised':
      onSynchronised(counted, nowMillis);
      break;
    case 'quotaExceeded':
      if (event.refused) countRefusal(counted.quotaRefusals, event.path);
      break;
    default:
  }
}

/** A session was asked for by its id, and was not to be had. */
const NOT_RESUMED: ReadonlySet<string> = new Set(['expired', 'wrongPassword']);

function onSynchronised(counted: Counted, nowMillis: number): void {
  const { role, syncingSince } = counted;
  if (syncingSince === null) return;
  const summary = role === 'OBSERVING' ? counted.observerSyncMillis : counted.followerSyncMillis;
  observe(summary, nowMillis - syncingSince);
  counted.syncingSince = null;
}

function onRole(counted: Counted, role: ServerRole, nowMillis: number): void {
  counted.role = role;
  if (role === 'LOOKING') {
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

/** Not a copy of the server's: a copy would make all that nobody has asked for. */
export const hostReport = (
  server: ServerState,
  counted: Counted,
  nowMillis: number,
): ServerReport =>
  Object.assign(serverReport(server), {
    synchronized: { ...counted.synchronized },
    counts: {
      proposals: counted.proposals,
      commits: counted.commits,
      sessionsExpired: counted.sessionsExpired,
      lookings: counted.lookings,
      electionMillis: { ...counted.electionMillis },
      revalidates: counted.revalidates,
      resumptions: counted.resumptions,
      followerSyncMillis: { ...counted.followerSyncMillis },
      observerSyncMillis: { ...counted.observerSyncMillis },
      leadingMillis: counted.leadingSince === null ? 0 : nowMillis - counted.leadingSince,
      quotaRefusals: [...counted.quotaRefusals],
    },
  });
