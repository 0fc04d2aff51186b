// `tabkeeper server zoo.cfg` as its administrator meets it: what it prints, how it ends, what it leaves behind.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { scanLog } from '../../adapters/files/format.ts';
import { freePorts } from '../../adapters/tcp/ports.fixture.ts';
import { decodeReply, encodeRequest } from '../../jute/client.ts';
import { frame, makeFrameStream, pushFrameBytes } from '../../jute/election.ts';
import type { Request } from '../../vocabulary/request.ts';
import { OPEN_ACL } from '../../vocabulary/stat.ts';
import { ZXID_ZERO } from '../../vocabulary/zxid.ts';
import { ask, closeConnection, openConnection } from '../bench/edge/connection.ts';
import { askMode, askWord } from './ensemble.ts';
import { startServerOf, withoutDigests } from './server-command.ts';
import { bundleCommand, run, temporaryDirectory } from './program.fixture.ts';

const START_MILLIS_MAX = 20_000;

let program = '';
let bin = '';
let directory = '';
let port = 0;
const running: ChildProcess[] = [];

beforeAll(async () => {
  bin = await temporaryDirectory();
  program = await bundleCommand(bin);
});

afterAll(() => rm(bin, { recursive: true, force: true }));

beforeEach(async () => {
  directory = await temporaryDirectory();
  [port = 0] = await freePorts(1);
});

afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

const data = (): string => join(directory, 'data');

async function config(...lines: string[]): Promise<string> {
  const path = join(directory, 'zoo.cfg');
  const own = [`dataDir=${data()}`, `clientPort=${String(port)}`, 'clientPortAddress=127.0.0.1'];
  const given = new Set(lines.map((line) => line.split('=')[0]));
  const kept = own.filter((line) => !given.has(line.split('=')[0]));
  await writeFile(path, `${[...kept, ...lines].join('\n')}\n`);
  return path;
}

const ended = async (path: string) =>
  run(process.execPath, [program, 'server', path], { timeoutMillis: START_MILLIS_MAX });

interface Started {
  readonly said: () => string;
  /** Sends SIGTERM and gives the exit code. */
  readonly stop: () => Promise<number | null>;
}

async function start(path: string): Promise<Started> {
  const child = spawn(process.execPath, [program, 'server', path]);
  running.push(child);
  let said = '';
  const ready = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`never ready: ${said}`));
    }, START_MILLIS_MAX);
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    child.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      if (!said.includes('listens for clients')) return;
      clearTimeout(timer);
      resolve();
    });
  });
  await ready;
  await serving();
  const stop = (): Promise<number | null> =>
    new Promise((resolve) => {
      child.once('exit', resolve);
      child.kill('SIGTERM');
    });
  return { said: () => said, stop };
}

async function serving(): Promise<void> {
  const end = performance.now() + START_MILLIS_MAX;
  while ((await askMode(port)) === null) {
    if (performance.now() > end) throw new Error('it does not serve');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function request(wanted: Request): Promise<number> {
  const connection = await openConnection(port);
  const { err } = await ask(connection, 1, wanted);
  await closeConnection(connection);
  return err;
}

const create = (path: string): Request => ({
  ...{ kind: 'create', path, data: new Uint8Array(100), acl: OPEN_ACL, flags: 0 },
});

test('servers of ids beyond a byte are an ensemble, and sessions begin with what is left of the id', async () => {
  const [other = 0, ...ports] = await freePorts(5);
  const members = [256, 300].map((id, index) => {
    const [quorum, election] = ports.slice(2 * index);
    return `server.${String(id)}=127.0.0.1:${String(quorum)}:${String(election)}`;
  });
  const paths: string[] = [];
  for (const [id, client] of [
    [256, port],
    [300, other],
  ] as const) {
    const home = join(directory, String(id));
    await mkdir(home);
    await writeFile(join(home, 'myid'), `${String(id)}\n`);
    const path = join(home, 'zoo.cfg');
    const own = [`dataDir=${home}`, `clientPort=${String(client)}`, 'clientPortAddress=127.0.0.1'];
    await writeFile(path, `${[...own, ...members].join('\n')}\n`);
    paths.push(path);
  }
  await Promise.all(paths.map(start));
  expect(await request(create('/a'))).toBe(0);
  // Apache 3.8's are 0x2c... too (300 is 0x12c), and of 256 they begin with nothing.
  const sessions = await Promise.all([port, other].map((each) => openConnection(each)));
  expect(sessions.map(({ session }) => BigInt.asUintN(64, session.id) >> 56n)).toEqual([0n, 0x2cn]);
  await Promise.all(sessions.map(closeConnection));
});

test('who sends forty megabytes without waiting for an answer is answered each of them', async () => {
  await start(await config('globalOutstandingLimit=2'));
  expect(await request(create('/much'))).toBe(0);
  const { socket } = await openConnection(port);
  const stream = makeFrameStream(1024);
  const count = 400;
  const errors: number[] = [];
  const answered = new Promise<void>((resolve, reject) => {
    socket.once('close', () => {
      reject(new Error(`hung up on after ${String(errors.length)}`));
    });
    socket.on('data', (chunk) => {
      for (const whole of pushFrameBytes(stream, chunk)) errors.push(decodeReply(whole).header.err);
      if (errors.length === count) resolve();
    });
  });
  const set: Request = {
    ...{ kind: 'setData', path: '/much', data: new Uint8Array(100_000), version: -1 },
  };
  for (let xid = 1; xid <= count; xid += 1) socket.write(frame(encodeRequest(xid, set)));
  await answered;
  expect(errors.filter((err) => err !== 0)).toEqual([]);
  socket.removeAllListeners('close');
  socket.destroy();
});

test.each([
  [
    'version-3',
    /data holds version-3, of which nothing is read: this server begins empty in version-2/,
  ],
  [
    'log.100000001',
    /data itself holds log\.100000001, which is not read: this server begins empty/,
  ],
])(
  'a history of another place or version (%s) is told once, and left alone',
  async (name, told) => {
    await mkdir(data());
    await writeFile(join(data(), name), '');
    const path = await config();
    const first = await start(path);
    expect(first.said().split('\n')[0]).toMatch(told);
    expect(await first.stop()).toBe(0);
    expect(await readdir(data())).toContain(name);
    // From now on there is one that is read.
    const second = await start(path);
    expect(second.said()).not.toMatch(told);
    await second.stop();
  },
);

test('a digest is not told, on whatever lines it stands', () => {
  const text = [
    ...['dataDir=/d\\', '  /below', 'zookeeper.DigestAuthenticationProvider.superDigest=super:a='],
    ...['DigestAuthenticationProvider.super\\', ' Digest = \\', '  super:b\\', '', 'tickTime=1'],
    ...['# superDigest=super:c=', '#DigestAuthenticationProvider.superDigest super:d', ''],
  ].join('\n');
  expect(withoutDigests(text)).toBe(
    [
      ...['dataDir=/d\\', '  /below', 'zookeeper.DigestAuthenticationProvider.superDigest=***'],
      ...['DigestAuthenticationProvider.superDigest=***', 'tickTime=1', '# superDigest=***'],
      ...['#DigestAuthenticationProvider.superDigest ***', ''],
    ].join('\n'),
  );
});

test('a wrong value: one sentence with line and key, and 2', async () => {
  const path = await config('tickTime=soon');
  expect(await ended(path)).toEqual({
    code: 2,
    output: 'tabkeeper: line 4: tickTime must be a whole number from 10 to 600000\n',
  });
});

test('a server may be called 0: it leads, follows and has sessions as any other', async () => {
  const [two = 0, ...peers] = await freePorts(5);
  const at = (id: number): string => `127.0.0.1:${peers.slice(2 * id, 2 * id + 2).join(':')}`;
  const lines = ['tickTime=500', `server.0=${at(0)}`, `server.1=${at(1)}`];
  const opened = await Promise.all(
    [port, two].map(async (own, id) => {
      const place = join(directory, String(id));
      await mkdir(place);
      await writeFile(join(place, 'myid'), `${String(id)}\n`);
      const path = join(directory, `${String(id)}.cfg`);
      const its = [`dataDir=${place}`, `clientPort=${String(own)}`, 'clientPortAddress=127.0.0.1'];
      await writeFile(path, [...its, 'initLimit=10', 'syncLimit=5', ...lines].join('\n'));
      const nothing = (): undefined => undefined;
      return startServerOf(path, { tell: nothing, complain: nothing, onHalt: nothing });
    }),
  );
  await serving();
  const connection = await openConnection(port);
  expect((await ask(connection, 1, { ...create('/e'), flags: 1 } as Request)).err).toBe(0);
  await closeConnection(connection);
  await expect.poll(() => request({ kind: 'getData', path: '/e', watch: false })).toBe(-101);
  await Promise.all(opened.map((server) => server.stop()));
});

test('a configuration that is not there: one sentence, and 2', async () => {
  const path = join(directory, 'none.cfg');
  expect(await ended(path)).toEqual({
    code: 2,
    output: `tabkeeper: the configuration cannot be read from ${path} (ENOENT)\n`,
  });
});

const MEMBERS = ['server.1=127.0.0.1:1:2', 'server.2=127.0.0.1:3:4'];

test('no myid, or one of nobody: one sentence, and 2', async () => {
  const path = await config(...MEMBERS);
  const id = join(data(), 'myid');
  expect(await ended(path)).toEqual({
    code: 2,
    output: `tabkeeper: the id of this server cannot be read from ${id} (ENOENT)\n`,
  });
  await writeFile(id, '3\n');
  expect(await ended(path)).toEqual({
    code: 2,
    output: `tabkeeper: ${id} says "3", which is none of the servers 1, 2\n`,
  });
});

test.each(['dataDir', 'dataLogDir'])(
  'a %s that cannot be used: one sentence, and 2',
  async (key) => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    const path = await config(`${key}=${file}/below`);
    expect(await ended(path)).toEqual({
      code: 2,
      output: `tabkeeper: ${key} ${file}/below cannot be used (ENOTDIR)\n`,
    });
  },
);

test('a port that is taken: one sentence, and 1', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  const { code, output } = await ended(await config());
  other.close();
  expect({ code, output }).toEqual({
    code: 1,
    output:
      `tabkeeper: the client port 127.0.0.1:${String(port)} is taken by another program: ` +
      'stop that one or choose another port\n',
  });
});

test('a key that is not obeyed is named, and the server starts', async () => {
  const server = await start(await config('client.portUnification=true'));
  expect(server.said()).toContain('line 4: client.portUnification is not obeyed here');
});

test('a protection that is not here is refused by name', async () => {
  const { code, output } = await ended(await config('secureClientPort=2281'));
  expect(code).toBe(2);
  expect(output).toContain('line 4: secureClientPort: a protection that is not here');
});

test('two client ports for one server: one sentence, and 2', async () => {
  const path = await config('server.1=127.0.0.1:1:2;3', 'server.2=127.0.0.1:4:5');
  await mkdir(data(), { recursive: true });
  await writeFile(join(data(), 'myid'), '1\n');
  const { code, output } = await ended(path);
  expect(code).toBe(2);
  expect(output).toMatch(/line \d: clientPort is \d+, but the line of server\.1 says 3\n$/);
});

test('without a server line it is a server alone', async () => {
  const lines = ['4lw.commands.whitelist=*'];
  const server = await start(await config(...lines));
  expect(server.said()).toContain('a server alone listens for clients');
  expect(await askMode(port)).toBe('standalone');
  const conf = await askWord(port, 'conf');
  expect(conf).toContain('serverId=0\n');
  expect(conf).not.toContain('quorumPort');
  expect(await request(create('/a'))).toBe(0);
});

test('maxClientCnxns: one more connection of an address is closed', async () => {
  await start(await config('maxClientCnxns=2'));
  const two = [await openConnection(port), await openConnection(port)];
  await expect(openConnection(port)).rejects.toThrow();
  const [first, second] = two;
  if (first === undefined || second === undefined) throw new Error('there are two');
  await closeConnection(first);
  await closeConnection(second);
});

test('SIGTERM: 0, and a directory in which nothing is half done', async () => {
  const log = join(directory, 'log');
  const path = await config(`dataLogDir=${log}`, 'snapCount=20', 'autopurge.purgeInterval=1');
  const server = await start(path);
  for (let count = 0; count < 50; count += 1)
    expect(await request(create(`/n${String(count)}`))).toBe(0);
  expect(await server.stop()).toBe(0);
  const names = [
    ...(await readdir(join(data(), 'version-2'))),
    ...(await readdir(join(log, 'version-2'))),
  ];
  expect(names.filter((name) => name.endsWith('.tmp'))).toEqual([]);
  for (const name of names.filter((one) => one.startsWith('log.'))) {
    const bytes = await readFile(join(log, 'version-2', name));
    expect(scanLog(new Uint8Array(bytes), ZXID_ZERO).tail, name).toBe('clean');
  }
  const again = await start(path);
  expect(await request({ kind: 'exists', path: '/n49', watch: false })).toBe(0);
  expect(await again.stop()).toBe(0);
}, 60_000);

test('autopurge: what newer snapshots make needless is gone right after the start', async () => {
  const path = await config('snapCount=4', 'autopurge.purgeInterval=1');
  const first = await start(path);
  for (let count = 0; count < 40; count += 1) await request(create(`/n${String(count)}`));
  await first.stop();
  const place = join(data(), 'version-2');
  const snapshots = async (): Promise<string[]> =>
    (await readdir(place)).filter((name) => name.startsWith('snapshot.')).sort();
  const before = await snapshots();
  expect(before.length).toBeGreaterThan(4);
  const second = await start(path);
  const end = performance.now() + START_MILLIS_MAX;
  while ((await snapshots()).includes(before[0] ?? '')) {
    if (performance.now() > end) throw new Error('nothing was purged');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(await request({ kind: 'exists', path: '/n39', watch: false })).toBe(0);
  expect(await second.stop()).toBe(0);
}, 60_000);

test('a log that is damaged in its middle: one sentence with file and place, 1, and nothing is changed', async () => {
  const path = await config();
  const server = await start(path);
  for (let count = 0; count < 5; count += 1) await request(create(`/n${String(count)}`));
  await server.stop();
  const place = join(data(), 'version-2');
  const name = (await readdir(place)).find((one) => one.startsWith('log.')) ?? '';
  const log = join(place, name);
  const bytes = await readFile(log);
  const { ends } = scanLog(new Uint8Array(bytes), ZXID_ZERO);
  const at = ends[2] ?? 0;
  bytes[at + 40] = (bytes[at + 40] ?? 0) ^ 0xff;
  await writeFile(log, bytes);
  for (const turn of ['at once', 'and again']) {
    expect(await ended(path), turn).toEqual({
      code: 1,
      output:
        `tabkeeper: ${log}: at byte ${String(at)} stands no entry with the right checksum, and behind it whole ` +
        'ones; nothing was changed. Nobody else has it: put back a whole copy, or begin anew with an empty dataDir and dataLogDir\n',
    });
  }
  expect(await readFile(log)).toEqual(bytes);
  // Its torn end is cut: nobody was told of that.
  await writeFile(log, bytes.subarray(0, at + 40));
  const again = await start(path);
  expect(again.said()).not.toContain('damaged');
  expect(again.said()).toContain(`${log}: the write at byte ${String(at)} never finished`);
  expect(await again.stop()).toBe(0);
}, 60_000);

test('what cannot be read is told, once for many', async () => {
  const server = await start(await config());
  const garbage = (): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(new Uint8Array(8).fill(0xff)));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        resolve();
      });
    });
  for (let count = 0; count < 20; count += 1) await garbage();
  expect(await server.stop()).toBe(0);
  const told = server
    .said()
    .split('\n')
    .filter((line) => line.includes('cannot be read'));
  expect(told).toEqual([expect.stringMatching(/^client \d+ sent what cannot be read, and was /)]);
});

test('a quota that is only soft is told, by path and numbers', async () => {
  const server = await start(await config());
  const quota = '/zookeeper/quota/a';
  for (const path of ['/a', quota, `${quota}/zookeeper_stats`]) await request(create(path));
  const limits = { ...create(`${quota}/zookeeper_limits`), data: Buffer.from('count=1,bytes=-1') };
  await request(limits as Request);
  expect(await request(create('/a/b'))).toBe(0);
  expect(await server.stop()).toBe(0);
  expect(server.said()).toContain('Quota exceeded: /a [count=2, soft limit=1] by /a/b\n');
});
