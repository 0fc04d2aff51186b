import { describe, expect, test } from 'vitest';

import { encodeConnectResponse, encodeReply, encodeRequest } from '../../jute/client.ts';
import { wireOfCarried } from '../../jute/wire.ts';
import { connectionId, serverId, sessionId } from '../../vocabulary/ids.ts';
import type { Traced, TraceEvent } from '../../vocabulary/trace.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import { inspectEvent } from './inspect.ts';

const session = sessionId(0x100n);
const request = {
  kind: 'requestReceived',
  session,
  xid: 7,
  op: 'setData',
  path: '/a',
} as const;

const kept = (event: TraceEvent, frame: Uint8Array): Traced => {
  const wire = wireOfCarried(event, { frame });
  if (wire === null) throw new Error('nothing crossed');
  return { server: serverId(2), sequence: 1, atMillis: 1, event, wire };
};
const told = (event: TraceEvent): Traced => ({
  ...{ server: serverId(2), sequence: 1, atMillis: 1, event },
});
const valuesOf = (traced: Traced): Record<string, string> =>
  Object.fromEntries(
    (inspectEvent(traced)?.fields ?? []).map(({ name, value, missing }) => [
      name,
      missing ?? value,
    ]),
  );

describe('a client frame', () => {
  test('that was kept has every field, and its bytes', () => {
    const data = new TextEncoder().encode('hello');
    const frame = encodeRequest(7, { kind: 'setData', path: '/a', data, version: -1 });
    const traced = kept(request, frame);
    expect(inspectEvent(traced)?.total).toBe(frame.length + 4);
    expect(valuesOf(traced)).toMatchObject({
      ...{ 'header.xid': '7', 'header.type': '5 (setData)', 'request.path': '/a' },
      ...{ 'request.data': 'hello', 'request.version': '-1' },
    });
  });

  test('that is long has its beginning, and says how long it was', () => {
    const data = new Uint8Array(5_000);
    const frame = encodeRequest(7, { kind: 'setData', path: '/a', data, version: -1 });
    const view = inspectEvent(kept(request, frame));
    expect(view?.total).toBe(frame.length + 4);
    expect(view?.bytes.length).toBe(256);
    expect(view?.fields.at(-1)?.name).toBe('…');
  });

  test('of a handshake shows all but the password', () => {
    const connection = connectionId(1);
    const event = { kind: 'sessionOpened', session, connection, timeoutMillis: 8_000 } as const;
    const password = new Uint8Array(16).fill(0x41);
    const frame = encodeConnectResponse({
      ...{ protocolVersion: 0, timeoutMillis: 8_000, sessionId: session, password },
      readOnly: false,
    });
    const view = inspectEvent(kept(event, frame));
    expect([...(view?.bytes ?? [])]).not.toContain(0x41);
    expect(valuesOf(kept(event, frame))).toMatchObject({
      ...{ length: '37', timeOut: '8000', sessionId: '0x100', 'passwd.length': '16' },
      ...{ passwd: 'secret', readOnly: 'false' },
    });
    expect(valuesOf(told(event))).toEqual({
      ...{ length: 'notKept', protocolVersion: '0', timeOut: '8000', sessionId: '0x100' },
      ...{ 'passwd.length': '16', passwd: 'secret' },
    });
  });

  test('that nobody kept has what its event says, and says what is not known', () => {
    expect(inspectEvent(told(request))?.total).toBeNull();
    expect(valuesOf(told(request))).toEqual({
      ...{ length: 'notKept', 'header.xid': '7', 'header.type': '5 (setData)' },
      ...{ 'request.path.length': '2', 'request.path': '/a' },
    });
    expect(valuesOf(told({ ...request, op: 'error', path: null }))).toEqual({
      ...{ length: 'notKept', 'header.xid': '7', 'header.type': 'notKept' },
    });
    const zxid = makeZxid(1, 5);
    const replied = { kind: 'replied', session, xid: 7, op: 'setData', zxid, err: 0 } as const;
    expect(valuesOf(told(replied))).toEqual({
      ...{ length: 'notKept', 'header.xid': '7', 'header.zxid': '0x100000005' },
      ...{ 'header.err': '0 (Ok)' },
    });
    const refused = inspectEvent(told({ ...replied, err: -101 }));
    expect(refused?.total).toBe(20);
    expect(refused?.bytes.slice(4)).toEqual(encodeReply({ xid: 7, zxid, err: -101 }, null));
  });

  test('is none of bytes that no server told', () => {
    expect(inspectEvent({ ...told(request), wire: 'xyz' })).toBeNull();
    expect(inspectEvent({ ...told(request), wire: '00' })).toBeNull();
    expect(inspectEvent(told({ kind: 'readOnlyEnded' }))).toBeNull();
  });
});
