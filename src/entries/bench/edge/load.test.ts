import { createServer, type Server } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { freePorts, testEnsemble } from '../../../adapters/tcp/ports.fixture.ts';
import { serverId } from '../../../vocabulary/ids.ts';
import { runServer, type RunningServer } from '../../cli/run-server.ts';
import { ask, closeConnection, openConnection, type RawConnection } from './connection.ts';
import { numberedPath, runLoad } from './load.ts';
import { firstWrite } from './writer.ts';

let directory = '';
let server: RunningServer;
let port = 0;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tabkeeper-load-'));
  const [clientPort = 0, ...peers] = await freePorts(3);
  port = clientPort;
  server = await runServer({
    ...{ serverId: serverId(1), ensemble: testEnsemble(peers), dataDirectory: directory },
    ...{ logDirectory: directory, standalone: false, purging: null },
    ...{ clientHost: '127.0.0.1', clientPort: port, connectionsPerAddressMax: 0 },
    ...{ sessionSecret: null, onHalt: () => undefined, settings: {}, admin: null, metrics: null },
    words: new Set(['srvr']),
  });
  await firstWrite([port], '/parent');
});

afterEach(async () => {
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

test('what was replied to is there, under the numbered names', async () => {
  const connections = [await openConnection(port), await openConnection(port)];
  const result = await runLoad(connections, {
    ...{ kind: 'create', path: '/parent', outstanding: 7, millisMax: 10_000, requestsMax: [30, 5] },
  });
  expect(result).toMatchObject({ replies: 35, perClient: [30, 5] });
  await Promise.all(connections.map(closeConnection));
  const reader = await openConnection(port);
  const exists = (xid: number, path: string) =>
    ask(reader, xid, { kind: 'exists', path, watch: false });
  expect((await exists(1, numberedPath('/parent', 0, 29))).err).toBe(0);
  expect((await exists(2, numberedPath('/parent', 1, 5))).err).toBe(-101);
  await closeConnection(reader);
});

test('with one outstanding every reply has its latency', async () => {
  const connection = await openConnection(port);
  const load = { kind: 'set', path: '/parent', outstanding: 1, millisMax: 10_000 } as const;
  const result = await runLoad([connection], { ...load, requestsMax: [20] });
  expect(result.latenciesMillis).toHaveLength(20);
  expect(Math.min(...result.latenciesMillis)).toBeGreaterThan(0);
  await closeConnection(connection);
});

test('an error is never counted as done', async () => {
  const connection = await openConnection(port);
  const load = { kind: 'get', path: '/nowhere', outstanding: 3, millisMax: 10_000 } as const;
  await expect(runLoad([connection], load)).rejects.toThrow('answered with error -101');
  connection.socket.destroy();
});

describe('a server that answers wrongly', () => {
  let liar: Server;
  let connection: RawConnection;

  beforeEach(async () => {
    const [liarPort = 0] = await freePorts(1);
    // A handshake that succeeds, then a reply to a request that was never sent.
    const handshake = new Uint8Array(4 + 37);
    new DataView(handshake.buffer).setInt32(0, 37);
    new DataView(handshake.buffer).setInt32(8, 10_000);
    new DataView(handshake.buffer).setInt32(20, 16);
    const wrong = new Uint8Array(20);
    new DataView(wrong.buffer).setInt32(0, 16);
    new DataView(wrong.buffer).setInt32(4, 99);
    liar = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write(handshake);
        socket.once('data', () => socket.write(wrong));
      });
    });
    await new Promise<void>((resolve) => {
      liar.listen(liarPort, '127.0.0.1', resolve);
    });
    connection = await openConnection(liarPort);
  });

  afterEach(() => {
    connection.socket.destroy();
    liar.close();
  });

  test('is found out', async () => {
    const load = { kind: 'get', path: '/a', outstanding: 2, millisMax: 10_000 } as const;
    await expect(runLoad([connection], load)).rejects.toThrow('reply 99 came where 1 was due');
  });
});
