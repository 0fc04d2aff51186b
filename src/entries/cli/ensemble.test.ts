// An ensemble of this machine as its administrator sees it: lines given for every server, words, commands.

import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { freePorts } from '../../adapters/tcp/ports.fixture.ts';
import type { Request } from '../../vocabulary/request.ts';
import { ask, closeConnection, openConnection } from '../bench/edge/connection.ts';
import { startEnsemble, type RunningEnsemble } from './ensemble.ts';
import { freeBases, temporaryDirectory } from './program.fixture.ts';

/** What a file of properties would take for a tab. */
const DATA = 'da\\ta';
let directory = '';
let ensemble: RunningEnsemble;
let adminPort = 0;
let metricsPort = 0;

beforeEach(async () => {
  directory = await temporaryDirectory();
  [adminPort = 0, metricsPort = 0] = await freePorts(2);
  ensemble = await startEnsemble({
    ...{ servers: 1, directory: join(directory, DATA), ...(await freeBases(1)) },
    ...{ inProcess: true, program: '', tell: () => undefined },
    lines: [
      `admin.serverPort=${String(adminPort)}`,
      'admin.serverAddress=127.0.0.1',
      'metricsProvider.className=org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider',
      `metricsProvider.httpPort=${String(metricsPort)}`,
      'metricsProvider.httpHost=127.0.0.1',
      ...[
        'enforceQuota=true',
        'jute.maxbuffer=5000',
        '4lw.commands.whitelist=srvr, ruok, mntr, srst',
      ],
    ],
  });
});

afterEach(async () => {
  await ensemble.stop();
  await rm(directory, { recursive: true, force: true });
});

function word(text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(ensemble.clientPorts[0] ?? 0, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8').on('data', (more: string) => (answer += more));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve(answer);
    });
  });
}

test('words and commands, as the given lines allow them', async () => {
  expect(await word('ruok')).toBe('imok');
  expect(await word('stat')).toBe('stat is not executed because it is not in the whitelist.\n');
  const url = `http://127.0.0.1:${String(adminPort)}/commands`;
  const stats = (await (await fetch(`${url}/server_stats`)).json()) as Record<string, unknown>;
  expect(stats).toMatchObject({ error: null, node_count: 5 });
  expect(stats['server_stats']).toMatchObject({ server_state: 'leader' });
  const monitor = (await (await fetch(`${url}/mntr`)).json()) as Record<string, number>;
  expect(monitor['open_file_descriptor_count']).toBeGreaterThan(0);
  expect(monitor['approximate_data_size']).toBeGreaterThan(40);
  const place = join(directory, DATA, '1/version-2');
  const conf = (await (await fetch(`${url}/conf`)).json()) as Record<string, string>;
  expect([conf['data_dir'], conf['data_log_dir']]).toEqual([place, place]);
  const newest = (await (await fetch(`${url}/lsnp`)).json()) as Record<string, unknown>;
  const snapshots = (await readdir(place)).filter((name) => name.startsWith('snapshot.')).sort();
  expect(newest['zxid']).toBe(snapshots.at(-1)?.slice('snapshot.'.length) ?? 'ffffffffffffffff');
});

test('srst begins anew with what the server, its port and its disk counted', async () => {
  const lines = async (): Promise<Map<string, string>> =>
    new Map((await word('mntr')).split('\n').map((line) => line.split('\t') as [string, string]));
  const keys = [
    ...['zk_connection_request_count', 'zk_response_bytes'],
    ...['zk_proposal_count', 'zk_commit_count', 'zk_looking_count', 'zk_cnt_election_time'],
    ...['zk_cnt_fsynctime'],
  ];
  const connection = await openConnection(ensemble.clientPorts[0] ?? 0);
  await ask(connection, 1, { kind: 'sync', path: '/' });
  const before = await lines();
  expect(keys.filter((key) => !(Number(before.get(key)) > 0))).toEqual([]);
  expect(await word('srst')).toBe('Server stats reset.\n');
  const after = await lines();
  expect(keys.map((key) => after.get(key))).toEqual(keys.map(() => '0'));
  expect(after.get('zk_max_proposal_size')).toBe('-1');
  await closeConnection(connection);
});

test('measures for Prometheus, each of them a number with its type', async () => {
  const url = `http://127.0.0.1:${String(metricsPort)}`;
  const answer = await fetch(`${url}/metrics`);
  expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const text = await answer.text();
  expect(text).toMatch(/^# TYPE znode_count gauge\nznode_count 5$/m);
  expect(text).toMatch(/^# TYPE bytes_received_count counter\nbytes_received_count \d+$/m);
  const lines = text.trimEnd().split('\n');
  expect(
    lines.filter(
      (line) => !/^(?:# (?:HELP|TYPE) \w+ \w+|\w+(?:\{quantile="[\d.]+"\})? -?[\d.]+)$/.test(line),
    ),
  ).toEqual([]);
  expect((await fetch(`${url}/`)).status).toBe(404);
  expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405);
});

test('each of several servers has metrics of its own', async () => {
  const ports = (await freeBases(2)).clientPort;
  const two = {
    ...{ servers: 2, directory: join(directory, 'metrics'), ...(await freeBases(2)) },
    ...{ inProcess: true, program: '', tell: () => undefined },
    lines: [
      'metricsProvider.className=org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider',
      `metricsProvider.httpPort=${String(ports)}`,
    ],
  };
  const running = await startEnsemble(two);
  try {
    const texts = await Promise.all(
      [ports, ports + 1].map(async (port) =>
        (await fetch(`http://127.0.0.1:${String(port)}/metrics`)).text(),
      ),
    );
    // Only the leader has learners.
    expect(texts.map((text) => /^learners \d/m.test(text)).sort()).toEqual([false, true]);
  } finally {
    await running.stop();
  }
});

test('a server that lost its directory gets the secret of the others', async () => {
  const two = {
    ...{ servers: 2, directory: join(directory, 'two'), ...(await freeBases(2)) },
    ...{ inProcess: true, program: '', tell: () => undefined },
  };
  const secretOf = (id: number): Promise<Buffer> =>
    readFile(join(two.directory, String(id), 'tabkeeper.secret'));
  await (await startEnsemble(two)).stop();
  const before = Buffer.from('only these two know it');
  await writeFile(join(two.directory, '2', 'tabkeeper.secret'), before);
  await rm(join(two.directory, '1'), { recursive: true });
  await (await startEnsemble(two)).stop();
  expect([await secretOf(1), await secretOf(2)]).toEqual([before, before]);
});

test('limits', async () => {
  const connection = await openConnection(ensemble.clientPorts[0] ?? 0);
  const acl = [{ perms: 31, scheme: 'world', id: 'anyone' }];
  const create = (path: string, text = ''): Request => {
    return { kind: 'create', path, data: new TextEncoder().encode(text), acl, flags: 0 };
  };
  const quota = '/zookeeper/quota/a';
  const nodes: Request[] = [
    ...[create('/a'), create(quota), create(`${quota}/zookeeper_stats`)],
    create(`${quota}/zookeeper_limits`, 'count=-1,bytes=-1=;countHardLimit=1'),
    create('/a/b'),
  ];
  const errors: number[] = [];
  for (const [index, request] of nodes.entries()) {
    errors.push((await ask(connection, index + 1, request)).err);
  }
  expect(errors).toEqual([0, 0, 0, 0, -125]);
  await closeConnection(connection);
  const tooLong = await openConnection(ensemble.clientPorts[0] ?? 0);
  await expect(ask(tooLong, 1, create('/long', 'x'.repeat(5000)))).rejects.toThrow('was lost');
});
