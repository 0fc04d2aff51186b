// What is not quite a request, or one that Apache ZooKeeper 3.8 reads in a way of its own: found by asking
// it and us the same (src/entries/differential), pinned here one by one.

import { beforeEach, describe, expect, it } from 'vitest';
import { decodeReply, decodeResponse, encodeRequestBody, joinRequest } from '../jute/client.ts';
import { makeWriter, writeInt, writeLong, writeString, written } from '../jute/writer.ts';
import { OP_CODE, type MultiOperation, type Request } from '../vocabulary/request.ts';
import { ask, type TestClient } from './client.fixture.ts';
import { TestEnsemble } from './ensemble.fixture.ts';

const OPEN = [{ perms: 31, scheme: 'world', id: 'anyone' }];
let ensemble: TestEnsemble;
let client: TestClient;

beforeEach(() => {
  ensemble = new TestEnsemble(1).start();
  client = ensemble.connect(ensemble.leader());
});

/** Header of the answer to these bytes, whatever they are. */
function header(type: number, body: Uint8Array) {
  client.sendFrame(joinRequest({ xid: 9, type }, body));
  ensemble.settle();
  const last = client.take().pop();
  return last?.kind === 'reply' ? last.header : null;
}
const bytesOf = (write: (writer: ReturnType<typeof makeWriter>) => void): Uint8Array => {
  const writer = makeWriter();
  write(writer);
  return written(writer);
};

describe('bytes that are no request', () => {
  it('of a type that changes something cost a zxid, and the answer tells it', () => {
    const before = ensemble.leader().state?.tree.lastZxid ?? 0n;
    for (const type of [OP_CODE.create, OP_CODE.setData, OP_CODE.delete, OP_CODE.multi]) {
      const answer = header(type, new Uint8Array(2));
      expect(answer).toMatchObject({ err: -5, zxid: ensemble.leader().state?.tree.lastZxid });
    }
    expect(ensemble.leader().state?.tree.lastZxid).toBe(before + 4n);
    expect(client.closedBecause).toBeNull();
  });

  it('through a follower too', () => {
    const three = new TestEnsemble(3).start();
    const far = three.connect(three.followers()[0]!);
    const before = three.leader().state?.tree.lastZxid ?? 0n;
    far.sendFrame(joinRequest({ xid: 5, type: OP_CODE.setData }, new Uint8Array(1)));
    three.settle();
    expect(far.lines()).toEqual(['5 MarshallingError']);
    expect(three.leader().state?.tree.lastZxid).toBe(before + 1n);
  });

  it('of a type that reads cost none', () => {
    const before = ensemble.leader().state?.tree.lastZxid;
    expect(header(OP_CODE.getData, new Uint8Array(2))).toMatchObject({ err: -5, zxid: before });
  });

  it('too many behind a request are passed over', () => {
    const body = encodeRequestBody(ask.create('/a'));
    const longer = new Uint8Array(body.length + 5);
    longer.set(body);
    expect(header(OP_CODE.create, longer)).toMatchObject({ err: 0 });
  });
});

describe('null and other lengths below zero', () => {
  const nullPath = bytesOf((writer) => {
    writeString(writer, null);
    writeInt(writer, -1);
  });

  it.each([
    ['getData', OP_CODE.getData, -5],
    ['delete', OP_CODE.delete, -5],
    ['checkWatches', OP_CODE.checkWatches, -5],
    ['removeWatches', OP_CODE.removeWatches, -5],
    ['sync', OP_CODE.sync, 0],
  ])('for the path of %s', (_name, type, err) => {
    expect(header(type, nullPath)?.err).toBe(err);
  });

  it('a setData without a path has a bad argument', () => {
    const body = bytesOf((writer) => {
      for (const length of [-1, -1, -1]) writeInt(writer, length);
    });
    expect(header(OP_CODE.setData, body)?.err).toBe(-8);
  });

  const createWithAcl = (count: number, id: string | null, scheme = 'world'): Uint8Array =>
    bytesOf((writer) => {
      writeString(writer, '/a');
      writeInt(writer, -1);
      writeInt(writer, count);
      if (count > 0) {
        writeInt(writer, 31);
        writeString(writer, scheme);
        writeString(writer, id);
      }
      writeInt(writer, 0);
    });

  it.each([
    ['no list', -1, null, 'world', -114],
    ['a count below -1, which is an empty list', -2, null, 'world', -114],
    ['world without an id', 1, null, 'world', -5],
    ['digest without an id', 1, null, 'digest', -5],
    ['an unknown scheme without an id', 1, null, 'nobody', -114],
  ])('an ACL: %s', (_name, count, id, scheme, err) => {
    expect(header(OP_CODE.create, createWithAcl(count, id, scheme))?.err).toBe(err);
  });

  it('auth needs no id: kazoo sends none', () => {
    client.call({ kind: 'auth', scheme: 'digest', auth: new Uint8Array([98, 58, 112]) });
    client.take();
    expect(header(OP_CODE.create, createWithAcl(1, null, 'auth'))?.err).toBe(0);
  });

  it('setWatches without a list is no request', () => {
    const body = bytesOf((writer) => {
      writeLong(writer, 0n);
      for (const count of [0, -1, 0]) writeInt(writer, count);
    });
    expect(header(OP_CODE.setWatches, body)?.err).toBe(-5);
  });
});

describe('sasl, which is not configured here', () => {
  it('is answered with zxid 0 and no token; the client goes on', () => {
    const body = encodeRequestBody({ kind: 'sasl', token: new Uint8Array([1]) });
    client.sendFrame(joinRequest({ xid: 3, type: OP_CODE.sasl }, body));
    const { header: head, body: answer } = decodeReply(client.frames.pop()!);
    expect(head).toEqual({ xid: 3, zxid: 0n, err: 0 });
    expect(decodeResponse('sasl', answer)).toEqual({ kind: 'token', token: null });
    expect(client.closedBecause).toBeNull();
  });

  it('without a token ends the connection', () => {
    client.sendFrame(joinRequest({ xid: 3, type: OP_CODE.sasl }, new Uint8Array(4).fill(255)));
    expect(client.closedBecause).not.toBeNull();
  });
});

describe('inside a multi', () => {
  const create = (kind: 'create' | 'createContainer', flags: number): MultiOperation => ({
    ...{ kind, path: '/a', data: null, acl: OPEN, flags },
  });
  const multi = (...operations: MultiOperation[]): Request => ({ kind: 'multi', operations });

  it('the flags say what a create makes', () => {
    client.call(multi(create('create', 4)));
    expect(ensemble.leader().state?.tree.containers.has('/a')).toBe(true);
    client.call(ask.remove('/a'));
    client.call(multi(create('createContainer', 0)));
    expect(ensemble.leader().state?.tree.containers.has('/a')).toBe(false);
    expect(client.call(ask.exists('/a'))).toMatchObject({ kind: 'stat' });
  });

  it('a create with the flags of a TTL node is no request, once it is come to', () => {
    expect(client.call(multi(ask.create('/b') as MultiOperation, create('create', 5)))).toBe(
      'MarshallingError',
    );
    expect(client.call(ask.exists('/b'))).toBe('NoNode');
    const failing = ask.remove('/no') as MultiOperation;
    expect(client.call(multi(failing, create('create', 5)))).toMatchObject({
      results: [{ err: -101 }, { err: -2 }],
    });
  });
});

it('the other name of the root counts the root too', () => {
  expect(client.call({ kind: 'getAllChildrenNumber', path: '/' })).toMatchObject({ count: 3 });
  expect(client.call({ kind: 'getAllChildrenNumber', path: '' })).toMatchObject({ count: 4 });
});

it('checkWatches stumbles over a path that never comes to the root', () => {
  const check = (path: string): unknown => client.call({ kind: 'checkWatches', path, type: 3 });
  expect(['a', 'a/x', '/a', ''].map(check)).toEqual([
    ...['MarshallingError', 'NoWatcher', 'NoWatcher', 'NoWatcher'],
  ]);
  client.call({ kind: 'addWatch', path: '/r', mode: 1 });
  expect(['a', 'a/x', '/a', ''].map(check)).toEqual([
    ...['MarshallingError', 'MarshallingError', 'NoWatcher', 'NoWatcher'],
  ]);
});

it('/zookeeper/config is as old as this server serves', () => {
  expect(client.call(ask.get('/zookeeper/config'))).toMatchObject({
    stat: { ctime: 0, mtime: expect.any(Number) as number, version: -1 },
  });
  const { tree, wallMillis } = ensemble.leader().state!;
  const mtime = tree.nodes.get('/zookeeper/config')?.stat.mtime ?? 0;
  expect(mtime).toBeGreaterThan(0);
  expect(mtime).toBeLessThanOrEqual(wallMillis);
});

describe('a session that has moved from the leader', () => {
  it('reads nothing there any more; a create is judged by its flags all the same', () => {
    const three = new TestEnsemble(3).start();
    const old = three.connect(three.leader());
    const moved = three.dial(three.followers()[0]!);
    moved.handshake({ sessionId: old.session, password: old.password });
    three.settle();
    moved.takeConnectResponse();
    expect(moved.session).toBe(old.session);
    expect(old.call({ ...ask.create('/a'), flags: 99 } as Request)).toBe('BadArguments');
    expect(old.call(ask.exists('/'))).toBe('no answer');
    expect(old.closedBecause).toBe('the session has moved to another server');
  });
});
