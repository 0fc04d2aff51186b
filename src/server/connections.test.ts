import { describe, expect, it } from 'vitest';
import { encodeRequest } from '../jute/client.ts';
import { NO_SESSION, sessionId } from '../vocabulary/ids.ts';
import { FUSE_PARTS } from '../vocabulary/view.ts';
import { COUNTER_MAX, makeZxid, zxidOf } from '../vocabulary/zxid.ts';
import { ask, type TestClient } from './client.fixture.ts';
import { TestEnsemble, type Seat } from './ensemble.fixture.ts';
import { takeSessionId } from './state.ts';

const resume = (ensemble: TestEnsemble, seat: Seat, old: TestClient): TestClient => {
  const client = ensemble.dial(seat);
  client.handshake({ sessionId: old.session, password: old.password });
  ensemble.settle();
  return client;
};

function follower(ensemble: TestEnsemble): Seat {
  const [seat] = ensemble.followers();
  if (seat === undefined) throw new Error('nobody follows');
  return seat;
}

describe('the handshake', () => {
  it.each([
    [0, 200],
    [-5, 200],
    [1500, 1500],
    [0x7fff_ffff, 2000],
  ])('settles a timeout of %i at %i', (asked, given) => {
    const ensemble = new TestEnsemble(1).start();
    const client = ensemble.dial(ensemble.leader());
    client.handshake({ timeoutMillis: asked });
    ensemble.settle();
    expect(client.takeConnectResponse()?.timeoutMillis).toBe(given);
  });

  it('answers the read-only byte only to clients that sent it', () => {
    const ensemble = new TestEnsemble(1).start();
    const old = ensemble.dial(ensemble.leader());
    old.handshake({ readOnly: null });
    ensemble.settle();
    expect(old.frames[0]?.length).toBe(36);
    expect(old.takeConnectResponse()?.readOnly).toBeNull();
    const young = ensemble.dial(ensemble.leader());
    young.handshake({ readOnly: true });
    ensemble.settle();
    expect(young.takeConnectResponse()?.readOnly).toBe(false);
  });

  it('holds back what the client sends before its session is open, then does it', () => {
    const ensemble = new TestEnsemble(1).start();
    const client = ensemble.dial(ensemble.leader());
    client.handshake();
    client.sendFrame(encodeRequest(1, ask.create('/a')));
    client.sendFrame(encodeRequest(2, ask.get('/a')));
    expect(client.frames).toHaveLength(0);
    ensemble.settle();
    expect(client.takeConnectResponse()?.timeoutMillis).toBe(1000);
    expect(client.lines()).toEqual(['1 Ok', '2 Ok']);
  });

  it('refuses a client that has seen more than this server', () => {
    const ensemble = new TestEnsemble(1).start();
    const seat = ensemble.leader();
    const client = ensemble.connect(seat);
    client.send(ask.create('/a'));
    ensemble.settle();
    const seen = client.take()[0]?.header.zxid ?? 0n;
    const ahead = ensemble.dial(seat);
    ahead.handshake({ lastZxidSeen: zxidOf(seen + 1n) });
    expect(ahead.frames).toHaveLength(0);
    expect(ahead.closedBecause).toBe('aheadOfServer');
    const equal = ensemble.dial(seat);
    equal.handshake({ lastZxidSeen: zxidOf(seen) });
    ensemble.settle();
    expect(equal.takeConnectResponse()?.sessionId).not.toBe(NO_SESSION);
  });

  it('closes on bytes that are no handshake', () => {
    const ensemble = new TestEnsemble(1).start();
    const seat = ensemble.leader();
    const client = ensemble.dial(seat);
    client.sendFrame(Uint8Array.of(1, 2, 3));
    expect(client.frames).toHaveLength(0);
    expect(client.closedBecause).toBe('badFrame');
    expect(ensemble.traced(seat, 'clientRefused')).toMatchObject([{ reason: 'badFrame' }]);
  });

  it('closes a connection that never asks for a session, and one that fell silent', () => {
    const ensemble = new TestEnsemble(1).start();
    const seat = ensemble.leader();
    const silent = ensemble.dial(seat);
    const client = ensemble.connect(seat, 500);
    ensemble.run(400);
    expect(client.closedBecause).toBeNull();
    ensemble.run(600);
    expect(client.closedBecause).not.toBeNull();
    expect(silent.closedBecause).toBeNull();
    ensemble.run(10_000);
    expect(silent.closedBecause).not.toBeNull();
  });

  it('gives no session id that lives, even if the clock went back', () => {
    const ensemble = new TestEnsemble(1).start();
    const state = ensemble.leader().state;
    if (state === null) throw new Error('it runs');
    const first = takeSessionId(state);
    state.tree.sessions.set(sessionId(first + 1n), 1000);
    expect(takeSessionId(state)).toBe(first + 2n);
    expect(first >> 56n).toBe(1n);
  });
});

describe('a session', () => {
  it('comes back on a new connection of the same server, and the old one is closed', () => {
    const ensemble = new TestEnsemble(1).start();
    const seat = ensemble.leader();
    const client = ensemble.connect(seat);
    client.call(ask.create('/e', 1));
    const again = resume(ensemble, seat, client);
    expect(again.takeConnectResponse()).toMatchObject({
      ...{ sessionId: client.session, timeoutMillis: 1000, password: client.password },
    });
    expect(client.closedBecause).not.toBeNull();
    expect(again.call(ask.exists('/e'))).toMatchObject({
      stat: { ephemeralOwner: client.session },
    });
    expect(ensemble.traced(seat, 'sessionResumed')).toHaveLength(1);
  });

  it('does not open for a wrong password, nor does that disturb who has it', () => {
    const ensemble = new TestEnsemble(1).start();
    const seat = ensemble.leader();
    const client = ensemble.connect(seat);
    const thief = ensemble.dial(seat);
    thief.handshake({ sessionId: client.session, password: new Uint8Array(16) });
    ensemble.settle();
    expect(thief.takeConnectResponse()).toEqual({
      ...{ protocolVersion: 0, timeoutMillis: 0, sessionId: NO_SESSION },
      ...{ password: new Uint8Array(16), readOnly: false },
    });
    expect(thief.closedBecause).toBe('wrongPassword');
    expect(client.call(ask.create('/a'))).toMatchObject({ path: '/a' });
  });

  it('that is unknown gets the answer of an expired one', () => {
    const ensemble = new TestEnsemble(3).start();
    for (const seat of ensemble.seats) {
      const client = ensemble.connect(seat);
      expect(client.call(ask.close)).toEqual({ kind: 'nothing' });
      const again = resume(ensemble, seat, client);
      expect(again.takeConnectResponse()).toMatchObject({ timeoutMillis: 0, sessionId: 0n });
      expect(again.closedBecause).toBe('expired');
    }
  });

  it('expires when nothing is heard: its ephemerals go in one transaction', () => {
    const ensemble = new TestEnsemble(3).start();
    const seat = follower(ensemble);
    const client = ensemble.connect(seat, 500);
    for (const path of ['/e1', '/e2']) client.call(ask.create(path, 1));
    const watcher = ensemble.connect(ensemble.leader(), 2000);
    watcher.call(ask.exists('/e1', true));
    watcher.call(ask.exists('/e2', true));
    client.drop();
    ensemble.run(400);
    expect(watcher.lines()).toEqual([]);
    ensemble.run(500);
    expect(watcher.lines()).toEqual(['NodeDeleted /e1', 'NodeDeleted /e2']);
    const [expired] = ensemble.traced(ensemble.leader(), 'sessionExpired');
    expect(expired?.session).toBe(client.session);
    expect(expired?.silentMillis).toBeGreaterThanOrEqual(500);
    for (const other of ensemble.seats) {
      const closed = ensemble.traced(other, 'sessionClosed');
      expect(closed).toMatchObject([{ session: client.session, ephemerals: ['/e1', '/e2'] }]);
    }
    const again = resume(ensemble, ensemble.leader(), client);
    expect(again.takeConnectResponse()?.sessionId).toBe(NO_SESSION);
  });

  it('is a fuse in the leader’s picture, which burns while its client is silent', async () => {
    const { serverView } = await import('./server.ts');
    const ensemble = new TestEnsemble(3).start();
    const client = ensemble.connect(follower(ensemble), 1000);
    const fuseAt = ({ state }: Seat): number | null | undefined =>
      state === null
        ? undefined
        : serverView(state).sessions.find(({ id }) => id === client.session)?.fuse;
    expect(fuseAt(ensemble.leader())).toBe(FUSE_PARTS);
    expect(fuseAt(follower(ensemble))).toBeNull();
    client.drop();
    ensemble.run(800);
    const low = fuseAt(ensemble.leader()) ?? FUSE_PARTS;
    expect(low).toBeGreaterThan(0);
    expect(low).toBeLessThanOrEqual(FUSE_PARTS / 2);
    ensemble.run(600);
    expect(fuseAt(ensemble.leader())).toBeUndefined();
  });

  it('lives as long as its client pings, at the leader and at a follower', () => {
    const ensemble = new TestEnsemble(3).start();
    const clients = ensemble.seats.map((seat) => ensemble.connect(seat, 300));
    for (let n = 0; n < 20; n += 1) {
      for (const client of clients) client.send(ask.ping);
      ensemble.run(100);
    }
    for (const client of clients) {
      expect(client.closedBecause).toBeNull();
      expect(client.call(ask.create('/e', 1))).not.toBe('no answer');
    }
  });

  it('that expires while connected is cut without a word', () => {
    const ensemble = new TestEnsemble(1).start();
    const seat = ensemble.leader();
    const client = ensemble.connect(seat, 300);
    ensemble.run(1000);
    expect(client.closedBecause).not.toBeNull();
    expect(client.frames).toHaveLength(0);
  });

  it('closed by its client: events first, then the answer, then the end; nothing behind it is done', () => {
    const ensemble = new TestEnsemble(1).start();
    const seat = ensemble.leader();
    const client = ensemble.connect(seat);
    client.call(ask.create('/e', 1));
    client.call(ask.get('/e', true));
    client.send(ask.close);
    client.send(ask.create('/late'));
    client.send(ask.ping);
    ensemble.settle();
    expect(client.lines()).toEqual(['NodeDeleted /e', '3 Ok']);
    expect(client.closedBecause).toBe('the session is closed');
    const late = ensemble.traced(seat, 'proposed').filter(({ path }) => path === '/late');
    expect(late).toEqual([]);
    const other = ensemble.connect(seat);
    expect(other.call(ask.exists('/late'))).toBe('NoNode');
    expect(other.call(ask.exists('/e'))).toBe('NoNode');
  });

  it('moves to another server: what the old connection still writes is not done', () => {
    const ensemble = new TestEnsemble(3).start();
    const [one, two] = ensemble.followers();
    if (one === undefined || two === undefined) throw new Error('two should follow');
    const client = ensemble.connect(one);
    client.call(ask.create('/e', 1));
    const moved = resume(ensemble, two, client);
    expect(moved.takeConnectResponse()?.sessionId).toBe(client.session);
    expect(client.call(ask.exists('/e'))).toMatchObject({ kind: 'stat' });
    expect(client.call(ask.create('/late'))).toBe('no answer');
    expect(client.closedBecause).not.toBeNull();
    expect(ensemble.traced(one, 'sessionMoved')).toMatchObject([{ session: client.session }]);
    expect(moved.call(ask.exists('/late'))).toBe('NoNode');
    expect(moved.call(ask.create('/mine'))).toMatchObject({ path: '/mine' });
  });

  it.each(['a follower', 'the leader'])('keeps its timeout whatever %s still hears', (left) => {
    const ensemble = new TestEnsemble(3).start();
    const [one, two] = ensemble.followers();
    if (one === undefined || two === undefined) throw new Error('two should follow');
    const client = ensemble.connect(left === 'the leader' ? ensemble.leader() : one, 300);
    const moved = ensemble.dial(two);
    const { session: id, password } = client;
    moved.handshake({ sessionId: id, password, timeoutMillis: 2000 });
    ensemble.settle();
    client.send(ask.ping);
    ensemble.run(1500);
    expect(moved.call(ask.create('/e', 1))).toMatchObject({ path: '/e' });
  });

  it('that is being closed gets no ephemeral any more, through no server', () => {
    const ensemble = new TestEnsemble(3).start();
    const [one, two] = ensemble.followers();
    if (one === undefined || two === undefined) throw new Error('two should follow');
    const client = ensemble.connect(one);
    const moved = resume(ensemble, two, client);
    expect(moved.takeConnectResponse()?.sessionId).toBe(client.session);
    for (const seat of ensemble.seats) seat.disk.held = true;
    client.send(ask.close);
    ensemble.settle();
    moved.send(ask.create('/orphan', 1));
    ensemble.settle();
    for (const seat of ensemble.seats) seat.disk.held = false;
    ensemble.settle();
    expect(moved.lines()).toEqual([]);
    expect(moved.closedBecause).not.toBeNull();
    expect(ensemble.connect(ensemble.leader()).call(ask.exists('/orphan'))).toBe('NoNode');
  });

  it('moves to the leader and back', () => {
    const ensemble = new TestEnsemble(3).start();
    const seat = follower(ensemble);
    const client = ensemble.connect(seat);
    const second = resume(ensemble, ensemble.leader(), client);
    expect(second.takeConnectResponse()?.sessionId).toBe(client.session);
    expect(second.call(ask.create('/a'))).toMatchObject({ path: '/a' });
    const third = resume(ensemble, seat, client);
    expect(third.takeConnectResponse()?.sessionId).toBe(client.session);
    expect(third.call(ask.create('/b'))).toMatchObject({ path: '/b' });
  });

  it('an answer to its earlier connection is not taken for one to the new, though the xids are alike', () => {
    const ensemble = new TestEnsemble(3).start();
    const [one, two] = ensemble.followers();
    if (one === undefined || two === undefined) throw new Error('two should follow');
    const client = ensemble.connect(one);
    for (const seat of ensemble.seats) seat.disk.held = true;
    client.send(ask.create('/first'));
    ensemble.settle();
    const moved = resume(ensemble, two, client);
    expect(moved.takeConnectResponse()?.sessionId).toBe(client.session);
    expect(moved.send(ask.create('/first'))).toBe(1);
    for (const seat of ensemble.seats) seat.disk.held = false;
    ensemble.settle();
    expect(moved.lines()).toEqual(['1 NodeExists']);
  });

  it('survives the death of its server and of the leader, with its ephemerals', () => {
    const ensemble = new TestEnsemble(3).start();
    const dead = ensemble.leader();
    const client = ensemble.connect(dead, 2000);
    client.call(ask.create('/e', 1));
    ensemble.crash(dead.id);
    expect(client.closedBecause).toBe('crash');
    ensemble.runUntil('a new leader', () => ensemble.isServed());
    const again = resume(ensemble, ensemble.leader(), client);
    expect(again.takeConnectResponse()?.sessionId).toBe(client.session);
    expect(again.call(ask.exists('/e'))).toMatchObject({
      stat: { ephemeralOwner: client.session },
    });
  });

  it('has its whole timeout again under a new leader', () => {
    const ensemble = new TestEnsemble(3).start();
    const dead = ensemble.leader();
    const client = ensemble.connect(follower(ensemble), 1000);
    client.call(ask.create('/e', 1));
    ensemble.run(700);
    ensemble.crash(dead.id);
    ensemble.runUntil('a new leader', () => ensemble.isServed());
    ensemble.run(800);
    const other = ensemble.connect(ensemble.leader());
    expect(other.call(ask.exists('/e'))).toMatchObject({ kind: 'stat' });
    ensemble.run(600);
    expect(ensemble.connect(ensemble.leader()).call(ask.exists('/e'))).toBe('NoNode');
  });

  it('is not ended by a laptop that slept', () => {
    const ensemble = new TestEnsemble(1).start();
    const client = ensemble.connect(ensemble.leader(), 1000);
    ensemble.nowMillis += 3_600_000;
    ensemble.run(10);
    expect(client.call(ask.create('/a'))).toMatchObject({ path: '/a' });
  });
});

it('all is there after every server was killed', () => {
  const ensemble = new TestEnsemble(3).start();
  const client = ensemble.connect(follower(ensemble), 2000);
  client.call(ask.create('/a', 0, Uint8Array.of(7)));
  for (const seat of ensemble.seats) ensemble.crash(seat.id);
  for (const seat of ensemble.seats) ensemble.open(seat.id);
  ensemble.runUntil('all serve', () => ensemble.isServed());
  for (const seat of ensemble.seats) {
    const again = resume(ensemble, seat, client);
    expect(again.takeConnectResponse()?.sessionId).toBe(client.session);
    expect(again.call(ask.get('/a'))).toMatchObject({ data: Uint8Array.of(7) });
  }
});

it('a leader whose counter is used up gives way to a new epoch, and its clients hear nothing false', () => {
  const ensemble = new TestEnsemble(3).start();
  const leading = ensemble.leader().state?.peer.leading;
  if (leading?.epoch === undefined || leading.epoch === null) throw new Error('somebody leads');
  const client = ensemble.connect(ensemble.leader(), 2000);
  leading.lastProposed = makeZxid(leading.epoch, COUNTER_MAX - 1);
  client.send(ask.create('/a'));
  ensemble.run(20);
  expect(client.lines()).toEqual([]);
  expect(client.closedBecause).not.toBeNull();
  ensemble.runUntil('a new leader', () => ensemble.isServed());
  expect(ensemble.leader().state?.peer.leading?.epoch).toBe(leading.epoch + 1);
  const again = resume(ensemble, ensemble.leader(), client);
  expect(again.takeConnectResponse()?.sessionId).toBe(client.session);
  expect(again.call(ask.create('/a'))).toEqual({ kind: 'path', path: '/a' });
});
