import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';

import { freePorts } from '../../adapters/tcp/ports.fixture.ts';
import { Gateway } from '../../adapters/websocket/gateway.ts';
import { helloOf, sitDown } from '../../adapters/websocket/tab.fixture.ts';
import { originsOf } from './gateway-words.ts';
import { ASSETS_CACHE, PAGE_HEADERS } from './headers.ts';
import { SIGNALLING_KEY, startPlaygroundServer, type PlaygroundServer } from './server.ts';

let folder: string;
let server: PlaygroundServer;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tabkeeper-start-'));
  mkdirSync(path.join(folder, 'assets'));
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(path.join(folder, 'assets/a.js'), 'export {}');
  writeFileSync(path.join(folder, '.built'), '');
  server = await startPlaygroundServer({ folder, host: '127.0.0.1', port: 0 });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const get = (where: string, init?: RequestInit): Promise<Response> =>
  fetch(`http://127.0.0.1:${String(server.port)}${where}`, init);

test('the page comes with every header', async () => {
  const response = await get('/');
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  for (const [name, value] of PAGE_HEADERS) expect(response.headers.get(name)).toBe(value);
  expect(response.headers.get('cache-control')).toBe('no-cache');
});

test('files named by their content never change', async () => {
  const response = await get('/assets/a.js');
  expect(response.headers.get('cache-control')).toBe(ASSETS_CACHE);
  expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
});

test.each(['/nothing', '/../package.json', '/%2e%2e/package.json', '/.built', '/%'])(
  '%s is not here',
  async (where) => {
    const response = await get(where);
    expect(response.status).toBe(404);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  },
);

test('nobody writes here', async () => {
  expect((await get('/', { method: 'POST' })).status).toBe(405);
});

test('a taken port is an error with its code', async () => {
  const again = startPlaygroundServer({ folder, host: '127.0.0.1', port: server.port });
  await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

function signal(id: string): Promise<{ socket: WebSocket; heard: unknown[] }> {
  const query = `key=${SIGNALLING_KEY}&id=${id}&token=${id}`;
  const socket = new WebSocket(`ws://127.0.0.1:${String(server.port)}/peerjs/peerjs?${query}`);
  const heard: unknown[] = [];
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (data: Buffer) => {
      heard.push(JSON.parse(data.toString()));
      resolve({ socket, heard });
    });
  });
}

test('a tab whose socket closes is told of to its room, and to no other', async () => {
  const one = await signal('tk-aaaa-1');
  const two = await signal('tk-aaaa-2');
  const other = await signal('tk-bbbb-1');
  const told = new Promise((resolve) => one.socket.once('message', resolve));
  two.socket.close();
  await told;
  expect(one.heard.at(-1)).toMatchObject({ type: 'TABKEEPER-LEFT', src: 'tk-aaaa-2' });
  expect(other.heard).toEqual([{ type: 'OPEN' }]);
  one.socket.close();
  other.socket.close();
});

describe('with a gateway', () => {
  let gateway: Gateway;
  let its: PlaygroundServer;
  let origin: string;

  beforeAll(async () => {
    const [firstPort = 0] = await freePorts(1);
    gateway = new Gateway({ host: '127.0.0.1', firstPort, seats: 3 });
    writeFileSync(path.join(folder, 'index.html'), '<!doctype html>\n  <head>\n  </head>\n');
    its = await startPlaygroundServer({ folder, host: '127.0.0.1', port: 0, gateway });
    origin = `http://127.0.0.1:${String(its.port)}`;
    await gateway.open(originsOf('127.0.0.1', its.port));
  });

  afterAll(() => its.close());

  test('the page says so, with the same headers, and is no longer than it says', async () => {
    const response = await fetch(origin);
    expect(await response.text()).toContain('<meta name="tabkeeper-gateway" content="on" />');
    for (const [name, value] of PAGE_HEADERS) expect(response.headers.get(name)).toBe(value);
    expect(await (await get('/')).text()).not.toContain('tabkeeper-gateway');
  });

  test('tabs and signalling share the port', async () => {
    const headers = { Host: new URL(origin).host, Origin: origin };
    const tab = await sitDown(its.port, headers, helloOf(1));
    expect(await tab.frame('place')).toMatchObject({ place: { ports: gateway.ports } });
    const query = `key=${SIGNALLING_KEY}&id=tk-dddd-1&token=t`;
    const socket = new WebSocket(`ws://127.0.0.1:${String(its.port)}/peerjs/peerjs?${query}`);
    const heard = await new Promise((resolve) => {
      socket.on('message', (data: Buffer) => {
        resolve(JSON.parse(data.toString()));
      });
    });
    expect(heard).toMatchObject({ type: 'OPEN' });
    socket.close();
    tab.socket.close();
  });

  test('without one nothing is there', async () => {
    expect((await get('/gateway/token', { method: 'POST' })).status).toBe(405);
    const socket = new WebSocket(`ws://127.0.0.1:${String(server.port)}/gateway`);
    const status = await new Promise((resolve) => {
      socket.on('unexpected-response', (_request, response) => {
        resolve(response.statusCode);
      });
      socket.on('error', () => undefined);
    });
    expect(status).toBe(400);
  });
});

test('a name that is held is refused', async () => {
  const one = await signal('tk-cccc-1');
  const query = `key=${SIGNALLING_KEY}&id=tk-cccc-1&token=another`;
  const url = `ws://127.0.0.1:${String(server.port)}/peerjs/peerjs?${query}`;
  const answer = await new Promise((resolve) => {
    new WebSocket(url).on('message', (data: Buffer) => {
      resolve(JSON.parse(data.toString()));
    });
  });
  expect(answer).toMatchObject({ type: 'ID-TAKEN' });
  one.socket.close();
});
