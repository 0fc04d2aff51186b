// A session of a home whose connection breaks: what its recipes had asked is asked again, in its turn.

import { expect, test } from 'vitest';

import type { ConnectionEvents, ServerConnections } from '../../client/connecting.ts';
import { decodeRequestHeader, encodeConnectResponse, encodeReply } from '../../jute/client.ts';
import { serverId, sessionId } from '../../vocabulary/ids.ts';
import { opName } from '../../vocabulary/request.ts';
import { zxidOf } from '../../vocabulary/zxid.ts';
import { ClientSession } from './client-session.ts';

/** A server that is played by hand. */
class Played implements ServerConnections {
  events: ConnectionEvents | null = null;
  readonly frames: Uint8Array[] = [];

  connect(_server: number, events: ConnectionEvents) {
    this.events = events;
    return { send: (frame: Uint8Array) => this.frames.push(frame), close: () => undefined };
  }

  grant(): void {
    this.events?.onOpen();
    this.frames.length = 0;
    this.events?.onFrame(
      encodeConnectResponse({
        ...{ protocolVersion: 0, timeoutMillis: 8_000, sessionId: sessionId(7n) },
        ...{ password: new Uint8Array(16), readOnly: false },
      }),
    );
  }

  /** `xid op`, in the order of sending. */
  said(): string[] {
    return this.frames.map((frame) => {
      const { xid, type } = decodeRequestHeader(frame).header;
      return `${String(xid)} ${String(opName(type))}`;
    });
  }
}

test('a recipe asks again on the next connection, behind what has waited for it', async () => {
  const played = new Played();
  const session = new ClientSession(
    { number: 1, servers: [serverId(1)], timeoutMillis: 8_000 },
    played,
    { onChanged: () => undefined, onWatch: () => undefined },
  );
  played.grant();
  const said = session.recipes.follow('consumer', '/s');
  expect(played.said()).toEqual(['1 getChildren']);
  played.events?.onClosed();
  await Promise.resolve();
  const waiting = session.ask({ kind: 'exists', path: '/a', watch: false });
  await expect.poll(() => (session.tick(), session.view().attachedTo)).toBe(null);
  played.grant();
  expect(played.said()).toEqual(['2 exists', '3 getChildren']);
  played.events?.onFrame(encodeReply({ xid: 2, zxid: zxidOf(1n), err: -101 }, null));
  const children = { kind: 'children', children: ['a:1'] } as const;
  played.events?.onFrame(encodeReply({ xid: 3, zxid: zxidOf(1n), err: 0 }, children));
  expect(await waiting).toMatchObject({ outcome: 'failed', code: -101 });
  expect((await said[Symbol.asyncIterator]().next()).value).toMatchObject({
    ...{ says: 'holds', found: ['a:1'] },
  });
  void session.close();
});
