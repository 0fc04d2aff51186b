// TCP against the contract of every network, and the election port as Apache's servers use it.

import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';

import type { NetworkEvent } from '../../host/ports.ts';
import { serverId } from '../../vocabulary/ids.ts';
import { networkContract, type ContractPair } from '../network.contract.ts';
import { encodeHello, readHello } from './hello.ts';
import { openTcpNetwork, type TcpNetwork } from './network.ts';
import { freePorts, testEnsemble } from './ports.fixture.ts';

const sleep = (millis: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, millis);
  });

async function makeEnd(id: number, ports: readonly number[]) {
  const events: NetworkEvent[] = [];
  const network = await openTcpNetwork({
    serverId: serverId(id),
    ensemble: testEnsemble(ports),
    onEvent: (event) => events.push(event),
  });
  return { serverId: serverId(id), network, events };
}

async function makePair(): Promise<ContractPair> {
  const ports = await freePorts(4);
  const low = await makeEnd(1, ports);
  const high = await makeEnd(2, ports);
  return {
    low,
    high,
    advance: () => sleep(2),
    crashHigh: () => high.network.stop(),
    close: async () => {
      await Promise.all([low.network.stop(), high.network.stop()]);
    },
  };
}

describe('the contract of a network', () => {
  for (const { title, run } of networkContract('TCP', makePair)) test(title, run);
});

const opened: { networks: TcpNetwork[]; sockets: Socket[] } = { networks: [], sockets: [] };

afterEach(async () => {
  for (const socket of opened.sockets.splice(0)) socket.destroy();
  await Promise.all(opened.networks.splice(0).map((network) => network.stop()));
});

async function electionPort() {
  const ports = await freePorts(4);
  const end = await makeEnd(1, ports);
  opened.networks.push(end.network);
  return { ...end, port: ports[1] ?? 0, ports };
}

function dialRaw(port: number, bytes: Uint8Array): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(bytes);
      resolve(socket);
    });
    socket.on('error', () => undefined);
    socket.resume();
    opened.sockets.push(socket);
  });
}

const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.destroyed) resolve();
    else
      socket.once('close', () => {
        resolve();
      });
  });

async function until(holds: () => boolean): Promise<void> {
  for (let step = 0; step < 1_000 && !holds(); step += 1) await sleep(2);
  expect(holds()).toBe(true);
}

describe('the election port', () => {
  test('a hello cut in two and a ballot right behind it make a link with its first bytes', async () => {
    const { events, port } = await electionPort();
    const hello = encodeHello({ serverId: serverId(2), address: '127.0.0.1:3888' });
    const socket = await dialRaw(port, hello.subarray(0, 13));
    await sleep(20);
    socket.write(Buffer.concat([hello.subarray(13), Buffer.from([0, 0, 0, 1, 7])]));
    await until(() => events.length === 2);
    expect(events[0]).toMatchObject({ kind: 'linkUp', purpose: 'election', peer: 2 });
    expect(events[1]).toMatchObject({ kind: 'linkBytes', bytes: new Uint8Array([0, 0, 0, 1, 7]) });
  });

  test.each([
    ['a protocol nobody speaks', new Uint8Array([255, 255, 255, 255, 255, 0, 0, 0])],
    ['an address of no bytes', encodeHello({ serverId: serverId(2), address: '' })],
    ['an id outside the ensemble', encodeHello({ serverId: serverId(9), address: 'x:1' })],
    ['our own id', encodeHello({ serverId: serverId(1), address: 'x:1' })],
  ])('%s is shown the door', async (_, bytes) => {
    const { events, port } = await electionPort();
    await closed(await dialRaw(port, bytes));
    expect(events).toEqual([]);
  });

  test('a newer connection of a peer replaces the older one', async () => {
    const { events, port } = await electionPort();
    const hello = encodeHello({ serverId: serverId(2), address: '127.0.0.1:3888' });
    const older = await dialRaw(port, hello);
    await until(() => events.length === 1);
    await dialRaw(port, hello);
    await closed(older);
    expect(events.map(({ kind }) => kind)).toEqual(['linkUp', 'linkDown', 'linkUp']);
  });

  test('a ring from a smaller id is hung up and dialled back', async () => {
    const ports = await freePorts(4);
    const high = await makeEnd(2, ports);
    opened.networks.push(high.network);
    const ring = encodeHello({ serverId: serverId(1), address: '127.0.0.1:3888' });
    await closed(await dialRaw(ports[3] ?? 0, ring));
    await until(() => high.events.length === 1);
    expect(high.events[0]).toMatchObject({ kind: 'dialFailed', purpose: 'election', peer: 1 });
  });
});

test('a hello reads as it was written, and the old form is an id alone', () => {
  const hello = { serverId: serverId(3), address: 'zoo3.example:3888' };
  expect(readHello(encodeHello(hello))).toEqual({ hello, end: 20 + 17 });
  expect(readHello(new Uint8Array([0, 0, 0, 0, 0, 0, 0, 5]))).toEqual({
    hello: { serverId: 5, address: '' },
    end: 8,
  });
});

test('a taken port is one sentence that names it', async () => {
  const { ports } = await electionPort();
  const again = openTcpNetwork({
    serverId: serverId(1),
    ensemble: testEnsemble(ports),
    onEvent: () => undefined,
  });
  await expect(again).rejects.toThrow(
    `the quorum port 127.0.0.1:${String(ports[0])} is taken by another program`,
  );
});
