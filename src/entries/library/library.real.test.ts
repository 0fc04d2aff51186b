// The library over Apache ZooKeeper's own servers: the same cases as over ours.

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { askMode } from '../cli/ensemble.ts';
import { freePortBases } from '../bench/edge/ports.ts';
import { apache, leaderWhenComplete, SERVERS } from '../bench/edge/systems.ts';
import { WHY_NO_APACHE } from '../bench/edge/apache.ts';
import type { Ensemble } from './ensemble.ts';
import { describeLibrary } from './library.contract.ts';

describeLibrary("three of Apache's servers", async (): Promise<Ensemble> => {
  const system = apache();
  if (system === null) throw new Error(WHY_NO_APACHE);
  const directory = await mkdtemp(join(tmpdir(), 'tabkeeper-test-'));
  const running = await system.start(directory, await freePortBases(SERVERS));
  try {
    await leaderWhenComplete(running);
  } catch (error) {
    await running.stop();
    throw error;
  }
  return {
    connectionString: running.clientPorts.map((port) => `127.0.0.1:${String(port)}`).join(),
    kill: (id) => Promise.resolve(running.kill(id)),
    restart: async (id) => {
      await running.restart(id);
      // Else the next death could leave no quorum.
      await leaderWhenComplete(running);
    },
    leader: async () => {
      const leader = (await Promise.all(running.clientPorts.map(askMode))).indexOf('leader');
      return leader === -1 ? null : leader + 1;
    },
    stop: running.stop,
  };
});
