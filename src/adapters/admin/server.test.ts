import { afterEach, beforeEach, expect, test } from 'vitest';

import { serverId } from '../../vocabulary/ids.ts';
import { freePorts, testEnsemble } from '../tcp/ports.fixture.ts';
import { makeTotals } from './client-stats.ts';
import { openAdminServer, type AdminServer } from './server.ts';

let server: AdminServer;
let url = '';

beforeEach(async () => {
  const [port = 0, ...peers] = await freePorts(3);
  url = `http://127.0.0.1:${String(port)}`;
  server = await openAdminServer({
    address: { host: '127.0.0.1', port },
    commandUrl: '/commands',
    port: () => ({ clients: [], totals: makeTotals(), asking: null }),
    administration: {
      version: '3.8.0-test',
      settings: {
        ...{ serverId: serverId(1), ensemble: testEnsemble(peers), clientPort: 1 },
        ...{ dataDirectory: '/data', logDirectory: '/data', standalone: false },
        connectionsPerAddressMax: 0,
      },
      report: () => null,
      directoryBytes: () => ({ snapshots: 0, log: 0 }),
      environment: () => [],
      openFiles: () => ({ open: 0, max: 0 }),
      nowMillis: () => 0,
      wallMillis: () => 0,
      startedAtMillis: 0,
    },
  });
});

afterEach(() => server.stop());

test('lists its commands and answers each with 200, known or not', async () => {
  const list = await fetch(`${url}/commands`);
  expect(list.status).toBe(200);
  expect(await list.text()).toContain('<a href="/commands/stats">stats</a>\n<br/>\n');
  for (const name of ['stats', 'nonsense']) {
    const answer = await fetch(`${url}/commands/${name}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await answer.json()).toMatchObject({
      command: name,
      error: expect.any(String) as string,
    });
  }
});

test('has nothing elsewhere, and takes nothing', async () => {
  expect((await fetch(`${url}/`)).status).toBe(404);
  const head = await fetch(`${url}/commands/ruok`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  expect((await fetch(`${url}/commands/ruok`, { method: 'POST' })).status).toBe(405);
});
