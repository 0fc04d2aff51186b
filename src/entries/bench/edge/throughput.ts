// Creates, sets and gets of 100 B at several numbers of clients and of requests outstanding. The systems
// take turns within every point, so that whatever else the machine does meets both.

import { reasonOf } from '../../../base/assert.ts';
import type { Bench } from '../frame.ts';
import { ask, closeConnection, openConnection, type RawConnection } from './connection.ts';
import { DATA_BYTES, runLoad, type LoadKind, type LoadResult } from './load.ts';
import { leaderWhenComplete, type Ensemble } from './systems.ts';

const CLIENTS = [1, 10];
const OUTSTANDING = [1, 10, 100, 1_000];
const ROUNDS = 3;
const ROUND_MILLIS = 1_000;
/** A JVM and V8 both compile what they see often: neither is measured before it has. */
const WARM_UP_MILLIS = 4_000;
const QUICK_MILLIS = 200;
const LATENCY_SAMPLES_MAX = 2_000;
const DELETES_OUTSTANDING = 100;
const DELETES_MILLIS_MAX = 60_000;
const NODE = '/bench-node';
const PARENT = '/bench-parent';

export async function measureThroughput(
  bench: Bench,
  ensembles: readonly Ensemble[],
): Promise<void> {
  for (const ensemble of ensembles) {
    await prepare(ensemble);
    await warmUp(ensemble, bench.quick ? QUICK_MILLIS : WARM_UP_MILLIS);
  }
  for (const kind of ['set', 'create', 'get'] as const) {
    for (const clients of CLIENTS) {
      for (const outstanding of OUTSTANDING) {
        await measurePoint(bench, ensembles, { kind, clients, outstanding });
      }
    }
  }
}

interface Point {
  readonly kind: LoadKind;
  readonly clients: number;
  readonly outstanding: number;
}

async function measurePoint(
  bench: Bench,
  ensembles: readonly Ensemble[],
  point: Point,
): Promise<void> {
  const { kind, clients, outstanding } = point;
  const measure = `${kind} ${String(DATA_BYTES)} B`;
  const load = `${String(clients)} client${clients > 1 ? 's' : ''} x ${String(outstanding)}`;
  bench.say(`${measure}, ${load}`);
  const rounds = bench.quick ? 1 : ROUNDS;
  const millis = bench.quick ? QUICK_MILLIS : ROUND_MILLIS;
  const results = ensembles.map((): LoadResult[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, ensemble] of ensembles.entries()) {
      results[index]?.push(await runPoint(ensemble, point, millis));
    }
  }
  for (const [index, { name: subject }] of ensembles.entries()) {
    const runs = results[index] ?? [];
    const samples = runs.map((run) => (run.replies / run.millis) * 1_000);
    bench.add({ measure, point: load, subject, unit: '/s', better: 'higher', samples });
    const latencies = thinned(runs.flatMap((run) => run.latenciesMillis));
    if (latencies.length === 0 || clients > 1) continue;
    const latency = `latency of a ${measure}`;
    bench.add({
      ...{ measure: latency, point: load, subject, unit: 'ms', better: 'lower' },
      samples: latencies,
    });
  }
}

/** Every n-th of them in time, so that the file stays readable. */
function thinned(samples: readonly number[]): number[] {
  const step = Math.ceil(samples.length / LATENCY_SAMPLES_MAX);
  return samples.filter((_, index) => index % step === 0);
}

async function runPoint(ensemble: Ensemble, point: Point, millisMax: number): Promise<LoadResult> {
  const { kind, clients, outstanding } = point;
  const connections = await connectClients(ensemble, clients);
  const path = kind === 'create' ? PARENT : NODE;
  const load = { kind, path, outstanding, millisMax };
  const result = await runLoad(connections, load).catch((error: unknown) => {
    throw new Error(`${ensemble.name}: ${reasonOf(error)}`);
  });
  await Promise.all(connections.map(closeConnection));
  if (kind === 'create') await removeCreated(ensemble, result);
  return result;
}

/** The first client is at a follower, the next at the other one, the third at the leader, and so on. */
async function connectClients(ensemble: Ensemble, clients: number): Promise<RawConnection[]> {
  const leader = await leaderWhenComplete(ensemble);
  const followers = ensemble.clientPorts.filter((_, index) => index !== leader - 1);
  const ports = [...followers, ensemble.clientPorts[leader - 1] ?? 0];
  return Promise.all(
    Array.from({ length: clients }, (_, index) => openConnection(ports[index % ports.length] ?? 0)),
  );
}

/** So that the next round finds the tree as this one did. Not measured. */
async function removeCreated(ensemble: Ensemble, created: LoadResult): Promise<void> {
  const connections = await connectClients(ensemble, created.perClient.length);
  await runLoad(connections, {
    ...{ kind: 'delete', path: PARENT, outstanding: DELETES_OUTSTANDING },
    millisMax: DELETES_MILLIS_MAX,
    requestsMax: created.perClient,
  });
  await Promise.all(connections.map(closeConnection));
}

async function prepare(ensemble: Ensemble): Promise<void> {
  const [connection] = await connectClients(ensemble, 1);
  if (connection === undefined) return;
  for (const [index, path] of [NODE, PARENT].entries()) {
    const acl = [{ perms: 31, scheme: 'world', id: 'anyone' }];
    const data = new Uint8Array(DATA_BYTES);
    const { err } = await ask(connection, index + 1, { kind: 'create', path, data, acl, flags: 0 });
    if (err !== 0) throw new Error(`${ensemble.name}: ${path} was not created (${String(err)})`);
  }
  await closeConnection(connection);
}

async function warmUp(ensemble: Ensemble, millis: number): Promise<void> {
  for (const kind of ['set', 'get', 'create'] as const) {
    await runPoint(ensemble, { kind, clients: 10, outstanding: 100 }, millis);
  }
}
