// A configuration that was agreed upon outlives its servers: the files beside zoo.cfg, a server that joins by
// its own zoo.cfg, and a start of all from what was written.

import { access, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { encodeUtf8 } from '../../base/utf8.ts';
import { parseConfiguration } from '../../vocabulary/configuration.ts';
import { serverId } from '../../vocabulary/ids.ts';
import { ask, openConnection } from '../bench/edge/connection.ts';
import { freePortBases } from '../bench/edge/ports.ts';
import { digestOf, SUPER } from '../differential/values.ts';
import { staticText, writeConfiguration } from './dynamic-config.ts';
import { askMode } from './ensemble.ts';
import { temporaryDirectory } from './program.fixture.ts';
import type { RunningServer } from './run-server.ts';
import { startServerOf } from './server-command.ts';
import { dynamicConfigPath } from './zoo-config.ts';
import { readSettings } from './zoo-settings.ts';

let directory = '';
const running = new Map<number, RunningServer>();
const told: string[] = [];

beforeEach(async () => {
  directory = await temporaryDirectory();
});

afterEach(async () => {
  await stopAll();
  await rm(directory, { recursive: true, force: true });
});

const stopAll = async (): Promise<void> => {
  await Promise.all([...running.values()].map((server) => server.stop()));
  running.clear();
};

const CONFIGURATION = parseConfiguration(
  'server.1=a:1:2;127.0.0.1:3\nserver.10=b:1:2:observer\nserver.2=c:1:2\nversion=1a0000000b',
);

test('the members go into a file of their own, and zoo.cfg points to it', async () => {
  const path = join(directory, 'zoo.cfg');
  const text =
    '# ours\ntickTime=2000\nclientPort=3\nserver.1=a:1:2\npeerType=observer\ndataDir=/d\n';
  await writeFile(path, text);
  await writeConfiguration(path, CONFIGURATION, serverId(1));
  const dynamic = `${path}.dynamic.1a0000000b`;
  expect(await readFile(dynamic, 'utf8')).toBe(
    [
      ...['server.10=b:1:2:observer', 'server.1=a:1:2:participant;127.0.0.1:3'],
      'server.2=c:1:2:participant',
    ].join('\n'),
  );
  const kept = '# ours\ntickTime=2000\n';
  expect(await readFile(path, 'utf8')).toBe(`${kept}dataDir=/d\ndynamicConfigFile=${dynamic}\n`);
  expect(await readFile(`${path}.bak`, 'utf8')).toBe(text);
  // The next one: the first file stays what it was before any change.
  const next = { ...CONFIGURATION, version: 0x1a_0000_000cn };
  await writeConfiguration(path, next, serverId(1));
  expect(await readFile(path, 'utf8')).toContain(
    'dynamicConfigFile=' + `${path}.dynamic.1a0000000c`,
  );
  expect(await readFile(`${path}.bak`, 'utf8')).toBe(text);
});

test('a server without a client address of its own keeps the port of zoo.cfg', async () => {
  const path = join(directory, 'zoo.cfg');
  await writeFile(path, 'clientPort=3\nserver.2=c:1:2\n');
  await writeConfiguration(path, CONFIGURATION, serverId(2));
  expect(await readFile(path, 'utf8')).toMatch(/^clientPort=3\ndynamicConfigFile=/);
});

test('lines that go on are left out or kept whole, and none takes in the pointer', () => {
  const pointed = (...lines: string[]): string => staticText(lines.join('\n'), '/d/dynamic', true);
  const pointer = 'dynamicConfigFile=/d/dynamic\n';
  expect(
    pointed(
      ...['server.1=h1:2888:3888:\\', '  participant', 'dataDir=/a\\', '  /server.b', 'tickTime=1'],
      ...['clientPort\\', '  Address: 1.2.3.4', '# server.2 \\', 'initLimit=5', 'server.2 h:1:2\r'],
    ),
  ).toBe(`dataDir=/a\\\n  /server.b\ntickTime=1\n# server.2 \\\ninitLimit=5\n${pointer}`);
  // At the end of the file, and before an empty line or one that goes.
  for (const end of [[], [''], ['', 'server.1=a:1:2']]) {
    const text = pointed('dataDir=/d', 'syncLimit=5\\', ...end);
    expect([...readSettings(text)].map(([key, { value }]) => `${key}=${value}\n`).join('')).toBe(
      `dataDir=/d\nsyncLimit=5\n${pointer}`,
    );
    expect(staticText(text, '/d/dynamic', true)).toBe(text);
  }
});

test('a path with backslashes is found again', () => {
  const path = 'C:\\new\\users\\zoo.cfg.dynamic.1';
  expect(dynamicConfigPath(staticText('dataDir=C:\\\\zk', path, true))).toBe(path);
});

test('a zoo.cfg that points elsewhere already, whatever ends the key, is no first one', async () => {
  const path = join(directory, 'zoo.cfg');
  for (const ending of [': ', ' ', ' = ', '=\\\n  ']) {
    await writeFile(path, `tickTime=2000\ndynamicConfigFile${ending}x\n`);
    await writeConfiguration(path, CONFIGURATION, serverId(1));
  }
  expect(await readdir(directory)).not.toContain('zoo.cfg.bak');
});

interface Seat {
  readonly id: number;
  readonly port: number;
  readonly line: string;
  readonly path: string;
}

async function makeSeats(): Promise<Seat[]> {
  const { clientPort, basePort } = await freePortBases(4);
  const seats = [1, 2, 3, 4].map((id) => {
    const [port, quorum] = [clientPort + id - 1, basePort + id - 1];
    const ports = `${String(quorum)}:${String(quorum + 1_000)}`;
    const line = `server.${String(id)}=127.0.0.1:${ports}:participant;127.0.0.1:${String(port)}`;
    return { id, port, line, path: join(directory, String(id), 'zoo.cfg') };
  });
  for (const { id, path } of seats) {
    const data = join(directory, String(id), 'data');
    await mkdir(data, { recursive: true });
    await writeFile(join(data, 'myid'), String(id));
    // The fourth knows the others and itself, who do not know it.
    const known = seats.filter((other) => other.id <= 3 || other.id === id);
    const lines = [
      ...['tickTime=500', 'initLimit=20', 'syncLimit=10', 'reconfigEnabled=true'],
      ...['fastleader.finalizeWait=50', 'fastleader.minNotificationInterval=50'],
      `DigestAuthenticationProvider.superDigest=${digestOf(SUPER)}`,
      ...[`dataDir=${data}`, ...known.map(({ line }) => line)],
    ];
    await writeFile(path, `${lines.join('\n')}\n`);
  }
  return seats;
}

const start = async ({ id, path }: Seat): Promise<void> => {
  const tell = (text: string): void => void told.push(text);
  const onHalt = (reason: string): void => void told.push(`halted: ${reason}`);
  const server = await startServerOf(path, { tell, complain: tell, onHalt });
  running.set(id, server);
};

async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`never: ${what}\n${told.join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const serve = (seats: readonly Seat[]): Promise<void> =>
  eventually('all serve', async () => {
    const modes = await Promise.all(seats.map(({ port }) => askMode(port)));
    return modes.includes('leader') && modes.every((mode) => mode !== null);
  });

async function reconfigure(by: Seat | undefined, joining: string, leaving: string | null) {
  const connection = await openConnection(by?.port ?? 0);
  await ask(connection, -4, { kind: 'auth', scheme: 'digest', auth: encodeUtf8(SUPER) });
  const change = { joining, leaving, newMembers: null, configId: -1n };
  // Who changes its leader may close its clients before it has the change on its disk.
  const answer = await ask(connection, 1, { kind: 'reconfig', ...change }).catch(() => null);
  expect(answer?.err ?? 0).toBe(0);
  connection.socket.destroy();
}

test('a member moves to other ports, all of its own, and is found there', async () => {
  const seats = (await makeSeats()).slice(0, 3);
  for (const seat of seats) await start(seat);
  await serve(seats);
  const modes = await Promise.all(seats.map(({ port }) => askMode(port)));
  for (const mode of ['follower', 'leader']) {
    const seat = seats[modes.indexOf(mode)];
    const asked = seats.find((other) => other !== seat);
    const { clientPort: port, basePort } = await freePortBases(1);
    const ports = `${String(basePort)}:${String(basePort + 1_000)}`;
    const at = `server.${String(seat?.id)}=127.0.0.1:${ports}:participant;127.0.0.1:${String(port)}`;
    await reconfigure(asked, at, null);
    await eventually(`the ${mode} is at its new port`, async () => (await askMode(port)) !== null);
    expect(await askMode(seat?.port ?? 0)).toBeNull();
    const now = seats.map((other) => (other === seat ? { ...seat, port } : other));
    await serve(now);
    seats.splice(0, 3, ...now);
  }
  expect(told.filter((text) => text.startsWith('halted'))).toEqual([]);
}, 60_000);

test('one that joins by its own file becomes a voter, and all are there again after a start', async () => {
  const seats = await makeSeats();
  for (const seat of seats) await start(seat);
  await serve(seats);
  await reconfigure(seats[0], seats[3]?.line ?? '', '1');
  const members = seats.slice(1);
  const version = /\.dynamic\.([0-9a-f]+)$/m;
  await eventually('it is written at all members', async () => {
    const texts = await Promise.all(members.map(({ path }) => readFile(path, 'utf8')));
    const names = texts.map((text) => version.exec(text)?.[1] ?? '');
    return new Set(names).size === 1 && names[0] !== '' && names[0] !== '100000000';
  });
  await stopAll();
  for (const seat of members) await start(seat);
  await serve(members);
  for (const { id, path } of members) {
    const dynamic = version.exec(await readFile(path, 'utf8'))?.[0] ?? '';
    const text = await readFile(`${path}${dynamic}`, 'utf8');
    expect(text.split('\n'), String(id)).toEqual(members.map(({ line }) => line));
    await access(`${path}.bak`);
    expect(
      (await readdir(join(directory, String(id)))).filter((name) => name.endsWith('.tmp')),
    ).toEqual([]);
  }
  expect(told.filter((text) => !text.includes('listens for clients'))).toEqual([]);
}, 60_000);
