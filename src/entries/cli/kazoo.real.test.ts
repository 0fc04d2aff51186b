// Clients that nobody here wrote, against `tabkeeper ensemble 3` in three processes: kazoo and zkCli.sh.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startEnsemble, type EnsembleOptions, type RunningEnsemble } from './ensemble.ts';
import {
  bundleCommand,
  freeBases,
  pythonWithKazoo,
  run,
  temporaryDirectory,
} from './program.fixture.ts';

const ZK_CLI = '/usr/share/zookeeper/bin/zkCli.sh';
const FAILOVER = join(import.meta.dirname, 'kazoo-failover.py');

const sleep = (millis: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, millis);
  });

let directory = '';
let options: EnsembleOptions;
let ensemble: RunningEnsemble;
let python = '';

beforeAll(async () => {
  directory = await temporaryDirectory();
  python = pythonWithKazoo() ?? '';
  expect(python, 'kazoo is needed: apt-get install python3-kazoo').not.toBe('');
  const bases = await freeBases(3);
  options = {
    servers: 3,
    directory: join(directory, 'data'),
    ...bases,
    inProcess: false,
    program: await bundleCommand(join(directory, 'bin')),
    tell: () => undefined,
  };
  ensemble = await startEnsemble(options);
});

afterAll(async () => {
  await ensemble.stop();
  await rm(directory, { recursive: true, force: true });
});

test('kazoo: nodes, watches, ephemerals, sequences, multi, locks', async () => {
  const cases = join(import.meta.dirname, 'kazoo-cases.py');
  const { code, output } = await run(python, [cases, ensemble.connectionString], {
    timeoutMillis: 50_000,
  });
  expect(output).not.toContain('FAILED');
  expect(output.match(/^ok /gm)).toHaveLength(8);
  expect(code).toBe(0);
});

test('zkCli.sh creates, reads, sets, lists and deletes', async () => {
  const input = [
    'create /cli one',
    'create -e /cli/e two',
    'create -s /cli/s- three',
    'set /cli changed',
    'get -s /cli',
    'ls /cli',
    'delete /cli/s-0000000001',
    'deleteall /cli',
    'quit',
  ].join('\n');
  const server = `127.0.0.1:${String(ensemble.clientPorts[1])}`;
  const { output } = await run(ZK_CLI, ['-server', server], { input, timeoutMillis: 50_000 });
  expect(output).toContain('Created /cli/s-0000000001');
  expect(output).toMatch(/changed\ncZxid = 0x1[0-9a-f]{8}\n/);
  expect(output).toContain('numChildren = 2');
  expect(output).toContain('[e, s-0000000001]');
  expect(output).not.toContain('KeeperErrorCode');
});

describe('what was acknowledged stays', () => {
  test('while the leader is killed with SIGKILL, three times', async () => {
    const writing = run(python, [FAILOVER, ensemble.connectionString, '9', '/failover'], {
      timeoutMillis: 50_000,
    });
    for (let round = 0; round < 3; round += 1) {
      await sleep(2_000);
      const leader = await ensemble.leader();
      expect(leader).not.toBe(null);
      if (leader === null) continue;
      void ensemble.kill(leader);
      await sleep(500);
      await ensemble.restart(leader);
    }
    const { code, output } = await writing;
    expect(output).toMatch(/^acknowledged \d+ unknown \d+ lost 0 gap \d+ ms/m);
    expect(code).toBe(0);
  });

  test('when all servers are killed at once and started again', async () => {
    const writing = run(python, [FAILOVER, ensemble.connectionString, '3', '/crash'], {
      timeoutMillis: 50_000,
    });
    const before = await writing;
    const acknowledged = Number(/^acknowledged (\d+)/m.exec(before.output)?.[1]);
    expect(acknowledged).toBeGreaterThan(0);
    for (const id of [1, 2, 3]) void ensemble.kill(id);
    await Promise.all([1, 2, 3].map((id) => ensemble.restart(id)));
    const after = await run(python, [FAILOVER, ensemble.connectionString, 'check', '/crash'], {
      timeoutMillis: 50_000,
    });
    const there = Number(/^there (\d+)/m.exec(after.output)?.[1]);
    expect(there).toBeGreaterThanOrEqual(acknowledged);
  });
});
