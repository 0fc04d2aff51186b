// Apache's own configuration file (zoo.cfg), the part of it that the edge obeys. A wrong value is an
// error that names line and key; a key that is not obeyed is a warning that names it.

import type { Ensemble, Member, MemberRole } from '../../vocabulary/ensemble.ts';
import { serverId, type ServerId } from '../../vocabulary/ids.ts';

export interface ZooConfig {
  readonly dataDirectory: string;
  readonly clientHost: string;
  readonly clientPort: number;
  readonly connectionsPerAddressMax: number;
  readonly ensemble: Ensemble;
  /** Sentences for a person. */
  readonly warnings: readonly string[];
}

/** What a person has to change; the message is the whole sentence. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

interface Setting {
  readonly value: string;
  readonly line: number;
}

const NUMBERS = {
  clientPort: { from: 1, to: 65_535, missing: 2181 },
  tickTime: { from: 10, to: 600_000, missing: 2_000 },
  initLimit: { from: 1, to: 100_000, missing: 10 },
  syncLimit: { from: 1, to: 100_000, missing: 5 },
  maxClientCnxns: { from: 0, to: 1_000_000, missing: 60 },
  minSessionTimeout: { from: 1, to: 86_400_000, missing: null },
  maxSessionTimeout: { from: 1, to: 86_400_000, missing: null },
  snapCount: { from: 2, to: 1_000_000_000, missing: 100_000 },
  commitLogCount: { from: 1, to: 1_000_000, missing: 500 },
  /** Milliseconds of silence that end an election; Apache's zookeeper.fastleader.*. */
  'fastleader.finalizeWait': { from: 1, to: 60_000, missing: 200 },
  'fastleader.minNotificationInterval': { from: 1, to: 60_000, missing: 200 },
  'fastleader.maxNotificationInterval': { from: 1, to: 600_000, missing: 60_000 },
} as const;

type NumberKey = keyof typeof NUMBERS;

const HOST_DEFAULT = '0.0.0.0';

/** `ownId` is what `<dataDir>/myid` says; the caller reads it when it knows the directory. */
export function parseZooConfig(text: string): ZooConfig {
  const settings = readSettings(text);
  const warnings: string[] = [];
  const members: Member[] = [];
  for (const [key, setting] of settings) {
    if (key.startsWith('server.')) members.push(readMember(key, setting));
    else if (!(key in NUMBERS) && key !== 'dataDir' && key !== 'clientPortAddress') {
      warnings.push(`line ${String(setting.line)}: ${key} is not obeyed here`);
    }
  }
  const dataDirectory = settings.get('dataDir')?.value ?? '';
  if (dataDirectory === '') throw new ConfigError('dataDir is missing');
  if (members.length === 0) throw new ConfigError('there is no server.N line');
  if (!members.some(({ role }) => role === 'participant')) {
    throw new ConfigError('every server is an observer: nobody could lead');
  }
  return {
    dataDirectory,
    clientHost: settings.get('clientPortAddress')?.value ?? HOST_DEFAULT,
    clientPort: readNumber(settings, 'clientPort'),
    connectionsPerAddressMax: readNumber(settings, 'maxClientCnxns'),
    ensemble: readEnsemble(settings, members),
    warnings,
  };
}

function readEnsemble(settings: ReadonlyMap<string, Setting>, members: Member[]): Ensemble {
  const tickMillis = readNumber(settings, 'tickTime');
  return {
    members: members.sort((a, b) => a.serverId - b.serverId),
    tickMillis,
    initLimit: readNumber(settings, 'initLimit'),
    syncLimit: readNumber(settings, 'syncLimit'),
    sessionTimeoutMillisMin: readNumber(settings, 'minSessionTimeout', 2 * tickMillis),
    sessionTimeoutMillisMax: readNumber(settings, 'maxSessionTimeout', 20 * tickMillis),
    finalizeWaitMillis: readNumber(settings, 'fastleader.finalizeWait'),
    notificationMillisMin: readNumber(settings, 'fastleader.minNotificationInterval'),
    notificationMillisMax: readNumber(settings, 'fastleader.maxNotificationInterval'),
    snapshotEveryTransactions: readNumber(settings, 'snapCount'),
    committedLogEntriesMax: readNumber(settings, 'commitLogCount'),
  };
}

function readSettings(text: string): Map<string, Setting> {
  const settings = new Map<string, Setting>();
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith('!')) continue;
    const at = line.indexOf('=');
    if (at <= 0) throw new ConfigError(`line ${String(index + 1)}: not of the form key=value`);
    const key = line.slice(0, at).trim();
    const before = settings.get(key);
    if (before !== undefined) {
      const lines = `${String(before.line)} and ${String(index + 1)}`;
      throw new ConfigError(`lines ${lines}: ${key} is given twice`);
    }
    settings.set(key, { value: line.slice(at + 1).trim(), line: index + 1 });
  }
  return settings;
}

function readNumber(
  settings: ReadonlyMap<string, Setting>,
  key: NumberKey,
  derived?: number,
): number {
  const { from, to, missing } = NUMBERS[key];
  const setting = settings.get(key);
  if (setting === undefined) return derived ?? missing ?? from;
  const value = /^[0-9]{1,15}$/.test(setting.value) ? Number(setting.value) : Number.NaN;
  if (!(value >= from && value <= to)) {
    const range = `a whole number from ${String(from)} to ${String(to)}`;
    throw new ConfigError(`line ${String(setting.line)}: ${key} must be ${range}`);
  }
  return value;
}

const SERVER_LINE =
  /^(\[[^\]]+\]|[^:;|[\]]+):(\d{1,5}):(\d{1,5})(?::(participant|observer))?(?:;(?:(\[[^\]]+\]|[^:;]+):)?(\d{1,5}))?$/;

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
  const [, host = '', quorum = '', election = '', role = 'participant', , client] = match;
  for (const port of [quorum, election, client ?? '1']) {
    if (Number(port) < 1 || Number(port) > 65_535) {
      throw new ConfigError(`${where}: ${port} is no port`);
    }
  }
  if (quorum === election) throw new ConfigError(`${where}: the two ports must differ`);
  return {
    serverId: serverId(Number(id)),
    role: role as MemberRole,
    host: host.replace(/^\[|\]$/g, ''),
    quorumPort: Number(quorum),
    electionPort: Number(election),
    clientPort: client === undefined ? null : Number(client),
  };
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
