// What the four-letter words and the AdminServer's commands know of their server, and what they may change.

import type { Summary } from '../../base/summary.ts';
import type { Ensemble } from '../../vocabulary/ensemble.ts';
import { configText, memberOf } from '../../vocabulary/ensemble.ts';
import type { ServerId } from '../../vocabulary/ids.ts';
import type { ResetOptions, ServerReport } from '../../vocabulary/report.ts';
import type { ClientStats, PortTotals } from './client-stats.ts';

/** The client port, as it is now. */
export interface PortState {
  readonly clients: readonly ClientStats[];
  readonly totals: PortTotals;
  /** The connection that asks by a word; null for the AdminServer. */
  readonly asking: ClientStats | null;
}

export interface Administration {
  readonly version: string;
  readonly settings: AdminSettings;
  /** Null while nothing can be told. */
  readonly report: () => ServerReport | null;
  /** Of the directory of snapshots and of that of log files. Apache's servers of 3.8 call the one logdir and the
   *  other datadir, and so do the words and the commands here. */
  readonly directoryBytes: () => { readonly snapshots: number; readonly log: number };
  /** The newest snapshot that is written; left out where nobody looks, null where there is none. */
  readonly lastSnapshot?: () => LastSnapshot | null;
  readonly environment: () => readonly (readonly [key: string, value: string])[];
  readonly openFiles: () => { readonly open: number; readonly max: number };
  /** Milliseconds that writes to the log and snapshots took to be durable; left out where nobody measures. */
  readonly diskMillis?: () => DiskMillis;
  /** What is counted since the start, times of the disk too, begins anew; left out where nobody counts. */
  readonly resetCounts?: (what: ResetOptions) => void;
  readonly nowMillis: () => number;
  readonly wallMillis: () => number;
  readonly startedAtMillis: number;
}

export interface LastSnapshot {
  readonly zxid: bigint;
  /** By the wall. */
  readonly atMillis: number;
}

export interface DiskMillis {
  readonly sync: Readonly<Summary>;
  readonly snapshot: Readonly<Summary>;
}

export interface AdminSettings {
  readonly serverId: ServerId;
  readonly ensemble: Ensemble;
  readonly clientPort: number;
  /** Where the snapshots are. */
  readonly dataDirectory: string;
  /** The same, unless dataLogDir names another. */
  readonly logDirectory: string;
  readonly standalone: boolean;
  readonly connectionsPerAddressMax: number;
  /** The text of the configuration's file. Apache's servers know it of a server alone, and so do these. */
  readonly initialConfiguration?: string | null;
}

const MODE = {
  looking: 'looking',
  following: 'follower',
  leading: 'leader',
  observing: 'observer',
  down: 'down',
} as const;

export function modeOf({ settings }: Administration, { readOnly, role }: ServerReport): string {
  if (settings.standalone && role === 'leading') return 'standalone';
  return readOnly ? 'read-only' : MODE[role];
}

const PEER_STATE = {
  looking: 'looking',
  following: 'following - broadcast',
  leading: 'leading - broadcast',
  observing: 'observing - broadcast',
  down: 'down',
} as const;
export const peerStateOf = ({ role }: ServerReport): string => PEER_STATE[role];

/** Keys and values of `conf`, in Apache's order. */
export function configurationOf(admin: Administration): (readonly [string, string | number])[] {
  const { serverId, ensemble, clientPort, ...rest } = admin.settings;
  const bytes = admin.directoryBytes();
  const common: [string, string | number][] = [
    ['clientPort', clientPort],
    ['secureClientPort', -1],
    ['dataDir', rest.dataDirectory],
    ['dataDirSize', bytes.log],
    ['dataLogDir', rest.logDirectory],
    ['dataLogSize', bytes.snapshots],
    ['tickTime', ensemble.tickMillis],
    ['maxClientCnxns', rest.connectionsPerAddressMax],
    ['minSessionTimeout', ensemble.sessionTimeoutMillisMin],
    ['maxSessionTimeout', ensemble.sessionTimeoutMillisMax],
    ['clientPortListenBacklog', -1],
    ['serverId', rest.standalone ? 0 : serverId],
  ];
  if (rest.standalone) return common;
  const own = memberOf(ensemble, serverId);
  return [
    ...common,
    ['initLimit', ensemble.initLimit],
    ['syncLimit', ensemble.syncLimit],
    ['electionAlg', 3],
    ['electionPort', own?.electionPort ?? 0],
    ['quorumPort', own?.quorumPort ?? 0],
    ['peerType', own?.role === 'observer' ? 1 : 0],
    ['membership', `\n${configText(ensemble)}`],
  ];
}

export const hex = (value: bigint): string => BigInt.asUintN(64, value).toString(16);

/** Four places after the point at most, one at least, as Java prints such a double. */
export function decimal(value: number): string {
  const text = String(Math.round(value * 10_000) / 10_000);
  return text.includes('.') ? text : `${text}.0`;
}
