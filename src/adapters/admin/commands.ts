// The AdminServer's commands (admin/Commands): the same facts as the four-letter words, as JSON. Every answer
// ends with the command's own name and its error. Only GET, nothing here changes the replicated state.

import { participants, type Member } from '../../vocabulary/ensemble.ts';
import type { ServerReport } from '../../vocabulary/report.ts';
import { counterOf, epochOf, formatZxid } from '../../vocabulary/zxid.ts';
import {
  configurationOf,
  decimal,
  hex,
  modeOf,
  peerStateOf,
  type Administration,
  type PortState,
} from './administration.ts';
import { averageOf, resetClient, resetTotals, type ClientStats } from './client-stats.ts';
import { monitorLines, monitorOf } from './monitor.ts';

/** A number that JSON prints as given: 64-bit ids, and averages with a point. */
class Exactly {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Json =
  string | number | boolean | null | Exactly | readonly Json[] | { readonly [key: string]: Json };
type Fields = Readonly<Record<string, Json>>;
type Command = (admin: Administration, report: ServerReport, port: PortState) => Fields;
/** Of these nobody asks whether the server serves. */
type Unconditional = (admin: Administration, report: ServerReport | null) => Fields;

const exactly = (value: bigint): Exactly => new Exactly(String(value));
const average = (value: number): Exactly => new Exactly(decimal(value));

/** Each with its other names. */
const TABLE: readonly (readonly [names: readonly string[], command: Command])[] = [
  [['configuration', 'conf', 'config'], configuration],
  [['connection_stat_reset', 'crst'], onConnectionReset],
  [['connections', 'cons'], (_admin, _report, port) => connections(port, wholeClient)],
  [['dirs'], directories],
  [['dump'], dump],
  [['hash'], digests],
  [['initial_configuration', 'icfg'], initialConfiguration],
  [['is_read_only', 'isro'], (_admin, report) => ({ read_only: report.readOnly })],
  [['last_snapshot', 'lsnp'], lastSnapshot],
  [['leader', 'lead'], leader],
  [['monitor', 'mntr'], monitor],
  // No server here has connections of observers to other servers' observers.
  [['observer_connection_stat_reset', 'orst'], () => ({})],
  [['observers', 'obsr'], observers],
  [['ruok'], () => ({})],
  [['server_stats', 'srvr'], serverStats],
  [['stat_reset', 'srst'], onServerReset],
  [['stats', 'stat'], stats],
  [['voting_view'], votingView],
  [['watch_summary', 'wchs'], watchSummary],
  [['watches', 'wchc'], watches],
  [['watches_by_path', 'wchp'], watchesByPath],
];

const UNCONDITIONAL: readonly (readonly [names: readonly string[], command: Unconditional])[] = [
  [['environment', 'env', 'envi'], (admin) => Object.fromEntries(admin.environment())],
  [['get_trace_mask', 'gtmk'], () => ({ tracemask: 306 })],
  [['zabstate'], zabFacts],
];

/** Null where the server would have to serve. */
type Answering = (admin: Administration, port: PortState) => Fields | null;

const ANSWERS: readonly (readonly [names: readonly string[], answer: Answering])[] = [
  ...TABLE.map(([names, command]) => {
    const answer: Answering = (admin, port) => {
      const report = admin.report();
      return report?.serving === true ? command(admin, report, port) : null;
    };
    return [names, answer] as const;
  }),
  ...UNCONDITIONAL.map(([names, command]) => {
    const answer: Answering = (admin) => command(admin, admin.report());
    return [names, answer] as const;
  }),
];

const COMMANDS: ReadonlyMap<string, { readonly name: string; readonly answer: Answering }> =
  new Map(
    ANSWERS.flatMap(([names, answer]) =>
      names.map((alias) => [alias, { name: names[0] ?? alias, answer }] as const),
    ),
  );

/** The names that the list of commands shows. */
export const COMMAND_NAMES: readonly string[] = ANSWERS.map(([names]) => names[0] ?? '').sort();

/** The body of the answer. Known or not, serving or not: HTTP says 200, as Apache's server does. */
export function answerCommand(admin: Administration, name: string, port: PortState): string {
  const known = COMMANDS.get(name);
  if (known === undefined) return print({ command: name, error: `Unknown command: ${name}` });
  const fields = known.answer(admin, port);
  if (fields === null) {
    const error = 'This ZooKeeper instance is not currently serving requests';
    // By the name that it was asked by, as Apache's server says it.
    return print({ command: name, error });
  }
  const last = { command: known.name, ...('error' in fields ? {} : { error: null }) };
  return print({ ...fields, ...last });
}

const snake = (key: string): string =>
  key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const CONFIGURATION_SHOWN = new Set([
  ...['clientPort', 'dataDir', 'dataLogDir', 'tickTime', 'maxClientCnxns', 'minSessionTimeout'],
  ...['maxSessionTimeout', 'serverId', 'clientPortListenBacklog'],
]);

function configuration(admin: Administration): Fields {
  const shown = configurationOf(admin).filter(([key]) => CONFIGURATION_SHOWN.has(key));
  return Object.fromEntries(shown.map(([key, value]) => [snake(key), value]));
}

function onConnectionReset(_admin: Administration, _report: ServerReport, port: PortState): Fields {
  for (const client of port.clients) resetClient(client);
  return {};
}

function onServerReset(admin: Administration, _report: ServerReport, port: PortState): Fields {
  resetTotals(port.totals);
  // Apache's word alone has these begin anew.
  admin.resetCounts?.({ proposalSizes: false });
  return {};
}

function connections(port: PortState, show: (client: ClientStats) => Fields): Fields {
  return { connections: port.clients.map(show), secure_connections: [] };
}

const briefClient = (client: ClientStats): Fields => ({
  remote_socket_address: client.address,
  interest_ops: 1,
  outstanding_requests: client.waiting.length,
  packets_received: client.received,
  packets_sent: client.sent,
});

const wholeClient = (client: ClientStats): Fields => ({
  ...briefClient(client),
  session_id: exactly(client.session),
  last_operation: client.lastOperation,
  established: client.establishedAt,
  session_timeout: client.timeoutMillis,
  last_cxid: client.lastCxid,
  last_zxid: exactly(client.lastZxid),
  last_response_time: Math.floor(client.lastResponseAt),
  last_latency: client.latency.last,
  min_latency: client.latency.min,
  avg_latency: Math.floor(averageOf(client.latency)),
  max_latency: client.latency.max,
});

function directories(admin: Administration): Fields {
  const { snapshots, log } = admin.directoryBytes();
  return { datadir_size: log, logdir_size: snapshots };
}

function dump(admin: Administration, { expiries, ephemerals }: ServerReport): Fields {
  const now = Math.floor(admin.nowMillis());
  const expiring = expiries.map(({ inMillis, sessions }) => {
    return [String(now + Math.floor(inMillis)), sessions.map(exactly)] as const;
  });
  const owned = ephemerals.map(({ session, paths }) => [String(session), paths] as const);
  return {
    expiry_time_to_session_ids: Object.fromEntries(expiring),
    session_id_to_ephemeral_paths: Object.fromEntries(owned),
  };
}

function digests(_admin: Administration, report: ServerReport): Fields {
  const all = report.digests.map(({ zxid, digest }) => {
    return { zxid: exactly(zxid), digest: exactly(digest), digest_version: 2 };
  });
  return { digests: all };
}

function initialConfiguration({ settings }: Administration): Fields {
  return { initial_configuration: settings.initialConfiguration ?? null };
}

/** When there is none, Apache's answer is -1 in both fields, in the one as 64 bits. */
function lastSnapshot({ lastSnapshot: newest }: Administration): Fields {
  const { zxid, atMillis } = newest?.() ?? { zxid: -1n, atMillis: -1_000 };
  return { zxid: hex(zxid), timestamp: Math.floor(atMillis / 1_000) };
}

function leader(admin: Administration, report: ServerReport): Fields {
  if (admin.settings.standalone) return { error: 'server is not initialized' };
  const { members } = admin.settings.ensemble;
  const host = members.find(({ serverId }) => serverId === report.leader)?.host ?? '';
  return { is_leader: report.role === 'leading', leader_id: report.leader, leader_ip: host };
}

function monitor(admin: Administration, report: ServerReport, port: PortState): Fields {
  const all = monitorLines(monitorOf(admin, report, port)).map(([key, value]) => {
    return [key, typeof value === 'object' ? average(value.decimal) : value] as const;
  });
  return Object.fromEntries(all);
}

function observers(_admin: Administration, report: ServerReport): Fields {
  const all = report.observers.map((id) => ({ id }));
  return { synced_observers: all.length, observers: all };
}

function sizes(of: { last: number; min: number; max: number } | null): Fields {
  const { last, min, max } = of ?? { last: -1, min: -1, max: -1 };
  return { last_buffer_size: last, min_buffer_size: min, max_buffer_size: max };
}

function serverStats(admin: Administration, report: ServerReport, port: PortState): Fields {
  const { totals, clients } = port;
  const bytes = admin.directoryBytes();
  return {
    version: admin.version,
    read_only: report.readOnly,
    server_stats: {
      packets_sent: totals.sent,
      packets_received: totals.received,
      client_response_stats: sizes(totals.responses),
      server_state: modeOf(admin, report),
      outstanding_requests: report.outstanding,
      min_latency: totals.latency.min,
      avg_latency: average(averageOf(totals.latency)),
      max_latency: totals.latency.max,
      data_dir_size: bytes.log,
      log_dir_size: bytes.snapshots,
      // Of TLS alone, as at Apache's servers: there is none here.
      auth_failed_count: 0,
      last_processed_zxid: exactly(report.zxid),
      num_alive_client_connections: clients.length,
      uptime: Math.floor(admin.nowMillis() - admin.startedAtMillis),
    },
    client_response: sizes(totals.responses),
    ...(report.role === 'leading' && !admin.settings.standalone
      ? { proposal_stats: sizes(report.proposalBytes) }
      : {}),
    node_count: report.nodeCount,
  };
}

function stats(admin: Administration, report: ServerReport, port: PortState): Fields {
  return { ...serverStats(admin, report, port), ...connections(port, briefClient) };
}

function votingView(admin: Administration): Fields {
  if (admin.settings.standalone) return { current_config: {} };
  const show = (member: Member): Fields => ({
    server_addresses: [`${member.host}:${String(member.quorumPort)}`],
    election_addresses: [`${member.host}:${String(member.electionPort)}`],
    client_address:
      member.clientPort === null ? null : `${member.host}:${String(member.clientPort)}`,
    learner_type: 'participant',
  });
  const all = participants(admin.settings.ensemble).map(
    (one) => [one.serverId, show(one)] as const,
  );
  return { current_config: Object.fromEntries(all) };
}

function watchSummary(_admin: Administration, { dataWatches }: ServerReport): Fields {
  const ids = new Set(dataWatches.flatMap(({ sessions }) => sessions));
  const total = dataWatches.reduce((sum, { sessions }) => sum + sessions.length, 0);
  return { num_connections: ids.size, num_paths: dataWatches.length, num_total_watches: total };
}

function watches(_admin: Administration, { dataWatches }: ServerReport): Fields {
  const paths = new Map<string, string[]>();
  for (const { path, sessions } of dataWatches) {
    for (const id of sessions) paths.set(String(id), [...(paths.get(String(id)) ?? []), path]);
  }
  return { session_id_to_watched_paths: Object.fromEntries(paths) };
}

function watchesByPath(_admin: Administration, { dataWatches }: ServerReport): Fields {
  const all = dataWatches.map(({ path, sessions }) => [path, sessions.map(exactly)] as const);
  return { path_to_session_ids: Object.fromEntries(all) };
}

function zabFacts(admin: Administration, report: ServerReport | null): Fields {
  // Of no ensemble, or without one at this moment.
  if (report?.serving !== true || admin.settings.standalone) return { voting: false, zabstate: '' };
  const { members } = admin.settings.ensemble;
  const own = members.find(({ serverId }) => serverId === report.serverId);
  return {
    myid: report.serverId,
    is_leader: report.role === 'leading',
    client_address: `${own?.host ?? ''}:${String(admin.settings.clientPort)}`,
    voting: report.role !== 'observing',
    last_zxid: formatZxid(report.zxid),
    zab_epoch: epochOf(report.zxid),
    zab_counter: counterOf(report.zxid),
    zabstate: zabState(report),
  };
}

const zabState = (report: ServerReport): string =>
  report.role === 'looking' ? 'election' : (peerStateOf(report).split(' - ')[1] ?? 'election');

/** Indented by two. */
export function print(value: Json, indent = ''): string {
  if (value instanceof Exactly) return value.text;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const parts = isList
    ? (value as readonly Json[]).map((one) => `${inner}${print(one, inner)}`)
    : Object.entries(value).map(([key, one]) => {
        return `${inner}${JSON.stringify(key)} : ${print(one as Json, inner)}`;
      });
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  return parts.length === 0
    ? `${open} ${close}`
    : `${open}\n${parts.join(',\n')}\n${indent}${close}`;
}
