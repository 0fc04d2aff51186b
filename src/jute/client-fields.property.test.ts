import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { connectionId, sessionId } from '../vocabulary/ids.ts';
import { OP_CODE, XID, type RequestKind } from '../vocabulary/request.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';
import { WIRE_BYTES_MAX, type WireField } from '../vocabulary/wire.ts';
import { ZXID_ZERO } from '../vocabulary/zxid.ts';
import { handshakeFields, replyFields, requestFields, watchEventFields } from './client-fields.ts';
import { encodeConnectResponse, encodeReply, encodeRequest, encodeWatcherEvent } from './client.ts';
import { frame } from './election.ts';
import {
  connectResponse,
  int,
  REQUESTS,
  RESPONSES,
  session,
  watcherEvent,
  zxid,
} from './records.fixture.ts';
import { toldFrame } from './told-frame.ts';
import { readWire, wireOfCarried } from './wire.ts';

function expectCovered(fields: readonly WireField[], length: number): void {
  let at = 0;
  for (const { from, to } of fields) {
    expect(from).toBe(at);
    expect(to).toBeGreaterThan(from);
    at = to;
  }
  expect(at).toBe(length);
}

/** Of the whole, every byte has a name; of any part of it, every byte has a place. */
function expectNamed(
  whole: Uint8Array,
  cut: number,
  fieldsOf: (bytes: Uint8Array) => readonly WireField[],
): readonly WireField[] {
  const fields = fieldsOf(whole);
  expectCovered(fields, whole.length);
  expect(fields.map(({ name }) => name)).not.toContain('…');
  expect(fields[0]).toMatchObject({ name: 'length', value: String(whole.length - 4), to: 4 });
  const part = whole.subarray(0, cut);
  expectCovered(fieldsOf(part), part.length);
  return fields;
}

const KINDS = Object.keys(REQUESTS) as RequestKind[];

describe('the fields of a client frame', () => {
  it.each(KINDS)('of a %s request are named to the last byte', (kind) => {
    fc.assert(
      fc.property(int, REQUESTS[kind], fc.nat(200), (xid, request, cut) => {
        const whole = frame(encodeRequest(xid, request));
        const fields = expectNamed(whole, cut, requestFields);
        expect(fields[2]?.value).toBe(`${String(OP_CODE[kind])} (${kind})`);
      }),
    );
  });

  it.each(KINDS)('of the reply to a %s are named to the last byte', (kind) => {
    fc.assert(
      fc.property(int, zxid, RESPONSES[kind], fc.nat(200), (xid, at, response, cut) => {
        const whole = frame(encodeReply({ xid, zxid: at, err: 0 }, response));
        expectNamed(whole, cut, (bytes) => replyFields(bytes, kind));
      }),
    );
  });

  it('of a watch event and of a handshake are named to the last byte', () => {
    fc.assert(
      fc.property(watcherEvent, connectResponse, zxid, fc.nat(80), (event, response, at, cut) => {
        const fields = expectNamed(frame(encodeWatcherEvent(at, event)), cut, watchEventFields);
        expect(fields[1]?.value).toBe(`${String(XID.notification)} (notification)`);
        expect(fields[4]?.value).toContain(`(${event.type})`);
        expectNamed(frame(encodeConnectResponse(response)), cut, handshakeFields);
      }),
    );
  });
});

const session7 = sessionId(7n);
const opened = (timeoutMillis: number): TraceEvent => ({
  ...{ kind: 'sessionOpened', session: session7, connection: connectionId(1), timeoutMillis },
});

describe('the bytes of a client frame that go along with its event', () => {
  it('are its length and its first bytes, as they crossed', () => {
    const asked = fc.record({ ...{ kind: fc.constant('requestReceived'), session, xid: int } });
    const bytes = fc.uint8Array({ maxLength: 400 });
    fc.assert(
      fc.property(asked, bytes, (event, content) => {
        const request = { ...event, op: 'setData', path: '/a' } as TraceEvent;
        const read = readWire(wireOfCarried(request, { frame: content }));
        expect(read?.secret).toEqual([]);
        expect(read?.bytes).toEqual(frame(content).slice(0, WIRE_BYTES_MAX));
      }),
    );
  });

  it('keep a session password as places alone', () => {
    const password = Uint8Array.from({ length: 16 }, (_, at) => at + 1);
    const content = encodeConnectResponse({
      ...{ protocolVersion: 0, timeoutMillis: 8_000, sessionId: session7, password },
      readOnly: false,
    });
    const wire = wireOfCarried(opened(8_000), { frame: content }) ?? '';
    expect(wire).toMatch(/^[0-9a-f]{48}(\?\?){16}00$/);
    const read = readWire(wire);
    expect(read?.secret).toEqual(Array.from({ length: 16 }, (_, at) => at + 24));
    expect(handshakeFields(read!.bytes).find(({ name }) => name === 'passwd')).toMatchObject({
      ...{ from: 24, to: 40 },
    });
  });

  it.each(['auth', 'sasl'] as const)('keep what an %s request proves as places alone', (op) => {
    const request =
      op === 'auth'
        ? ({ kind: op, scheme: 'digest', auth: new TextEncoder().encode('ann:secret') } as const)
        : ({ kind: op, token: new TextEncoder().encode('secret') } as const);
    const event = { kind: 'requestReceived', session: session7, xid: -4, op, path: null } as const;
    const wire = wireOfCarried(event, { frame: encodeRequest(-4, request) }) ?? '';
    expect(wire).toMatch(/^[0-9a-f]{24}(\?\?)+$/);
    const fields = requestFields(readWire(wire)!.bytes);
    expect(fields.map(({ name }) => name)).toEqual([
      ...['length', 'header.xid', 'header.type', 'request'],
    ]);
  });

  it('keep what sasl answers as places alone', () => {
    const event = { kind: 'replied', session: session7, xid: 1, op: 'sasl', err: 0 } as const;
    const response = { kind: 'token', token: new TextEncoder().encode('rspauth=1') } as const;
    const content = encodeReply({ xid: 1, zxid: ZXID_ZERO, err: 0 }, response);
    const wire = wireOfCarried({ ...event, zxid: ZXID_ZERO }, { frame: content }) ?? '';
    expect(wire).toMatch(/^[0-9a-f]{40}(\?\?)+$/);
  });
});

describe('a frame of which only the event is known', () => {
  it('of a watch event, and of a refusal, is whole and as it crossed', () => {
    fc.assert(
      fc.property(watcherEvent, session, zxid, ({ type, path }, id, at) => {
        const fired = { kind: 'watchFired', session: id, path, event: type, zxid: at } as const;
        const { bytes, whole, untold } = toldFrame(fired);
        const sent = encodeWatcherEvent(at, { type, path, state: 'SyncConnected' });
        // A notification carries no zxid of its own.
        expect(bytes.slice(16)).toEqual(frame(sent).slice(16));
        expect(bytes.slice(8, 16)).toEqual(new Uint8Array(8).fill(255));
        expect({ whole, untold }).toEqual({ whole: true, untold: [] });
      }),
    );
    const asked = { kind: 'replied', session: session7, xid: 3, op: 'delete' } as const;
    const refused = { ...asked, zxid: ZXID_ZERO, err: -101 };
    const sent = frame(encodeReply({ xid: 3, zxid: ZXID_ZERO, err: -101 }, null));
    expect(toldFrame(refused)).toEqual({ bytes: sent, untold: [], secret: [], whole: true });
  });

  it('of a request has what the event says at the places where it stood, and no more', () => {
    const requests = fc.oneof(REQUESTS.create, REQUESTS.getData, REQUESTS.delete, REQUESTS.exists);
    fc.assert(
      fc.property(int, requests, (xid, request) => {
        fc.pre('path' in request && request.path !== '');
        const { kind: op, path } = request as { kind: 'create'; path: string };
        const event = { kind: 'requestReceived', session: session7, xid, op, path } as const;
        const { bytes, untold, whole } = toldFrame(event);
        const sent = frame(encodeRequest(xid, request));
        expect(untold).toEqual([[0, 4]]);
        expect(whole).toBe(false);
        expect(bytes.slice(4)).toEqual(sent.slice(4, bytes.length));
        expect(bytes.length).toBeGreaterThan(12);
      }),
    );
  });
});
