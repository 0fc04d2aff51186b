// `kill -9` of a whole ensemble under load, at random moments: no acknowledged write is lost. KILL_ROUNDS says how
// often (nightly: 50), KILL_SEED where the moments come from.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { makeRandom } from '../../base/random.ts';
import { startEnsemble } from '../cli/ensemble.ts';
import { bundleCommand, freeBases, temporaryDirectory } from '../cli/program.fixture.ts';
import { playKillRounds } from './kill-rounds.ts';

const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 5);
const SEED = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000_000);
const ROUND_MILLIS_MAX = 30_000;

test(
  `no acknowledged write is lost by ${String(ROUNDS)} kills of all servers (seed ${String(SEED)})`,
  async () => {
    const directory = await temporaryDirectory();
    const ensemble = await startEnsemble({
      ...{ servers: 3, directory: join(directory, 'data'), ...(await freeBases(3)) },
      ...{ inProcess: false, program: await bundleCommand(join(directory, 'bin')) },
      // Snapshots too are under way when the servers die.
      ...{ tell: () => undefined, lines: ['snapCount=2000'] },
    });
    try {
      const { acknowledged, lost } = await playKillRounds(ensemble, ROUNDS, makeRandom(SEED));
      expect(lost).toEqual([]);
      // The load was one.
      expect(acknowledged).toBeGreaterThan(50 * ROUNDS);
    } finally {
      await ensemble.stop();
      await rm(directory, { recursive: true, force: true });
    }
  },
  60_000 + ROUNDS * ROUND_MILLIS_MAX,
);
