// Between pages: what is no picture ends its channel and is told; what is left out is counted.

import { expect, test, vi } from 'vitest';

import { encodeWire } from '../../adapters/webrtc/wire-json.ts';
import { serverId } from '../../vocabulary/ids.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import { TraceExchange, type Shown } from './trace-exchange.ts';

/** Of a data channel what the exchange uses. */
function channel(): RTCDataChannel & { readonly sent: Uint8Array[] } {
  const sent: Uint8Array[] = [];
  const made = { readyState: 'open', bufferedAmount: 0, sent, close: vi.fn() };
  return Object.assign(made, {
    send: (bytes: Uint8Array) => sent.push(bytes),
  }) as unknown as RTCDataChannel & { readonly sent: Uint8Array[] };
}

function page(outgoing: RTCDataChannel = channel()) {
  const shown: Shown[] = [];
  const unreadable: number[] = [];
  const exchange = new TraceExchange(1, {
    openChannel: () => outgoing,
    onTreeWatched: () => undefined,
    onPicture: (_seat, picture) => shown.push(picture),
    onUnreadable: (seat) => unreadable.push(seat),
    readDisk: () => Promise.reject(new Error('nobody asks')),
    askDisk: () => undefined,
  });
  return { exchange, shown, unreadable };
}

const say = (from: RTCDataChannel, data: unknown): void => {
  from.onmessage?.({ data } as MessageEvent);
};
const traced = (server: number, sequence: number): Traced => ({
  ...{ server: serverId(server), sequence, atMillis: sequence },
  event: { kind: 'badFrame', from: 'client 1', reason: 'too long' },
});
const bytesOf = (picture: unknown): ArrayBuffer => encodeWire(picture).slice().buffer;

test.each([
  ['no bytes', 'text'],
  ['no picture', new ArrayBuffer(3)],
  ['too long', new ArrayBuffer(192 * 1024 + 1)],
  ["another server's", bytesOf({ kind: 'trace', events: [traced(3, 1)] })],
])('what is %s ends its channel, and is told once', (_, data) => {
  const { exchange, shown, unreadable } = page();
  const incoming = channel();
  exchange.accept(2, incoming);
  say(incoming, bytesOf({ kind: 'trace', events: [traced(2, 1)] }));
  say(incoming, data);
  say(incoming, data);
  say(incoming, bytesOf({ kind: 'trace', events: [traced(2, 2)] }));
  expect(shown).toEqual([{ kind: 'trace', events: [traced(2, 1)] }]);
  expect(unreadable).toEqual([2]);
  expect(incoming.close).toHaveBeenCalledTimes(1);
});

/** What crossed, as the other page reads it. */
function heard(outgoing: ReturnType<typeof channel>): Shown[] {
  const other = page();
  const incoming = channel();
  other.exchange.accept(1, incoming);
  for (const bytes of outgoing.sent) say(incoming, bytes.slice().buffer);
  expect(other.unreadable).toEqual([]);
  return other.shown;
}

/** Each of these so long that hardly two fit into a frame. */
const long = (sequence: number): Traced => ({
  ...traced(1, sequence),
  event: { kind: 'badFrame', from: 'client 1', reason: 'x'.repeat(90_000) },
});
const dropped = (sequence: number, count: number): Traced => ({
  ...traced(1, sequence),
  event: { kind: 'traceDropped', count },
});

test('a frame without room for all events says how many it left out, those of before too', () => {
  const outgoing = channel();
  const { exchange, shown } = page(outgoing);
  exchange.addPeer(2);
  const events = [long(1), long(2), long(3), long(4), dropped(5, 7)];
  exchange.publish({ kind: 'trace', events });
  expect(shown).toEqual([{ kind: 'trace', events }]);
  expect(heard(outgoing)).toEqual([{ kind: 'trace', events: [long(1), long(2), dropped(3, 9)] }]);
});

test('of an event that fits into no frame only the number is said', () => {
  const outgoing = channel();
  const { exchange } = page(outgoing);
  exchange.addPeer(2);
  const event = { kind: 'badFrame', from: 'client 1', reason: 'x'.repeat(200_000) } as const;
  exchange.publish({ kind: 'trace', events: [{ ...traced(1, 4), event }] });
  expect(heard(outgoing)).toEqual([{ kind: 'trace', events: [dropped(4, 1)] }]);
});

test('a page that does not keep up hears how many events it missed, once', () => {
  const outgoing = channel();
  const { exchange } = page(outgoing);
  exchange.addPeer(2);
  const publish = (...sequences: number[]): void => {
    exchange.publish({ kind: 'trace', events: sequences.map((each) => traced(1, each)) });
  };
  const fill = (bufferedAmount: number): void => {
    Object.assign(outgoing, { bufferedAmount });
  };
  // Before its channel was open nobody was there to miss anything.
  Object.assign(outgoing, { readyState: 'connecting' });
  publish(1);
  Object.assign(outgoing, { readyState: 'open' });
  outgoing.onopen?.(new Event('open'));
  publish(2);
  fill(512 * 1024);
  publish(3, 4);
  publish(5);
  fill(0);
  publish(6);
  publish(7);
  expect(heard(outgoing).map((picture) => 'events' in picture && picture.events)).toEqual([
    [traced(1, 2)],
    [dropped(3, 3), traced(1, 6)],
    [traced(1, 7)],
  ]);
});
