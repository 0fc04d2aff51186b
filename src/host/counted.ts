// What a host counts of its server's life, beside what the server itself knows.

import { serverReport, type ServerState } from '../server/server.ts';
import type { ServerReport } from '../vocabulary/report.ts';
import type { SyncMode, TraceEvent } from '../vocabulary/trace.ts';

export interface Counted {
  /** From servers and from clients. */
  badFrames: number;
  /** As a leader. */
  readonly synchronized: Record<SyncMode, number>;
}

export const makeCounted = (): Counted => ({
  badFrames: 0,
  synchronized: { DIFF: 0, TRUNC: 0, SNAP: 0 },
});

export function count(counted: Counted, event: TraceEvent): void {
  if (event.kind === 'badFrame') counted.badFrames += 1;
  if (event.kind === 'syncDecided') counted.synchronized[event.mode] += 1;
}

export const hostReport = (server: ServerState, { synchronized }: Counted): ServerReport => ({
  ...serverReport(server),
  synchronized: { ...synchronized },
});
