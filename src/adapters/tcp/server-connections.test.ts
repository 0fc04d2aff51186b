// A client's connections over real sockets: they open, carry frames, and end once.

import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';

import type { ConnectionEvents } from '../../client/connecting.ts';
import { frame, makeFrameStream, pushFrameBytes } from '../../jute/election.ts';
import { serverId } from '../../vocabulary/ids.ts';
import { freePorts } from './ports.fixture.ts';
import { TcpServerConnections } from './server-connections.ts';

let server: Server;
let port = 0;
let accepted: Socket[] = [];
let heard: Uint8Array[] = [];

beforeEach(async () => {
  [port = 0] = await freePorts(1);
  [accepted, heard] = [[], []];
  server = createServer((socket) => {
    accepted.push(socket);
    const stream = makeFrameStream(1_000);
    socket.on('data', (chunk) => {
      heard.push(...pushFrameBytes(stream, new Uint8Array(chunk)));
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
});

afterEach(async () => {
  for (const socket of accepted) socket.destroy();
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

interface Told extends ConnectionEvents {
  readonly said: string[];
}

function told(): Told {
  const said: string[] = [];
  return {
    said,
    onOpen: () => said.push('open'),
    onFrame: (bytes) => said.push(`frame ${bytes.join(' ')}`),
    onClosed: (why) => said.push(why === undefined ? 'closed' : `closed: ${why}`),
  };
}

const connections = (): TcpServerConnections =>
  new TcpServerConnections([{ host: '127.0.0.1', port }]);
const one = serverId(1);

test('frames go both ways, in order, and an end is told once', async () => {
  const events = told();
  const connection = connections().connect(one, events);
  await expect.poll(() => events.said).toEqual(['open']);
  connection.send(new Uint8Array([1, 2]));
  connection.send(new Uint8Array());
  await expect.poll(() => heard.map((bytes) => [...bytes])).toEqual([[1, 2], []]);
  accepted[0]!.write(Buffer.concat([frame(new Uint8Array([7])), frame(new Uint8Array([8, 9]))]));
  accepted[0]!.end();
  await expect.poll(() => events.said).toEqual(['open', 'frame 7', 'frame 8 9', 'closed']);
  connection.send(new Uint8Array([3]));
  connection.close();
  expect(events.said).toHaveLength(4);
});

test('its own close sends what was accepted, and is not told', async () => {
  const events = told();
  const connection = connections().connect(one, events);
  await expect.poll(() => events.said).toEqual(['open']);
  connection.send(new Uint8Array([5]));
  connection.close();
  await expect.poll(() => heard.map((bytes) => [...bytes])).toEqual([[5]]);
  await expect.poll(() => accepted[0]!.readableEnded).toBe(true);
  expect(events.said).toEqual(['open']);
});

test('nobody there is an end without an opening, never within the call', async () => {
  const [nobody = 0] = await freePorts(1);
  const events = told();
  new TcpServerConnections([{ host: '127.0.0.1', port: nobody }]).connect(one, events);
  expect(events.said).toEqual([]);
  await expect.poll(() => events.said).toEqual(['closed']);
});

test.each([
  ['too long', [0, 0, 3, 0xe9, 1], 'closed: frameTooLong'],
  ['negative', [0xff, 0xff, 0xff, 0xff, 1], 'closed'],
])(
  'a frame out of bounds (%s) ends the connection, behind those before it',
  async (_, bytes, end) => {
    const events = told();
    const bounded = new TcpServerConnections([{ host: '127.0.0.1', port }], 1_000);
    bounded.connect(one, events);
    await expect.poll(() => events.said).toEqual(['open']);
    accepted[0]!.write(Buffer.concat([frame(new Uint8Array([7])), Buffer.from(bytes)]));
    await expect.poll(() => events.said).toEqual(['open', 'frame 7', end]);
  },
);
