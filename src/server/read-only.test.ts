// Servers without a quorum, with readonlymode.enabled: what they serve, what they refuse, and how it ends.

import { describe, expect, it } from 'vitest';

import { encodeRequest } from '../jute/client.ts';
import { NO_SESSION } from '../vocabulary/ids.ts';
import { OPEN_ACL } from '../vocabulary/stat.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import { ask, type Handshake, type TestClient } from './client.fixture.ts';
import { TestEnsemble, type Seat } from './ensemble.fixture.ts';
import { serverReport } from './server.ts';

const BYTES = new Uint8Array([1, 2]);
const ROLE_WAIT_MILLIS = 2_500;

/** Three servers with /a, of which one is left and serves reads only. */
function alone(): { ensemble: TestEnsemble; seat: Seat; before: TestClient } {
  const ensemble = new TestEnsemble(3);
  ensemble.config = { readOnlyMode: true };
  ensemble.start();
  const [seat] = ensemble.followers();
  if (seat === undefined) throw new Error('nobody follows');
  const before = ensemble.connect(seat);
  before.call(ask.create('/a', 0, BYTES));
  for (const other of ensemble.seats) if (other !== seat) ensemble.crash(other.id);
  ensemble.runUntil('it serves reads only', () => seat.state?.role === 'readOnly');
  return { ensemble, seat, before };
}

function come(ensemble: TestEnsemble, seat: Seat, handshake: Handshake = {}): TestClient {
  const client = ensemble.dial(seat);
  client.handshake({ readOnly: true, ...handshake });
  ensemble.settle();
  return client;
}

describe('a server without a quorum', () => {
  it('refuses everybody where the mode is off', () => {
    const ensemble = new TestEnsemble(3).start();
    const [seat] = ensemble.followers();
    if (seat === undefined) throw new Error('nobody follows');
    for (const other of ensemble.seats) if (other !== seat) ensemble.crash(other.id);
    ensemble.run(10_000);
    expect(come(ensemble, seat).closedBecause).toBe('notServing');
  });

  it('waits two seconds for a leader before it serves reads only', () => {
    const ensemble = new TestEnsemble(3);
    ensemble.config = { readOnlyMode: true };
    ensemble.open(1);
    ensemble.run(1_990);
    expect(come(ensemble, ensemble.seat(1)).closedBecause).toBe('notServing');
    ensemble.run(ROLE_WAIT_MILLIS - 1_990);
    expect(come(ensemble, ensemble.seat(1)).takeConnectResponse()?.readOnly).toBe(true);
  });

  it('waits a tick, if that is longer', () => {
    const ensemble = new TestEnsemble(3);
    ensemble.config = { readOnlyMode: true, tickMillis: 4_000 };
    ensemble.open(1);
    ensemble.run(3_900);
    expect(ensemble.seat(1).state?.role).toBeNull();
    ensemble.run(200);
    expect(ensemble.seat(1).state?.role).toBe('readOnly');
  });

  it('reads to whoever said so, and tells an administrator', () => {
    const { ensemble, seat } = alone();
    const client = come(ensemble, seat);
    expect(client.takeConnectResponse()).toMatchObject({ readOnly: true, timeoutMillis: 1000 });
    expect(client.session).not.toBe(NO_SESSION);
    expect(client.call(ask.get('/a'))).toMatchObject({ kind: 'data', data: BYTES });
    expect(client.call(ask.children('/'))).toMatchObject({ children: ['a', 'zookeeper'] });
    expect(client.call(ask.get('/none'))).toBe('NoNode');
    expect(client.call(ask.ping)).not.toBe('NotReadOnly');
    if (seat.state === null) throw new Error('it runs');
    expect(serverReport(seat.state)).toMatchObject({ readOnly: true, serving: true });
    expect(ensemble.traced(seat, 'readOnlyStarted')).toHaveLength(1);
  });

  it.each([
    ['create', ask.create('/x')],
    ['create2', ask.create2('/x')],
    ['delete', ask.remove('/a')],
    ['setData', ask.set('/a', null)],
    ['setACL', { kind: 'setACL', path: '/a', acl: OPEN_ACL, version: -1 } as const],
    ['sync', ask.sync('/a')],
    ['multi', { kind: 'multi', operations: [] } as const],
  ])('says NotReadOnly to %s', (_name, request) => {
    const { ensemble, seat } = alone();
    const client = come(ensemble, seat);
    client.takeConnectResponse();
    const zxid = seat.state?.tree.lastZxid;
    expect(client.call(request)).toBe('NotReadOnly');
    expect(seat.state?.tree.lastZxid).toBe(zxid);
    expect(client.call(ask.get('/a'))).toMatchObject({ kind: 'data' });
  });

  it('does not look into what it refuses', () => {
    const { ensemble, seat } = alone();
    const client = come(ensemble, seat);
    client.takeConnectResponse();
    client.sendFrame(encodeRequest(7, ask.create('/x')).slice(0, 9));
    expect(client.lines()).toEqual(['7 NotReadOnly']);
  });

  it.each([false, null])('closes without a word on a client that says %s', (readOnly) => {
    const { ensemble, seat } = alone();
    const client = come(ensemble, seat, { readOnly });
    expect(client.frames).toHaveLength(0);
    expect(client.closedBecause).toBe('readOnlyServer');
  });

  it('closes on a client that has seen more', () => {
    const { ensemble, seat } = alone();
    const ahead = zxidOf((seat.state?.tree.lastZxid ?? 0n) + 1n);
    const client = come(ensemble, seat, { lastZxidSeen: ahead });
    expect(client.closedBecause).toBe('aheadOfServer');
  });

  it('closes without a word on a session of the whole ensemble: no leader says if it lives', () => {
    const { ensemble, seat, before } = alone();
    const { session: sessionId, password } = before;
    for (const given of [password, new Uint8Array(16)]) {
      const client = come(ensemble, seat, { sessionId, password: given });
      expect(client.frames).toHaveLength(0);
      expect(client.closedBecause).toBe('readOnlyServer');
    }
  });

  it('never says that a session has expired which is newer than its disk', () => {
    const ensemble = new TestEnsemble(3);
    ensemble.config = { readOnlyMode: true };
    ensemble.start();
    const [seat, other] = ensemble.followers();
    if (seat === undefined || other === undefined) throw new Error('two follow');
    const leader = ensemble.leader();
    ensemble.crash(seat.id);
    const younger = ensemble.connect(other);
    const { session: sessionId, password } = younger;
    ensemble.crash(other.id);
    ensemble.crash(leader.id);
    ensemble.open(seat.id);
    ensemble.runUntil('it serves reads only', () => seat.state?.role === 'readOnly');
    expect(seat.state?.tree.sessions.has(sessionId)).toBe(false);
    for (const given of [password, new Uint8Array(16)]) {
      const client = come(ensemble, seat, { sessionId, password: given });
      expect(client.frames).toHaveLength(0);
      expect(client.closedBecause).toBe('readOnlyServer');
    }
    // It did live all the time.
    ensemble.open(other.id);
    ensemble.runUntil('they serve', () => ensemble.isServed() && seat.state?.role !== 'readOnly');
    const again = come(ensemble, seat, { sessionId, password });
    expect(again.takeConnectResponse()).toMatchObject({ sessionId, readOnly: false });
  });

  it('says so of one that another server opened which only read: nobody else knows that', () => {
    const { ensemble, seat } = alone();
    const client = come(ensemble, seat);
    client.takeConnectResponse();
    const { session: sessionId, password } = client;
    ensemble.crash(seat.id);
    const other = ensemble.seats.find((one) => one !== seat) ?? seat;
    ensemble.open(other.id);
    ensemble.runUntil('another one reads', () => other.state?.role === 'readOnly');
    const again = come(ensemble, other, { sessionId, password });
    expect(again.takeConnectResponse()?.sessionId).toBe(NO_SESSION);
  });

  it('takes a session of its own again, by its password and until it ends', () => {
    const { ensemble, seat } = alone();
    const first = come(ensemble, seat);
    first.takeConnectResponse();
    const { session: sessionId, password } = first;
    const wrong = come(ensemble, seat, { sessionId, password: new Uint8Array(16).fill(1) });
    expect(wrong.takeConnectResponse()).toMatchObject({ sessionId: NO_SESSION, readOnly: true });
    const second = come(ensemble, seat, { sessionId, password });
    expect(second.takeConnectResponse()).toMatchObject({ sessionId, readOnly: true });
    expect(first.closedBecause).toBe('the session came back on another connection');
    second.drop();
    ensemble.run(900);
    const third = come(ensemble, seat, { sessionId, password });
    expect(third.takeConnectResponse()?.sessionId).toBe(sessionId);
    third.drop();
    ensemble.run(1_100);
    // It stays so, however often it is asked for.
    for (let turn = 0; turn < 2; turn += 1) {
      const late = come(ensemble, seat, { sessionId, password });
      expect(late.takeConnectResponse()?.sessionId).toBe(NO_SESSION);
    }
  });

  it('closes a session that asks for it, and changes nothing', () => {
    const { ensemble, seat } = alone();
    const client = come(ensemble, seat);
    client.takeConnectResponse();
    client.send(ask.get('/a'));
    const zxid = seat.state?.tree.lastZxid;
    client.send(ask.close);
    expect(client.lines()).toEqual(['1 Ok', '2 Ok']);
    expect(client.closedBecause).toBe('the session is closed');
    expect(seat.state?.tree.lastZxid).toBe(zxid);
  });
});

describe('the end of it', () => {
  it('closes every connection, and the sessions go on with writes', () => {
    const { ensemble, seat, before } = alone();
    const { session: sessionId, password } = before;
    const client = come(ensemble, seat);
    client.takeConnectResponse();
    for (const other of ensemble.seats) if (other !== seat) ensemble.open(other.id);
    ensemble.runUntil('all serve', () => ensemble.isServed() && seat.state?.role !== 'readOnly');
    expect(client.closedBecause).toBe('this server does not serve reads only any more');
    const again = come(ensemble, seat, { sessionId, password });
    expect(again.takeConnectResponse()).toMatchObject({ sessionId, readOnly: false });
    expect(again.call(ask.create('/b'))).toMatchObject({ kind: 'path', path: '/b' });
    expect(ensemble.traced(seat, 'readOnlyEnded')).toHaveLength(1);
  });

  it('leaves a session of its own behind: nobody else knows it', () => {
    const { ensemble, seat } = alone();
    const client = come(ensemble, seat);
    client.takeConnectResponse();
    for (const other of ensemble.seats) if (other !== seat) ensemble.open(other.id);
    ensemble.runUntil('all serve', () => ensemble.isServed() && seat.state?.role !== 'readOnly');
    const { session: sessionId, password } = client;
    const again = come(ensemble, ensemble.leader(), { sessionId, password });
    expect(again.takeConnectResponse()?.sessionId).toBe(NO_SESSION);
  });
});

describe('after a restart', () => {
  it('shows all that its disk has, and lets the leader say what of it stands', () => {
    const { ensemble, seat } = alone();
    ensemble.crash(seat.id);
    ensemble.open(seat.id);
    ensemble.runUntil('it serves reads only', () => seat.state?.role === 'readOnly');
    // Nothing is applied that no leader spoke of.
    expect(seat.state?.committedTree?.nodes.has('/a')).toBe(false);
    const client = come(ensemble, seat);
    client.takeConnectResponse();
    expect(client.call(ask.get('/a'))).toMatchObject({ kind: 'data', data: BYTES });
    for (const other of ensemble.seats) if (other !== seat) ensemble.open(other.id);
    ensemble.runUntil('all serve', () => ensemble.isServed() && seat.state?.role !== 'readOnly');
    expect(seat.state?.committedTree).toBeNull();
    const again = ensemble.connect(seat);
    expect(again.call(ask.get('/a'))).toMatchObject({ kind: 'data', data: BYTES });
  });

  it('refuses to read from a disk that lost its history', () => {
    const ensemble = new TestEnsemble(3);
    ensemble.config = { readOnlyMode: true };
    ensemble.seat(1).disk.trusted = false;
    ensemble.open(1);
    ensemble.run(5_000);
    expect(ensemble.seat(1).state?.role).toBeNull();
  });
});
