// A server that stops answering in the middle of a point: the point is taken again over fresh connections, and the
// others go on.

import { connect, createServer, type Server, type Socket } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { freePorts, testEnsemble } from '../../../adapters/tcp/ports.fixture.ts';
import { serverId } from '../../../vocabulary/ids.ts';
import { runServer, type RunningServer } from '../../cli/run-server.ts';
import type { Bench, Figure } from '../frame.ts';
import { measurePoint, NODE, PARENT, prepare, type Subject } from './throughput.ts';
import { firstWrite } from './writer.ts';

let directory = '';
let server: RunningServer;
let between: Server;
/** So many of the next connections that a load comes over get no answer to it. */
let silences = 0;
let restarts = 0;
let subject: Subject;
const sockets: Socket[] = [];
/** One request alone is shorter. */
const LOAD_BYTES_MIN = 500;

beforeEach(async () => {
  [silences, restarts] = [0, 0];
  directory = await mkdtemp(join(tmpdir(), 'tabkeeper-silence-'));
  const [port = 0, at = 0, ...peers] = await freePorts(4);
  server = await runServer({
    ...{ serverId: serverId(1), ensemble: testEnsemble(peers), dataDirectory: directory },
    ...{ logDirectory: directory, standalone: false, purging: null },
    ...{ clientHost: '127.0.0.1', clientPort: port, connectionsPerAddressMax: 0 },
    ...{ sessionSecret: null, onHalt: () => undefined, settings: {}, admin: null, metrics: null },
    words: new Set(['srvr']),
  });
  between = createServer((socket) => {
    pass(socket, port);
  });
  await new Promise<void>((resolve) => {
    between.listen(at, '127.0.0.1', resolve);
  });
  await firstWrite([port], '/first');
  const ensemble = {
    ...{ name: 'S', clientPorts: [at], processId: () => null, kill: () => undefined },
    restart: () => Promise.resolve(void (restarts += 1)),
    stop: () => Promise.resolve(),
  };
  await prepare(ensemble, [NODE, PARENT]);
  subject = { ensemble, parent: PARENT, silences: 0, silentMillisMax: 300 };
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  between.close();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

function pass(client: Socket, port: number): void {
  const onward = connect(port, '127.0.0.1');
  sockets.push(client, onward);
  let isSilent = false;
  client.on('data', (chunk) => {
    if (chunk.length > LOAD_BYTES_MIN && silences > 0) {
      silences -= 1;
      isSilent = true;
    }
    onward.write(chunk);
  });
  onward.on('data', (chunk) => {
    if (!isSilent) client.write(chunk);
  });
  for (const [one, other] of [
    [client, onward],
    [onward, client],
  ] as const) {
    one.on('error', () => undefined);
    one.on('close', () => other.destroy());
  }
}

async function measure(
  kind: 'create' | 'set',
): Promise<Record<'notes' | 'missing', string[]> & { figures: Omit<Figure, 'part'>[] }> {
  const told = {
    notes: [] as string[],
    missing: [] as string[],
    figures: [] as Omit<Figure, 'part'>[],
  };
  const bench: Bench = {
    ...{ quick: true, say: () => undefined, add: (figure) => told.figures.push(figure) },
    note: (text) => told.notes.push(text),
    missing: (text) => told.missing.push(text),
  };
  await measurePoint(bench, [subject], { kind, clients: 2, outstanding: 10 });
  return told;
}

test('a silence is noted, the point is taken again, and the next one says nothing of it', async () => {
  silences = 1;
  const { figures, notes, missing } = await measure('create');
  expect(figures).toMatchObject([{ measure: 'create 100 B', subject: 'S', repeated: true }]);
  expect(figures[0]?.samples[0]).toBeGreaterThan(0);
  expect(notes).toEqual([expect.stringContaining('(repeated): ')]);
  expect([missing, restarts, subject.parent]).toEqual([[], 0, `${PARENT}-1`]);
  const next = await measure('create');
  expect(next.figures).toMatchObject([{ repeated: false }]);
  expect([next.notes, next.missing]).toEqual([[], []]);
});

test('one that is silent twice lacks the point, is started anew, and goes on', async () => {
  silences = 4;
  const { figures, missing } = await measure('set');
  expect([figures, missing, restarts]).toEqual([
    ...[[], ['S stopped answering: set 100 B, 2 clients x 10'], 1],
  ]);
  silences = 0;
  expect((await measure('set')).figures).toMatchObject([{ repeated: false }]);
});
