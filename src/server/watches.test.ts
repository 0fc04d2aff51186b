import { beforeEach, describe, expect, it } from 'vitest';
import { ask, type TestClient } from './client.fixture.ts';
import { TestEnsemble, type Seat } from './ensemble.fixture.ts';

let ensemble: TestEnsemble;
let seat: Seat;
let watcher: TestClient;
let writer: TestClient;

beforeEach(() => {
  ensemble = new TestEnsemble(3).start();
  const [one, two] = ensemble.followers();
  if (one === undefined || two === undefined) throw new Error('two should follow');
  seat = one;
  watcher = ensemble.connect(one);
  writer = ensemble.connect(two);
});

describe('a watch', () => {
  it('fires once, with zxid -1, for a change through any server', () => {
    writer.call(ask.create('/a'));
    ensemble.settle();
    watcher.call(ask.get('/a', true));
    writer.call(ask.set('/a', null));
    writer.call(ask.set('/a', null));
    ensemble.settle();
    const received = watcher.take();
    expect(received).toMatchObject([
      { header: { xid: -1, zxid: -1n, err: 0 }, event: { type: 'NodeDataChanged', path: '/a' } },
    ]);
    expect(ensemble.traced(seat, 'watchSet')).toMatchObject([{ path: '/a', watch: 'data' }]);
    expect(ensemble.traced(seat, 'watchFired')).toMatchObject([
      { session: watcher.session, path: '/a', event: 'NodeDataChanged' },
    ]);
  });

  it('of exists stands on a node that is missing; a getData that fails leaves none', () => {
    expect(watcher.call(ask.exists('/x', true))).toBe('NoNode');
    expect(watcher.call(ask.get('/y', true))).toBe('NoNode');
    expect(watcher.call(ask.children('/z', true))).toBe('NoNode');
    for (const path of ['/x', '/y', '/z']) writer.call(ask.create(path));
    ensemble.settle();
    expect(watcher.lines()).toEqual(['NodeCreated /x']);
    expect(ensemble.traced(seat, 'watchSet')).toMatchObject([{ path: '/x', watch: 'exists' }]);
  });

  it('of children fires for children, and once for the end of the node itself', () => {
    watcher.call(ask.create('/p'));
    watcher.call(ask.children('/p', true));
    writer.call(ask.create('/p/c'));
    ensemble.settle();
    expect(watcher.lines()).toEqual(['NodeChildrenChanged /p']);
    watcher.call(ask.children2('/p', true));
    watcher.call(ask.get('/p', true));
    writer.call(ask.remove('/p/c'));
    writer.call(ask.remove('/p'));
    ensemble.settle();
    expect(watcher.lines()).toEqual(['NodeChildrenChanged /p', 'NodeDeleted /p']);
  });

  it('comes before the answer to the own write, and before any read that shows the change', () => {
    watcher.call(ask.create('/a'));
    watcher.call(ask.get('/a', true));
    watcher.send(ask.set('/a', null));
    watcher.send(ask.get('/a'));
    ensemble.settle();
    expect(watcher.lines()).toEqual(['NodeDataChanged /a', '3 Ok', '4 Ok']);
  });

  it('fires in the order of the parts of a multi, each once', () => {
    watcher.call(ask.exists('/m1', true));
    watcher.call(ask.exists('/m2', true));
    watcher.call(ask.children('/', true));
    const operations = [
      ...[ask.create('/m1'), ask.create('/m2'), ask.set('/m1', null), ask.remove('/m2')],
    ];
    writer.call({ kind: 'multi', operations });
    ensemble.settle();
    expect(watcher.lines()).toEqual([
      'NodeCreated /m1',
      'NodeChildrenChanged /',
      'NodeCreated /m2',
    ]);
  });

  it('does not fire for a write that fails', () => {
    watcher.call(ask.create('/a'));
    watcher.call(ask.get('/a', true));
    watcher.call(ask.children('/', true));
    writer.call(ask.set('/a', null, 9));
    writer.call({ kind: 'multi', operations: [ask.create('/b'), ask.check('/a', 9)] });
    ensemble.settle();
    expect(watcher.lines()).toEqual([]);
  });

  it('goes with its connection and is set again by setWatches, missed changes first', () => {
    for (const path of ['/data', '/kept', '/gone', '/p']) watcher.call(ask.create(path));
    for (const path of ['/data', '/kept', '/gone']) watcher.call(ask.get(path, true));
    watcher.send(ask.ping);
    ensemble.settle();
    const relativeZxid = watcher.take().pop()?.header.zxid;
    if (relativeZxid === undefined) throw new Error('a ping is answered');
    watcher.drop();
    expect(seat.state?.watches.byConnection.size).toBe(0);
    writer.call(ask.set('/data', null));
    writer.call(ask.remove('/gone'));
    writer.call(ask.create('/new'));
    writer.call(ask.create('/p/c'));
    ensemble.settle();
    const again = ensemble.dial(seat);
    again.handshake({ sessionId: watcher.session, password: watcher.password });
    ensemble.settle();
    expect(again.takeConnectResponse()?.sessionId).toBe(watcher.session);
    again.send({
      ...{ kind: 'setWatches', relativeZxid, child: ['/p'] },
      ...{ data: ['/data', '/kept', '/gone'], exist: ['/new', '/later'] },
    });
    expect(again.lines()).toEqual([
      ...['NodeDataChanged /data', 'NodeDeleted /gone', 'NodeCreated /new'],
      ...['NodeChildrenChanged /p', '1 Ok'],
    ]);
    writer.call(ask.set('/data', null));
    writer.call(ask.set('/kept', null));
    writer.call(ask.create('/later'));
    ensemble.settle();
    expect(again.lines()).toEqual(['NodeDataChanged /kept', 'NodeCreated /later']);
  });
});

it('a picture of the server stays small, however many and long its paths are', async () => {
  const { serverView } = await import('./server.ts');
  watcher.call(ask.create('/e'));
  for (let number = 0; number < 60; number += 1) watcher.call(ask.create(`/e/${number}`, 1));
  const long = `/${'x'.repeat(5_000)}`;
  for (const end of ['a', 'b', 'c']) watcher.call(ask.exists(`${long}${end}`, true));
  watcher.call(ask.exists('/short', true));
  if (seat.state === null) throw new Error('it runs');
  const { sessions, watches } = serverView(seat.state);
  expect(sessions.find(({ id }) => id === watcher.session)?.ephemerals).toHaveLength(50);
  const paths = watches.map(({ path }) => path).sort();
  expect(paths).toEqual(['/short', `${long}a`, `${long}b`]);
});

it('a picture of the server shows sessions and watches, and of the tree its nodes by path', async () => {
  const { serverView, treeView } = await import('./server.ts');
  watcher.call(ask.create('/a-b'));
  watcher.call(ask.create('/a'));
  watcher.call(ask.create('/a/e', 1));
  watcher.call(ask.children('/a', true));
  if (seat.state === null) throw new Error('it runs');
  const view = serverView(seat.state);
  expect(view).toMatchObject({ role: 'following', serving: true, leader: ensemble.leader().id });
  const own = view.sessions.find((session) => session.id === watcher.session);
  expect(own).toMatchObject({ here: true, ephemerals: ['/a/e'], timeoutMillis: 1000 });
  expect(view.sessions.find((session) => session.id === writer.session)?.here).toBe(false);
  expect(view.watches).toEqual([{ path: '/a', kind: 'child', session: watcher.session }]);
  const paths = treeView(seat.state).nodes.map((node) => node.path);
  expect(paths.slice(0, 4)).toEqual(['/', '/a', '/a-b', '/a/e']);
  expect(treeView(seat.state).omitted).toBe(0);
});
