// What is large: transactions as long as a frame may be, and all that a server has missed of them.

import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { OPEN_ACL } from '../../vocabulary/stat.ts';
import type { Request } from '../../vocabulary/request.ts';
import { ask, closeConnection, openConnection } from '../bench/edge/connection.ts';
import { askWord, startEnsemble, type RunningEnsemble } from './ensemble.ts';
import { freeBases, temporaryDirectory } from './program.fixture.ts';

const MEBI = 1024 * 1024;
const SERVERS = 3;
let directory = '';
let ensemble: RunningEnsemble;

beforeEach(async () => {
  directory = await temporaryDirectory();
  ensemble = await startEnsemble({
    ...{ servers: SERVERS, directory, ...(await freeBases(SERVERS)) },
    ...{ inProcess: true, program: '', tell: () => undefined },
    lines: [`jute.maxbuffer=${String(48 * MEBI)}`, '4lw.commands.whitelist=srvr, mntr'],
  });
});

afterEach(async () => {
  await ensemble.stop();
  await rm(directory, { recursive: true, force: true });
});

const sayOf = (server: number, word = 'srvr'): Promise<string> =>
  askWord(ensemble.clientPorts[server - 1] ?? 0, word).catch(() => '');

const rolesOf = async (): Promise<string[]> =>
  Promise.all(
    [1, 2, 3].map(async (server) => /Mode: (\w+)/.exec(await sayOf(server))?.[1] ?? 'none'),
  );

const zxidOf = async (server: number): Promise<string> =>
  /Zxid: (\w+)/.exec(await sayOf(server))?.[1] ?? '';

/** How often this leader has sent a DIFF. */
const diffsOf = async (leader: number): Promise<number> =>
  Number(/^zk_diff_count\t(\d+)$/m.exec(await sayOf(leader, 'mntr'))?.[1]);

async function create(port: number, path: string, mebibytes: number): Promise<number> {
  const connection = await openConnection(port);
  const data = new Uint8Array(mebibytes * MEBI - 1024);
  const request: Request = { kind: 'create', path, data, acl: OPEN_ACL, flags: 0 };
  const { err } = await ask(connection, 1, request);
  await closeConnection(connection);
  return err;
}

test('who has missed more than a link may hold back gets it all the same, by DIFF', async () => {
  await expect.poll(rolesOf, { timeout: 30_000 }).not.toContain('none');
  const follower = (await rolesOf()).indexOf('follower') + 1;
  const port = ensemble.clientPorts[follower % SERVERS] ?? 0;
  expect(await create(port, '/known', 1)).toBe(0);
  await ensemble.kill(follower);
  for (let n = 0; n < 6; n += 1) expect(await create(port, `/missed-${String(n)}`, 8)).toBe(0);
  const leader = (await rolesOf()).indexOf('leader') + 1;
  const before = await diffsOf(leader);
  await ensemble.restart(follower);
  const newest = await zxidOf(leader);
  await expect.poll(() => zxidOf(follower), { timeout: 30_000 }).toBe(newest);
  expect(await sayOf(follower)).toContain('Mode: follower');
  // All of it at once, on one link.
  expect(await diffsOf(leader)).toBe(before + 1);
}, 120_000);

test('a transaction as long as a frame may be is everywhere, and costs nobody a link', async () => {
  await expect.poll(rolesOf, { timeout: 30_000 }).not.toContain('none');
  const before = await rolesOf();
  const follower = before.indexOf('follower');
  expect(await create(ensemble.clientPorts[follower] ?? 0, '/long', 36)).toBe(0);
  const zxids = (): Promise<string[]> => Promise.all([1, 2, 3].map(zxidOf));
  await expect.poll(async () => new Set(await zxids()).size, { timeout: 30_000 }).toBe(1);
  expect(await rolesOf()).toEqual(before);
}, 120_000);
