// Several servers of one machine: no two of them may need one port.

import { describe, expect, it } from 'vitest';

import { checkOwnPorts, configText } from './ensemble-config.ts';
import { parseZooConfig } from './zoo-config.ts';

const PROMETHEUS =
  'metricsProvider.className=org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider';
const BASES = { servers: 3, clientPort: 2181, basePort: 2888 };

const servicesOf = (lines: readonly string[]): (readonly (number | undefined)[])[] =>
  [1, 2, 3].map((id) => {
    const { admin, metrics } = parseZooConfig(configText({ ...BASES, lines }, '/d', id));
    return [admin?.port, metrics?.port];
  });

const NONE = undefined;

describe('the ports of services', () => {
  it.each<[string, readonly string[], (readonly (number | undefined)[])[]]>([
    ['nobody asks for them', [], [[], [], []].map(() => [NONE, NONE])],
    ['metrics, no port', [PROMETHEUS], [7000, 7001, 7002].map((port) => [NONE, port])],
    [
      'metrics with a port',
      [PROMETHEUS, 'metricsProvider.httpPort=27000'],
      [27000, 27001, 27002].map((port) => [NONE, port]),
    ],
    [
      'the AdminServer, no port',
      ['admin.enableServer=true'],
      [8080, 8081, 8082].map((port) => [port, NONE]),
    ],
    [
      'the AdminServer by another key',
      ['admin.serverAddress=127.0.0.1'],
      [8080, 8081, 8082].map((port) => [port, NONE]),
    ],
    [
      'the AdminServer with a port',
      ['admin.serverPort=9000'],
      [9000, 9001, 9002].map((port) => [port, NONE]),
    ],
    ['switched off', ['admin.enableServer=false'], [[], [], []].map(() => [NONE, NONE])],
  ])('%s', (_, lines, ports) => {
    expect(servicesOf(lines)).toEqual(ports);
  });
});

describe('what needs a port twice is said of both, and of no other program', () => {
  it.each<[string, object, string | null]>([
    ['the usual ones', {}, null],
    [
      'clients where the quorum is',
      { clientPort: 2888 },
      "port 2888 cannot be both server 1's client port and server 1's quorum port: choose another",
    ],
    [
      'clients where another one elects',
      { clientPort: 3889 },
      "port 3889 cannot be both server 1's client port and server 2's election port: choose another",
    ],
    [
      'metrics where clients are',
      { lines: [PROMETHEUS, 'metricsProvider.httpPort=2183'] },
      "port 2183 cannot be both server 1's metrics port and server 3's client port: choose another",
    ],
    [
      'the same port at another address',
      { lines: ['admin.serverPort=2181', 'admin.serverAddress=127.0.0.2'] },
      null,
    ],
    ['a wrong line is for its server to tell', { lines: ['tickTime=soon'] }, null],
  ])('%s', (_, more, sentence) => {
    const check = (): void => {
      checkOwnPorts({ ...BASES, ...more }, '/d');
    };
    if (sentence === null) expect(check).not.toThrow();
    else expect(check).toThrow(sentence);
  });
});
