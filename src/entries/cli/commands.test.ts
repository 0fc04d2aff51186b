// The edge's commands as a person calls them, each built and in a process of its own: what they print, how they
// end, what they leave behind.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { scanLog } from '../../adapters/files/format.ts';
import { VERSION } from '../../adapters/admin/version.ts';
import { freePorts } from '../../adapters/tcp/ports.fixture.ts';
import type { Request } from '../../vocabulary/request.ts';
import { OPEN_ACL } from '../../vocabulary/stat.ts';
import { ZXID_ZERO } from '../../vocabulary/zxid.ts';
import { ask, closeConnection, openConnection } from '../bench/edge/connection.ts';
import { askMode } from './ensemble.ts';
import { bundleCommand, freeBases, run, temporaryDirectory } from './program.fixture.ts';

const START_MILLIS_MAX = 30_000;

let program = '';
let bin = '';
let directory = '';
const running: ChildProcess[] = [];

beforeAll(async () => {
  bin = await temporaryDirectory();
  program = await bundleCommand(bin);
}, 60_000);

afterAll(() => rm(bin, { recursive: true, force: true }));

beforeEach(async () => {
  directory = await temporaryDirectory();
});

afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

const ended = (...args: string[]) =>
  run(process.execPath, [program, ...args], { timeoutMillis: START_MILLIS_MAX });

interface Started {
  readonly child: ChildProcess;
  readonly said: () => string;
  /** Resolves when it has said this. */
  readonly says: (text: string) => Promise<void>;
  readonly ended: Promise<number | null>;
}

function start(...args: string[]): Started {
  // What it makes for itself lies where it can be looked for.
  const env = { ...process.env, TMPDIR: directory };
  const child = spawn(process.execPath, [program, ...args], { env });
  running.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => (said += text.toString()));
  }
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const says = async (text: string): Promise<void> => {
    const end = performance.now() + START_MILLIS_MAX;
    while (!said.includes(text)) {
      if (performance.now() > end || child.exitCode !== null) {
        throw new Error(`never said ${text}: ${said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return { child, said: () => said, says, ended: exit };
}

async function taken(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(false);
    });
    // Who listens may hang up at once: no tab is there.
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      resolve(code !== 'ECONNRESET');
    });
  });

/** The processes of its servers, in their order. */
async function childrenOf({ child }: Started): Promise<number[]> {
  const own = String(child.pid);
  const text = await readFile(`/proc/${own}/task/${own}/children`, 'utf8');
  const ids = text.trim().split(' ').map(Number);
  expect(ids).toHaveLength(3);
  return ids;
}

function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}

const basesOf = ({ clientPort, basePort }: { clientPort: number; basePort: number }): string[] => [
  ...['--client-port', String(clientPort), '--base-port', String(basePort)],
];

const create = (path: string): Request => ({
  ...{ kind: 'create', path, data: new Uint8Array(10), acl: OPEN_ACL, flags: 0 },
});

test('--version says what srvr says', async () => {
  const { code, output } = await ended('--version');
  expect([code, output.trim()]).toEqual([0, VERSION]);
});

describe('--help', () => {
  test('of all commands, and where nothing is said', async () => {
    const { code, output } = await ended('--help');
    expect(code).toBe(0);
    expect(await ended()).toEqual({ code: 0, output });
    for (const command of ['server', 'ensemble', 'cli', 'gateway']) {
      expect(output).toContain(`tabkeeper ${command}`);
    }
    expect(output).toContain('--data-dir <directory>');
    expect(output).toMatch(/exit codes: 0 done.*1 it did not work; 2 wrong arguments/);
  });

  test.each([
    ['server', '<zoo.cfg>'],
    ['ensemble', '--data-dir'],
    ['gateway', '--origin'],
    ['cli', '-timeout'],
  ])('of %s', async (command, option) => {
    const { code, output } = await ended(command, '--help');
    expect(code).toBe(0);
    expect(output).toMatch(new RegExp(`^tabkeeper ${command}: `));
    expect(output).toContain(option);
    expect(output).toMatch(/exit codes?/);
    expect(await ended(command, '-h')).toEqual({ code, output });
  });
});

test.each([
  [['nonsense'], 'there is no command "nonsense"', ''],
  [['server'], 'server takes one argument, the path of a zoo.cfg', ' server'],
  [['server', 'a', 'b'], 'server takes one argument, the path of a zoo.cfg', ' server'],
  [['ensemble', 'many'], 'the number of servers must be from 1 to 9, not many', ' ensemble'],
  [['ensemble', '1', '2'], 'ensemble takes one number', ' ensemble'],
  [['ensemble', '--set', 'x'], '--set takes key=value, not "x"', ' ensemble'],
  [['ensemble', '--what'], "Unknown option '--what'", ' ensemble'],
  [['gateway', '--port', '0'], '--port must be from 1 to 65535, not 0', ' gateway'],
  [
    ['gateway', '--origin', 'here'],
    '--origin takes an address like http://localhost:8180, not here',
    ' gateway',
  ],
  [['cli', '-what'], 'cli has no option "-what"', ' cli'],
])('%j: one sentence, where help is, and 2', async (words, sentence, command) => {
  const output = `tabkeeper: ${sentence}\nhow it is used: tabkeeper${command} --help\n`;
  expect(await ended(...words)).toEqual({ code: 2, output });
});

/** Whether this machine is busy, chance decides: the quickest of a few counts. */
const STARTS_MAX = 12;
const READY_MILLIS_MAX = 2_000;

describe('ensemble', () => {
  test('three servers are ready within two seconds', async () => {
    const took: number[] = [];
    while (took.length < STARTS_MAX && Math.min(...took) >= READY_MILLIS_MAX) {
      const bases = basesOf(await freeBases(3));
      const from = performance.now();
      const ensemble = start('ensemble', '3', ...bases);
      await ensemble.says('ready: ');
      took.push(performance.now() - from);
      ensemble.child.kill('SIGTERM');
      expect(await ensemble.ended).toBe(0);
    }
    expect(Math.min(...took)).toBeLessThan(READY_MILLIS_MAX);
  }, 60_000);

  test('is ready, serves, and leaves a clean directory at SIGTERM', async () => {
    const bases = await freeBases(3);
    const data = join(directory, 'data');
    const ensemble = start('ensemble', '3', '--data-dir', data, ...basesOf(bases));
    await ensemble.says('\n');
    const ports = [0, 1, 2].map((at) => String(bases.clientPort + at));
    expect(ensemble.said()).toBe(`ready: ${ports.map((port) => `127.0.0.1:${port}`).join(',')}\n`);
    const connection = await openConnection(bases.clientPort);
    expect((await ask(connection, 1, create('/a'))).err).toBe(0);
    await closeConnection(connection);
    ensemble.child.kill('SIGTERM');
    expect(await ensemble.ended).toBe(0);
    for (const id of ['1', '2', '3']) {
      const place = join(data, id, 'version-2');
      const names = await readdir(place);
      expect(names.filter((name) => /\.tmp$|^damaged/.test(name))).toEqual([]);
      const logs = names.filter((name) => name.startsWith('log.'));
      expect(logs.length).toBeGreaterThan(0);
      for (const name of logs) {
        const bytes = new Uint8Array(await readFile(join(place, name)));
        expect(scanLog(bytes, ZXID_ZERO).tail, name).toBe('clean');
      }
    }
    expect(await isFree(bases.clientPort)).toBe(true);
  }, 60_000);

  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s before it is ready: 0, and nothing is left of it',
    async (signal) => {
      const bases = await freeBases(1);
      // Two of three are nowhere, so that it is never ready.
      const [two = 0, three = 0] = await freePorts(2);
      const nobody = [two, three].map(
        (port, at) => `server.${String(at + 2)}=127.0.0.1:${String(port)}:1`,
      );
      const words = nobody.flatMap((line) => ['--set', line]);
      const ensemble = start('ensemble', '1', ...basesOf(bases), ...words);
      // By now its directory is there, and soon its server.
      await expect
        .poll(() => readdir(directory), { timeout: START_MILLIS_MAX, interval: 5 })
        .toHaveLength(1);
      ensemble.child.kill(signal);
      expect(await ensemble.ended).toBe(0);
      expect(ensemble.said()).toBe('');
      expect(await readdir(directory)).toEqual([]);
      expect(await isFree(bases.clientPort)).toBe(true);
    },
    60_000,
  );

  test('a taken port: one sentence that says whose, and 1', async () => {
    const { server, port } = await taken();
    const { basePort } = await freeBases(1);
    const bases = basesOf({ clientPort: port, basePort });
    const { code, output } = await ended('ensemble', '1', ...bases);
    server.close();
    expect({ code, output }).toEqual({
      code: 1,
      output:
        `tabkeeper: server 1: the client port 127.0.0.1:${String(port)} is taken by another program: ` +
        'stop that one or choose another port\n',
    });
  }, 60_000);

  test('with tabkeeper.quorumSync a sync waits for a quorum', async () => {
    const bases = await freeBases(3);
    const ensemble = start(
      'ensemble',
      '3',
      ...basesOf(bases),
      '--set',
      'tabkeeper.quorumSync=true',
    );
    await ensemble.says('ready: ');
    const ports = [0, 1, 2].map((at) => bases.clientPort + at);
    const leader = (await Promise.all(ports.map(askMode))).indexOf('leader');
    const one = await openConnection(ports[leader] ?? 0);
    const other = await openConnection(ports[leader] ?? 0);
    const followers = (await childrenOf(ensemble)).filter((_, at) => at !== leader);
    for (const id of followers) process.kill(id, 'SIGSTOP');
    let isAnswered = false;
    const sync = ask(one, 1, { kind: 'sync', path: '/' }).then(({ err }) => {
      isAnswered = true;
      return err;
    });
    // The leader has had the sync by then.
    for (let xid = 1; xid <= 20; xid += 1) {
      await ask(other, xid, { kind: 'exists', path: '/', watch: false });
    }
    expect(isAnswered).toBe(false);
    for (const id of followers) process.kill(id, 'SIGCONT');
    expect(await sync).toBe(0);
    await Promise.all([closeConnection(one), closeConnection(other)]);
    ensemble.child.kill('SIGTERM');
    expect(await ensemble.ended).toBe(0);
  }, 60_000);

  test('a server that somebody kills is told; no server outlives the ensemble that is killed', async () => {
    const bases = await freeBases(3);
    const ensemble = start('ensemble', '3', ...basesOf(bases));
    await ensemble.says('ready: ');
    const children = await childrenOf(ensemble);
    process.kill(children[0] ?? Number.NaN, 'SIGKILL');
    await ensemble.says('has ended: SIGKILL\n');
    ensemble.child.kill('SIGKILL');
    await ensemble.ended;
    const wait = { timeout: START_MILLIS_MAX };
    await expect.poll(() => children.filter(isAlive), wait).toEqual([]);
    const ports = [0, 1, 2].map((at) => isFree(bases.clientPort + at));
    expect(await Promise.all(ports)).toEqual([true, true, true]);
  }, 60_000);

  test('a line that no server obeys is named once, and they serve', async () => {
    const ensemble = start('ensemble', '2', ...basesOf(await freeBases(2)), '--set', 'tickTme=100');
    await ensemble.says('ready: ');
    expect(ensemble.said()).toMatch(
      /^every server's zoo.cfg, line \d+: tickTme is not obeyed here\nready: \S+\n$/,
    );
    ensemble.child.kill('SIGTERM');
    expect(await ensemble.ended).toBe(0);
  }, 60_000);

  test('a wrong line for every server: one sentence with line and key, and 2', async () => {
    const words = ['--set', 'tickTime=soon', ...basesOf(await freeBases(1))];
    const { code, output } = await ended('ensemble', '1', ...words);
    expect(code).toBe(2);
    expect(output).toMatch(/^tabkeeper: server 1: line \d+: tickTime must be .*\n$/);
  }, 60_000);

  test('a directory that cannot be: one sentence, and 2', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    const words = ['--data-dir', `${file}/below`, ...basesOf(await freeBases(1))];
    expect(await ended('ensemble', '1', ...words)).toEqual({
      code: 2,
      output: `tabkeeper: no data can be kept in ${file}/below: ${file}/below/1 cannot be used (ENOTDIR)\n`,
    });
  });
});

describe('server', () => {
  async function config(): Promise<string> {
    const [port = 0] = await freePorts(1);
    const path = join(directory, 'zoo.cfg');
    const lines = [`dataDir=${join(directory, 'data')}`, `clientPort=${String(port)}`];
    await writeFile(path, `${lines.join('\n')}\nclientPortAddress=127.0.0.1\n`);
    return path;
  }

  test('SIGTERM before it is ready: 0, and the next start finds nothing half done', async () => {
    const path = await config();
    const first = start('server', path);
    await expect
      .poll(() => readdir(directory), { timeout: START_MILLIS_MAX, interval: 1 })
      .toContain('data');
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    const second = start('server', path);
    await second.says('listens for clients');
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);
    expect(second.said()).not.toContain('tabkeeper:');
  }, 60_000);

  test('a history that cannot be read: one sentence, and 1', async () => {
    const path = await config();
    const history = join(directory, 'data', 'version-2');
    await mkdir(join(directory, 'data'));
    await writeFile(history, 'a file where a directory should be');
    expect(await ended('server', path)).toEqual({
      code: 1,
      output: `tabkeeper: ${history} cannot be used (EEXIST)\n`,
    });
  });
});

describe('gateway', () => {
  test('says its ports, and ends at SIGTERM', async () => {
    const [port = 0, clientPort = 0] = await freePorts(2);
    const words = ['--port', String(port), '--client-port', String(clientPort)];
    const gateway = start('gateway', ...words);
    await gateway.says(`-> server 3\n`);
    expect(gateway.said()).toContain(
      `ready: clients reach the tabs of the first room here:\n  127.0.0.1:${String(clientPort)} -> server 1\n`,
    );
    expect(await isFree(clientPort)).toBe(false);
    gateway.child.kill('SIGTERM');
    expect(await gateway.ended).toBe(0);
    expect(await isFree(clientPort)).toBe(true);
  });

  test('a taken port: one sentence, and 1', async () => {
    const { server, port } = await taken();
    const { code, output } = await ended('gateway', '--port', String(port));
    server.close();
    expect({ code, output }).toEqual({
      code: 1,
      output:
        `tabkeeper: the gateway port 127.0.0.1:${String(port)} is taken by another program: ` +
        'stop that one or choose another port\n',
    });
  });
});
