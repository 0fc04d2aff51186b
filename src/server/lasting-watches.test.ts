// addWatch, setWatches2, checkWatches and removeWatches at the client port.

import { beforeEach, describe, expect, it } from 'vitest';
import { encodeRequestBody } from '../jute/client.ts';
import { ADD_WATCH_MODE, WATCHER_TYPE, type Request } from '../vocabulary/request.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import { ask, type TestClient } from './client.fixture.ts';
import { TestEnsemble } from './ensemble.fixture.ts';

const { persistent, persistentRecursive } = ADD_WATCH_MODE;
const add = (path: string, mode: number): Request => ({ kind: 'addWatch', path, mode });
const check = (path: string, type: number): Request => ({ kind: 'checkWatches', path, type });
const remove = (path: string, type: number): Request => ({ kind: 'removeWatches', path, type });

let ensemble: TestEnsemble;
let watcher: TestClient;
let writer: TestClient;

beforeEach(() => {
  ensemble = new TestEnsemble(1).start();
  watcher = ensemble.connect(ensemble.leader());
  writer = ensemble.connect(ensemble.leader());
});

const live = (): string[] => {
  writer.call(ask.create('/n'));
  writer.call(ask.set('/n', null));
  writer.call({ kind: 'setACL', path: '/n', acl: ask.create('/').acl, version: -1 });
  writer.call(ask.create('/n/k'));
  writer.call(ask.set('/n/k', null));
  writer.call(ask.create('/n/k/g'));
  for (const path of ['/n/k/g', '/n/k', '/n']) writer.call(ask.remove(path));
  writer.call(ask.create('/n'));
  return watcher.lines().map((line) => line.replace('Node', ''));
};

describe('a lasting watch', () => {
  it('persistent: the node and its list of children, as long as nobody removes it', () => {
    expect(watcher.call(add('/n', persistent))).toEqual({ kind: 'watchAdded' });
    expect(live()).toEqual([
      ...['Created /n', 'DataChanged /n', 'ChildrenChanged /n', 'ChildrenChanged /n'],
      ...['Deleted /n', 'Created /n'],
    ]);
  });

  it.each(['/n', '/'])('recursive on %s: all below too, and no list of children', (path) => {
    watcher.call(add(path, persistentRecursive));
    expect(live()).toEqual([
      ...['Created /n', 'DataChanged /n', 'Created /n/k', 'DataChanged /n/k', 'Created /n/k/g'],
      ...['Deleted /n/k/g', 'Deleted /n/k', 'Deleted /n', 'Created /n'],
    ]);
  });

  it('tells a change once, whatever watches there are; a one-shot one beside it is used up alone', () => {
    watcher.call(ask.create('/n'));
    for (const path of ['/', '/n']) watcher.call(add(path, persistentRecursive));
    watcher.call(add('/n', persistent));
    watcher.call(ask.get('/n', true));
    writer.call(ask.set('/n', null));
    writer.call(ask.set('/n', null));
    writer.call(ask.remove('/n'));
    expect(watcher.lines()).toEqual([
      ...['NodeDataChanged /n', 'NodeDataChanged /n', 'NodeDeleted /n'],
    ]);
  });

  it('does not reach a node whose name only begins alike', () => {
    watcher.call(add('/a', persistentRecursive));
    writer.call(ask.create('/ab'));
    expect(watcher.lines()).toEqual([]);
  });

  it('of an unknown mode is refused; any path will do', () => {
    expect(watcher.call(add('/n', 2))).toBe('MarshallingError');
    expect(watcher.call(add('bad', persistent))).toEqual({ kind: 'watchAdded' });
  });

  it('ends with its connection', () => {
    watcher.call(add('/', persistentRecursive));
    watcher.drop();
    const watches = ensemble.leader().state?.watches;
    expect(watches?.recursive).toBe(0);
    expect(watches?.data.size).toBe(0);
  });
});

it('setWatches2: what was missed of one-shot watches, nothing of lasting ones, then the answer', () => {
  for (const path of ['/d', '/c', '/p']) writer.call(ask.create(path));
  watcher.send({
    ...{ kind: 'setWatches2', relativeZxid: zxidOf(0n), data: ['/d'], exist: ['/d', '/later'] },
    ...{ child: ['/c', '/none'], persistent: ['/p'], persistentRecursive: ['/c'] },
  });
  expect(watcher.lines()).toEqual([
    ...['NodeDataChanged /d', 'NodeCreated /d', 'NodeChildrenChanged /c', 'NodeDeleted /none'],
    '1 Ok',
  ]);
  writer.call(ask.create('/later'));
  writer.call(ask.create('/c/x'));
  writer.call(ask.create('/p/x'));
  writer.call(ask.set('/d', null));
  expect(watcher.lines()).toEqual([
    ...['NodeCreated /later', 'NodeCreated /c/x', 'NodeChildrenChanged /p'],
  ]);
});

describe('checkWatches and removeWatches', () => {
  const { children, data, any } = WATCHER_TYPE;

  it('know the watches of their own connection, by type', () => {
    writer.call(ask.get('/', true));
    expect(watcher.call(check('/', any))).toBe('NoWatcher');
    expect(watcher.call(remove('/', any))).toBe('NoWatcher');
    watcher.call(ask.children('/', true));
    expect(watcher.call(check('/', data))).toBe('NoWatcher');
    expect(watcher.call(check('/', children))).toEqual({ kind: 'nothing' });
    expect(watcher.call(remove('/', data))).toBe('NoWatcher');
    expect(watcher.call(remove('/', children))).toEqual({ kind: 'nothing' });
    writer.call(ask.create('/x'));
    expect(watcher.lines()).toEqual([]);
    expect(writer.call(check('/', data))).toEqual({ kind: 'nothing' });
  });

  it('any takes all modes, one mode leaves the others', () => {
    watcher.call(add('/', persistent));
    watcher.call(add('/', persistentRecursive));
    watcher.call(ask.get('/', true));
    expect(watcher.call(remove('/', WATCHER_TYPE.persistent))).toEqual({ kind: 'nothing' });
    expect(watcher.call(check('/', WATCHER_TYPE.persistentRecursive))).toEqual({ kind: 'nothing' });
    expect(watcher.call(check('/', data))).toEqual({ kind: 'nothing' });
    expect(watcher.call(remove('/', any))).toEqual({ kind: 'nothing' });
    expect(watcher.call(remove('/', any))).toBe('NoWatcher');
    expect(encodeRequestBody(remove('/', any)).length).toBe(9);
  });

  it('an unknown type is refused', () => {
    expect(watcher.call(check('/', 9))).toBe('MarshallingError');
    expect(watcher.call(remove('/', 0))).toBe('MarshallingError');
  });
});
