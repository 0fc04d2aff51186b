// Apache's own configuration file (zoo.cfg), the part of it that the edge obeys. A wrong value is an
// error that names line and key; a key that is not obeyed is a warning that names it.

import { SNAPSHOTS_KEPT_MIN } from '../../adapters/files/purge.ts';
import { ALL_WORDS, WORDS_ALLOWED } from '../../adapters/admin/words.ts';
import { ConfigurationError, parseConfiguration } from '../../vocabulary/configuration.ts';
import type { ServerSettings } from '../../server/server.ts';
import type { Ensemble, Member, MemberRole } from '../../vocabulary/ensemble.ts';
import { serverId, type ServerId } from '../../vocabulary/ids.ts';
import {
  ConfigError,
  NUMBERS,
  readNumber,
  readSettings,
  readYesNo,
  type Setting,
  type Settings,
} from './zoo-settings.ts';

export { ConfigError } from './zoo-settings.ts';

export interface ZooConfig {
  readonly dataDirectory: string;
  readonly logDirectory: string;
  /** No ensemble, as without a server.N line: the one member then is this server, whatever its myid. */
  readonly standalone: boolean;
  /** Null: nothing is ever purged. */
  readonly purging: PurgingConfig | null;
  readonly clientHost: string;
  readonly clientPort: number;
  /** Where the file names it; null where it does not. */
  readonly clientPortLine: number | null;
  readonly connectionsPerAddressMax: number;
  readonly ensemble: Ensemble;
  readonly settings: Partial<ServerSettings>;
  /** Four-letter words that are answered. */
  readonly words: ReadonlySet<string>;
  /** Null: there is no AdminServer. */
  readonly admin: AdminConfig | null;
  /** Null: Prometheus is not told anything. */
  readonly metrics: MetricsConfig | null;
  /** Lines of server.N stand in the configuration's own file, which a reconfiguration writes anew. */
  readonly isDynamic: boolean;
  /** The file that names SASL's users, or null. */
  readonly jaasPath: string | null;
  /** Sentences for a person. */
  readonly warnings: readonly string[];
}

export interface PurgingConfig {
  readonly snapshotsKept: number;
  readonly everyHours: number;
}

export interface MetricsConfig {
  readonly host: string;
  readonly port: number;
}

export interface AdminConfig {
  readonly host: string;
  readonly port: number;
  readonly commandUrl: string;
}

/** Where SASL's users stand; a JVM's property at Apache's servers. */
const JAAS_KEY = 'java.security.auth.login.config';

/** Ours alone: no key of Apache's. */
const QUORUM_SYNC_KEY = 'tabkeeper.quorumSync';
const READ_ONLY_KEY = 'readonlymode.enabled';

/** Where the members stand, if not in the same file. */
const DYNAMIC_KEY = 'dynamicConfigFile';

const METRICS_CLASS_KEY = 'metricsProvider.className';
const METRICS_CLASSES = {
  prometheus: 'org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider',
  /** Apache's default: the words and the commands alone tell. */
  none: 'org.apache.zookeeper.metrics.impl.DefaultMetricsProvider',
};

/** Text, and yes or no. What Apache takes from the JVM's properties may stand in the file here. */
const TEXTS: ReadonlySet<string> = new Set([
  ...['dataDir', 'dataLogDir', 'standaloneEnabled', 'peerType', 'clientPortAddress'],
  ...['4lw.commands.whitelist', 'admin.serverAddress'],
  ...['admin.commandURL', 'admin.enableServer', 'enforceQuota', 'extendedTypesEnabled'],
  ...['DigestAuthenticationProvider.superDigest', JAAS_KEY, READ_ONLY_KEY],
  QUORUM_SYNC_KEY,
  ...[METRICS_CLASS_KEY, 'metricsProvider.httpHost'],
  ...['reconfigEnabled', 'standaloneEnabled', DYNAMIC_KEY],
]);

const HOST_DEFAULT = '0.0.0.0';

/** The path that dynamicConfigFile names, or null. */
export const dynamicConfigPath = (text: string): string | null =>
  readSettings(text).get(DYNAMIC_KEY)?.value ?? null;

/** A file of members; the version is what its name ends with. */
export interface DynamicFile {
  readonly path: string;
  readonly text: string;
}

/** `dynamic` is what {@link dynamicConfigPath} names; the caller reads it. */
export function parseZooConfig(text: string, dynamic: DynamicFile | null = null): ZooConfig {
  const settings = readSettings(text);
  const warnings: string[] = [];
  const members: Member[] = dynamic === null ? [] : readDynamic(dynamic);
  for (const [key, setting] of settings) {
    if (key.startsWith('server.')) {
      const elsewhere = dynamic === null ? null : `it must stand in ${dynamic.path}`;
      if (elsewhere !== null) fail(setting, key, elsewhere);
      members.push(readMember(key, setting));
    } else if (/^(group|weight)\./.test(key)) {
      const where = `line ${String(setting.line)}: ${key}`;
      throw new ConfigError(`${where}: every vote counts the same here, there are no groups`);
    } else if (demandsProtection(key, setting)) {
      fail(setting, key, 'a protection that is not here; without this line it serves unprotected');
    } else if (!(key in NUMBERS) && !TEXTS.has(key)) {
      warnings.push(`line ${String(setting.line)}: ${key} is not obeyed here`);
    }
  }
  const dataDirectory = settings.get('dataDir')?.value ?? '';
  if (dataDirectory === '') throw new ConfigError('dataDir is missing');
  checkFixed(settings);
  const standalone = isStandalone(settings, members);
  return {
    dataDirectory,
    logDirectory: settings.get('dataLogDir')?.value ?? dataDirectory,
    standalone,
    purging: readPurging(settings, warnings),
    clientHost: settings.get('clientPortAddress')?.value ?? HOST_DEFAULT,
    clientPort: readNumber(settings, 'clientPort'),
    clientPortLine: settings.get('clientPort')?.line ?? null,
    connectionsPerAddressMax: readNumber(settings, 'maxClientCnxns'),
    ensemble: {
      ...readEnsemble(settings, members.length === 0 ? [LONE_MEMBER] : members),
      ...versionOf(dynamic),
    },
    isDynamic: dynamic !== null,
    settings: { ...readServerSettings(settings), standalone },
    words: readWords(settings),
    admin: readAdmin(settings),
    metrics: readMetrics(settings),
    jaasPath: settings.get(JAAS_KEY)?.value ?? null,
    warnings,
  };
}

/** Whoever asks for these would be served without what keeps strangers out. */
const PROTECTIONS: ReadonlySet<string> = new Set([
  ...['sslQuorum', 'enforce.auth.enabled', 'sessionRequireClientSASLAuth'],
  ...['enable', 'learnerRequire', 'serverRequire'].map((what) => `quorum.auth.${what}Sasl`),
]);

function demandsProtection(key: string, { value }: Setting): boolean {
  const name = key.replace(/^zookeeper\./, '');
  if (name === 'secureClientPort') return true;
  return PROTECTIONS.has(name) && value.toLowerCase() === 'true';
}

/** Where nothing names a server. It never dials, and nobody dials it. */
const LONE_MEMBER: Member = {
  ...{ serverId: serverId(1), role: 'participant', host: 'localhost' },
  ...{ quorumPort: 2888, electionPort: 3888, clientPort: null },
};

/** Nobody to agree with (QuorumPeerConfig.isDistributed): no server, or one alone. */
function isStandalone(settings: Settings, members: readonly Member[]): boolean {
  const voters = members.filter(({ role }) => role === 'participant').length;
  if (voters === 0 && members.length > 0) {
    throw new ConfigError('every server is an observer: nobody could lead');
  }
  const allowed = readYesNo(settings, 'standaloneEnabled', true);
  if (voters === 0 && !allowed) {
    throw new ConfigError('there is no server.N line, and standaloneEnabled is false');
  }
  if (voters > 1 || !allowed) return false;
  if (members.length > voters) {
    throw new ConfigError(
      'observers need an ensemble: add servers, or set standaloneEnabled=false',
    );
  }
  return true;
}

/** What may be said and changes nothing: the server lines make an observer, and there is one election. */
function checkFixed(settings: Settings): void {
  readNumber(settings, 'electionAlg');
  const setting = settings.get('peerType');
  if (setting === undefined || /^(participant|observer)$/i.test(setting.value)) return;
  throw new ConfigError(`line ${String(setting.line)}: peerType must be participant or observer`);
}

function readPurging(settings: Settings, warnings: string[]): PurgingConfig | null {
  const key = 'autopurge.snapRetainCount';
  const snapshotsKept = readNumber(settings, key);
  const everyHours = readNumber(settings, 'autopurge.purgeInterval');
  if (snapshotsKept < SNAPSHOTS_KEPT_MIN) {
    const where = `line ${String(settings.get(key)?.line)}: ${key}`;
    warnings.push(`${where} is ${String(SNAPSHOTS_KEPT_MIN)} at least, and is taken as that`);
  }
  if (everyHours === 0) return null;
  return { snapshotsKept: Math.max(snapshotsKept, SNAPSHOTS_KEPT_MIN), everyHours };
}

function readDynamic({ path, text }: DynamicFile): Member[] {
  const settings = readSettings(text);
  if (settings.has('version')) throw new ConfigError(`${path}: there must be no version inside`);
  try {
    return [...parseConfiguration(text).members];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigError(`${path}: ${error.message}`);
  }
}

/** What the name ends with, in hex. */
function versionOf(dynamic: DynamicFile | null): { readonly version?: bigint } {
  const [, hex] = /\.([0-9a-f]{1,16})$/i.exec(dynamic?.path ?? '') ?? [];
  return hex === undefined ? {} : { version: BigInt.asIntN(64, BigInt(`0x${hex}`)) };
}

function fail({ line }: Setting, key: string, why: string): never {
  throw new ConfigError(`line ${String(line)}: ${key}: ${why}`);
}

function readEnsemble(settings: Settings, members: Member[]): Ensemble {
  const tickMillis = readNumber(settings, 'tickTime');
  const shortest = readNumber(settings, 'minSessionTimeout', 2 * tickMillis);
  const longest = readNumber(settings, 'maxSessionTimeout', 20 * tickMillis);
  if (shortest > longest) {
    const line = settings.get('minSessionTimeout')?.line ?? settings.get('maxSessionTimeout')?.line;
    throw new ConfigError(
      `line ${String(line)}: minSessionTimeout (${String(shortest)}) is above maxSessionTimeout (${String(longest)})`,
    );
  }
  return {
    members: members.sort((a, b) => a.serverId - b.serverId),
    tickMillis,
    initLimit: readNumber(settings, 'initLimit'),
    syncLimit: readNumber(settings, 'syncLimit'),
    sessionTimeoutMillisMin: shortest,
    sessionTimeoutMillisMax: longest,
    finalizeWaitMillis: readNumber(settings, 'fastleader.finalizeWait'),
    notificationMillisMin: readNumber(settings, 'fastleader.minNotificationInterval'),
    notificationMillisMax: readNumber(settings, 'fastleader.maxNotificationInterval'),
    snapshotEveryTransactions: readNumber(settings, 'snapCount'),
    committedLogEntriesMax: readNumber(settings, 'commitLogCount'),
  };
}

function readServerSettings(settings: Settings): Partial<ServerSettings> {
  return {
    reconfig: readYesNo(settings, 'reconfigEnabled', false)
      ? { standalone: readYesNo(settings, 'standaloneEnabled', true) }
      : null,
    superDigest: settings.get('DigestAuthenticationProvider.superDigest')?.value ?? null,
    enforceQuota: readYesNo(settings, 'enforceQuota', false),
    extendedTypes: readYesNo(settings, 'extendedTypesEnabled', false),
    outstandingMax: readNumber(settings, 'globalOutstandingLimit'),
    requestBytesMax: readNumber(settings, 'jute.maxbuffer'),
    reapEveryMillis: readNumber(settings, 'znode.container.checkIntervalMs'),
    readOnlyMode: readYesNo(settings, READ_ONLY_KEY, false),
    quorumSync: readYesNo(settings, QUORUM_SYNC_KEY, false),
  };
}

function readWords(settings: Settings): ReadonlySet<string> {
  const list = settings.get('4lw.commands.whitelist')?.value;
  const words = list?.split(',').map((word) => word.trim()) ?? [];
  // Clients look for a server that also writes with this word. No list takes these away.
  const isro = readYesNo(settings, READ_ONLY_KEY, false) ? ['isro'] : [];
  return new Set(words.includes('*') ? ALL_WORDS : [...words, ...WORDS_ALLOWED, ...isro]);
}

/** Not there unless it is asked for, other than Apache's: a port that nobody expects is no service. */
function readAdmin(settings: Settings): AdminConfig | null {
  const isAsked = [...settings.keys()].some((key) => key.startsWith('admin.'));
  if (!readYesNo(settings, 'admin.enableServer', isAsked)) return null;
  return {
    host: settings.get('admin.serverAddress')?.value ?? HOST_DEFAULT,
    port: readNumber(settings, 'admin.serverPort'),
    commandUrl: (settings.get('admin.commandURL')?.value ?? '/commands').replace(/\/+$/, ''),
  };
}

function readMetrics(settings: Settings): MetricsConfig | null {
  const wanted = settings.get(METRICS_CLASS_KEY);
  if (wanted === undefined || wanted.value === METRICS_CLASSES.none) return null;
  if (wanted.value !== METRICS_CLASSES.prometheus) {
    const known = Object.values(METRICS_CLASSES).join(' or ');
    throw new ConfigError(`line ${String(wanted.line)}: ${METRICS_CLASS_KEY} must be ${known}`);
  }
  return {
    host: settings.get('metricsProvider.httpHost')?.value ?? HOST_DEFAULT,
    port: readNumber(settings, 'metricsProvider.httpPort'),
  };
}

const SERVER_LINE =
  /^(\[[^\]]+\]|[^:;|[\]]+):(\d{1,5}):(\d{1,5})(?::(participant|observer))?(?:;(?:(\[[^\]]+\]|[^:;]+):)?(\d{1,5}))?$/i;

function readMember(key: string, { value, line }: Setting): Member {
  const where = `line ${String(line)}: ${key}`;
  const id = key.slice('server.'.length);
  if (!/^[0-9]{1,3}$/.test(id) || Number(id) < 1 || Number(id) > 254) {
    throw new ConfigError(`${where}: the id must be from 1 to 254`);
  }
  const match = SERVER_LINE.exec(value);
  if (match === null) {
    const form = 'host:quorumPort:electionPort[:participant|:observer][;[host:]clientPort]';
    throw new ConfigError(`${where} must be ${form}`);
  }
  const [, host = '', quorum = '', election = '', role = 'participant', at, client] = match;
  for (const port of [quorum, election, client ?? '1']) {
    if (Number(port) < 1 || Number(port) > 65_535) {
      throw new ConfigError(`${where}: ${port} is no port`);
    }
  }
  if (quorum === election) throw new ConfigError(`${where}: the two ports must differ`);
  return {
    serverId: serverId(Number(id)),
    role: role.toLowerCase() as MemberRole,
    host: host.replace(/^\[|\]$/g, ''),
    quorumPort: Number(quorum),
    electionPort: Number(election),
    ...clientOf(at, client),
  };
}

function clientOf(
  host: string | undefined,
  port: string | undefined,
): Pick<Member, 'clientPort' | 'clientHost'> {
  if (port === undefined) return { clientPort: null };
  const clientHost = (host ?? HOST_DEFAULT).replace(/^\[|\]$/g, '');
  return { clientPort: Number(port), clientHost };
}

/** The content of a myid file. */
export function parseMyId(text: string, ensemble: Ensemble, path: string): ServerId {
  const trimmed = text.trim();
  const member = ensemble.members.find((other) => String(other.serverId) === trimmed);
  if (member === undefined) {
    const known = ensemble.members.map((other) => String(other.serverId)).join(', ');
    const said = JSON.stringify(trimmed.slice(0, 20));
    throw new ConfigError(`${path} says ${said}, which is none of the servers ${known}`);
  }
  return member.serverId;
}
