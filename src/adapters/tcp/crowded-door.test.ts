// One client that asks for much in one breath, and another one beside it: a real server behind a real client port.

import { afterEach, beforeEach, expect, test } from 'vitest';

import { ask, openConnection } from '../../entries/bench/edge/connection.ts';
import { makeHost, type Host } from '../../host/host.ts';
import { encodeRequest } from '../../jute/client.ts';
import { frame } from '../../jute/election.ts';
import { defaultServerConfig } from '../../server/server.ts';
import { serverId } from '../../vocabulary/ids.ts';
import type { MultiOperation, Request } from '../../vocabulary/request.ts';
import { OPEN_ACL } from '../../vocabulary/stat.ts';
import { openTcpClientDoor, type TcpClientDoor } from './client-door.ts';
import { freePorts, testEnsemble } from './ports.fixture.ts';

const nothing = (): void => undefined;
let host: Host;
let door: TcpClientDoor;
let clock: NodeJS.Timeout;
let port = 0;

beforeEach(async () => {
  const [client = 0, ...own] = await freePorts(3);
  port = client;
  door = await openTcpClientDoor({
    ...{ address: { host: '127.0.0.1', port }, connectionsPerAddressMax: 0, onWord: () => null },
    onEvent: (event) => {
      host.clientEvent(event);
    },
  });
  host = makeHost({
    config: defaultServerConfig(serverId(1), testEnsemble(own), null),
    recovered: {
      ...{ acceptedEpoch: 0, currentEpoch: 0, snapshot: null, log: [], trusted: true },
    },
    network: { ...{ dial: nothing, send: nothing, close: nothing }, bufferedBytes: () => 0 },
    clientDoor: door,
    disk: {
      write: (_, done) => {
        setImmediate(done, null);
      },
    },
    clock: { nowMillis: () => performance.now(), wallMillis: () => Date.now() },
    ...{ onTrace: null, onHalt: nothing },
  });
  clock = setInterval(host.tick, 10);
  while (!host.view().serving) await new Promise((resolve) => setTimeout(resolve, 10));
});

afterEach(async () => {
  clearInterval(clock);
  host.stop();
  await door.stop();
});

const create = (path: string): Request & MultiOperation => ({
  ...{ kind: 'create', path, data: null, acl: OPEN_ACL, flags: 0 },
});

test('two thousand getChildren of ten thousand children in one write keep nobody waiting', async () => {
  const [greedy, other] = [await openConnection(port), await openConnection(port)];
  await ask(other, 1, create('/wide'));
  for (let from = 0; from < 10_000; from += 1_000) {
    const operations = Array.from({ length: 1_000 }, (_, at) =>
      create(`/wide/a-child-of-many-${String((from + at) * 7_919)}`),
    );
    await ask(other, 2, { kind: 'multi', operations });
  }
  const read: Request = { kind: 'getChildren', path: '/wide', watch: false };
  const requests = Array.from({ length: 2_000 }, (_, at) => frame(encodeRequest(at + 1, read)));
  let [heardBytes, closed] = [0, false];
  greedy.socket.on('data', (chunk) => (heardBytes += chunk.length));
  greedy.socket.on('error', nothing);
  greedy.socket.on('close', () => (closed = true));
  greedy.socket.write(Buffer.concat(requests));
  // Of the answers the first are there: the server is at it.
  while (heardBytes === 0 && !closed) await new Promise((resolve) => setImmediate(resolve));
  for (let count = 0; count < 3; count += 1) {
    const asked = performance.now();
    await ask(other, -2, { kind: 'ping' });
    expect(performance.now() - asked).toBeLessThan(1_000);
  }
  expect(closed).toBe(false);
  greedy.socket.destroy();
  other.socket.destroy();
}, 20_000);
