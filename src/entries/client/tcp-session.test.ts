// A client that is content with a server that only reads, over TCP: one server of three is left, and another
// ensemble, which the client has in its list too, comes back and writes.

import { afterEach, expect, test } from 'vitest';

import { parseConnectString } from '../../adapters/tcp/connect-string.ts';
import { startEnsemble, type Ensemble } from '../library/ensemble.ts';
import { openTcpSession } from './tcp-session.ts';

const TIMEOUT_MILLIS = 8_000;
const WAIT_MILLIS_MAX = 30_000;

const running: Ensemble[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((ensemble) => ensemble.stop()));
});

async function start(servers: number): Promise<Ensemble> {
  const settings = { 'readonlymode.enabled': true };
  const ensemble = await startEnsemble({ servers, inProcess: true, settings });
  running.push(ensemble);
  return ensemble;
}

test(
  'it moves to a server that also writes as soon as one of its list says so',
  async () => {
    const [three, other] = await Promise.all([start(3), start(1)]);
    await Promise.all([other.kill(1), three.kill(1), three.kill(2)]);
    const [, , left] = parseConnectString(three.connectionString);
    const addresses = [left!, ...parseConnectString(other.connectionString)];
    const states: string[] = [];
    const events = {
      onChanged: () => undefined,
      onWatch: () => undefined,
      onState: ({ state }: { readonly state: string }) => {
        states.push(state);
      },
    };
    const session = openTcpSession(addresses, TIMEOUT_MILLIS, events, { readOnly: true });
    try {
      const wait = { timeout: WAIT_MILLIS_MAX };
      await expect.poll(() => states, wait).toEqual(['ConnectedReadOnly']);
      const create = { kind: 'create', path: '/a', data: null, flags: 0, acl: [] } as const;
      await expect(session.request(create)).rejects.toMatchObject({ name: 'NotReadOnly' });
      await other.restart(1);
      await expect
        .poll(() => states, wait)
        .toEqual(['ConnectedReadOnly', 'Disconnected', 'SyncConnected']);
      const acl = [{ perms: 31, scheme: 'world', id: 'anyone' }];
      expect(await session.request({ ...create, acl })).toMatchObject({ path: '/a' });
    } finally {
      await session.close();
    }
  },
  3 * WAIT_MILLIS_MAX,
);
