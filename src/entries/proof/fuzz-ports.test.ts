// The same through TCP: three servers on real ports, and somebody who dials their quorum and election ports, and
// some who dial their client ports, and send damaged bytes. See fuzz-links.test.ts and fuzz.test.ts.

import { connect, type Socket } from 'node:net';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { encodeHello } from '../../adapters/tcp/hello.ts';
import { freePorts, testEnsemble } from '../../adapters/tcp/ports.fixture.ts';
import { makeRandom, nextBelow, nextChance, type Random } from '../../base/random.ts';
import { serverId } from '../../vocabulary/ids.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import { ask, openConnection, type RawConnection } from '../bench/edge/connection.ts';
import { temporaryDirectory } from '../cli/program.fixture.ts';
import { runServer, type RunningServer } from '../cli/run-server.ts';
import { HostileClient } from './fuzz-clients.fixture.ts';
import {
  cutAnywhere,
  damagedBallots,
  damagedPackets,
  introduction,
  isUnreadable,
  STRANGER,
} from './fuzz-links.fixture.ts';

const FRAMES = Number(process.env['FUZZ_FRAMES'] ?? 100_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const STRIKES = Math.ceil(FRAMES / 500);
const TEST_MILLIS_MAX = 60_000 + FRAMES;
const SERVERS = [1, 2, 3];
const UNTIL_MILLIS_MAX = 20_000;
/** What a server may take to hang up, and what it may take in between for a client. */
const END_MILLIS_MAX = 5_000;
/** Far below what the damaged lengths promise: up to 64 MiB each. */
const MEMORY_BYTES_MAX = 96 * 1024 * 1024;

const directory = await temporaryDirectory();
const ports = await freePorts(3 * SERVERS.length);
const members = ports.slice(0, 2 * SERVERS.length);
const clientPorts = ports.slice(2 * SERVERS.length);
const ensemble = testEnsemble(members);
const servers: RunningServer[] = [];
const traces: Traced[][] = SERVERS.map(() => []);
const halted: string[] = [];

beforeAll(async () => {
  for (const [index, id] of SERVERS.entries()) {
    const server = await runServer({
      ...{ serverId: serverId(id), ensemble, dataDirectory: join(directory, String(id)) },
      ...{ clientHost: '127.0.0.1', clientPort: clientPorts[index] ?? 0 },
      ...{
        connectionsPerAddressMax: 0,
        sessionSecret: null,
        settings: {},
        words: new Set<string>(),
      },
      ...{ admin: null, metrics: null, purging: null, standalone: false },
      logDirectory: join(directory, String(id)),
      onHalt: (reason) => halted.push(reason),
      onTrace: (events) =>
        traces[index]?.push(...events.filter(({ event }) => event.kind === 'badFrame')),
    });
    servers.push(server);
  }
  await until(() => servers.every((server) => server.view().serving));
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await rm(directory, { recursive: true, force: true });
});

async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + UNTIL_MILLIS_MAX;
  while (!holds()) {
    if (performance.now() > end) throw new Error('it never came to be');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Leader, epoch, and what each learner's role is: changes with any lost link between members. */
const order = (): unknown =>
  servers.map((server) => {
    const { role, leader, currentEpoch, haltedBecause } = server.view();
    return { role, leader, currentEpoch, haltedBecause };
  });

interface Call {
  readonly socket: Socket;
  readonly ended: Promise<boolean>;
}

/** `ended` is false if the other side has not hung up by the bound. */
function call(port: number, millisMax: number): Call {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  socket.resume();
  const ended = new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => {
      resolve(false);
    }, millisMax);
    for (const event of ['end', 'close']) {
      socket.once(event, () => {
        clearTimeout(timer);
        resolve(true);
      });
    }
  });
  return { socket, ended };
}

const portOf = (server: number, where: 'quorum' | 'election'): number =>
  members[2 * (server - 1) + (where === 'quorum' ? 0 : 1)] ?? 0;

/** Damaged packets behind some whole ones. */
async function strikeQuorum(random: Random, server: number): Promise<boolean> {
  const damaged = damagedPackets(random);
  const unreadable = isUnreadable('quorum', damaged);
  const { socket, ended } = call(portOf(server, 'quorum'), unreadable ? END_MILLIS_MAX : 10);
  const epoch = servers[server - 1]?.view().currentEpoch ?? 0;
  for (const bytes of introduction(random, epoch)) socket.write(bytes);
  for (const piece of cutAnywhere(random, damaged)) socket.write(piece);
  const isOver = await ended;
  socket.destroy();
  if (unreadable) expect(isOver).toBe(true);
  return unreadable;
}

/** As server 3 at another one, else its ballots are not read; or with a hello that is damaged itself. */
async function strikeElection(random: Random): Promise<boolean> {
  const server = 1 + nextBelow(random, 2);
  const damaged = damagedBallots(random);
  const known = nextChance(random, 70);
  const unreadable = known && isUnreadable('election', damaged);
  const id = serverId(known ? 3 : STRANGER);
  const hello = encodeHello({ serverId: id, address: '127.0.0.1:1' });
  const { socket, ended } = call(
    portOf(server, 'election'),
    known && !unreadable ? 10 : END_MILLIS_MAX,
  );
  for (const piece of cutAnywhere(random, hello)) socket.write(piece);
  for (const piece of cutAnywhere(random, damaged)) socket.write(piece);
  const isOver = await ended;
  socket.destroy();
  if (!known || unreadable) expect(isOver).toBe(true);
  return unreadable;
}

async function expectServed(client: RawConnection, number: number): Promise<void> {
  const path = `/served-${String(number)}`;
  const acl = [{ perms: 31, scheme: 'world', id: 'anyone' }];
  const create = { kind: 'create', path, data: null, acl, flags: 0 } as const;
  expect(await ask(client, 2 * number + 1, create)).toMatchObject({ err: 0 });
  const exists = { kind: 'exists', path, watch: false } as const;
  expect(await ask(client, 2 * number + 2, exists)).toMatchObject({ err: 0 });
}

const memoryBytes = (): number => {
  const { heapTotal, external, arrayBuffers } = process.memoryUsage();
  return heapTotal + external + arrayBuffers;
};

test(
  `${String(STRIKES)} damaged frames at the servers' ports end their links and nothing else`,
  { timeout: TEST_MILLIS_MAX },
  async () => {
    const random = makeRandom(SEED);
    // One client at each server: their connections stay, whatever others send.
    const clients = await Promise.all(clientPorts.map((port) => openConnection(port)));
    const before = order();
    const memoryBefore = memoryBytes();
    let unreadable = 0;
    for (let struck = 0; struck < STRIKES; struck += 1) {
      const quorum = nextChance(random, 75);
      const server = 1 + nextBelow(random, SERVERS.length);
      if (quorum ? await strikeQuorum(random, server) : await strikeElection(random))
        unreadable += 1;
      const client = clients[struck % clients.length];
      if (struck % 10 === 0 && client !== undefined) await expectServed(client, struck);
    }
    expect(halted).toEqual([]);
    expect(order()).toEqual(before);
    expect(unreadable).toBeGreaterThan(STRIKES / 10);
    const bad = traces.reduce((sum, events) => sum + events.length, 0);
    // Not all of it is read: a follower hangs up on every learner, and some are refused before.
    expect(bad).toBeGreaterThan(unreadable / 4);
    expect(memoryBytes() - memoryBefore).toBeLessThan(MEMORY_BYTES_MAX);
    for (const client of clients) client.socket.destroy();
  },
);

/** Of one client, sent at once. */
const PIPELINED = 8;
/** Each few of them cost a session. */
const CLIENT_FRAMES = Math.ceil(FRAMES / 60);
/** The tree and the watches grow by what happens to be right. */
const CLIENT_MEMORY_BYTES_MAX = 192 * 1024 * 1024;

test(
  `${String(CLIENT_FRAMES)} damaged requests at the client ports leave the other clients alone`,
  { timeout: TEST_MILLIS_MAX },
  async () => {
    const random = makeRandom(SEED);
    const clients = await Promise.all(clientPorts.map((port) => openConnection(port)));
    const hostile = clientPorts.map(
      (port, index) => new HostileClient(port, makeRandom(10 * SEED + index)),
    );
    const before = order();
    const memoryBefore = memoryBytes();
    let round = 0;
    for (let sent = 0; sent < CLIENT_FRAMES; sent += hostile.length * PIPELINED) {
      await Promise.all(hostile.map((one) => one.request(PIPELINED)));
      const some = hostile[nextBelow(random, hostile.length)];
      if (nextChance(random, 25)) await some?.greet();
      if (nextChance(random, 25)) await some?.lie();
      const client = clients[round % clients.length];
      round += 1;
      if (client !== undefined) await expectServed(client, CLIENT_FRAMES + round);
    }
    expect(halted).toEqual([]);
    expect(order()).toEqual(before);
    for (const { ended, answered } of hostile) {
      expect(ended).toBeGreaterThan(0);
      expect(answered).toBeGreaterThan(CLIENT_FRAMES / 20);
    }
    expect(memoryBytes() - memoryBefore).toBeLessThan(CLIENT_MEMORY_BYTES_MAX);
    for (const one of hostile) one.close();
    for (const client of clients) client.socket.destroy();
  },
);

/** Packets and ballots that promise far more than they bring, many at once. */
test('lengths that are promised are not allocated', { timeout: TEST_MILLIS_MAX }, async () => {
  const promise = Buffer.alloc(16);
  promise.writeInt32BE(1, 0);
  promise.writeInt32BE(64 * 1024 * 1024, 12);
  const memoryBefore = memoryBytes();
  const calls = Array.from({ length: 64 }, () => call(portOf(1, 'quorum'), END_MILLIS_MAX));
  for (const { socket } of calls) socket.write(promise);
  const client = await openConnection(clientPorts[0] ?? 0);
  await expectServed(client, 1_000_000);
  expect(memoryBytes() - memoryBefore).toBeLessThan(MEMORY_BYTES_MAX);
  for (const { socket } of calls) socket.destroy();
  client.socket.destroy();
});
