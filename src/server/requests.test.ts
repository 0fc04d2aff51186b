import { beforeEach, describe, expect, it } from 'vitest';
import { decodeResponse, encodeRequest, joinRequest } from '../jute/client.ts';
import { ERROR_CODE } from '../vocabulary/error-code.ts';
import type { PacketName } from '../vocabulary/packet.ts';
import { OP_CODE, type Request } from '../vocabulary/request.ts';
import { OPEN_ACL } from '../vocabulary/stat.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import { STALLED_FRAMES_MAX } from './requests.ts';
import { serverReport } from './server.ts';
import { DEFAULT_SETTINGS } from './state.ts';
import { ask, type TestClient } from './client.fixture.ts';
import { TestEnsemble } from './ensemble.fixture.ts';

const OUTSTANDING_MAX = DEFAULT_SETTINGS.outstandingMax;
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('one server', () => {
  let ensemble: TestEnsemble;
  let client: TestClient;

  beforeEach(() => {
    ensemble = new TestEnsemble(1).start();
    client = ensemble.connect(ensemble.leader());
  });

  it('says after its election how its epoch begins, where there is one', () => {
    const first = new TestEnsemble(3).start();
    const zxidOfSeat = ({ state }: ReturnType<TestEnsemble['leader']>): bigint | null =>
      state === null ? null : serverReport(state).zxid;
    expect(zxidOfSeat(first.leader())).toBe(0x1_0000_0000n);
    expect(first.followers().map(zxidOfSeat)).toEqual([0n, 0n]);
  });

  it('answers each operation', () => {
    expect(client.call(ask.create('/a', 0, bytes(1, 2)))).toEqual({ kind: 'path', path: '/a' });
    expect(client.call(ask.create2('/a/s-', 2))).toMatchObject({
      ...{ kind: 'pathAndStat', path: '/a/s-0000000000' },
      stat: { version: 0, ephemeralOwner: 0n },
    });
    expect(client.call(ask.exists('/a'))).toMatchObject({
      stat: { numChildren: 1, cversion: 1, dataLength: 2 },
    });
    expect(client.call(ask.get('/a'))).toMatchObject({ data: bytes(1, 2), stat: { version: 0 } });
    expect(client.call(ask.set('/a', null, 0))).toMatchObject({
      stat: { version: 1, dataLength: 0 },
    });
    expect(client.call(ask.get('/a'))).toMatchObject({ data: null });
    expect(client.call(ask.children('/a'))).toEqual({
      ...{ kind: 'children', children: ['s-0000000000'] },
    });
    expect(client.call(ask.children2('/a'))).toMatchObject({
      ...{ children: ['s-0000000000'], stat: { version: 1 } },
    });
    expect(client.call({ kind: 'getACL', path: '/a' })).toMatchObject({ acl: OPEN_ACL });
    const acl = [{ perms: 9, scheme: 'world', id: 'anyone' }];
    expect(client.call({ kind: 'setACL', path: '/a', acl, version: 0 })).toMatchObject({
      stat: { aversion: 1, version: 1 },
    });
    expect(client.call({ kind: 'getACL', path: '/a' })).toMatchObject({ acl });
    expect(client.call({ kind: 'getAllChildrenNumber', path: '/' })).toEqual({
      ...{ kind: 'count', count: 5 },
    });
    expect(client.call(ask.sync('/anything'))).toEqual({ kind: 'path', path: '/anything' });
    expect(client.call(ask.remove('/a/s-0000000000', 0))).toEqual({ kind: 'nothing' });
    expect(client.call(ask.remove('/a'))).toEqual({ kind: 'nothing' });
    expect(client.call(ask.exists('/a'))).toBe('NoNode');
  });

  it.each<[Request, string]>([
    [ask.create('/a'), 'NodeExists'],
    [ask.create('/no/x'), 'NoNode'],
    [ask.create('/e/x'), 'NoChildrenForEphemerals'],
    [ask.create('bad'), 'BadArguments'],
    [{ ...ask.create('/x'), acl: [] }, 'InvalidACL'],
    [ask.remove('/no'), 'NoNode'],
    [ask.remove('/a'), 'NotEmpty'],
    [ask.remove('/a', 3), 'BadVersion'],
    [ask.remove('/zookeeper'), 'BadArguments'],
    [ask.set('/no', null), 'NoNode'],
    [ask.set('/a', null, 4), 'BadVersion'],
    [ask.get('/no'), 'NoNode'],
    [ask.get('bad'), 'NoNode'],
    [ask.exists('/no'), 'NoNode'],
    [ask.exists('/n\0o'), 'BadArguments'],
    [ask.children('/no'), 'NoNode'],
    [{ kind: 'getACL', path: '/no' }, 'NoNode'],
    [{ kind: 'getAllChildrenNumber', path: '/no' }, 'NoNode'],
  ])('refuses %j with %s', (request, name) => {
    client.call(ask.create('/a'));
    client.call(ask.create('/a/b'));
    client.call(ask.create('/e', 1));
    expect(client.call(request)).toBe(name);
    expect(client.closedBecause).toBeNull();
  });

  it('reads the root under its empty name too', () => {
    expect(client.call(ask.children(''))).toEqual({ kind: 'children', children: ['zookeeper'] });
  });

  it('spends a zxid on a refused write and none on reads, pings and syncs', () => {
    const zxidOfLast = (request: Request): bigint => {
      client.send(request);
      ensemble.settle();
      return client.take().pop()?.header.zxid ?? -9n;
    };
    const first = zxidOfLast(ask.create('/a'));
    expect(zxidOfLast(ask.create('/a'))).toBe(first + 1n);
    expect(zxidOfLast({ kind: 'multi', operations: [ask.check('/no', 0)] })).toBe(first + 2n);
    expect(zxidOfLast(ask.get('/a'))).toBe(first + 2n);
    expect(zxidOfLast(ask.ping)).toBe(first + 2n);
    expect(zxidOfLast(ask.sync('/a'))).toBe(first + 2n);
    expect(zxidOfLast(ask.set('/a', null))).toBe(first + 3n);
  });

  it('answers a multi that fails with err 0 and an error for each part', () => {
    const operations = [ask.create('/m'), ask.check('/m', 8), ask.remove('/m')];
    expect(client.call({ kind: 'multi', operations })).toEqual({
      kind: 'multi',
      results: [
        { kind: 'error', err: ERROR_CODE.Ok },
        { kind: 'error', err: ERROR_CODE.BadVersion },
        { kind: 'error', err: ERROR_CODE.RuntimeInconsistency },
      ],
    });
    expect(client.call(ask.exists('/m'))).toBe('NoNode');
  });

  it('answers a multi that succeeds part by part', () => {
    const operations = [
      ask.create('/m'),
      ask.create2('/m/s', 2),
      ask.set('/m', bytes(7), 0),
      ask.check('/m', 1),
      ask.remove('/m/s0000000000'),
    ];
    expect(client.call({ kind: 'multi', operations })).toMatchObject({
      results: [
        { kind: 'create', path: '/m' },
        { kind: 'create2', path: '/m/s0000000000' },
        { kind: 'setData', stat: { version: 1, numChildren: 1 } },
        { kind: 'check' },
        { kind: 'delete' },
      ],
    });
    expect(client.call({ kind: 'multi', operations: [] })).toEqual({ kind: 'multi', results: [] });
  });

  it('answers pipelined requests in their order, whatever they are', () => {
    client.send(ask.create('/a'));
    client.send(ask.get('/a'));
    client.send(ask.get('/no'));
    client.sendFrame(joinRequest({ xid: 4, type: OP_CODE.setData }, bytes(0, 0)));
    client.sendFrame(encodeRequest(77, ask.ping));
    client.sendFrame(encodeRequest(6, ask.sync('/a')));
    client.sendFrame(encodeRequest(7, ask.remove('/a', 5)));
    client.sendFrame(encodeRequest(8, ask.exists('/a')));
    expect(client.frames).toHaveLength(0);
    ensemble.settle();
    expect(client.lines()).toEqual([
      ...['1 Ok', '2 Ok', '3 NoNode', '4 MarshallingError', '-2 Ok'],
      ...['6 Ok', '7 BadVersion', '8 Ok'],
    ]);
  });

  it('a sync and the reads behind it do not see what the session wrote after them', () => {
    const seat = ensemble.leader();
    const other = ensemble.connect(seat);
    client.call(ask.create('/a'));
    seat.disk.held = true;
    // The first write alone is on its way to the disk: the others will be done at once, behind it.
    other.send(ask.create('/first'));
    other.send(ask.set('/a', null));
    client.send(ask.sync('/a'));
    client.send(ask.get('/a'));
    client.send(ask.set('/a', null));
    client.send(ask.get('/a'));
    seat.disk.held = false;
    ensemble.settle();
    const replies = client.take();
    const zxids = replies.map(({ header }) => header.zxid);
    expect(zxids).toEqual([...zxids].sort((a, b) => (a < b ? -1 : 1)));
    const versions = [1, 3].map((at) => {
      const reply = replies[at];
      if (reply?.kind !== 'reply') throw new Error('a read is answered');
      return decodeResponse('getData', reply.body);
    });
    expect(versions).toMatchObject([{ stat: { version: 1 } }, { stat: { version: 2 } }]);
  });

  it('lets a session read its own write, and others read while it waits', () => {
    const other = ensemble.connect(ensemble.leader());
    ensemble.leader().disk.held = true;
    client.send(ask.create('/a'));
    client.send(ask.exists('/a'));
    expect(other.call(ask.exists('/a'))).toBe('NoNode');
    expect(client.frames).toHaveLength(0);
    ensemble.leader().disk.held = false;
    ensemble.settle();
    expect(client.lines()).toEqual(['1 Ok', '2 Ok']);
  });

  it.each([
    ['of an unknown type', 99],
    ['check outside a multi', OP_CODE.check],
    ['createSession from a client', OP_CODE.createSession],
    ['deleteContainer from a client', OP_CODE.deleteContainer],
    ['notification from a client', OP_CODE.notification],
  ])('answers a request %s in its turn, with zxid -1, and closes', (_title, type) => {
    client.send(ask.create('/a'));
    client.sendFrame(joinRequest({ xid: 2, type }, bytes(0, 0, 0, 9)));
    client.send(ask.get('/a'));
    ensemble.settle();
    const received = client.take();
    expect(received.map(({ header }) => [header.xid, header.err])).toEqual([
      [1, 0],
      [2, ERROR_CODE.Unimplemented],
    ]);
    expect(received[1]?.header.zxid).toBe(-1n);
    expect(client.closedBecause).not.toBeNull();
  });

  it('closes on a frame without a header, says so, and does nothing else', () => {
    const seat = ensemble.leader();
    const other = ensemble.connect(seat);
    client.sendFrame(bytes(0, 0, 0));
    expect(client.closedBecause).not.toBeNull();
    expect(ensemble.traced(seat, 'badFrame')).toHaveLength(1);
    expect(other.call(ask.create('/a'))).toMatchObject({ path: '/a' });
  });

  it('answers auth at once with zxid 0, and closes after a scheme it does not know', () => {
    ensemble.leader().disk.held = true;
    client.send(ask.create('/a'));
    client.sendFrame(
      encodeRequest(-4, { kind: 'auth', scheme: 'digest', auth: bytes(97, 58, 98) }),
    );
    const [reply] = client.take();
    expect(reply?.header).toEqual({ xid: -4, zxid: 0n, err: 0 });
    client.sendFrame(encodeRequest(-4, { kind: 'auth', scheme: 'nobody', auth: null }));
    expect(client.lines()).toEqual(['-4 AuthFailed']);
    expect(client.closedBecause).not.toBeNull();
  });

  it('queues frames above the bound of outstanding requests and loses none', () => {
    const seat = ensemble.leader();
    const other = ensemble.connect(seat);
    seat.disk.held = true;
    const count = OUTSTANDING_MAX + 500;
    for (let n = 1; n <= count; n += 1) client.send(ask.create(`/n${String(n)}`));
    other.send(ask.exists('/n1'));
    expect(seat.state?.inFlight).toBe(OUTSTANDING_MAX);
    expect(other.frames).toHaveLength(0);
    seat.disk.held = false;
    ensemble.settle();
    expect(client.lines()).toEqual(Array.from({ length: count }, (_, n) => `${String(n + 1)} Ok`));
    expect(other.lines()).toEqual(['1 Ok']);
    expect(seat.state?.inFlight).toBe(0);
    expect(seat.state?.stalled.size).toBe(0);
  });

  it('closes a client that goes on sending although nothing is taken', () => {
    const seat = ensemble.leader();
    seat.disk.held = true;
    const frame = encodeRequest(1, ask.ping);
    client.send(ask.create('/a'));
    const sent = OUTSTANDING_MAX + STALLED_FRAMES_MAX;
    for (let n = 1; n < sent; n += 1) client.sendFrame(frame);
    expect(client.closedBecause).toBeNull();
    client.sendFrame(frame);
    client.sendFrame(frame);
    expect(client.closedBecause).toBe('too many requests wait');
    expect(seat.state?.inFlight).toBe(0);
    seat.disk.held = false;
    ensemble.settle();
    expect(ensemble.connect(seat).call(ask.exists('/a'))).toMatchObject({ kind: 'stat' });
  });

  it('keeps its state plain: a copy of it goes on alike', () => {
    client.call(ask.create('/a', 1));
    const seat = ensemble.leader();
    seat.state = structuredClone(seat.state);
    expect(client.call(ask.create('/b'))).toEqual({ kind: 'path', path: '/b' });
    expect(client.call(ask.exists('/a'))).toMatchObject({ kind: 'stat' });
  });

  it('tells the trace what was asked, proposed, applied and answered', () => {
    const seat = ensemble.leader();
    seat.trace.length = 0;
    client.call(ask.create('/a'));
    const { session } = client;
    const kinds = ['requestReceived', 'proposed', 'applied', 'replied'];
    expect(seat.trace.filter((event) => kinds.includes(event.kind))).toMatchObject([
      { kind: 'requestReceived', session, xid: 1, op: 'create', path: '/a' },
      { kind: 'proposed', session, cxid: 1, op: 'create', path: '/a' },
      { kind: 'applied', session, op: 'create', path: '/a', err: 0 },
      { kind: 'replied', session, xid: 1, op: 'create', err: 0 },
    ]);
  });
});

describe('three servers', () => {
  let ensemble: TestEnsemble;

  beforeEach(() => {
    ensemble = new TestEnsemble(3).start();
  });

  it('a write through a follower is forwarded, agreed upon and answered there', () => {
    const [follower] = ensemble.followers();
    if (follower === undefined) throw new Error('nobody follows');
    const client = ensemble.connect(follower);
    follower.trace.length = 0;
    expect(client.call(ask.create('/a'))).toEqual({ kind: 'path', path: '/a' });
    expect(client.call(ask.create('/a'))).toBe('NodeExists');
    expect(ensemble.traced(follower, 'requestForwarded')).toMatchObject([
      { session: client.session, cxid: 1, op: 'create' },
      { session: client.session, cxid: 2, op: 'create' },
    ]);
    for (const seat of ensemble.seats) {
      expect(ensemble.connect(seat).call(ask.exists('/a'))).toMatchObject({ kind: 'stat' });
    }
  });

  it('a follower answers in the order of the session: its reads wait for its own writes only', () => {
    const [follower] = ensemble.followers();
    if (follower === undefined) throw new Error('nobody follows');
    const writer = ensemble.connect(follower);
    const reader = ensemble.connect(follower);
    follower.disk.held = true;
    ensemble.leader().disk.held = true;
    writer.send(ask.create('/a'));
    writer.send(ask.exists('/a'));
    writer.send(ask.sync('/a'));
    writer.send(ask.get('/a'));
    ensemble.settle();
    expect(reader.call(ask.exists('/a'))).toBe('NoNode');
    expect(writer.lines()).toEqual([]);
    follower.disk.held = false;
    ensemble.leader().disk.held = false;
    ensemble.settle();
    expect(writer.lines()).toEqual(['1 Ok', '2 Ok', '3 Ok', '4 Ok']);
  });

  it('after a sync a follower has what others were told before', () => {
    const [one, two] = ensemble.followers();
    if (one === undefined || two === undefined) throw new Error('two should follow');
    const writer = ensemble.connect(one);
    const reader = ensemble.connect(two);
    two.disk.held = true;
    expect(writer.call(ask.create('/a'))).toMatchObject({ path: '/a' });
    expect(reader.call(ask.exists('/a'))).toBe('NoNode');
    reader.send(ask.sync('/'));
    reader.send(ask.exists('/a'));
    ensemble.settle();
    expect(reader.lines()).toEqual([]);
    two.disk.held = false;
    ensemble.settle();
    expect(reader.lines()).toEqual(['2 Ok', '3 Ok']);
  });

  it('a request without an answer ends with its connection when the quorum is lost', () => {
    const leader = ensemble.leader();
    const client = ensemble.connect(leader);
    for (const follower of ensemble.followers()) ensemble.crash(follower.id);
    client.send(ask.create('/a'));
    ensemble.runUntil('it stops serving', () => leader.state?.role === null);
    expect(client.lines()).toEqual([]);
    expect(client.closedBecause).not.toBeNull();
    const late = ensemble.dial(leader);
    expect(late.closedBecause).not.toBeNull();
    expect(ensemble.traced(leader, 'clientRefused')).toMatchObject([{ reason: 'notServing' }]);
    expect(leader.state?.inFlight).toBe(0);
  });

  it.each<[PacketName, Uint8Array]>([
    ['REQUEST', bytes(1, 2, 3)],
    ['PING', bytes(1, 2, 3)],
    ['REVALIDATE', bytes()],
  ])('bytes in a %s that are none end that link and nothing else', (type, data) => {
    const leader = ensemble.leader();
    const learner = [...(leader.state?.peer.leading?.learners.values() ?? [])][0];
    if (learner === undefined) throw new Error('a learner is linked');
    ensemble.send(leader, {
      kind: 'packet',
      link: learner.link,
      packet: {
        ...{ type, zxid: zxidOf(-1n), authinfo: null, snapshot: null, data },
      },
    });
    ensemble.run(50);
    expect(ensemble.traced(leader, 'badFrame')).toHaveLength(1);
    expect(leader.state?.peer.leading?.learners.has(learner.link)).toBe(false);
    expect(leader.halted).toBeNull();
    expect(leader.state?.role).toBe('leading');
  });
});

it('an observer serves reads and forwards writes', () => {
  const ensemble = new TestEnsemble(3, 1).start();
  const seat = ensemble.seat(4);
  expect(seat.state?.role).toBe('observing');
  const client = ensemble.connect(seat);
  expect(client.call(ask.create('/a'))).toEqual({ kind: 'path', path: '/a' });
  expect(client.call(ask.sync('/a'))).toEqual({ kind: 'path', path: '/a' });
  expect(client.call(ask.get('/a'))).toMatchObject({ kind: 'data' });
});
