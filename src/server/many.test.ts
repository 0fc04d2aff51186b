// multiRead, reconfig and the bound of a frame at the client port.

import { beforeEach, expect, it } from 'vitest';
import { encodeRequest, encodeRequestBody, joinRequest } from '../jute/client.ts';
import { OP_CODE, type ReadOperation, type Request } from '../vocabulary/request.ts';
import { ask, type TestClient } from './client.fixture.ts';
import { TestEnsemble } from './ensemble.fixture.ts';
import { MULTI_READ_BYTES_MAX } from './reads.ts';
import { DEFAULT_SETTINGS } from './state.ts';

const REQUEST_BYTES_MAX = DEFAULT_SETTINGS.requestBytesMax;

let ensemble: TestEnsemble;
let client: TestClient;

beforeEach(() => {
  ensemble = new TestEnsemble(1).start();
  client = ensemble.connect(ensemble.leader());
});

const reads = (...operations: ReadOperation[]): Request => ({ kind: 'multiRead', operations });

it('multiRead answers part by part, each with its own end, and leaves no watch', () => {
  client.call(ask.create('/a', 0, Uint8Array.of(1)));
  client.call({ ...ask.create('/secret'), acl: [{ perms: 2, scheme: 'world', id: 'anyone' }] });
  const request = reads(
    { kind: 'getData', path: '/a' },
    { kind: 'getChildren', path: '/no' },
    { kind: 'getChildren', path: '/' },
    { kind: 'getData', path: '/secret' },
  );
  const expected = {
    kind: 'multi',
    results: [
      { kind: 'getData', data: Uint8Array.of(1), stat: { version: 0 } },
      { kind: 'error', err: -101 },
      { kind: 'getChildren', children: ['a', 'secret', 'zookeeper'] },
      { kind: 'error', err: -102 },
    ],
  };
  expect(client.call(request)).toMatchObject(expected);
  // The watch flag of the first part, which says yes here, is not heard.
  const body = encodeRequestBody(request);
  body[9 + 4 + '/a'.length] = 1;
  client.sendFrame(joinRequest({ xid: 9, type: OP_CODE.multiRead }, body));
  client.take();
  client.call(ask.set('/a', null));
  expect(client.lines()).toEqual([]);
  expect(ensemble.leader().state?.watches.byConnection.size).toBe(0);
});

it('a multiRead that writes, or a multi that reads, is no request; the connection lives', () => {
  const write = encodeRequestBody({ kind: 'multi', operations: [ask.remove('/a')] });
  const read = encodeRequestBody(reads({ kind: 'getData', path: '/' }));
  client.sendFrame(joinRequest({ xid: 1, type: OP_CODE.multiRead }, write));
  client.sendFrame(joinRequest({ xid: 2, type: OP_CODE.multi }, read));
  // This one costs a zxid, and so it is answered when that is agreed upon.
  ensemble.settle();
  expect(client.lines()).toEqual(['1 MarshallingError', '2 MarshallingError']);
  expect(client.closedBecause).toBeNull();
});

it('the answers of one multiRead are bounded', () => {
  const size = 1_000_000;
  client.call(ask.create('/big', 0, new Uint8Array(size)));
  const part = { kind: 'getData', path: '/big' } as const;
  const count = Math.floor(MULTI_READ_BYTES_MAX / size);
  const tooMany = Array.from({ length: count + 1 }, () => part);
  expect(client.call(reads(...tooMany))).toBe('MarshallingError');
  expect(client.call(reads(part, part))).toMatchObject({ kind: 'multi' });
});

it('reconfig is refused by name and spends a zxid, as where it is not enabled', () => {
  const before = ensemble.leader().state?.tree.lastZxid ?? 0n;
  const none = { joining: '', leaving: '', newMembers: '' };
  expect(client.call({ kind: 'reconfig', ...none, configId: -1n })).toBe('ReconfigDisabled');
  expect(ensemble.leader().state?.tree.lastZxid).toBe(before + 1n);
});

it('a frame may have jute.maxbuffer bytes and not one more', () => {
  const overhead = encodeRequest(1, ask.set('/', null)).length;
  const data = (length: number) => new Uint8Array(length);
  expect(client.call(ask.set('/', data(REQUEST_BYTES_MAX - overhead)))).toMatchObject({
    kind: 'stat',
  });
  const before = ensemble.leader().state?.tree.lastZxid;
  expect(client.call(ask.set('/', data(REQUEST_BYTES_MAX - overhead + 1)))).toBe('no answer');
  expect(client.closedBecause).toBe('the frame is too long');
  expect(ensemble.leader().state?.tree.lastZxid).toBe(before);
});
