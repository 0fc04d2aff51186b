// The lines of a zoo.cfg: keys, values, and where they stand, so that what is wrong can be named by line
// and key. What the keys mean is not said here.

import { EVERYWHERE } from '../../adapters/tcp/sockets.ts';
import { SNAPSHOTS_KEPT_MIN } from '../../adapters/files/purge.ts';
import { ConfigError, logicalLines, propertyOf } from './properties.ts';

export { ConfigError };

export interface Setting {
  readonly value: string;
  readonly line: number;
}

export type Settings = ReadonlyMap<string, Setting>;

/** As a line of a server without an address says it. */
const ANYWHERE = '0.0.0.0';
export const READ_ONLY_KEY = 'readonlymode.enabled';

export function fail({ line }: Setting, key: string, why: string): never {
  throw new ConfigError(`line ${String(line)}: ${key}: ${why}`);
}

export const NUMBERS = {
  clientPort: { from: 1, to: 65_535, missing: 2181 },
  tickTime: { from: 10, to: 600_000, missing: 3_000 },
  initLimit: { from: 1, to: 100_000, missing: 10 },
  syncLimit: { from: 1, to: 100_000, missing: 5 },
  maxClientCnxns: { from: 0, to: 1_000_000, missing: 60 },
  /** -1 is Apache's own word for not given. */
  minSessionTimeout: { from: 1, to: 86_400_000, missing: null, unset: -1 },
  maxSessionTimeout: { from: 1, to: 86_400_000, missing: null, unset: -1 },
  snapCount: { from: 2, to: 1_000_000_000, missing: 100_000 },
  commitLogCount: { from: 1, to: 1_000_000, missing: 500 },
  /** Milliseconds of silence that end an election; Apache's zookeeper.fastleader.*. */
  'fastleader.finalizeWait': { from: 1, to: 60_000, missing: 200 },
  'fastleader.minNotificationInterval': { from: 1, to: 60_000, missing: 200 },
  'fastleader.maxNotificationInterval': { from: 1, to: 600_000, missing: 60_000 },
  globalOutstandingLimit: { from: 1, to: 10_000_000, missing: 1_000 },
  'jute.maxbuffer': { from: 1_024, to: 48 * 1024 * 1024, missing: 0xf_ffff },
  'znode.container.checkIntervalMs': { from: 10, to: 0x7fff_ffff, missing: 60_000 },
  'znode.container.maxPerMinute': { from: 1, to: 0x7fff_ffff, missing: 10_000 },
  'znode.container.maxNeverUsedIntervalMs': { from: 0, to: Number.MAX_SAFE_INTEGER, missing: 0 },
  'autopurge.snapRetainCount': { from: 1, to: 1_000_000, missing: SNAPSHOTS_KEPT_MIN },
  /** Hours; 0 and -1 for never. */
  'autopurge.purgeInterval': { from: 0, to: 1_000_000, missing: 0, unset: -1 },
  /** FastLeaderElection: there is no other. */
  electionAlg: { from: 3, to: 3, missing: 3 },
  'admin.serverPort': { from: 1, to: 65_535, missing: 8_080 },
  'metricsProvider.httpPort': { from: 1, to: 65_535, missing: 7_000 },
} as const;

export type NumberKey = keyof typeof NUMBERS;

interface NumberRule {
  readonly from: number;
  readonly to: number;
  readonly missing: number | null;
  readonly unset?: number;
}

/** Of a key that is given twice the last one counts, which `warnings` are told. */
export function readSettings(text: string, warnings: string[] = []): Map<string, Setting> {
  const settings = new Map<string, Setting>();
  for (const whole of logicalLines(text)) {
    const line = whole.first;
    const property = propertyOf(whole);
    if (property === null) {
      throw new ConfigError(`line ${String(line)}: not of the form key=value`);
    }
    const { key, value } = property;
    const before = settings.get(key);
    if (before !== undefined) {
      const lines = `${String(before.line)} and ${String(line)}`;
      warnings.push(`lines ${lines}: ${key} is given twice, the last one counts`);
    }
    settings.set(key, { value, line });
  }
  return settings;
}

export function readYesNo(settings: Settings, key: string, missing: boolean): boolean {
  const setting = settings.get(key);
  if (setting === undefined) return missing;
  if (/^(true|false)$/i.test(setting.value)) return setting.value.toLowerCase() === 'true';
  throw new ConfigError(`line ${String(setting.line)}: ${key} must be true or false`);
}

export function readNumber(settings: Settings, key: NumberKey, derived?: number): number {
  const { from, to, missing, unset }: NumberRule = NUMBERS[key];
  const setting = settings.get(key);
  if (setting === undefined || setting.value === String(unset)) return derived ?? missing ?? from;
  const value = /^[0-9]{1,15}$/.test(setting.value) ? Number(setting.value) : Number.NaN;
  if (!(value >= from && value <= to)) {
    const range = from === to ? String(to) : `a whole number from ${String(from)} to ${String(to)}`;
    throw new ConfigError(`line ${String(setting.line)}: ${key} must be ${range}`);
  }
  return value;
}

/** The value, or null where the key is not given. An empty one would be read as something else. */
export function readText(settings: Settings, key: string): string | null {
  const setting = settings.get(key);
  if (setting?.value === '') throw new ConfigError(`line ${String(setting.line)}: ${key} is empty`);
  return setting?.value ?? null;
}

const HOST = /^(?:[\w.-]+|\[?[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?:%[\w.-]+)?\]?)$/;

/** A name or an address to listen on, without the brackets of IPv6; null where the key is not given. */
export function readHost(settings: Settings, key: string): string | null {
  const host = readText(settings, key);
  if (host === null) return null;
  const isBracketed = host.startsWith('[') && host.endsWith(']');
  if (HOST.test(host) && (isBracketed || !/[[\]]/.test(host))) {
    // Java's servers listen on IPv6 too, where this is asked for.
    if (host === ANYWHERE) return EVERYWHERE;
    return isBracketed ? host.slice(1, -1) : host;
  }
  const where = `line ${String(settings.get(key)?.line)}: ${key}`;
  throw new ConfigError(`${where} must be a host's name or address, not ${JSON.stringify(host)}`);
}
