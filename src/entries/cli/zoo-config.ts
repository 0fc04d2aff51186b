// Apache's own configuration file (zoo.cfg), the part of it that the edge obeys. A wrong value is an
// error that names line and key; a key that is not obeyed is a warning that names it.

import { SNAPSHOTS_KEPT_MIN } from '../../adapters/files/purge.ts';
import { EVERYWHERE } from '../../adapters/tcp/sockets.ts';
import { ConfigurationError, parseConfiguration } from '../../vocabulary/configuration.ts';
import type { ServerSettings } from '../../server/server.ts';
import type { Ensemble, Member } from '../../vocabulary/ensemble.ts';
import { serverId } from '../../vocabulary/ids.ts';
import { ID_MAX_EXTENDED, readMember, whyNoId } from './zoo-members.ts';
import {
  METRICS_CLASS_KEY,
  readAdmin,
  readMetrics,
  readWords,
  type AdminConfig,
  type MetricsConfig,
} from './zoo-services.ts';
import {
  ConfigError,
  fail,
  NUMBERS,
  READ_ONLY_KEY,
  readHost,
  readNumber,
  readSettings,
  readText,
  readYesNo,
  type NumberKey,
  type Setting,
  type Settings,
} from './zoo-settings.ts';

export { parseMyId } from './zoo-members.ts';
export type { AdminConfig, MetricsConfig } from './zoo-services.ts';
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

/** Where SASL's users stand; a JVM's property at Apache's servers. */
const JAAS_KEY = 'java.security.auth.login.config';

/** Ours alone: no key of Apache's. */
const EXTENDED_KEY = 'extendedTypesEnabled';
const QUORUM_SYNC_KEY = 'tabkeeper.quorumSync';

/** Where the members stand, if not in the same file. */
const DYNAMIC_KEY = 'dynamicConfigFile';

/** Text, and yes or no. What Apache takes from the JVM's properties may stand in the file here. */
const TEXTS: ReadonlySet<string> = new Set([
  ...['dataDir', 'dataLogDir', 'standaloneEnabled', 'peerType', 'clientPortAddress'],
  ...['4lw.commands.whitelist', 'admin.serverAddress'],
  ...['admin.commandURL', 'admin.enableServer', 'enforceQuota', EXTENDED_KEY],
  ...['DigestAuthenticationProvider.superDigest', JAAS_KEY, READ_ONLY_KEY],
  QUORUM_SYNC_KEY,
  ...[METRICS_CLASS_KEY, 'metricsProvider.httpHost'],
  ...['reconfigEnabled', 'standaloneEnabled', DYNAMIC_KEY],
]);

/** Switched off they say what is so here in any case. */
const LOCAL_SESSIONS: ReadonlySet<string> = new Set([
  ...['localSessionsEnabled', 'localSessionsUpgradingEnabled'],
]);

/** The path that dynamicConfigFile names, or null. */
export const dynamicConfigPath = (text: string): string | null =>
  readText(readSettings(text), DYNAMIC_KEY);

/** A file of members; the version is what its name ends with. */
export interface DynamicFile {
  readonly path: string;
  readonly text: string;
}

/** `dynamic` is what {@link dynamicConfigPath} names; the caller reads it. */
export function parseZooConfig(text: string, dynamic: DynamicFile | null = null): ZooConfig {
  const warnings: string[] = [];
  const settings = readSettings(text, warnings);
  const members: Member[] = dynamic === null ? [] : readDynamic(dynamic);
  for (const [key, setting] of settings) {
    if (key.startsWith('server.')) {
      const elsewhere = dynamic === null ? null : `it must stand in ${dynamic.path}`;
      if (elsewhere !== null) fail(setting, key, elsewhere);
      const member = readMember(key, setting);
      const isTwice = members.some(({ serverId: id }) => id === member.serverId);
      if (isTwice) fail(setting, key, 'there is another line for this id');
      members.push(member);
    } else if (Object.hasOwn(NUMBERS, key)) {
      // Also of what is switched off: what is wrong now is wrong on the day when it is needed.
      readNumber(settings, key as NumberKey);
    } else if (/^(group|weight)\./.test(key)) {
      const where = `line ${String(setting.line)}: ${key}`;
      throw new ConfigError(`${where}: every vote counts the same here, there are no groups`);
    } else if (demandsProtection(key, setting)) {
      fail(setting, key, 'a protection that is not here; without this line it serves unprotected');
    } else if (LOCAL_SESSIONS.has(key)) {
      if (!readYesNo(settings, key, false)) continue;
      const where = `line ${String(setting.line)}: ${key}`;
      warnings.push(`${where} is not obeyed here: every session is one of the whole ensemble`);
    } else if (!TEXTS.has(key) && !isServedProvider(settings, key)) {
      warnings.push(`line ${String(setting.line)}: ${key} is not obeyed here`);
    }
  }
  checkExtended(settings, members);
  const dataDirectory = readText(settings, 'dataDir');
  if (dataDirectory === null) throw new ConfigError('dataDir is missing');
  checkFixed(settings);
  const standalone = isStandalone(settings, members);
  return {
    dataDirectory,
    logDirectory: readText(settings, 'dataLogDir') ?? dataDirectory,
    standalone,
    purging: readPurging(settings, warnings),
    clientHost: readHost(settings, 'clientPortAddress') ?? EVERYWHERE,
    clientPort: readNumber(settings, 'clientPort'),
    clientPortLine: settings.get('clientPort')?.line ?? null,
    connectionsPerAddressMax: readNumber(settings, 'maxClientCnxns'),
    ensemble: {
      ...readEnsemble(settings, members.length === 0 ? [LONE_MEMBER] : members),
      ...versionOf(dynamic),
    },
    isDynamic: dynamic !== null,
    settings: { ...readServerSettings(settings), standalone },
    words: readWords(settings, warnings),
    admin: readAdmin(settings),
    metrics: readMetrics(settings),
    jaasPath: readText(settings, JAAS_KEY),
    warnings,
  };
}

/** Whoever asks for these would be served without what keeps strangers out. */
const PROTECTIONS: ReadonlySet<string> = new Set([
  ...['sslQuorum', 'enforce.auth.enabled', 'sessionRequireClientSASLAuth', 'admin.forceHttps'],
  ...['enable', 'learnerRequire', 'serverRequire'].map((what) => `quorum.auth.${what}Sasl`),
]);

function demandsProtection(key: string, setting: Setting): boolean {
  const { value } = setting;
  const name = key.replace(/^zookeeper\./, '');
  if (name === 'secureClientPort') return true;
  if (!PROTECTIONS.has(name)) return false;
  if (!/^(true|false)$/i.test(value)) fail(setting, key, 'it must be true or false');
  return value.toLowerCase() === 'true';
}

/** Where nothing names a server. It never dials, and nobody dials it. */
const LONE_MEMBER: Member = {
  ...{ serverId: serverId(1), role: 'participant', host: 'localhost' },
  ...{ quorumPort: 2888, electionPort: 3888, clientPort: null },
};

/** Apache's own scheme is served where its users are named; the others always are. */
function isServedProvider(settings: Settings, key: string): boolean {
  const { value = '' } = settings.get(key) ?? {};
  const [, name] = AUTH_PROVIDER.exec(value) ?? [];
  if (!key.startsWith('authProvider.') || name === undefined) return false;
  return name !== 'SASL' || settings.has(JAAS_KEY);
}

const AUTH_PROVIDER =
  /^org\.apache\.zookeeper\.server\.auth\.(SASL|Digest|IP)AuthenticationProvider$/;

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

/** An Apache server of such an id never serves. (EphemeralType.validateServerId) */
function checkExtended(settings: Settings, members: readonly Member[]): void {
  const setting = settings.get(EXTENDED_KEY);
  const large = members.find(({ serverId: id }) => id > ID_MAX_EXTENDED);
  if (setting === undefined || large === undefined) return;
  if (!readYesNo(settings, EXTENDED_KEY, false)) return;
  const name = `server.${String(large.serverId)}`;
  fail(setting, EXTENDED_KEY, `no id may be above ${String(ID_MAX_EXTENDED)} then, as ${name} is`);
}

function readDynamic({ path, text }: DynamicFile): Member[] {
  const settings = readSettings(text);
  const where = (key: string): string => {
    const line = settings.get(key)?.line;
    return line === undefined ? path : `${path}, line ${String(line)}`;
  };
  if (settings.has('version')) {
    throw new ConfigError(`${where('version')}: there must be no version inside`);
  }
  try {
    // Lines that go on are drawn together and escapes undone by now.
    const lines = [...settings].map(([key, { value }]) => `${key}=${value}`);
    const { members } = parseConfiguration(lines.join('\n'));
    for (const { serverId: id } of members) {
      const why = whyNoId(id);
      if (why !== null)
        throw new ConfigError(`${where(`server.${String(id)}`)}: server.${String(id)}: ${why}`);
    }
    return [...members];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const [key = ''] = /^[\w.]+/.exec(error.message) ?? [];
    throw new ConfigError(`${where(key)}: ${error.message}`);
  }
}

/** What the name ends with, in hex. */
function versionOf(dynamic: DynamicFile | null): { readonly version?: bigint } {
  const [, hex] = /\.([0-9a-f]{1,16})$/i.exec(dynamic?.path ?? '') ?? [];
  return hex === undefined ? {} : { version: BigInt.asIntN(64, BigInt(`0x${hex}`)) };
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
  const most = readNumber(settings, 'fastleader.maxNotificationInterval');
  const usual = Math.min(most, NUMBERS['fastleader.minNotificationInterval'].missing);
  const least = readNumber(settings, 'fastleader.minNotificationInterval', usual);
  if (least > most) {
    const key = 'fastleader.maxNotificationInterval';
    const line =
      settings.get(key)?.line ?? settings.get('fastleader.minNotificationInterval')?.line;
    throw new ConfigError(
      `line ${String(line)}: ${key} (${String(most)}) is below minNotificationInterval (${String(least)})`,
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
    notificationMillisMin: least,
    notificationMillisMax: most,
    snapshotEveryTransactions: readNumber(settings, 'snapCount'),
    committedLogEntriesMax: readNumber(settings, 'commitLogCount'),
  };
}

function readServerSettings(settings: Settings): Partial<ServerSettings> {
  return {
    reconfig: readYesNo(settings, 'reconfigEnabled', false)
      ? { standalone: readYesNo(settings, 'standaloneEnabled', true) }
      : null,
    superDigest: readSuperDigest(settings),
    enforceQuota: readYesNo(settings, 'enforceQuota', false),
    extendedTypes: readYesNo(settings, EXTENDED_KEY, false),
    outstandingMax: readNumber(settings, 'globalOutstandingLimit'),
    requestBytesMax: readNumber(settings, 'jute.maxbuffer'),
    reapEveryMillis: readNumber(settings, 'znode.container.checkIntervalMs'),
    reapsPerMinuteMax: readNumber(settings, 'znode.container.maxPerMinute'),
    neverUsedMillisMax: readNumber(settings, 'znode.container.maxNeverUsedIntervalMs'),
    readOnlyMode: readYesNo(settings, READ_ONLY_KEY, false),
    quorumSync: readYesNo(settings, QUORUM_SYNC_KEY, false),
  };
}

/** SHA-1 in base64: another digest could never be proved, and nobody would know why. */
const SUPER_DIGEST = /^[^:\s]+:[A-Za-z0-9+/]{27}=$/;

function readSuperDigest(settings: Settings): string | null {
  const key = 'DigestAuthenticationProvider.superDigest';
  const setting = settings.get(key);
  if (setting === undefined) return null;
  if (SUPER_DIGEST.test(setting.value)) return setting.value;
  return fail(setting, key, 'it must be super:<SHA-1 of super:password, in base64>');
}
