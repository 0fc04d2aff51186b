import { createServer, type AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';

import { freePorts } from '../../adapters/tcp/ports.fixture.ts';
import { helloOf, sitDown } from '../../adapters/websocket/tab.fixture.ts';
import {
  startGateway,
  type GatewayCommandOptions,
  type RunningGateway,
} from './gateway-command.ts';

const ORIGIN = 'http://localhost:8180';
let running: RunningGateway | null = null;

afterEach(async () => {
  await running?.stop();
  running = null;
});

async function optionsWith(more: Partial<GatewayCommandOptions>): Promise<GatewayCommandOptions> {
  const [port = 0, clientPort = 0] = await freePorts(2);
  return {
    ...{ port, clientPort, origins: [ORIGIN], clientHost: '127.0.0.1' },
    events: { onPorts: () => undefined, onRoom: () => undefined, onFailure: () => undefined },
    ...more,
  };
}

test('a page that another program serves comes in by its own address', async () => {
  const options = await optionsWith({});
  running = await startGateway(options);
  const tab = await sitDown(options.port, { Host: 'localhost:8180', Origin: ORIGIN }, helloOf(1));
  expect(await tab.frame('place')).toMatchObject({ place: { ports: running.ports } });
  tab.socket.close();
});

test('it answers for nothing else', async () => {
  const options = await optionsWith({});
  running = await startGateway(options);
  expect((await fetch(`http://127.0.0.1:${String(options.port)}/`)).status).toBe(404);
});

test('a taken port is one sentence, and nothing is left running', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => {
    other.listen(0, '127.0.0.1', resolve);
  });
  const { port } = other.address() as AddressInfo;
  const taken = await optionsWith({ port });
  await expect(startGateway(taken)).rejects.toThrow(
    `the gateway port 127.0.0.1:${String(port)} is taken by another program`,
  );
  await new Promise((resolve) => other.close(resolve));
});

test('client ports that are not to be had are one sentence, and its own port is free again', async () => {
  const options = await optionsWith({ clientHost: '203.0.113.7' });
  await expect(startGateway(options)).rejects.toThrow('no address "203.0.113.7"');
  running = await startGateway({ ...options, clientHost: '127.0.0.1' });
  expect(running.ports).toHaveLength(3);
});
