// Whatever the network does and whatever the server says: each request is answered exactly once, frames
// go only to the connection that is up, and when it is over it is over.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fifoLength } from '../base/fifo.ts';
import { encodeConnectResponse, encodeReply, encodeWatcherEvent } from '../jute/client.ts';
import { serverId } from '../vocabulary/ids.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import { makeClient, stepClient } from './client.ts';
import type { ClientAction, ClientState } from './client.ts';
import { PASSWORD, SESSION, get } from './scripted.fixture.ts';

type Event =
  | { readonly kind: 'pass'; readonly millis: number }
  | { readonly kind: 'up' | 'down' | 'failed' | 'ask' | 'close' | 'grant' | 'expire' | 'watch' }
  | { readonly kind: 'answer'; readonly err: number }
  | { readonly kind: 'noise'; readonly bytes: Uint8Array }
  | { readonly kind: 'late'; readonly back: number };

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pass' as const), millis: fc.nat(3000) }) },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constantFrom('up', 'up', 'grant', 'grant', 'ask', 'ask', 'down', 'failed', 'watch'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('close', 'expire') }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      err: fc.constantFrom(-101, -103, -101, -4),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('noise' as const),
      bytes: fc.uint8Array({ maxLength: 40 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('late' as const),
      back: fc.integer({ min: 1, max: 3 }),
    }),
  },
);

class World {
  client: ClientState = makeClient({
    servers: [1, 2, 3].map(serverId),
    timeoutMillis: 9000,
    seed: 5,
    queueMillisMax: 2000,
  });
  now = 0;
  asked = 0;
  readonly answers = new Map<number, number>();
  /** The connection that the network would carry frames on. */
  up: number | null = null;
  over = false;

  play(each: Event): void {
    const { connection } = this.client;
    switch (each.kind) {
      case 'pass':
        this.now += each.millis;
        return this.take(stepClient(this.client, { kind: 'tick', nowMillis: this.now }));
      case 'up':
        if (this.client.phase === 'connecting') this.up = connection;
        return this.take(stepClient(this.client, { kind: 'connected', connection }));
      case 'down':
      case 'failed': {
        this.up = null;
        const kind = each.kind === 'down' ? 'disconnected' : 'connectFailed';
        return this.take(stepClient(this.client, { kind, connection }));
      }
      case 'ask': {
        this.asked += 1;
        const request = get('/a', this.asked % 2 === 0);
        return this.take(stepClient(this.client, { kind: 'request', ticket: this.asked, request }));
      }
      case 'close':
        return this.take(stepClient(this.client, { kind: 'close' }));
      case 'late':
        return this.take(
          stepClient(this.client, { kind: 'disconnected', connection: connection - each.back }),
        );
      default: {
        const frame = this.frameOf(each);
        if (this.up === null || frame === null) return undefined;
        return this.take(stepClient(this.client, { kind: 'frame', connection: this.up, frame }));
      }
    }
  }

  frameOf(each: Event): Uint8Array | null {
    const head = this.client.sent.items[this.client.sent.head];
    const timeoutMillis = each.kind === 'expire' ? 0 : 6000;
    switch (each.kind) {
      case 'grant':
      case 'expire':
        if (this.client.phase !== 'handshaking') return null;
        return encodeConnectResponse({
          protocolVersion: 0,
          timeoutMillis,
          sessionId: SESSION,
          password: PASSWORD,
          readOnly: false,
        });
      case 'answer': {
        if (head === undefined) return null;
        const err = head.ticket === null ? 0 : each.err;
        return encodeReply({ xid: head.xid, zxid: zxidOf(BigInt(this.now)), err }, null);
      }
      case 'watch':
        return encodeWatcherEvent(zxidOf(-1n), {
          type: 'NodeDataChanged',
          state: 'SyncConnected',
          path: '/a',
        });
      case 'noise':
        return each.bytes;
      default:
        return null;
    }
  }

  take(actions: readonly ClientAction[]): void {
    for (const action of actions) {
      if (action.kind === 'answered') {
        this.answers.set(action.ticket, (this.answers.get(action.ticket) ?? 0) + 1);
        continue;
      }
      expect(this.over).toBe(false);
      if (action.kind === 'send') expect(action.connection).toBe(this.up);
      if (action.kind === 'connect') expect(this.up).toBeNull();
      if (action.kind === 'disconnect') this.up = null;
      if (action.kind === 'stateChanged') {
        this.over = ['Closed', 'Expired', 'AuthFailed'].includes(action.state);
      }
    }
    const { phase, queued, sent } = this.client;
    if (phase === 'connected') expect(fifoLength(queued)).toBe(0);
    if (phase !== 'connected' && phase !== 'closing') expect(fifoLength(sent)).toBe(0);
  }
}

describe('any behaviour of network and server', () => {
  it('answers each request exactly once', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 120 }), (events) => {
        const world = new World();
        for (const each of events) world.play(each);
        world.play({ kind: 'close' });
        world.play({ kind: 'down' });
        expect(world.client.phase).toBe('ended');
        expect(world.over).toBe(true);
        const counts = Array.from({ length: world.asked }, (_, at) => world.answers.get(at + 1));
        expect(counts.every((count) => count === 1)).toBe(true);
        expect(world.answers.size).toBe(world.asked);
      }),
      { numRuns: 500 },
    );
  });
});
