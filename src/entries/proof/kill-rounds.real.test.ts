// A whole ensemble under load whose processes end at random moments, by SIGKILL and by SIGTERM: no acknowledged
// write is lost. KILL_ROUNDS says how often they are killed (nightly: 200 times), KILL_SEED where the
// moments come from.

import { fork } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { decodeSnapshot, scanLog } from '../../adapters/files/format.ts';
import { makeRandom } from '../../base/random.ts';
import { ZXID_ZERO } from '../../vocabulary/zxid.ts';
import { startEnsemble, type RunningEnsemble } from '../cli/ensemble.ts';
import { bundleCommand, freeBases, temporaryDirectory } from '../cli/program.fixture.ts';
import { enough, loadUntil, makeParent, missing, playKillRounds } from './kill-rounds.ts';

const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 50);
const SEED = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000_000);
const ROUND_MILLIS_MAX = 30_000;
/** A snapshot is taken meanwhile, unless the machine is slow. */
const WRITES = 3_000;
const SERVERS = [1, 2, 3];

let bin = '';
let program = '';
let directory = '';
let ensemble: RunningEnsemble;

beforeAll(async () => {
  bin = await temporaryDirectory();
  program = await bundleCommand(bin);
});

afterAll(() => rm(bin, { recursive: true, force: true }));

beforeEach(async () => {
  directory = await temporaryDirectory();
  ensemble = await startEnsemble({
    ...{ servers: SERVERS.length, directory: join(directory, 'data'), ...(await freeBases(3)) },
    ...{ inProcess: false, program, tell: () => undefined },
    // Snapshots too are under way when the servers end.
    lines: ['snapCount=2000'],
  });
});

afterEach(async () => {
  await ensemble.stop();
  await rm(directory, { recursive: true, force: true });
});

test(
  `no acknowledged write is lost by ${String(ROUNDS)} kills of all servers (seed ${String(SEED)})`,
  async () => {
    const report = await playKillRounds(ensemble, ROUNDS, makeRandom(SEED));
    expect(report.lost).toEqual([]);
    // The load was one, and there was a second kill in many rounds.
    expect(report.acknowledged).toBeGreaterThanOrEqual(20 * ROUNDS);
    if (ROUNDS >= 50) expect(report.killedAgain).toBeGreaterThan(0);
  },
  60_000 + ROUNDS * ROUND_MILLIS_MAX,
);

const nameOf = (id: number): string => join(directory, 'data', String(id));

test('SIGTERM under load: each server ends with 0 and leaves nothing half done', async () => {
  // The same servers, as processes whose ends are seen.
  await ensemble.stop();
  const children = SERVERS.map((id) =>
    fork(program, ['server', join(nameOf(id), 'zoo.cfg')], { stdio: 'ignore' }),
  );
  await makeParent(ensemble, '/term');
  const codes: (number | null)[] = [];
  const acknowledged = await loadUntil(ensemble, '/term', async (soFar) => {
    await enough(soFar, WRITES);
    const ends = children.map(
      (child) =>
        new Promise<number | null>((resolve) => {
          child.once('exit', resolve);
        }),
    );
    for (const child of children) child.kill('SIGTERM');
    codes.push(...(await Promise.all(ends)));
  });
  expect(codes).toEqual([0, 0, 0]);
  for (const id of SERVERS) {
    const place = join(nameOf(id), 'version-2');
    const names = await readdir(place);
    expect(names.filter((name) => name.endsWith('.tmp'))).toEqual([]);
    for (const name of names.filter((one) => /^(log|snapshot)\./.test(one))) {
      const bytes = new Uint8Array(await readFile(join(place, name)));
      if (name.startsWith('log.')) expect(scanLog(bytes, ZXID_ZERO).tail, name).toBe('clean');
      else expect(() => decodeSnapshot(bytes), name).not.toThrow();
    }
  }
  await Promise.all(SERVERS.map((id) => ensemble.restart(id)));
  for (const port of ensemble.clientPorts) expect(await missing(port, acknowledged)).toEqual([]);
}, 60_000);
