// A server's mode, asked for over a real socket.

import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { serverId } from '../../vocabulary/ids.ts';
import { TcpServerConnections } from './server-connections.ts';

let server: Server;
let asked: string[] = [];
let closed = 0;
/** What the server does when it was asked. */
let react: (socket: Socket) => void = () => undefined;

beforeEach(async () => {
  [asked, closed] = [[], 0];
  server = createServer((socket) => {
    socket.on('data', (chunk) => {
      asked.push(String(chunk));
      react(socket);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => (closed += 1));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});

afterEach(async () => {
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

function askMode(onReadWrite: () => void): () => void {
  const { port } = server.address() as AddressInfo;
  const connections = new TcpServerConnections([{ host: '127.0.0.1', port }]);
  return connections.askMode(serverId(1), onReadWrite);
}

test.each([
  ['rw', 1],
  ['ro', 0],
  ['isro is not executed because it is not in the whitelist.', 0],
])('a server that answers isro with %s', async (answer, times) => {
  let told = 0;
  react = (socket) => socket.end(answer);
  askMode(() => (told += 1));
  await expect.poll(() => closed).toBe(1);
  await expect.poll(() => told).toBe(times);
  expect(asked).toEqual(['isro']);
});

test('who gives the question up hears no answer, and none is waited for long', async () => {
  let told = 0;
  react = () => undefined;
  const giveUp = askMode(() => (told += 1));
  await expect.poll(() => asked).toEqual(['isro']);
  giveUp();
  await expect.poll(() => closed).toBe(1);
  askMode(() => (told += 1));
  await expect.poll(() => closed, { timeout: 5_000 }).toBe(2);
  expect(told).toBe(0);
});
