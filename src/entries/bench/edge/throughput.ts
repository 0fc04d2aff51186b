// Creates, sets and gets of 100 B at several numbers of clients and of requests outstanding. The systems
// take turns within every point, so that whatever else the machine does meets both.

import { reasonOf } from '../../../base/assert.ts';
import type { Bench } from '../frame.ts';
import { ask, closeConnection, openConnection, type RawConnection } from './connection.ts';
import {
  DATA_BYTES,
  runLoad,
  ServerSilent,
  type Load,
  type LoadKind,
  type LoadResult,
} from './load.ts';
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
export const NODE = '/bench-node';
export const PARENT = '/bench-parent';

export async function measureThroughput(
  bench: Bench,
  ensembles: readonly Ensemble[],
): Promise<void> {
  const subjects = ensembles.map((ensemble): Subject => ({
    ensemble,
    parent: PARENT,
    silences: 0,
  }));
  for (const subject of subjects) {
    await prepare(subject.ensemble, [NODE, PARENT]);
    await warmUp(subject, bench.quick ? QUICK_MILLIS : WARM_UP_MILLIS);
  }
  for (const kind of ['set', 'create', 'get'] as const) {
    for (const clients of CLIENTS) {
      for (const outstanding of OUTSTANDING) {
        await measurePoint(bench, subjects, { kind, clients, outstanding });
      }
    }
  }
}

/** One that is measured. It goes on after a silence with another parent: what lies below the old one, nobody knows. */
export interface Subject {
  readonly ensemble: Ensemble;
  parent: string;
  silences: number;
  readonly silentMillisMax?: number;
}

export interface Point {
  readonly kind: LoadKind;
  readonly clients: number;
  readonly outstanding: number;
}

/** Whoever stops answering is asked once more over fresh connections; who does so twice lacks this round. */
export async function measurePoint(
  bench: Bench,
  subjects: readonly Subject[],
  point: Point,
): Promise<void> {
  const { kind, clients, outstanding } = point;
  const measure = `${kind} ${String(DATA_BYTES)} B`;
  const load = `${String(clients)} client${clients > 1 ? 's' : ''} x ${String(outstanding)}`;
  bench.say(`${measure}, ${load}`);
  const rounds = bench.quick ? 1 : ROUNDS;
  const millis = bench.quick ? QUICK_MILLIS : ROUND_MILLIS;
  const results = subjects.map((subject) => ({
    subject,
    runs: [] as LoadResult[],
    repeated: false,
  }));
  for (let round = 0; round < rounds; round += 1) {
    for (const result of results) {
      const silencesBefore = result.subject.silences;
      const run = await runAgainIfSilent(bench, result.subject, point, millis);
      if (run !== null) result.runs.push(run);
      else bench.missing(`${result.subject.ensemble.name} stopped answering: ${measure}, ${load}`);
      result.repeated ||= result.subject.silences > silencesBefore;
    }
  }
  for (const { subject: one, runs, repeated } of results) {
    if (runs.length === 0) continue;
    const subject = one.ensemble.name;
    const samples = runs.map((run) => (run.replies / run.millis) * 1_000);
    bench.add({ measure, point: load, subject, unit: '/s', better: 'higher', samples, repeated });
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

const REPEATED =
  '(repeated): the servers stopped answering there, and were asked once more over fresh connections.';

/** Null: silent twice. Then its servers are started anew. */
async function runAgainIfSilent(
  bench: Bench,
  subject: Subject,
  point: Point,
  millis: number,
): Promise<LoadResult | null> {
  for (const isLast of [false, true]) {
    try {
      return await runPoint(subject, point, millis);
    } catch (error) {
      if (!(error instanceof ServerSilent)) throw error;
      bench.say(`${reasonOf(error)}${isLast ? ' a second time' : ', once more'}`);
      bench.note(REPEATED);
      if (isLast) await restartAll(subject.ensemble);
      await beginAnew(subject).catch(async () => {
        await restartAll(subject.ensemble);
        await beginAnew(subject);
      });
    }
  }
  return null;
}

async function restartAll(ensemble: Ensemble): Promise<void> {
  for (const index of ensemble.clientPorts.keys()) await ensemble.restart(index + 1);
  await leaderWhenComplete(ensemble);
}

async function beginAnew(subject: Subject): Promise<void> {
  subject.silences += 1;
  subject.parent = `${PARENT}-${String(subject.silences)}`;
  await prepare(subject.ensemble, [subject.parent]);
}

async function runPoint(subject: Subject, point: Point, millisMax: number): Promise<LoadResult> {
  const { ensemble, parent, silentMillisMax } = subject;
  const { kind, clients, outstanding } = point;
  const path = kind === 'create' ? parent : NODE;
  const silent = silentMillisMax === undefined ? {} : { silentMillisMax };
  const load = { kind, path, outstanding, millisMax, ...silent };
  const result = await overFreshConnections(() => connectClients(ensemble, clients), load).catch(
    (error: unknown) => {
      throw inNameOf(ensemble, error);
    },
  );
  if (kind === 'create') await removeCreated(subject, result);
  return result;
}

const inNameOf = ({ name }: Ensemble, error: unknown): Error => {
  const text = `${name}: ${reasonOf(error)}`;
  return error instanceof ServerSilent ? new ServerSilent(text) : new Error(text);
};

/** The sessions end with it, also where nobody answers them any more. */
async function overFreshConnections(
  connect: () => Promise<readonly RawConnection[]>,
  load: Load,
): Promise<LoadResult> {
  const connections = await connect().catch((error: unknown) => {
    throw new ServerSilent(reasonOf(error));
  });
  try {
    const result = await runLoad(connections, load);
    await Promise.all(connections.map(closeConnection));
    return result;
  } finally {
    for (const { socket } of connections) socket.destroy();
  }
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
async function removeCreated({ ensemble, parent }: Subject, created: LoadResult): Promise<void> {
  await overFreshConnections(() => connectClients(ensemble, created.perClient.length), {
    ...{ kind: 'delete', path: parent, outstanding: DELETES_OUTSTANDING },
    millisMax: DELETES_MILLIS_MAX,
    requestsMax: created.perClient,
  });
}

export async function prepare(ensemble: Ensemble, paths: readonly string[]): Promise<void> {
  const [connection] = await connectClients(ensemble, 1);
  if (connection === undefined) return;
  for (const [index, path] of paths.entries()) {
    const acl = [{ perms: 31, scheme: 'world', id: 'anyone' }];
    const data = new Uint8Array(DATA_BYTES);
    const { err } = await ask(connection, index + 1, { kind: 'create', path, data, acl, flags: 0 });
    if (err !== 0) throw new Error(`${ensemble.name}: ${path} was not created (${String(err)})`);
  }
  await closeConnection(connection);
}

async function warmUp(subject: Subject, millis: number): Promise<void> {
  for (const kind of ['set', 'get', 'create'] as const) {
    await runPoint(subject, { kind, clients: 10, outstanding: 100 }, millis);
  }
}
