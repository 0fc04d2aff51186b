// Both halves of a tab's line, without a browser: what its server says reaches the client by the gateway.

import { createServer, type Server } from 'node:http';
import { connect, Socket, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';

import { freePorts } from '../tcp/ports.fixture.ts';
import { WINDOW_BYTES, type GatewayPlace } from './frames.ts';
import { GatewayLine } from './gateway-line.ts';
import { Gateway } from './gateway.ts';
import { askForToken, helloOf } from './tab.fixture.ts';

const HOST = '127.0.0.1';
const dialled: number[] = [];
let gateway: Gateway;
let server: Server;
let line: GatewayLine;
let port = 0;
/** The answer to whatever a client says, and the connection ends. */
let answer: Uint8Array;
let closed: string[] = [];
let served: Promise<unknown>;

beforeEach(async () => {
  const [firstPort = 0] = await freePorts(1);
  const whole = Socket.prototype.connect;
  vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...given) {
    const [first] = (Array.isArray(given[0]) ? given[0] : given) as [unknown];
    const to = typeof first === 'object' ? (first as { port?: number }).port : first;
    dialled.push(Number(to));
    return whole.apply(this, given as never);
  });
  gateway = new Gateway({ host: HOST, firstPort, seats: 3 });
  server = createServer((request, response) => gateway.handleRequest(request, response));
  server.on('upgrade', (request, socket, head) => gateway.handleUpgrade(request, socket, head));
  await new Promise<void>((resolve) => {
    server.listen(0, HOST, resolve);
  });
  ({ port } = server.address() as AddressInfo);
  await gateway.open([`http://localhost:${String(port)}`]);
  sitDown();
});

afterEach(async () => {
  line.stop();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  dialled.length = 0;
  closed = [];
  await gateway.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** The tab on seat 1, in a browser as far as its line looks at it. */
function sitDown(): void {
  const own = { Host: `localhost:${String(port)}`, Origin: `http://localhost:${String(port)}` };
  vi.stubGlobal('fetch', async () => {
    const { status, token } = await askForToken(port, own);
    return { status, json: () => ({ token }) };
  });
  const Dialled = class extends WebSocket {
    constructor(path: string, protocols: string[]) {
      super(`ws://${HOST}:${String(port)}${path}`, protocols, { headers: own });
    }
  };
  vi.stubGlobal('WebSocket', Dialled);
  const isOpen = (place: GatewayPlace | string): boolean => typeof place === 'object';
  served = new Promise<void>((resolve) => {
    line = new GatewayLine(helloOf(1), {
      onPlace: (place) => {
        if (isOpen(place)) resolve();
      },
      onOpen: () => undefined,
      onBytes: (stream) => {
        line.send(stream, answer);
        line.close(stream);
      },
      onClosed: (_, how) => closed.push(how),
    });
  });
  line.serves(true);
  line.tick(0);
}

interface Client {
  readonly socket: Socket;
  readonly heard: () => Buffer;
  readonly ended: Promise<unknown>;
}

async function dial(): Promise<Client> {
  await served;
  const socket = connect(gateway.ports[0]?.port ?? 0, HOST);
  const pieces: Buffer[] = [];
  socket.on('data', (chunk) => pieces.push(chunk));
  socket.on('error', () => undefined);
  const ended = new Promise((resolve) => socket.once('close', resolve));
  return { socket, heard: () => Buffer.concat(pieces), ended };
}

const much = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, (_, at) => at * 7);

test('an answer longer than the window is there whole before the connection ends', async () => {
  answer = much(4 * WINDOW_BYTES);
  const { socket, heard, ended } = await dial();
  socket.write('dump');
  await ended;
  expect(heard().equals(answer)).toBe(true);
  expect(closed).toEqual([]);
});

test('a client that does not read its last answer is let go after a moment', async () => {
  answer = much(64 * WINDOW_BYTES);
  const { socket, heard, ended } = await dial();
  socket.write('dump');
  socket.pause();
  await vi.waitFor(() => expect(line.streams).toBe(1));
  await vi.waitFor(() => expect(line.streams).toBe(0), { timeout: 5_000 });
  socket.resume();
  await ended;
  expect(heard().length).toBeLessThan(answer.length);
});

test('a gateway dials nothing: the tab and the client do', async () => {
  answer = much(10);
  const client = await dial();
  client.socket.write('ruok');
  await client.ended;
  expect(client.heard()).toHaveLength(10);
  // The token, the line, the client.
  expect(dialled).toEqual([port, port, gateway.ports[0]?.port]);
});
