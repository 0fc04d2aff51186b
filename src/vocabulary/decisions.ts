// Which events are decisions: what a person steps to. The others are what leads to them or follows.

import type { TraceKind } from './trace.ts';

const KINDS = [
  ...(['roleChanged', 'roundStarted', 'voteChanged', 'electionDecided', 'epochProposed'] as const),
  ...(['epochAccepted', 'learnerRefused', 'syncDecided', 'historyTruncated'] as const),
  ...(['snapshotInstalled', 'leaderEstablished', 'synchronised', 'proposed', 'committed'] as const),
  ...(['applied', 'learnerCutOff', 'clientRefused', 'sessionOpened', 'sessionResumed'] as const),
  ...(['sessionExpired', 'sessionClosed', 'sessionMoved', 'watchFired', 'serverHalted'] as const),
  ...(['readOnlyStarted', 'readOnlyEnded'] as const),
  ...(['epochAwaited', 'newLeaderAwaited', 'commitAwaited'] as const),
] as const satisfies readonly TraceKind[];

export type DecisionKind = (typeof KINDS)[number];

const DECISIONS: ReadonlySet<TraceKind> = new Set<TraceKind>(KINDS);

export const isDecision = (kind: TraceKind): boolean => DECISIONS.has(kind);
