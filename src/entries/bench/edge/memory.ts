// What a server keeps resident, as the system counts it: with an empty tree, and with many small znodes.

import { readFileSync } from 'node:fs';

import type { Bench } from '../frame.ts';
import { ask, closeConnection, openConnection } from './connection.ts';
import { DATA_BYTES, runLoad } from './load.ts';
import { leaderWhenComplete, pause, type Ensemble } from './systems.ts';

const ZNODES = 100_000;
const QUICK_ZNODES = 2_000;
const CREATES_OUTSTANDING = 100;
const FILL_MILLIS_MAX = 300_000;
/** Time to write snapshots and to give back what was needed for a moment only. */
const SETTLE_MILLIS = 5_000;
const OPEN = [{ perms: 31, scheme: 'world', id: 'anyone' }];

/** Of ensembles that nobody has used yet. */
export async function measureMemory(bench: Bench, ensembles: readonly Ensemble[]): Promise<void> {
  const znodes = bench.quick ? QUICK_ZNODES : ZNODES;
  for (const ensemble of ensembles) await leaderWhenComplete(ensemble);
  await pause(SETTLE_MILLIS);
  for (const ensemble of ensembles) addResident(bench, ensemble, 'no znodes');
  for (const ensemble of ensembles) {
    bench.say(`${String(znodes)} znodes at ${ensemble.name}`);
    await fill(ensemble, znodes);
  }
  await pause(SETTLE_MILLIS);
  const point = `${znodes.toLocaleString('en-US')} znodes of ${String(DATA_BYTES)} B`;
  for (const ensemble of ensembles) addResident(bench, ensemble, point);
}

async function fill({ clientPorts }: Ensemble, znodes: number): Promise<void> {
  const connection = await openConnection(clientPorts[0] ?? 0);
  const data = new Uint8Array(0);
  await ask(connection, 1, { kind: 'create', path: '/many', data, acl: OPEN, flags: 0 });
  await runLoad([connection], {
    ...{ kind: 'create', path: '/many', outstanding: CREATES_OUTSTANDING },
    ...{ millisMax: FILL_MILLIS_MAX, requestsMax: [znodes] },
  });
  await closeConnection(connection);
}

/** One sample per server. */
function addResident(bench: Bench, ensemble: Ensemble, point: string): void {
  const samples = ensemble.clientPorts.flatMap((_, index) => {
    const processId = ensemble.processId(index + 1);
    return processId === null ? [] : [residentMiB(processId)];
  });
  bench.add({
    ...{ measure: 'resident memory of a server', point, subject: ensemble.name },
    ...{ unit: 'MiB', better: 'lower', samples },
  });
}

function residentMiB(processId: number): number {
  const text = readFileSync(`/proc/${String(processId)}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1]) / 1024;
}
