import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { FRAME_BYTES_MAX, type ClientEvent } from '../../host/ports.ts';
import { frame } from '../../jute/election.ts';
import { encodeWatcherEvent } from '../../jute/watch-event.ts';
import { connectionId } from '../../vocabulary/ids.ts';
import { zxidOf } from '../../vocabulary/zxid.ts';
import { Gate } from './gate.ts';
import { OutsideClients } from './outside-clients.ts';

const ADDRESS = '127.0.0.1';

let nowMillis = 0;
beforeEach(() => {
  vi.spyOn(performance, 'now').mockImplementation(() => nowMillis);
});
afterEach(() => {
  vi.restoreAllMocks();
});

type Said =
  | { kind: 'send'; connection: number; bytes: Uint8Array }
  | { kind: 'taken'; connection: number; bytes: number }
  | { kind: 'close'; connection: number };

/** Every frame costs so many milliseconds. */
function worker(frameMillis = 0) {
  const gate = new Gate();
  gate.open();
  const events: ClientEvent[] = [];
  const posted: Said[] = [];
  const clients = new OutsideClients({
    line: {
      send: (connection, bytes) => posted.push({ kind: 'send', connection, bytes }),
      taken: (connection, bytes) => posted.push({ kind: 'taken', connection, bytes }),
      close: (connection) => posted.push({ kind: 'close', connection }),
    },
    onClient: (event) => {
      gate.pass(() => {
        events.push(event);
        if (event.kind === 'clientFrame') nowMillis += frameMillis;
      });
    },
    whenTaken: (work) => {
      gate.pass(work);
    },
    onWord: (word, { clients, asking }) => {
      if (word !== 'ruok') return null;
      return `imok ${String(clients.length)} ${String(asking?.received)}`;
    },
  });
  clients.opened(1, ADDRESS);
  const bytes = (content: Uint8Array): void => {
    clients.bytes(1, content.slice());
  };
  const kinds = (): string[] => events.map(({ kind }) => kind);
  const taken = (): number =>
    posted.reduce((sum, said) => sum + (said.kind === 'taken' ? said.bytes : 0), 0);
  return { gate, clients, events, posted, bytes, kinds, taken };
}

const answer = (xid: number): Uint8Array => {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setInt32(0, xid);
  return bytes;
};

const EVENT = encodeWatcherEvent(zxidOf(-1n), {
  ...{ type: 'NodeCreated', state: 'SyncConnected', path: '/a' },
});

test('frames come whole, however their bytes were cut; what was taken is said', () => {
  const { bytes, events, taken } = worker();
  const two = new Uint8Array([...frame(Uint8Array.of(1, 2, 3)), ...frame(Uint8Array.of(4))]);
  bytes(two.subarray(0, 5));
  bytes(two.subarray(5));
  expect(events).toEqual([
    { kind: 'clientOpened', connection: 1, address: ADDRESS },
    { kind: 'clientFrame', connection: 1, frame: Uint8Array.of(1, 2, 3) },
    { kind: 'clientFrame', connection: 1, frame: Uint8Array.of(4) },
  ]);
  expect(taken()).toBe(two.length);
});

test('answers of one turn leave together, behind their lengths', async () => {
  const { clients, posted } = worker();
  expect(clients.reply(1, Uint8Array.of(7))).toBe(true);
  expect(clients.reply(1, Uint8Array.of(8))).toBe(true);
  expect(clients.reply(2, Uint8Array.of(9))).toBe(false);
  await Promise.resolve();
  const bytes = Uint8Array.of(0, 0, 0, 1, 7, 0, 0, 0, 1, 8);
  expect(posted).toEqual([{ kind: 'send', connection: 1, bytes }]);
});

test('a server that closes a connection has its last answer sent first', () => {
  const { clients, posted, kinds } = worker();
  clients.reply(1, Uint8Array.of(7));
  expect(clients.close(1)).toBe(true);
  expect(clients.close(1)).toBe(false);
  expect(posted.map(({ kind }) => kind)).toEqual(['send', 'close']);
  expect(kinds()).toEqual(['clientOpened', 'clientClosed']);
});

test('a client that goes is told of once, and nothing of it after that', () => {
  const { clients, bytes, kinds } = worker();
  clients.closed(1);
  clients.closed(1);
  bytes(frame(Uint8Array.of(1)));
  expect(kinds()).toEqual(['clientOpened', 'clientClosed']);
  expect(clients.addressOf(connectionId(1))).toBe(null);
});

const texts = (posted: readonly Said[]): string[] =>
  posted.flatMap((said) => (said.kind === 'send' ? [new TextDecoder().decode(said.bytes)] : []));

describe('four letters without a length', () => {
  const ruok = new TextEncoder().encode('ruok\n');

  test('are a word: its text is the answer, and then the connection ends', () => {
    const { bytes, posted, kinds } = worker();
    bytes(ruok.subarray(0, 3));
    expect(posted).toEqual([]);
    bytes(ruok.subarray(3));
    expect(texts(posted)).toEqual(['imok 1 1']);
    expect(posted.at(-1)).toEqual({ kind: 'close', connection: 1 });
    expect(kinds()).toEqual(['clientOpened', 'clientClosed']);
  });

  test('wait for their turn at a frozen server, and are a length once there was a frame', () => {
    const { gate, bytes, posted } = worker();
    gate.shut();
    bytes(ruok);
    expect(posted).toEqual([]);
    gate.open();
    expect(texts(posted)).toEqual(['imok 1 1']);
    const other = worker();
    other.bytes(frame(Uint8Array.of(1)));
    other.bytes(ruok);
    expect(texts(other.posted)).toEqual([]);
    expect(other.posted.at(-1)).toEqual({ kind: 'close', connection: 1 });
  });

  test('count what other clients asked and heard', () => {
    const { clients, bytes, posted } = worker();
    bytes(frame(Uint8Array.of(1)));
    clients.opened(2, ADDRESS);
    clients.bytes(2, ruok.slice());
    expect(texts(posted)).toEqual(['imok 2 1']);
  });
});

test('what stands whole in front of a length that nobody can read is taken', () => {
  const { bytes, kinds } = worker();
  bytes(Uint8Array.of(...frame(Uint8Array.of(1)), 0x7f, 0xff, 0xff, 0xff));
  expect(kinds()).toEqual(['clientOpened', 'clientFrame', 'clientBadFrame', 'clientClosed']);
});

describe('nobody vouches for it', () => {
  test.each([
    ['too long', FRAME_BYTES_MAX + 1],
    ['of a length below nothing', -1],
    ['that is a word nobody knows', 0x7275_6f6c],
  ])('a frame %s ends that connection', (_, length) => {
    const { bytes, posted, kinds } = worker();
    const head = new Uint8Array(4);
    new DataView(head.buffer).setInt32(0, length);
    bytes(head);
    expect(posted).toEqual([{ kind: 'close', connection: 1 }]);
    expect(kinds()).toEqual(['clientOpened', 'clientBadFrame', 'clientClosed']);
  });

  test('a frozen server takes nothing until it thaws', () => {
    const { gate, bytes, kinds, taken } = worker();
    gate.shut();
    bytes(frame(Uint8Array.of(1)));
    expect([kinds(), taken()]).toEqual([['clientOpened'], 0]);
    gate.open();
    expect([kinds(), taken()]).toEqual([['clientOpened', 'clientFrame'], 5]);
  });

  test('with a thousand requests unanswered nothing more is taken; an event is no answer', () => {
    const { clients, bytes, taken } = worker();
    const request = frame(Uint8Array.of(1));
    for (let sent = 0; sent < 999; sent += 1) bytes(request);
    expect(taken()).toBe(999 * request.length);
    bytes(request);
    bytes(request);
    expect(taken()).toBe(999 * request.length);
    clients.reply(1, EVENT);
    clients.reply(1, answer(1));
    expect(taken()).toBe(999 * request.length);
    clients.reply(1, answer(2));
    expect(taken()).toBe(1_001 * request.length);
  });
});

test('replies to requests with the xid of events give back their place', () => {
  const { clients, bytes, taken } = worker();
  const request = frame(Uint8Array.of(0xff, 0xff, 0xff, 0xff));
  for (let count = 1; count <= 1_500; count += 1) {
    bytes(request);
    expect(taken()).toBe(count * request.length);
    clients.reply(1, answer(-1));
  }
});

describe('what is more than one turn’s work', () => {
  const much = Uint8Array.from(Array.from({ length: 10 }, (_, at) => [0, 0, 0, 1, at]).flat());
  const later = async (holds: () => boolean): Promise<void> => {
    for (let step = 0; step < 1_000 && !holds(); step += 1) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(holds()).toBe(true);
  };
  const framesOf = (events: readonly ClientEvent[]): number[] =>
    events.flatMap((event) => (event.kind === 'clientFrame' ? [event.frame[0] ?? -1] : []));

  test('is done in later ones, in order, and others come in between', async () => {
    const { clients, bytes, events, taken } = worker(6);
    bytes(much);
    bytes(frame(Uint8Array.of(10)));
    expect([framesOf(events), taken()]).toEqual([[0, 1], 0]);
    clients.opened(2, ADDRESS);
    expect(events.at(-1)).toMatchObject({ kind: 'clientOpened', connection: 2 });
    await later(() => framesOf(events).length === 11);
    expect(framesOf(events)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(taken()).toBe(much.length + 5);
  });

  test('is done before the client’s own end, or a length that nobody can read', async () => {
    const [left, bad] = [worker(6), worker(6)];
    left.bytes(much);
    left.clients.ended(1);
    bad.bytes(Uint8Array.of(...much, 0x7f, 0xff, 0xff, 0xff));
    await later(() => [left, bad].every(({ kinds }) => kinds().at(-1) === 'clientClosed'));
    expect(framesOf(left.events)).toHaveLength(10);
    expect(framesOf(bad.events)).toHaveLength(10);
    expect(bad.kinds().slice(-2)).toEqual(['clientBadFrame', 'clientClosed']);
  });

  test('is not done any more once the connection is closed or lost', async () => {
    const [closed, lost] = [worker(6), worker(6)];
    for (const { bytes } of [closed, lost]) bytes(much);
    closed.clients.close(1);
    lost.clients.closed(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const { events } of [closed, lost]) expect(framesOf(events)).toEqual([0, 1]);
  });
});
