// The limits that an administrator may set, at the engine.

import { expect, it } from 'vitest';
import { ask } from './client.fixture.ts';
import { TestEnsemble } from './ensemble.fixture.ts';
import type { ServerSettings } from './state.ts';

function started(settings: Partial<ServerSettings>): TestEnsemble {
  const ensemble = new TestEnsemble(1);
  ensemble.config = settings;
  return ensemble.start();
}

it('jute.maxbuffer: one byte more ends the connection', () => {
  const ensemble = started({ requestBytesMax: 2000 });
  const client = ensemble.connect(ensemble.leader());
  client.call(ask.create('/a'));
  const overhead = 8 + 4 + 2 + 4 + 4;
  expect(client.call(ask.set('/a', new Uint8Array(2000 - overhead)))).toMatchObject({
    kind: 'stat',
  });
  expect(client.call(ask.set('/a', new Uint8Array(2001 - overhead)))).toBe('no answer');
  expect(client.closedBecause).toBe('the frame is too long');
});

it('globalOutstandingLimit: what is above it waits, and nothing is lost', () => {
  const ensemble = started({ outstandingMax: 5 });
  const seat = ensemble.leader();
  const client = ensemble.connect(seat);
  seat.disk.held = true;
  for (let count = 0; count < 20; count += 1) client.send(ask.create(`/n${String(count)}`));
  expect(seat.state?.inFlight).toBe(5);
  seat.disk.held = false;
  ensemble.settle();
  expect(client.lines()).toHaveLength(20);
});

it('znode.container.checkIntervalMs: an empty container goes so soon', () => {
  const ensemble = started({ reapEveryMillis: 200 });
  const client = ensemble.connect(ensemble.leader());
  client.call({ ...ask.create('/c'), kind: 'createContainer', flags: 4 } as never);
  client.call(ask.create('/c/x'));
  client.call(ask.remove('/c/x'));
  ensemble.run(300);
  expect(client.call(ask.exists('/c'))).toBe('NoNode');
});
