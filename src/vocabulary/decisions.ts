// Which events are decisions: what a person steps to. The others are what leads to them or follows.

import type { TraceKind } from './trace.ts';

const DECISIONS: ReadonlySet<TraceKind> = new Set<TraceKind>([
  ...(['roleChanged', 'roundStarted', 'voteChanged', 'electionDecided', 'epochProposed'] as const),
  ...(['epochAccepted', 'learnerRefused', 'syncDecided', 'historyTruncated'] as const),
  ...(['snapshotInstalled', 'leaderEstablished', 'synchronised', 'proposed', 'committed'] as const),
  ...(['applied', 'learnerCutOff', 'clientRefused', 'sessionOpened', 'sessionResumed'] as const),
  ...(['sessionExpired', 'sessionClosed', 'sessionMoved', 'watchFired', 'serverHalted'] as const),
]);

export const isDecision = (kind: TraceKind): boolean => DECISIONS.has(kind);
