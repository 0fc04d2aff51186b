// Apache ZooKeeper's servers and ours in one ensemble, from the same configuration files: they elect,
// write through each other, lose leaders of either kind, and open each other's directories.

import { fork, type ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { encodeUtf8 } from '../../base/utf8.ts';
import type { Request } from '../../vocabulary/request.ts';
import { makeApacheServer, apacheVersion } from '../bench/edge/apache.ts';
import {
  ask,
  closeConnection,
  openConnection,
  type RawConnection,
  type Session,
} from '../bench/edge/connection.ts';
import { freePortBases } from '../bench/edge/ports.ts';
import { leaderWhenComplete, type Ports } from '../bench/edge/systems.ts';
import { firstWrite } from '../bench/edge/writer.ts';
import { digestOf } from '../differential/values.ts';
import { askMode } from './ensemble.ts';
import { bundleCommand, run, temporaryDirectory } from './program.fixture.ts';

type Kind = 'apache' | 'tabkeeper';
const ZK_CLI = '/usr/share/zookeeper/bin/zkCli.sh';
const OPEN = [{ perms: 31, scheme: 'world', id: 'anyone' }];

interface Seat {
  readonly port: number;
  readonly start: (kind: Kind) => void;
  readonly end: (signal: 'SIGTERM' | 'SIGKILL') => Promise<void>;
}

let directory = '';
let program = '';
let ports: Ports;
let seats: Seat[] = [];

beforeEach(async () => {
  expect(apacheVersion(), 'Apache ZooKeeper is needed: apt-get install zookeeper').not.toBe(null);
  directory = await temporaryDirectory();
  program = await bundleCommand(join(directory, 'bin'));
  ports = await freePortBases(3);
  seats = await Promise.all([1, 2, 3].map((id) => makeSeat(id)));
});

afterEach(async () => {
  await Promise.all(seats.map((seat) => seat.end('SIGKILL')));
  await rm(directory, { recursive: true, force: true });
});

async function makeSeat(id: number, moreLines: readonly string[] = []): Promise<Seat> {
  const serverLines = [1, 2, 3].map((other) => {
    const quorum = ports.basePort + other - 1;
    return `server.${String(other)}=127.0.0.1:${String(quorum)}:${String(quorum + 1_000)}`;
  });
  const own = join(directory, String(id));
  const port = ports.clientPort + id - 1;
  const apache = await makeApacheServer({
    ...{ directory: own, id, clientPort: port, serverLines, moreLines },
  });
  let child: ChildProcess | null = null;
  return {
    port,
    start: (kind) => {
      if (kind === 'apache') apache.start();
      else child = fork(program, ['server', join(own, 'zoo.cfg')], { stdio: 'ignore' });
    },
    end: async (signal) => {
      const running = child;
      child = null;
      if (running !== null && running.exitCode === null) {
        const gone = new Promise((resolve) => running.once('exit', resolve));
        running.kill(signal);
        await gone;
      }
      if (signal === 'SIGKILL') apache.kill();
      await apache.stop();
    },
  };
}

const complete = (): Promise<number> =>
  leaderWhenComplete({
    ...{ name: 'mixed', clientPorts: seats.map(({ port }) => port) },
    ...{ processId: () => null, kill: () => undefined },
    ...{ restart: () => Promise.resolve(), stop: () => Promise.resolve() },
  });

/** A server that has just changed its role, or a busy machine, may need longer than one attempt waits. */
async function connectInTime(port: number, resumed?: Session | null): Promise<RawConnection> {
  const end = performance.now() + 20_000;
  for (;;) {
    try {
      return await openConnection(port, resumed);
    } catch (error) {
      if (performance.now() > end) throw error;
      await setTimeout(50);
    }
  }
}

/** One create through each server, each in a session of its own. */
async function writeThroughEach(name: string): Promise<void> {
  for (const [index, { port }] of seats.entries()) {
    const connection = await connectInTime(port);
    const path = `/${name}-${String(index + 1)}`;
    const data = new Uint8Array([index]);
    const request: Request = { kind: 'create', path, data, acl: OPEN, flags: 0 };
    expect((await ask(connection, 1, request)).err, path).toBe(0);
    await closeConnection(connection);
  }
}

/** One session, taken from server to server: all of them know its password. */
async function moveAlongAll(): Promise<void> {
  let session: Session | null = null;
  for (const { port } of [...seats, ...seats]) {
    const connection: RawConnection = await connectInTime(port, session);
    if (session !== null) expect(connection.session, String(port)).toEqual(session);
    session = connection.session;
    connection.socket.destroy();
  }
}

/** Every server, asked by Apache's own client, shows the same nodes with the same stats. */
async function expectEqualTrees(nodes: readonly string[]): Promise<void> {
  const seen = await Promise.all(
    seats.map(async ({ port }) => {
      const input = ['sync /', 'ls -R /', ...nodes.map((path) => `get -s ${path}`), 'quit'];
      const { output } = await run(ZK_CLI, ['-server', `127.0.0.1:${String(port)}`], {
        ...{ input: `${input.join('\n')}\n`, timeoutMillis: 50_000 },
      });
      return output
        .split('\n')
        .filter((line) => /^\/|^[cm]?[A-Za-z]*(xid|ersion|ime) = /.test(line));
    }),
  );
  for (const path of nodes) expect(seen[0]).toContain(path);
  const stats = seen[0]?.filter((line) => line.startsWith('cZxid = '));
  expect(stats).toHaveLength(nodes.length);
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[2]).toEqual(seen[0]);
}

const namesOf = (name: string): string[] => [1, 2, 3].map((id) => `/${name}-${String(id)}`);

describe.each<[string, [Kind, Kind, Kind]]>([
  ['two of Apache and one of ours', ['apache', 'apache', 'tabkeeper']],
  ['one of Apache and two of ours', ['tabkeeper', 'tabkeeper', 'apache']],
])('%s', (_name, kinds) => {
  test('elect, write through each, and survive leaders of either kind', async () => {
    for (const [index, seat] of seats.entries()) seat.start(kinds[index] ?? 'apache');
    await complete();
    await writeThroughEach('a');
    await moveAlongAll();
    const led = new Set<Kind>();
    for (let round = 0; round < 4 && led.size < 2; round += 1) {
      const leader = await complete();
      const kind = kinds[leader - 1] ?? 'apache';
      led.add(kind);
      await seats[leader - 1]?.end('SIGKILL');
      const others = seats.filter((_, index) => index !== leader - 1).map(({ port }) => port);
      await firstWrite(others, `/round-${String(round)}`);
      seats[leader - 1]?.start(kind);
    }
    expect([...led].sort()).toEqual(['apache', 'tabkeeper']);
    await complete();
    await writeThroughEach('b');
    await expectEqualTrees([...namesOf('a'), ...namesOf('b')]);
  }, 120_000);
});

test('directories written by one open at the other, there and back', async () => {
  let written: string[] = [];
  for (const [turn, kind] of (['apache', 'tabkeeper', 'apache'] as const).entries()) {
    for (const seat of seats) seat.start(kind);
    await complete();
    await writeThroughEach(`turn${String(turn)}`);
    written = [...written, ...namesOf(`turn${String(turn)}`)];
    await expectEqualTrees(written);
    await Promise.all(seats.map((seat) => seat.end('SIGTERM')));
  }
}, 120_000);

const SUPER = 'super:secret';
const MAY_CHANGE = [
  'reconfigEnabled=true',
  `DigestAuthenticationProvider.superDigest=${digestOf(SUPER)}`,
];

/** Asked of whoever serves there. The error number. */
async function reconfigure(port: number, change: { joining?: string; leaving?: string }) {
  const connection = await connectInTime(port);
  await ask(connection, -4, { kind: 'auth', scheme: 'digest', auth: encodeUtf8(SUPER) });
  const { joining = null, leaving = null } = change;
  const none = { newMembers: null, configId: -1n };
  const { err } = await ask(connection, 1, { kind: 'reconfig', joining, leaving, ...none });
  connection.socket.destroy();
  return err;
}

/** Leaders of the other kind are killed until there is one. */
async function leaderOfKind(kind: Kind, kinds: readonly Kind[]): Promise<number> {
  for (let round = 0; round < 8; round += 1) {
    const leader = await complete();
    const seat = seats[leader - 1];
    const is = kinds[leader - 1] ?? 'apache';
    if (is === kind) return leader;
    await seat?.end('SIGKILL');
    await firstWrite(
      seats.filter((other) => other !== seat).map(({ port }) => port),
      `/chosen-${String(round)}`,
    );
    seat?.start(is);
  }
  throw new Error(`no leader of ${kind}`);
}

describe.each<[string, Kind, [Kind, Kind, Kind]]>([
  ['an Apache leader', 'apache', ['apache', 'apache', 'tabkeeper']],
  ['a leader of ours', 'tabkeeper', ['tabkeeper', 'tabkeeper', 'apache']],
])('%s', (_name, kind, kinds) => {
  test('takes members out and in again, of either kind, and all know the same', async () => {
    seats = await Promise.all([1, 2, 3].map((id) => makeSeat(id, MAY_CHANGE)));
    for (const [index, seat] of seats.entries()) seat.start(kinds[index] ?? 'apache');
    const leader = await leaderOfKind(kind, kinds);
    const port = seats[leader - 1]?.port ?? 0;
    for (const id of [1, 2, 3].filter((other) => other !== leader)) {
      const quorum = ports.basePort + id - 1;
      const address = `127.0.0.1:${String(quorum)}:${String(quorum + 1_000)}`;
      const client = `127.0.0.1:${String(seats[id - 1]?.port ?? 0)}`;
      for (const role of ['observer', 'participant']) {
        const joining = `server.${String(id)}=${address}:${role};${client}`;
        expect(await reconfigure(port, { joining }), joining).toBe(0);
        await expectMode(seats[id - 1]?.port ?? 0, role === 'observer' ? 'observer' : 'follower');
      }
    }
    await writeThroughEach('after');
    await expectEqualTrees(namesOf('after'));
    // And again after a start of all, from the files that each of them wrote.
    await Promise.all(seats.map((seat) => seat.end('SIGTERM')));
    for (const [index, seat] of seats.entries()) seat.start(kinds[index] ?? 'apache');
    await complete();
    const texts = await Promise.all(seats.map(({ port: each }) => configAt(each)));
    expect(texts[0]).toMatch(/server\.1=.*server\.2=.*server\.3=.*version=[1-9a-f]/s);
    expect(new Set(texts).size).toBe(1);
  }, 120_000);
});

async function expectMode(port: number, mode: string): Promise<void> {
  const end = performance.now() + 30_000;
  while ((await askMode(port)) !== mode) {
    if (performance.now() > end) throw new Error(`port ${String(port)} is no ${mode}`);
    await setTimeout(50);
  }
}

async function configAt(port: number): Promise<string> {
  const { output } = await run(ZK_CLI, ['-server', `127.0.0.1:${String(port)}`], {
    ...{ input: 'config\nquit\n', timeoutMillis: 50_000 },
  });
  const lines = output.split('\n').filter((line) => /^(server\.|version=)/.test(line));
  return lines.join('\n');
}
