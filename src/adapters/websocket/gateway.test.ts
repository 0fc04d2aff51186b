// A real gateway on real sockets; the tabs are fixtures that say what the test wants.

import { createServer, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { freePorts } from '../tcp/ports.fixture.ts';
import { LINE_END, MESSAGE_BYTES_MAX, WINDOW_BYTES, type ClientPort } from './frames.ts';
import { Gateway, type GatewayOptions } from './gateway.ts';
import { askForToken, helloOf, openTab, sitDown, TestTab, type Headers } from './tab.fixture.ts';

const HOST = '127.0.0.1';
const told: string[] = [];
const cleanUp: (() => Promise<unknown> | void)[] = [];
let gateway: Gateway;
let port = 0;
let own: Headers = {};

async function start(more: Partial<GatewayOptions> = {}): Promise<void> {
  const [firstPort = 0] = await freePorts(1);
  gateway = new Gateway({
    ...{ host: HOST, firstPort, seats: 3, roomKeptMillis: 20 },
    events: {
      onPorts: (ports) => told.push(`ports ${ports.map(({ seat }) => seat).join(',')}`),
      onRoom: (room, state) => told.push(`${room} ${state}`),
      onFailure: (reason) => told.push(reason),
    },
    ...more,
  });
  const server: Server = createServer((request, response) => {
    if (!gateway.handleRequest(request, response)) response.writeHead(404).end();
  });
  server.on('upgrade', (request, socket, head) => {
    if (!gateway.handleUpgrade(request, socket, head)) socket.destroy();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, HOST, resolve);
  });
  ({ port } = server.address() as AddressInfo);
  own = { Host: `localhost:${String(port)}`, Origin: `http://localhost:${String(port)}` };
  await gateway.open([`http://localhost:${String(port)}`]);
  cleanUp.push(async () => {
    await gateway.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
}

beforeEach(() => start());
afterEach(async () => {
  for (const work of cleanUp.splice(0)) await work();
  told.length = 0;
});

interface Client {
  readonly socket: Socket;
  readonly heard: () => Buffer;
  /** `end` for a hang-up, or the error's code. */
  readonly ended: Promise<string>;
}

/** A client of the server on this seat. */
function dial(seat: number): Client {
  const { port: clientPort } = gateway.ports[seat - 1] as ClientPort;
  const socket = connect(clientPort, HOST);
  let heard = Buffer.alloc(0);
  socket.on('data', (chunk) => (heard = Buffer.concat([heard, chunk])));
  const ended = new Promise<string>((resolve) => {
    socket.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? '');
    });
    socket.on('close', () => {
      resolve('end');
    });
  });
  cleanUp.push(() => {
    socket.destroy();
  });
  return { socket, heard: () => heard, ended };
}

const hears = async (client: Client, text: string): Promise<void> => {
  while (client.heard().toString() !== text) {
    await new Promise((resolve) => client.socket.once('data', resolve));
  }
};

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

describe('who comes in', () => {
  test('a page of ours gets a token, opens its line with it, and is told where clients come', async () => {
    const tab = await sitDown(port, own, helloOf(1));
    const { place } = await tab.frame('place');
    expect(place.state).toBe('open');
    expect(place.ports).toEqual(gateway.ports);
    expect(gateway.ports.map(({ seat, host }) => [seat, host])).toEqual([
      [1, HOST],
      [2, HOST],
      [3, HOST],
    ]);
    expect(told).toEqual(['room-1 came']);
  });

  test.each<[string, Headers]>([
    ['of another site', { Origin: 'http://evil.example' }],
    ['of another port', { Origin: 'http://localhost:1' }],
    ['of a name bound to our address', { Host: 'evil.example' }],
    ['of a frame of another site', { 'Sec-Fetch-Site': 'cross-site' }],
  ])('a page %s gets no token, and with one no line', async (_, headers) => {
    expect(await askForToken(port, { ...own, ...headers })).toEqual({ status: 403, token: '' });
    const { token } = await askForToken(port, own);
    const tab = new TestTab(port, token, { ...own, ...headers });
    await tab.until(({ ended }) => ended !== null);
    expect(tab).toMatchObject({ ended: 403, opened: false });
  });

  test('a token is given to who asks by POST only', async () => {
    expect((await askForToken(port, own, 'GET')).status).toBe(405);
  });

  test.each([
    ['no token', ''],
    ['a guess', 'A'.repeat(43)],
  ])('%s opens nothing', async (_, token) => {
    const tab = new TestTab(port, token, own);
    await tab.until(({ ended }) => ended !== null);
    expect(tab).toMatchObject({ ended: 403, opened: false });
  });

  test('a token opens one line', async () => {
    const { token } = await askForToken(port, own);
    const first = new TestTab(port, token, own);
    await first.until(({ opened }) => opened);
    const second = new TestTab(port, token, own);
    await second.until(({ ended }) => ended !== null);
    expect(second).toMatchObject({ ended: 403, opened: false });
  });

  test('another version of the protocol is refused', async () => {
    const { token } = await askForToken(port, own);
    const tab = new TestTab(port, token, own, 'tabkeeper-gateway-9');
    await tab.until(({ ended }) => ended !== null);
    expect(tab).toMatchObject({ ended: 403, opened: false });
  });
});

describe('one room has the ports', () => {
  test('a second room is told so, gets no client, and has them when the first has left', async () => {
    const first = await sitDown(port, own, helloOf(1));
    const second = await sitDown(port, own, helloOf(2, { room: 'room-2' }));
    expect(await second.frame('place')).toMatchObject({ place: { state: 'otherRoom', ports: [] } });
    await dial(2).ended;
    expect(second.heard.filter(({ kind }) => kind === 'open')).toEqual([]);
    first.socket.close();
    expect(await second.frame('place', 1)).toMatchObject({ place: { state: 'open' } });
    dial(2);
    await second.frame('open');
    expect(told).toEqual(['room-1 came', 'room-2 waits', 'room-1 left', 'room-2 came']);
  });

  test('who does not know the room’s key is of another room', async () => {
    await sitDown(port, own, helloOf(1));
    const stranger = await sitDown(port, own, helloOf(2, { key: 'cd'.repeat(32) }));
    expect(await stranger.frame('place')).toMatchObject({ place: { state: 'otherRoom' } });
  });

  test('a tab that is loaded again has its port again, and its former self is told', async () => {
    const before = await sitDown(port, own, helloOf(1));
    const after = await sitDown(port, own, helloOf(1));
    await before.until(({ ended }) => ended !== null);
    expect(before.ended).toBe(LINE_END.replaced);
    dial(1);
    await after.frame('open');
  });

  test('a room whose only tab is followed by another on its seat keeps the ports', async () => {
    await sitDown(port, own, helloOf(1));
    await sitDown(port, own, helloOf(1, { room: 'room-2' }));
    const after = await sitDown(port, own, helloOf(1));
    // Longer than a room is kept that has left.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(told).not.toContain('room-1 left');
    dial(1);
    await after.frame('open');
  });

  test('an observer and a greater room get further ports, and everybody is told', async () => {
    const first = await sitDown(port, own, helloOf(1));
    await sitDown(port, own, helloOf(5));
    const { place } = await first.frame('place', 1);
    expect(place.ports.map(({ seat }) => seat)).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(place.ports.map((known) => known.port)).size).toBe(5);
    expect(told).toContain('ports 4,5');
  });
});

test('a port that is taken is passed over', async () => {
  for (const work of cleanUp.splice(0)) await work();
  const [firstPort = 0] = await freePorts(1);
  const other = createTcpServer();
  await new Promise<void>((resolve) => {
    other.listen(firstPort, HOST, resolve);
  });
  cleanUp.push(() => new Promise((resolve) => other.close(resolve)));
  await start({ firstPort });
  const ports = gateway.ports.map((known) => known.port);
  expect(ports[0]).toBeGreaterThan(firstPort);
  expect([...ports].sort((a, b) => a - b)).toEqual(ports);
});

test('ports on an address that this machine does not have are one sentence', async () => {
  const nowhere = new Gateway({ host: '203.0.113.7', firstPort: 2181, seats: 3 });
  await expect(nowhere.open([])).rejects.toThrow(
    'This machine has no address "203.0.113.7" for the client ports.',
  );
});

describe('clients', () => {
  test('bytes pass as they are, in both directions, each client apart', async () => {
    const tab = await sitDown(port, own, helloOf(2));
    const one = dial(2);
    expect(await tab.frame('open')).toEqual({ kind: 'open', stream: 1, address: HOST });
    const two = dial(2);
    expect(await tab.frame('open', 1)).toEqual({ kind: 'open', stream: 2, address: HOST });
    one.socket.write('first');
    two.socket.write('second');
    expect(await tab.frame('data', 1)).toBeDefined();
    const said = tab.heard.flatMap((frame) =>
      frame.kind === 'data' ? [[frame.stream, Buffer.from(frame.bytes).toString()]] : [],
    );
    expect(new Map(said as [number, string][])).toEqual(
      new Map([
        [1, 'first'],
        [2, 'second'],
      ]),
    );
    tab.say({ kind: 'data', stream: 2, bytes: bytes('an answer') });
    await hears(two, 'an answer');
    expect(one.heard()).toHaveLength(0);
  });

  test('either side ends a connection for the other, after what was said', async () => {
    const tab = await sitDown(port, own, helloOf(1));
    const leaving = dial(1);
    await tab.frame('open');
    leaving.socket.end('bye');
    await tab.frame('close');
    expect(tab.heard.map(({ kind }) => kind)).toEqual(['place', 'open', 'data', 'close']);
    const left = dial(1);
    await tab.frame('open', 1);
    tab.say({ kind: 'data', stream: 2, bytes: bytes('gone') }, { kind: 'close', stream: 2 });
    expect(await left.ended).toBe('end');
    expect(left.heard().toString()).toBe('gone');
  });

  test('who asks by a word and has hung up its own half gets the text', async () => {
    const tab = await sitDown(port, own, helloOf(1));
    const asking = dial(1);
    asking.socket.end('ruok');
    await tab.frame('data');
    await new Promise((resolve) => setTimeout(resolve, 50));
    tab.say({ kind: 'data', stream: 1, bytes: bytes('imok') }, { kind: 'close', stream: 1 });
    expect(await asking.ended).toBe('end');
    expect(asking.heard().toString()).toBe('imok');
  });

  test.each<[string, (tab: TestTab) => void]>([
    ['whose server is killed', (tab) => tab.say({ kind: 'serves', on: false })],
    ['that is closed', (tab) => tab.socket.terminate()],
  ])('of a tab %s are hung up on, and new ones at once', async (_, end) => {
    const tab = await sitDown(port, own, helloOf(1));
    const client = dial(1);
    await tab.frame('open');
    end(tab);
    expect(['ECONNRESET', 'end']).toContain(await client.ended);
    expect(['ECONNRESET', 'end']).toContain(await dial(1).ended);
  });

  test('a server that was started again is reached again', async () => {
    const tab = await sitDown(port, own, helloOf(1));
    tab.say({ kind: 'serves', on: false });
    await dial(1).ended;
    tab.say({ kind: 'serves', on: true });
    // Both words are on the same line: a later frame shows that this one was heard.
    const next = await sitDown(port, own, helloOf(2));
    await next.frame('place');
    dial(1);
    await tab.frame('open');
  });

  test('the sixty-first at one seat is refused, the others stay', async () => {
    const tab = await sitDown(port, own, helloOf(1));
    for (let count = 0; count < 60; count += 1) dial(1);
    await tab.frame('open', 59);
    expect(['ECONNRESET', 'end']).toContain(await dial(1).ended);
    expect(tab.heard.filter(({ kind }) => kind === 'open')).toHaveLength(60);
    expect(tab.heard.filter(({ kind }) => kind === 'close')).toHaveLength(0);
  });
});

describe('nobody fills anybody’s memory', () => {
  test('a client that floods is not read beyond a window until the server takes it', async () => {
    const tab = await sitDown(port, own, helloOf(1));
    const client = dial(1);
    await tab.frame('open');
    client.socket.write(Buffer.alloc(4 * WINDOW_BYTES, 1));
    const arrived = (): number =>
      tab.heard.reduce((sum, frame) => sum + (frame.kind === 'data' ? frame.bytes.length : 0), 0);
    await tab.until(() => arrived() >= WINDOW_BYTES);
    // What is said later to another client comes on the same line behind all that was to come.
    const other = dial(1);
    await tab.frame('open', 1);
    other.socket.write('x');
    await tab.until(({ heard }) =>
      heard.some((frame) => frame.kind === 'data' && frame.stream === 2),
    );
    expect(arrived()).toBe(WINDOW_BYTES + 1);
    tab.say({ kind: 'credit', stream: 1, bytes: WINDOW_BYTES });
    await tab.until(() => arrived() >= 2 * WINDOW_BYTES + 1);
  });

  test.each<[string, (tab: TestTab) => void]>([
    [
      'answers beyond a window that nobody took',
      (tab) => {
        const piece = new Uint8Array(64 * 1024);
        for (let count = 0; count < 400; count += 1) {
          tab.say({ kind: 'data', stream: 1, bytes: piece });
        }
      },
    ],
    ['credit for what never came', (tab) => tab.say({ kind: 'credit', stream: 1, bytes: 1 })],
    ['a stream that never was', (tab) => tab.say({ kind: 'close', stream: 2 })],
    ['stream 0', (tab) => tab.say({ kind: 'close', stream: 0 })],
    ['a second hello', (tab) => tab.say({ kind: 'hello', hello: helloOf(2) })],
    ['what only a gateway says', (tab) => tab.say({ kind: 'open', stream: 9, address: HOST })],
    ['no frame', (tab) => tab.socket.send(Uint8Array.of(99))],
    ['text', (tab) => tab.socket.send('hello')],
    ['a message that is too long', (tab) => tab.socket.send(new Uint8Array(MESSAGE_BYTES_MAX + 1))],
  ])('%s ends the line and hangs up on its clients, and no other', async (_, misbehave) => {
    const fine = await sitDown(port, own, helloOf(2));
    const tab = await sitDown(port, own, helloOf(1));
    const client = dial(1);
    client.socket.pause();
    await tab.frame('open');
    misbehave(tab);
    await tab.until(({ ended }) => ended !== null);
    // 1009: the WebSocket's own word for what is too long.
    expect([LINE_END.badFrame, 1009]).toContain(tab.ended);
    client.socket.resume();
    await client.ended;
    dial(2);
    await fine.frame('open');
  });

  test('nobody says anything before hello', async () => {
    const tab = await openTab(port, own);
    tab.say({ kind: 'serves', on: true });
    await tab.until(({ ended }) => ended !== null);
    expect(tab.ended).toBe(LINE_END.badFrame);
  });
});
