// Between pages: what is no picture ends its channel and is told.

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
