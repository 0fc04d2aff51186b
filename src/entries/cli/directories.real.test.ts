// One pair of directories, dataDir and dataLogDir, at our server and at Apache's in turn; and what both purge.

import { execFileSync } from 'node:child_process';
import { cp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { openFileDisk } from '../../adapters/files/disk.ts';
import { freePorts } from '../../adapters/tcp/ports.fixture.ts';
import type { Request } from '../../vocabulary/request.ts';
import { OPEN_ACL } from '../../vocabulary/stat.ts';
import { apacheVersion, makeApacheServer } from '../bench/edge/apache.ts';
import { ask, closeConnection, openConnection } from '../bench/edge/connection.ts';
import { askMode } from './ensemble.ts';
import { temporaryDirectory } from './program.fixture.ts';
import { startServerOf } from './server-command.ts';

const START_MILLIS_MAX = 30_000;
const NO_NODE = -101;

let directory = '';
let port = 0;
let stop: (() => Promise<void>) | null = null;

beforeEach(async () => {
  expect(apacheVersion(), 'Apache ZooKeeper is needed: apt-get install zookeeper').not.toBe(null);
  directory = await temporaryDirectory();
  [port = 0] = await freePorts(1);
});

afterEach(async () => {
  await stop?.();
  await rm(directory, { recursive: true, force: true });
});

const data = (): string => join(directory, 'data');
const log = (): string => join(directory, 'log');
const LINES = ['snapCount=10', 'tickTime=2000'];

async function ours(lines = LINES): Promise<() => Promise<void>> {
  const path = join(directory, 'ours.cfg');
  const places = [`dataDir=${data()}`, `dataLogDir=${log()}`, `clientPort=${String(port)}`];
  await writeFile(path, [...lines, ...places].join('\n'));
  const onHalt = (reason: string): void => {
    throw new Error(reason);
  };
  const nothing = (): undefined => undefined;
  const server = await startServerOf(path, { tell: nothing, complain: nothing, onHalt });
  return server.stop;
}

async function apache(): Promise<() => Promise<void>> {
  const moreLines = [...LINES.slice(0, 1), `dataLogDir=${log()}`];
  const plan = { directory, id: 1, clientPort: port, serverLines: [], moreLines };
  const server = await makeApacheServer(plan);
  server.start();
  return server.stop;
}

async function serving(): Promise<void> {
  const end = performance.now() + START_MILLIS_MAX;
  while ((await askMode(port)) !== 'standalone') {
    if (performance.now() > end) throw new Error('it does not serve');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const create = (path: string): Request => ({
  ...{ kind: 'create', path, data: new Uint8Array(100), acl: OPEN_ACL, flags: 0 },
});

/** Starts one, makes nodes of this name, and says which of the others' it finds. */
async function turn(
  start: () => Promise<() => Promise<void>>,
  name: string,
  others: readonly string[],
): Promise<Record<string, number>> {
  stop = await start();
  await serving();
  const connection = await openConnection(port);
  let xid = 0;
  for (let count = 0; count < 25; count += 1) {
    expect((await ask(connection, (xid += 1), create(`/${name}-${String(count)}`))).err).toBe(0);
  }
  const found: Record<string, number> = {};
  for (const other of [...others, 'nobody']) {
    const last = { kind: 'exists', path: `/${other}-24`, watch: false } as const;
    found[other] = (await ask(connection, (xid += 1), last)).err;
  }
  await closeConnection(connection);
  await stop();
  stop = null;
  return found;
}

const namesIn = async (place: string): Promise<string[]> =>
  (await readdir(join(place, 'version-2'))).filter((name) => /^(log|snap)/.test(name)).sort();

test('what one has written with a dataLogDir the other opens', async () => {
  expect(await turn(() => ours(), 'first', [])).toEqual({ nobody: NO_NODE });
  expect(await turn(apache, 'second', ['first'])).toEqual({ first: 0, nobody: NO_NODE });
  const all = { first: 0, second: 0, nobody: NO_NODE };
  expect(await turn(() => ours(), 'third', ['first', 'second'])).toEqual(all);
  expect((await namesIn(data())).every((name) => name.startsWith('snapshot.'))).toBe(true);
  expect((await namesIn(log())).every((name) => name.startsWith('log.'))).toBe(true);
}, 120_000);

test('a history that is too short for a snapshot of its own the other opens, and one from before there was a first', async () => {
  const seldom = (): Promise<() => Promise<void>> => ours(['tickTime=2000']);
  await turn(seldom, 'first', []);
  expect(await namesIn(data())).toEqual(['snapshot.0']);
  await rm(join(data(), 'version-2/snapshot.0'));
  await turn(seldom, 'second', ['first']);
  expect(await namesIn(data())).toEqual(['snapshot.0']);
  const all = { first: 0, second: 0, nobody: NO_NODE };
  expect(await turn(apache, 'third', ['first', 'second'])).toEqual(all);
}, 60_000);

test.each([3, 4])(
  'of the same files %i snapshots stay, and the same logs',
  async (keep) => {
    await turn(() => ours(), 'first', []);
    await turn(() => ours(), 'second', ['first']);
    expect((await namesIn(data())).length).toBeGreaterThan(4);
    const copy = join(directory, 'copy');
    for (const place of ['data', 'log']) {
      await cp(join(directory, place), join(copy, place), { recursive: true });
    }
    const main = 'org.apache.zookeeper.server.PurgeTxnLog';
    const places = [join(copy, 'log'), join(copy, 'data')];
    const jar = '/usr/share/java/zookeeper.jar';
    execFileSync('/usr/bin/java', ['-cp', jar, main, ...places, '-n', String(keep)], {
      stdio: 'ignore',
    });
    const disk = await openFileDisk(data(), log());
    await disk.purge(keep);
    await disk.close();
    expect(await namesIn(data())).toEqual(await namesIn(join(copy, 'data')));
    expect(await namesIn(log())).toEqual(await namesIn(join(copy, 'log')));
    expect((await namesIn(data())).length).toBe(keep);
  },
  60_000,
);
