// What a host tells and counts of bytes that cannot be read, whoever sent them.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';

import { TestEnsemble } from '../server/ensemble.fixture.ts';
import { defaultServerConfig } from '../server/server.ts';
import { connectionId, linkId, serverId } from '../vocabulary/ids.ts';
import type { Recovered } from '../vocabulary/boundary.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';
import { makeHost } from './host.ts';

const nothing = (): void => undefined;

test('a frame that cannot be read is told and counted, and nothing else changes', () => {
  const { ensemble } = new TestEnsemble(3);
  const told: TraceEvent[] = [];
  const closed: string[] = [];
  const warned: string[] = [];
  const host = makeHost({
    config: defaultServerConfig(serverId(1), ensemble, null),
    recovered: {
      ...{ acceptedEpoch: 0, currentEpoch: 0, snapshot: null, log: [], trusted: true },
    },
    network: {
      ...{ dial: nothing, send: nothing, bufferedBytes: () => 0 },
      close: (link) => closed.push(`link ${String(link)}`),
    },
    clientDoor: {
      reply: nothing,
      close: (connection) => closed.push(`client ${String(connection)}`),
    },
    disk: { write: nothing },
    clock: { nowMillis: () => 0, wallMillis: () => 0 },
    onTrace: (events) => told.push(...events.map(({ event }) => event)),
    onWarning: ({ kind }) => warned.push(kind),
    onHalt: (reason) => closed.push(reason),
  });
  expect(host.view().badFrames).toBe(0);

  host.clientEvent({ kind: 'clientBadFrame', connection: connectionId(7), reason: 'too long' });
  const up = { kind: 'linkUp', link: linkId(3), purpose: 'election', dialled: true } as const;
  host.networkEvent({ ...up, peer: serverId(2) });
  host.networkEvent({ kind: 'linkBytes', link: linkId(3), bytes: new Uint8Array(4).fill(0xff) });

  expect(told.filter(({ kind }) => kind === 'badFrame')).toEqual([
    { kind: 'badFrame', from: 'client 7', reason: 'too long' },
    {
      ...{ kind: 'badFrame', from: 'server 2, election' },
      reason: 'a frame of -1 bytes, at most 524288',
    },
  ]);
  expect(host.view()).toMatchObject({ badFrames: 2, haltedBecause: null });
  expect(closed).toEqual(['link 3']);
  expect(warned).toEqual(['badFrame', 'badFrame']);
  expect(host.report()?.counts.lookings).toBe(1);
});

test('what a server began with is not kept', async () => {
  const { ensemble } = new TestEnsemble(3);
  const nobody = { dial: nothing, send: nothing, close: nothing, bufferedBytes: () => 0 };
  const begun = (): [ReturnType<typeof makeHost>, WeakRef<Recovered>] => {
    const recovered = {
      ...{ acceptedEpoch: 0, currentEpoch: 0, snapshot: null, log: [], trusted: true },
    };
    const host = makeHost({
      ...{ config: defaultServerConfig(serverId(1), ensemble, null), recovered, network: nobody },
      ...{ clientDoor: { reply: nothing, close: nothing }, disk: { write: nothing } },
      clock: { nowMillis: () => 0, wallMillis: () => 0 },
      ...{ onTrace: null, onHalt: nothing },
    });
    return [host, new WeakRef(recovered)];
  };
  const [host, recovered] = begun();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // A WeakRef holds on to the end of the turn in which it was made.
  await new Promise((resolve) => setTimeout(resolve, 0));
  collect();
  expect(recovered.deref()).toBeUndefined();
  expect(host.view().serving).toBe(false);
});
