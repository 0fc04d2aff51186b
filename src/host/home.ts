// What a home gives to the server it runs, and what it can do with it. A home is a tab, a Node process or
// a seat of the simulator.

import type { ServerConfig, serverSnapshot, ServerState } from '../server/server.ts';
import type { Recovered } from '../vocabulary/boundary.ts';
import type { Configuration } from '../vocabulary/ensemble.ts';
import type { ResetOptions, ServerReport } from '../vocabulary/report.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';
import type { ServerView, TreeView } from '../vocabulary/view.ts';
import type { HostTraced } from './trace-buffer.ts';
import type { ClientDoor, ClientEvent, Clock, Disk, Network, NetworkEvent } from './ports.ts';

export interface HostOptions {
  readonly config: ServerConfig;
  readonly recovered: Recovered;
  readonly network: Network;
  readonly clientDoor: ClientDoor;
  readonly disk: Disk;
  readonly clock: Clock;
  /** Once a turn, in order. Null where nobody listens. */
  readonly onTrace: ((events: readonly HostTraced[]) => void) | null;
  /** The number of the last event that former lives of this server told, where their clock may still show the
   *  same millisecond: this one's go on from there. */
  readonly toldBefore?: number;
  /** The members have changed, or will (`lastSeen`). Only where reconfiguration is enabled. */
  readonly onConfigured?: (committed: Configuration, lastSeen: Configuration) => void;
  /** What an administrator should hear of, also where nobody listens to the trace: frames that cannot be read,
   *  and writes above a quota. As often as it happens. */
  readonly onWarning?: (event: TraceEvent) => void;
  /** Once, at the end: nothing is done after it. */
  readonly onHalt: (reason: string) => void;
}

/** One running server. Every method may be called at any time, also from within a port. */
export interface Host {
  readonly networkEvent: (event: NetworkEvent) => void;
  readonly clientEvent: (event: ClientEvent) => void;
  /** The disk is gone, though nothing was being written: the server stops at once. */
  readonly diskLost: (reason: string) => void;
  /** To be called every few milliseconds; late calls are harmless. */
  readonly tick: () => void;
  readonly view: () => ServerView;
  readonly tree: () => TreeView;
  /** What the server is between two inputs, plain data, to be looked at. Whoever changes it breaks the
   *  server: the simulator does, in a world that is broken on purpose. */
  readonly state: ServerState;
  /** Of what is applied now. It is not saved. */
  readonly snapshot: () => ReturnType<typeof serverSnapshot>;
  /** For an administrator; null when this server has stopped. */
  readonly report: () => ServerReport | null;
  /** What its report counts begins anew. */
  readonly resetCounts: (what: ResetOptions) => void;
  /** Closes everything and hears nothing more. What was not durable is gone, as in a crash. */
  readonly stop: () => void;
}
