// What the client port answers to four letters, in Apache's shapes (server/command/*), and who may ask
// (FourLetterCommands): only what the list allows, and `srvr`.

import type { ServerReport } from '../../vocabulary/report.ts';
import {
  configurationOf,
  decimal,
  hex,
  modeOf,
  type Administration,
  type PortState,
} from './administration.ts';
import { averageOf, resetClient, resetTotals, type ClientStats } from './client-stats.ts';
import { javaDateHere } from './java-date.ts';
import { monitorLines, monitorOf, type Plain } from './monitor.ts';

type Word = (admin: Administration, report: ServerReport, port: PortState) => string;

const WORDS: ReadonlyMap<string, Word> = new Map<string, Word>([
  ['conf', configuration],
  ['cons', (_admin, _report, port) => `${lines(port, clientLine)}\n`],
  ['crst', onConnectionReset],
  ['dirs', directories],
  ['dump', dump],
  ['envi', environment],
  ['gtmk', () => TRACE_MASK],
  ['hash', digests],
  ['isro', (_admin, report) => (report.readOnly ? 'ro' : 'rw')],
  ['mntr', monitor],
  ['ruok', () => 'imok'],
  ['srst', onServerReset],
  ['srvr', (admin, report, port) => `${versionLine(admin)}${summary(admin, report, port)}`],
  ['stat', stat],
  ['stmk', () => TRACE_MASK],
  ['wchc', watchesByConnection],
  ['wchp', watchesByPath],
  ['wchs', watchSummary],
]);
export const ALL_WORDS: readonly string[] = [...WORDS.keys()];
/** Whatever 4lw.commands.whitelist says. */
export const WORDS_ALLOWED: readonly string[] = ['srvr'];

const NOT_SERVING = 'This ZooKeeper instance is not currently serving requests\n';
/** ZooTrace's default; nothing here obeys it. */
const TRACE_MASK = '306';

/** The text to send before closing, or null when these four bytes are no word. */
export function answerWord(
  admin: Administration,
  allowed: ReadonlySet<string>,
  word: string,
  port: PortState,
): string | null {
  const answer = WORDS.get(word);
  if (answer === undefined) return null;
  if (!allowed.has(word)) {
    return `${word} is not executed because it is not in the whitelist.\n`;
  }
  const report = admin.report();
  if (report?.serving !== true) {
    return notServing(admin, word);
  }
  return answer(admin, report, port);
}

/** Some words need no server that serves. */
function notServing(admin: Administration, word: string): string {
  switch (word) {
    case 'ruok':
      return 'imok';
    case 'isro':
      return 'null';
    case 'envi':
      return environment(admin);
    case 'gtmk':
    case 'stmk':
      return TRACE_MASK;
    default:
      return NOT_SERVING;
  }
}

function configuration(admin: Administration): string {
  return configurationOf(admin)
    .map(([key, value]) =>
      key === 'membership' ? `membership: ${String(value)}` : `${key}=${String(value)}\n`,
    )
    .join('');
}

const versionLine = ({ version }: Administration): string => `Zookeeper version: ${version}\n`;

function summary(
  admin: Administration,
  report: ServerReport,
  { clients, totals }: PortState,
): string {
  const { min, max } = totals.latency;
  const average = decimal(averageOf(totals.latency));
  const { last, min: least, max: most } = report.proposalBytes ?? { last: -1, min: -1, max: -1 };
  const all = [
    `Latency min/avg/max: ${String(min)}/${average}/${String(max)}`,
    `Received: ${String(totals.received)}`,
    `Sent: ${String(totals.sent)}`,
    `Connections: ${String(clients.length)}`,
    `Outstanding: ${String(report.outstanding)}`,
    `Zxid: 0x${hex(report.zxid)}`,
    `Mode: ${modeOf(admin, report)}`,
    `Node count: ${String(report.nodeCount)}`,
  ];
  if (report.role === 'leading' && !admin.settings.standalone) {
    all.push(`Proposal sizes last/min/max: ${[last, least, most].map(String).join('/')}`);
  }
  return `${all.join('\n')}\n`;
}

function stat(admin: Administration, report: ServerReport, port: PortState): string {
  return `${versionLine(admin)}Clients:\n${lines(port, briefLine)}\n${summary(admin, report, port)}`;
}

const lines = (port: PortState, line: (client: ClientStats, ops: number) => string): string =>
  port.clients.map((client) => `${line(client, client === port.asking ? 0 : 1)}\n`).join('');

function counts({ address, waiting, received, sent }: ClientStats, ops: number): string {
  const numbers = `queued=${String(waiting.length)},recved=${String(received)},sent=${String(sent)}`;
  return ` /${address}[${String(ops)}](${numbers}`;
}

const briefLine = (client: ClientStats, ops: number): string => `${counts(client, ops)})`;

function clientLine(client: ClientStats, ops: number): string {
  if (client.session === 0n) return briefLine(client, ops);
  const { latency, lastCxid } = client;
  const parts = [
    `sid=0x${hex(client.session)}`,
    `lop=${client.lastOperation}`,
    `est=${String(client.establishedAt)}`,
    `to=${String(client.timeoutMillis)}`,
    ...(lastCxid >= 0 ? [`lcxid=0x${lastCxid.toString(16)}`] : []),
    `lzxid=0x${hex(client.lastZxid)}`,
    `lresp=${String(Math.floor(client.lastResponseAt))}`,
    `llat=${String(latency.last)}`,
    `minlat=${String(latency.min)}`,
    `avglat=${String(Math.floor(averageOf(latency)))}`,
    `maxlat=${String(latency.max)}`,
  ];
  return `${counts(client, ops)},${parts.join(',')})`;
}

function onConnectionReset(_admin: Administration, _report: ServerReport, port: PortState): string {
  for (const client of port.clients) resetClient(client);
  return 'Connection stats reset.\n';
}

function onServerReset(admin: Administration, _report: ServerReport, port: PortState): string {
  resetTotals(port.totals);
  admin.resetCounts?.({ proposalSizes: true });
  return 'Server stats reset.\n';
}

function directories(admin: Administration): string {
  const { snapshots, log } = admin.directoryBytes();
  return `datadir_size: ${String(log)}\nlogdir_size: ${String(snapshots)}\n`;
}

function dump(admin: Administration, report: ServerReport, port: PortState): string {
  const dateOf = (millis: number): string => javaDateHere(admin.wallMillis() + millis);
  const { expiries, ephemerals, sessions } = report;
  const clock =
    report.role === 'leading'
      ? [
          `Session Sets (${String(expiries.length)})/(${String(sessions.length)}):`,
          ...expiries.flatMap(({ inMillis, sessions: ids }) => [
            `${String(ids.length)} expire at ${dateOf(inMillis)}:`,
            ...ids.map((id) => `\t0x${hex(id)}`),
          ]),
        ]
      : [
          `Global Sessions(${String(sessions.length)}):`,
          ...sessions.map(({ id, timeoutMillis }) => `0x${hex(id)}\t${String(timeoutMillis)}ms`),
        ];
  const all = [
    'SessionTracker dump:',
    ...clock,
    'ephemeral nodes dump:',
    `Sessions with Ephemerals (${String(ephemerals.length)}):`,
    ...ephemerals.flatMap(({ session, paths }) => [
      `0x${hex(session)}:`,
      ...paths.map((path) => `\t${path}`),
    ]),
    'Connections dump:',
    ...connectionDump(admin, port, dateOf),
  ];
  return `${all.join('\n')}\n`;
}

/** nio.sessionlessCnxnTimeout */
const SESSIONLESS_MILLIS = 10_000;

/** When each connection ends if nothing more is heard on it, to the tick. */
function connectionDump(
  { settings, nowMillis }: Administration,
  { clients }: PortState,
  dateOf: (inMillis: number) => string,
): string[] {
  const tick = settings.ensemble.tickMillis;
  const buckets = new Map<number, ClientStats[]>();
  for (const client of clients) {
    const due =
      client.heardAt + (client.session === 0n ? SESSIONLESS_MILLIS : client.timeoutMillis);
    const at = (Math.floor(due / tick) + 1) * tick;
    buckets.set(at, [...(buckets.get(at) ?? []), client]);
  }
  const sets = [...buckets].sort(([one], [other]) => one - other);
  return [
    `Connections Sets (${String(sets.length)})/(${String(clients.length)}):`,
    ...sets.flatMap(([at, members]) => [
      `${String(members.length)} expire at ${dateOf(at - nowMillis())}:`,
      ...members.map(({ address, session }) => `\tip: /${address} sessionId: 0x${hex(session)}`),
    ]),
  ];
}

function environment(admin: Administration): string {
  const pairs = admin.environment().map(([key, value]) => `${key}=${value}`);
  return ['Environment:', ...pairs, ''].join('\n');
}

function digests(_admin: Administration, report: ServerReport): string {
  return report.digests.map(({ zxid, digest }) => `${hex(zxid)}: ${String(digest)}\n`).join('');
}

function monitor(admin: Administration, report: ServerReport, port: PortState): string {
  return monitorLines(monitorOf(admin, report, port))
    .map(([key, value]) => `zk_${key}\t${measured(value)}\n`)
    .join('');
}

const measured = (value: Plain): string =>
  typeof value === 'object' ? decimal(value.decimal) : String(value);

function watchSummary(_admin: Administration, { dataWatches }: ServerReport): string {
  const sessions = new Set(dataWatches.flatMap((watch) => watch.sessions));
  const total = dataWatches.reduce((sum, watch) => sum + watch.sessions.length, 0);
  const who = `${String(sessions.size)} connections watching ${String(dataWatches.length)} paths`;
  return `${who}\nTotal watches:${String(total)}\n`;
}

function watchesByConnection(_admin: Administration, { dataWatches }: ServerReport): string {
  const paths = new Map<bigint, string[]>();
  for (const { path, sessions } of dataWatches) {
    for (const id of sessions) {
      const own = paths.get(id);
      if (own === undefined) paths.set(id, [path]);
      else own.push(path);
    }
  }
  const blocks = [...paths].map(
    ([id, own]) => `0x${hex(id)}\n${own.map((path) => `\t${path}\n`).join('')}`,
  );
  return `${blocks.join('')}\n`;
}

function watchesByPath(_admin: Administration, { dataWatches }: ServerReport): string {
  const blocks = dataWatches.map(
    ({ path, sessions }) => `${path}\n${sessions.map((id) => `\t0x${hex(id)}\n`).join('')}`,
  );
  return `${blocks.join('')}\n`;
}
