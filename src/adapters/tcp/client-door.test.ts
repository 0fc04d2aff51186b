// The client port: frames in, frames out, words, and what is refused.

import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { FRAME_BYTES_MAX, type ClientEvent } from '../../host/ports.ts';
import { frame } from '../../jute/election.ts';
import { connectionId } from '../../vocabulary/ids.ts';
import { openTcpClientDoor, plainAddress, type TcpClientDoor } from './client-door.ts';
import { freePorts } from './ports.fixture.ts';
import { EVERYWHERE, listen } from './sockets.ts';

let door: TcpClientDoor;
let port = 0;
let events: ClientEvent[] = [];
const sockets: Socket[] = [];

beforeEach(async () => {
  events = [];
  [port = 0] = await freePorts(1);
  door = await openTcpClientDoor({
    address: { host: '127.0.0.1', port },
    connectionsPerAddressMax: 3,
    onEvent: (event) => events.push(event),
    onWord: (word, { clients }) => (word === 'ruok' ? `imok ${String(clients.length)}` : null),
  });
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await door.stop();
});

interface Caller {
  readonly socket: Socket;
  readonly text: () => string;
  readonly closed: Promise<void>;
}

function call(bytes: Uint8Array | string): Caller {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  sockets.push(socket);
  let text = '';
  socket.setEncoding('latin1');
  socket.on('data', (more: string) => (text += more));
  socket.on('error', () => undefined);
  socket.write(bytes);
  const closed = new Promise<void>((resolve) => {
    for (const event of ['end', 'close']) {
      socket.once(event, () => {
        resolve();
      });
    }
  });
  return { socket, text: () => text, closed };
}

async function until(holds: () => boolean): Promise<void> {
  for (let step = 0; step < 1_000 && !holds(); step += 1) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(holds()).toBe(true);
}

const bytesOf = (...bytes: number[]): Uint8Array => new Uint8Array(bytes);

test('frames cut anywhere arrive whole, behind the opening of their connection', async () => {
  const whole = frame(bytesOf(1, 2, 3));
  const { socket } = call(whole.subarray(0, 3));
  await new Promise((resolve) => setTimeout(resolve, 20));
  socket.write(whole.subarray(3));
  socket.write(frame(bytesOf(9)));
  await until(() => events.length === 3);
  expect(events).toEqual([
    { kind: 'clientOpened', connection: 1, address: '127.0.0.1' },
    { kind: 'clientFrame', connection: 1, frame: bytesOf(1, 2, 3) },
    { kind: 'clientFrame', connection: 1, frame: bytesOf(9) },
  ]);
});

test('a reply is framed, and a closed connection still gets it', async () => {
  const caller = call(frame(bytesOf(1)));
  await until(() => events.length === 2);
  const [opened] = events;
  if (opened?.kind !== 'clientOpened') throw new Error('not opened');
  door.reply(opened.connection, bytesOf(7, 8));
  door.close(opened.connection);
  await caller.closed;
  expect(caller.text()).toBe('\x00\x00\x00\x02\x07\x08');
  await until(() => events.at(-1)?.kind === 'clientClosed');
});

describe('four letters', () => {
  test('are answered, and the server closes', async () => {
    const caller = call('ruok\n');
    await caller.closed;
    expect(caller.text()).toBe('imok 1');
    expect(events).toEqual([]);
  });

  test('are answered though the caller has hung up its own half', async () => {
    const caller = call('ruok');
    caller.socket.end();
    await caller.closed;
    expect(caller.text()).toBe('imok 1');
  });
});

test('what clients end is counted, and not what this server ends', async () => {
  const [gone, served, early] = [call(frame(bytesOf(1))), call(frame(bytesOf(1))), call('')];
  await until(() => events.filter(({ kind }) => kind === 'clientFrame').length === 2);
  gone.socket.end();
  early.socket.end();
  await until(() => door.state().totals.dropped === 2);
  door.close(connectionId(2));
  await served.closed;
  served.socket.end();
  const asking = call('ruok');
  await asking.closed;
  asking.socket.end();
  await until(() => door.state().clients.length === 0);
  expect(door.state().totals.dropped).toBe(2);
});

describe('is shown the door, and the others are not disturbed', () => {
  test.each([
    ['a frame that is too long', bytesOf(0, 0x10, 0, 0, 1)],
    ['a frame of a negative length', bytesOf(0xff, 0xff, 0xff, 0xfe, 1)],
  ])('%s', async (_, bytes) => {
    const other = call(frame(bytesOf(1)));
    await until(() => events.length === 2);
    await call(bytes).closed;
    other.socket.write(frame(bytesOf(2)));
    await until(() => events.length === 4);
    expect(events[2]).toMatchObject({ kind: 'clientBadFrame', connection: 2 });
    expect(events[3]).toMatchObject({ kind: 'clientFrame', connection: 1 });
  });

  test('not before what stands whole in front of the length that nobody can read', async () => {
    await call(Buffer.concat([frame(bytesOf(1)), bytesOf(0, 0x10, 0, 0)])).closed;
    expect(events).toMatchObject([
      { kind: 'clientOpened' },
      { kind: 'clientFrame', frame: bytesOf(1) },
      { kind: 'clientBadFrame' },
      ...[{ kind: 'clientClosed' }],
    ]);
  });

  test('a fourth connection of one address where three are allowed', async () => {
    for (let count = 0; count < 3; count += 1) call(frame(bytesOf(count)));
    await until(() => events.length === 6);
    await call(frame(bytesOf(4))).closed;
    expect(events).toHaveLength(6);
  });
});

test('a shorter bound of frames is kept before their bytes are there', async () => {
  const [other = 0] = await freePorts(1);
  const narrow = await openTcpClientDoor({
    ...{ address: { host: '127.0.0.1', port: other }, connectionsPerAddressMax: 0 },
    ...{ onEvent: (event) => events.push(event), onWord: () => null, frameBytesMax: 2000 },
  });
  port = other;
  const fits = call(frame(new Uint8Array(2000)));
  await until(() => events.length === 2);
  await call(frame(new Uint8Array(2001)).subarray(0, 8)).closed;
  expect(events.filter(({ kind }) => kind === 'clientFrame')).toHaveLength(1);
  fits.socket.destroy();
  await narrow.stop();
});

test('the longest frame there may be comes in', async () => {
  call(frame(new Uint8Array(FRAME_BYTES_MAX)));
  await until(() => events.length === 2);
});

test('a client that never waits for answers is read no further than the bound', async () => {
  const { socket } = call(new Uint8Array(0));
  const piece = Buffer.concat(Array.from({ length: 100 }, () => frame(bytesOf(1))));
  for (let count = 0; count < 30; count += 1) {
    socket.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  const taken = events.length - 1;
  expect(taken).toBeGreaterThanOrEqual(1_000);
  expect(taken).toBeLessThan(3_000);
  const [opened] = events;
  if (opened?.kind !== 'clientOpened') throw new Error('not opened');
  for (let count = 0; count < taken; count += 1) door.reply(opened.connection, bytesOf(0, 0, 0, 1));
  await until(() => events.length > taken + 1);
});

test('however long its requests are, no more of them is read than 8 MiB', async () => {
  const long = new Uint8Array(500_000);
  const { socket } = call(frame(bytesOf(1)));
  await until(() => events.length === 2);
  const [opened] = events;
  if (opened?.kind !== 'clientOpened') throw new Error('not opened');
  door.reply(opened.connection, bytesOf(0, 0, 0, 0));
  for (let count = 0; count < 60; count += 1) socket.write(frame(long));
  const taken = (): number => events.length - 2;
  await until(() => taken() === 17);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(taken()).toBe(17);
  for (let count = 0; count < 9; count += 1) door.reply(opened.connection, bytesOf(0, 0, 0, 1));
  await until(() => taken() === 26);
});

describe('every address', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1', /^127\.0\.0\.1:\d+$/],
    ['::1', '0:0:0:0:0:0:0:1', /^\[0:0:0:0:0:0:0:1\]:\d+$/],
  ])('is listened on: a client comes in by %s', async (host, address, shown) => {
    const [everywhere = 0] = await freePorts(1);
    let seen = '';
    const open = await openTcpClientDoor({
      address: { host: EVERYWHERE, port: everywhere },
      connectionsPerAddressMax: 3,
      onEvent: (event) => events.push(event),
      onWord: (_, { clients }) => (seen = clients[0]?.address ?? ''),
    });
    const word = connect(everywhere, host, () => word.write('stat'));
    const client = connect(everywhere, host, () => client.write(frame(new Uint8Array(4))));
    sockets.push(word, client);
    await until(() => seen !== '' && events.some(({ kind }) => kind === 'clientOpened'));
    expect(seen).toMatch(shown);
    expect(events).toContainEqual(expect.objectContaining({ kind: 'clientOpened', address }));
    await open.stop();
  });

  test.each(['EAFNOSUPPORT', 'EADDRNOTAVAIL'])(
    'is those of IPv4 where there are no others: %s',
    async (code) => {
      const server = createServer();
      const [free = 0] = await freePorts(1);
      const whole = server.listen.bind(server) as (
        port: number,
        host: string,
        on: () => void,
      ) => Server;
      server.listen = ((wanted: number, host: string, on: () => void): Server => {
        if (host !== EVERYWHERE) return whole(wanted, host, on);
        setImmediate(() => server.emit('error', Object.assign(new Error(code), { code })));
        return server;
      }) as typeof server.listen;
      await listen(server, { host: EVERYWHERE, port: free }, 'client');
      expect(server.address()).toMatchObject({ address: '0.0.0.0', port: free });
      server.close();
    },
  );

  test.each([
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['fe80::1:2%eth0', 'fe80:0:0:0:0:0:1:2%eth0'],
    ['::', '0:0:0:0:0:0:0:0'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
  ])('%s is written as Java writes it', (given, written) => {
    expect(plainAddress(given)).toBe(written);
  });
});

describe('what is more than one turn’s work', () => {
  /** A door at which every frame costs its first byte in milliseconds. */
  async function slowDoor(): Promise<TcpClientDoor> {
    [port = 0] = await freePorts(1);
    return openTcpClientDoor({
      address: { host: '127.0.0.1', port },
      connectionsPerAddressMax: 0,
      onEvent: (event) => {
        events.push(event);
        const until =
          performance.now() + (event.kind === 'clientFrame' ? (event.frame[0] ?? 0) : 0);
        while (performance.now() < until);
      },
      onWord: () => null,
    });
  }
  const frames = (count: number, millis: number): Uint8Array[] =>
    Array.from({ length: count }, (_, at) => frame(bytesOf(millis, at)));
  const taken = (): number[] =>
    events.flatMap((event) =>
      event.kind === 'clientFrame' && event.connection === 1 ? [event.frame[1] ?? 0] : [],
    );
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

  test('is done in later ones, in order, and others come in between', async () => {
    const slow = await slowDoor();
    call(Buffer.concat(frames(20, 11)));
    await until(() => taken().length > 0);
    call(frame(bytesOf(0, 0)));
    await until(() => events.some(({ connection }) => connection === 2));
    expect(taken().length).toBeLessThan(20);
    await until(() => taken().length === 20);
    expect(taken()).toEqual(upTo(20));
    await slow.stop();
  });

  test('is done before the end of the connection that came behind it', async () => {
    const slow = await slowDoor();
    call(Buffer.concat(frames(20, 11))).socket.end();
    await until(() => events.at(-1)?.kind === 'clientClosed');
    expect(taken()).toEqual(upTo(20));
    await slow.stop();
  });

  test('is done before a length that nobody can read ends it', async () => {
    const slow = await slowDoor();
    await call(Buffer.concat([...frames(20, 11), bytesOf(0, 0x10, 0, 0)])).closed;
    expect(taken()).toEqual(upTo(20));
    expect(events.slice(-2)).toMatchObject([{ kind: 'clientBadFrame' }, { kind: 'clientClosed' }]);
    await slow.stop();
  });

  test('is not done any more once the connection is closed', async () => {
    const slow = await slowDoor();
    const caller = call(Buffer.concat(frames(20, 11)));
    await until(() => taken().length > 0);
    slow.close(connectionId(1));
    const count = taken().length;
    await caller.closed;
    await until(() => events.at(-1)?.kind === 'clientClosed');
    expect(taken()).toHaveLength(count);
    await slow.stop();
  });
});

test('replies to requests with the xid of events give back their place', async () => {
  const { socket } = call(frame(bytesOf(1)));
  await until(() => events.length === 2);
  const [opened] = events;
  if (opened?.kind !== 'clientOpened') throw new Error('not opened');
  const reply = new Uint8Array(16);
  reply.fill(0xff, 0, 4);
  door.reply(opened.connection, bytesOf(0, 0, 0, 0));
  for (let count = 1; count <= 1_500; count += 1) {
    socket.write(frame(bytesOf(0xff, 0xff, 0xff, 0xff)));
    while (events.length < count + 2) await new Promise((resolve) => setImmediate(resolve));
    door.reply(opened.connection, reply);
  }
  expect(door.state().totals.watchBytes).toBe(0);
}, 20_000);
