// Who may be told about a server, as zoo.cfg says it: by words, by the AdminServer, by Prometheus.

import { EVERYWHERE } from '../../adapters/tcp/sockets.ts';
import { ALL_WORDS, WORDS_ALLOWED } from '../../adapters/admin/words.ts';
import {
  ConfigError,
  fail,
  READ_ONLY_KEY,
  readHost,
  readNumber,
  readText,
  readYesNo,
  type Settings,
} from './zoo-settings.ts';

export interface MetricsConfig {
  readonly host: string;
  readonly port: number;
}

export interface AdminConfig {
  readonly host: string;
  readonly port: number;
  readonly commandUrl: string;
}

export const METRICS_CLASS_KEY = 'metricsProvider.className';
const METRICS_CLASSES = {
  prometheus: 'org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider',
  /** Apache's default: the words and the commands alone tell. */
  none: 'org.apache.zookeeper.metrics.impl.DefaultMetricsProvider',
};

export function readWords(settings: Settings, warnings: string[]): ReadonlySet<string> {
  const key = '4lw.commands.whitelist';
  const setting = settings.get(key);
  const listed = setting?.value.split(',').map((word) => word.trim()) ?? [];
  const words = listed.filter((word) => word !== '');
  const strange = words.find((word) => word !== '*' && !ALL_WORDS.includes(word));
  if (setting !== undefined && strange !== undefined) {
    const where = `line ${String(setting.line)}: ${key}`;
    warnings.push(`${where}: there is no word ${JSON.stringify(strange)} here`);
  }
  // Clients look for a server that also writes with this word. No list takes these away.
  const isro = readYesNo(settings, READ_ONLY_KEY, false) ? ['isro'] : [];
  return new Set(words.includes('*') ? ALL_WORDS : [...words, ...WORDS_ALLOWED, ...isro]);
}

/** Not there unless it is asked for, other than Apache's: a port that nobody expects is no service. */
export function readAdmin(settings: Settings): AdminConfig | null {
  const host = readHost(settings, 'admin.serverAddress') ?? EVERYWHERE;
  const key = 'admin.commandURL';
  const commandUrl = readText(settings, key) ?? '/commands';
  const setting = settings.get(key);
  if (setting !== undefined && !/^(\/[\w.~-]+)+\/*$/.test(commandUrl)) {
    fail(setting, key, `it must be a path like /commands, not ${JSON.stringify(commandUrl)}`);
  }
  const isAsked = [...settings.keys()].some((one) => one.startsWith('admin.'));
  if (!readYesNo(settings, 'admin.enableServer', isAsked)) return null;
  return {
    host,
    port: readNumber(settings, 'admin.serverPort'),
    commandUrl: commandUrl.replace(/\/+$/, ''),
  };
}

export function readMetrics(settings: Settings): MetricsConfig | null {
  const host = readHost(settings, 'metricsProvider.httpHost') ?? EVERYWHERE;
  const wanted = settings.get(METRICS_CLASS_KEY);
  if (wanted === undefined || wanted.value === METRICS_CLASSES.none) return null;
  if (wanted.value !== METRICS_CLASSES.prometheus) {
    const known = Object.values(METRICS_CLASSES).join(' or ');
    throw new ConfigError(`line ${String(wanted.line)}: ${METRICS_CLASS_KEY} must be ${known}`);
  }
  return {
    host,
    port: readNumber(settings, 'metricsProvider.httpPort'),
  };
}
