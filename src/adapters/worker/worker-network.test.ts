import { expect, test } from 'vitest';

import { FRAME_BYTES_MAX, type ClientEvent } from '../../host/ports.ts';
import { frame } from '../../jute/election.ts';
import { connectionId } from '../../vocabulary/ids.ts';
import type { FromWorker } from './messages.ts';
import { WorkerNetwork } from './worker-network.ts';

interface Listening {
  readonly network: WorkerNetwork;
  readonly heard: ClientEvent[];
  readonly posted: FromWorker[];
}

function listening(): Listening {
  const heard: ClientEvent[] = [];
  const posted: FromWorker[] = [];
  const network = new WorkerNetwork({ seat: 1, gateway: null }, (said) => posted.push(said), {
    onNetwork: () => undefined,
    onClient: (event) => heard.push(event),
    whenTaken: (work) => {
      work();
    },
    onWord: () => null,
  });
  return { network, heard, posted };
}

test('a client of another tab is heard over a channel that stays in the page, too', () => {
  const { network, heard, posted } = listening();
  network.take({ kind: 'bridged', link: 7, purpose: 'client', peer: 2, dialled: false });
  network.take({ kind: 'linkOpen', link: 7 });
  const bytes = frame(Uint8Array.of(1, 2, 3));
  network.take({ kind: 'linkBytes', link: 7, bytes: bytes.slice(0, 5).buffer });
  network.take({ kind: 'linkBytes', link: 7, bytes: bytes.slice(5).buffer });
  expect(heard).toEqual([
    { kind: 'clientOpened', connection: connectionId(7), address: '10.0.0.2' },
    { kind: 'clientFrame', connection: connectionId(7), frame: Uint8Array.of(1, 2, 3) },
  ]);
  // It says that it lives, whatever the page is at.
  network.take({ kind: 'bridged', link: 8, purpose: 'election', peer: 2, dialled: false });
  network.take({ kind: 'linkOpen', link: 8 });
  network.take({ kind: 'linkBytes', link: 8, bytes: Uint8Array.of(1).buffer });
  network.pulse(performance.now());
  expect(posted.at(-1)).toMatchObject({ kind: 'heard', peers: [{ peer: 2 }] });
});

test("a frame that is too long ends that client of the own page, and nothing of the server's", () => {
  const { network, heard, posted } = listening();
  network.take({ kind: 'clientOpened', connection: 4 });
  network.take({ kind: 'clientOpened', connection: 5 });
  const tooLong = new Uint8Array(4);
  new DataView(tooLong.buffer).setInt32(0, FRAME_BYTES_MAX + 1);
  network.take({ kind: 'clientBytes', connection: 4, bytes: tooLong.buffer });
  network.take({
    kind: 'clientBytes',
    connection: 4,
    bytes: frame(Uint8Array.of(1)).slice().buffer,
  });
  network.take({
    kind: 'clientBytes',
    connection: 5,
    bytes: frame(Uint8Array.of(2)).slice().buffer,
  });
  expect(heard.slice(2)).toEqual([
    {
      ...{ kind: 'clientBadFrame', connection: connectionId(4) },
      reason: 'a frame of 1048576 bytes, at most 1048575',
    },
    { kind: 'clientClosed', connection: connectionId(4) },
    { kind: 'clientFrame', connection: connectionId(5), frame: Uint8Array.of(2) },
  ]);
  expect(posted).toEqual([{ kind: 'closeClient', connection: 4 }]);
});

test('a frame of another page that cannot be read is told, and ends that channel', () => {
  const { network, heard, posted } = listening();
  network.take({ kind: 'bridged', link: 7, purpose: 'client', peer: 2, dialled: false });
  network.take({ kind: 'linkOpen', link: 7 });
  network.take({ kind: 'linkBytes', link: 7, bytes: new Uint8Array(4).fill(0xff).buffer });
  const reason = 'a frame of -1 bytes, at most 1048575';
  expect(heard.slice(1)).toEqual([
    { kind: 'clientBadFrame', connection: connectionId(7), reason },
    { kind: 'clientClosed', connection: connectionId(7) },
  ]);
  expect(posted).toContainEqual({ kind: 'closeLink', link: 7, reason });
});
