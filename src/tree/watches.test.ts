import { describe, expect, it } from 'vitest';
import { connectionId } from '../vocabulary/ids.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import { apply, create, remove, setData } from './transactions.fixture.ts';
import { makeTree } from './tree.ts';
import type { Tree } from './tree.ts';
import { addWatch, listWatches, makeWatches } from './watches.ts';
import { removeWatcher, restoreWatches, triggerWatches } from './watches.ts';
import type { FiredWatch, Watches } from './watches.ts';

const ONE = connectionId(1);
const TWO = connectionId(2);

const say = (fired: readonly FiredWatch[]): string[] =>
  fired.map(({ connection, event, path }) => `${String(connection)} ${event} ${path}`);

/** A tree with /p and /p/n, and a watch table. */
function setUp(): { tree: Tree; watches: Watches } {
  const tree = makeTree();
  apply(tree, 1, create('/p', 1));
  apply(tree, 2, create('/p/n', 1));
  return { tree, watches: makeWatches() };
}

const act = (
  { tree, watches }: { tree: Tree; watches: Watches },
  zxid: number,
  transaction: Parameters<typeof apply>[2],
): string[] => say(triggerWatches(watches, apply(tree, zxid, transaction).causes));

describe('what fires a watch', () => {
  it('data: the change and the deletion of the node, once', () => {
    const room = setUp();
    addWatch(room.watches, 'data', '/p/n', ONE);
    expect(act(room, 3, setData('/p/n', 'x', 1))).toEqual(['1 NodeDataChanged /p/n']);
    expect(act(room, 4, setData('/p/n', 'y', 2))).toEqual([]);
    addWatch(room.watches, 'data', '/p/n', ONE);
    expect(act(room, 5, remove('/p/n'))).toEqual(['1 NodeDeleted /p/n']);
  });

  it('exists: the creation, too; then it is used up', () => {
    const room = setUp();
    addWatch(room.watches, 'exists', '/p/new', ONE);
    expect(act(room, 3, create('/p/new', 2))).toEqual(['1 NodeCreated /p/new']);
    expect(act(room, 4, setData('/p/new', 'x', 1))).toEqual([]);
  });

  it('child: children that come and go, and the end of the node itself; not data', () => {
    const room = setUp();
    addWatch(room.watches, 'child', '/p', ONE);
    expect(act(room, 3, setData('/p', 'x', 1))).toEqual([]);
    expect(act(room, 4, setData('/p/n', 'x', 1))).toEqual([]);
    expect(act(room, 5, create('/p/m', 2))).toEqual(['1 NodeChildrenChanged /p']);
    addWatch(room.watches, 'child', '/p', ONE);
    expect(act(room, 6, remove('/p/m'))).toEqual(['1 NodeChildrenChanged /p']);
    addWatch(room.watches, 'child', '/p/n', ONE);
    expect(act(room, 7, remove('/p/n'))).toEqual(['1 NodeDeleted /p/n']);
  });

  it('a data watch does not see children', () => {
    const room = setUp();
    addWatch(room.watches, 'data', '/p', ONE);
    expect(act(room, 3, create('/p/m', 2))).toEqual([]);
    expect(act(room, 4, create('/p/m/k', 1))).toEqual([]);
  });

  it('setACL and failed requests fire nothing', () => {
    const room = setUp();
    for (const kind of ['data', 'child'] as const) addWatch(room.watches, kind, '/p', ONE);
    const acl = [{ perms: 1, scheme: 'world', id: 'anyone' }];
    expect(act(room, 3, { kind: 'setACL', path: '/p', acl, version: 1 })).toEqual([]);
    expect(act(room, 4, { kind: 'error', err: -101 })).toEqual([]);
    expect(act(room, 5, remove('/p/none'))).toEqual([]);
    expect(listWatches(room.watches)).toHaveLength(2);
  });

  it('the root is the parent that is reported as /', () => {
    const room = setUp();
    addWatch(room.watches, 'child', '/', ONE);
    expect(act(room, 3, create('/q', 2))).toEqual(['1 NodeChildrenChanged /']);
  });
});

describe('the order of events', () => {
  it('of a creation: the node, then its parent', () => {
    const room = setUp();
    addWatch(room.watches, 'child', '/p', ONE);
    addWatch(room.watches, 'exists', '/p/m', ONE);
    const events = ['1 NodeCreated /p/m', '1 NodeChildrenChanged /p'];
    expect(act(room, 3, create('/p/m', 2))).toEqual(events);
  });

  it('of a deletion: one NodeDeleted for whoever has both watches, then the parent', () => {
    const room = setUp();
    for (const kind of ['data', 'child'] as const) addWatch(room.watches, kind, '/p/n', ONE);
    addWatch(room.watches, 'child', '/p/n', TWO);
    addWatch(room.watches, 'child', '/p', ONE);
    expect(act(room, 3, remove('/p/n'))).toEqual([
      '1 NodeDeleted /p/n',
      '2 NodeDeleted /p/n',
      '1 NodeChildrenChanged /p',
    ]);
    expect(room.watches).toEqual(makeWatches());
  });

  it('of a multi: as its parts were applied, each watch once', () => {
    const room = setUp();
    addWatch(room.watches, 'child', '/p', ONE);
    for (const path of ['/p/a', '/p/b']) addWatch(room.watches, 'exists', path, ONE);
    const parts = [create('/p/a', 2), create('/p/b', 3), setData('/p/a', 'x', 1), remove('/p/b')];
    expect(act(room, 3, { kind: 'multi', parts })).toEqual([
      '1 NodeCreated /p/a',
      '1 NodeChildrenChanged /p',
      '1 NodeCreated /p/b',
    ]);
  });

  it('of a closing session: each ephemeral, the parent once', () => {
    const room = setUp();
    apply(room.tree, 3, create('/p/e1', 2, { ephemeral: true }), 7n);
    apply(room.tree, 4, create('/p/e2', 3, { ephemeral: true }), 7n);
    addWatch(room.watches, 'child', '/p', ONE);
    for (const path of ['/p/e1', '/p/e2']) addWatch(room.watches, 'data', path, TWO);
    expect(act(room, 5, { kind: 'closeSession', paths: ['/p/e1', '/p/e2'] })).toEqual([
      '2 NodeDeleted /p/e1',
      '1 NodeChildrenChanged /p',
      '2 NodeDeleted /p/e2',
    ]);
  });
});

describe('registrations', () => {
  it('are one per connection, path and table', () => {
    const room = setUp();
    addWatch(room.watches, 'data', '/p', ONE);
    addWatch(room.watches, 'exists', '/p', ONE);
    addWatch(room.watches, 'data', '/p', TWO);
    expect(act(room, 3, setData('/p', 'x', 1))).toEqual([
      '1 NodeDataChanged /p',
      '2 NodeDataChanged /p',
    ]);
  });

  it('go with their connection and leave nothing behind', () => {
    const { watches } = setUp();
    for (const path of ['/a', '/b']) {
      addWatch(watches, 'data', path, ONE);
      addWatch(watches, 'child', path, ONE);
    }
    addWatch(watches, 'child', '/b', TWO);
    removeWatcher(watches, ONE);
    expect(listWatches(watches)).toEqual([{ kind: 'child', path: '/b', connection: TWO }]);
    removeWatcher(watches, TWO);
    removeWatcher(watches, TWO);
    expect(watches).toEqual(makeWatches());
  });
});

describe('a client that was away', () => {
  const restore = (
    room: { tree: Tree; watches: Watches },
    relativeZxid: bigint,
    lists: { data?: string[]; exist?: string[]; child?: string[] },
  ): string[] => {
    const all = { data: [], exist: [], child: [], ...lists };
    const request = { relativeZxid: zxidOf(relativeZxid), ...all };
    return say(restoreWatches(room.watches, room.tree, ONE, request));
  };

  it('is told what it missed, and keeps the watches of what did not change', () => {
    const room = setUp();
    apply(room.tree, 5, setData('/p/n', 'x', 1));
    const lists = { data: ['/p', '/p/n', '/gone'], child: ['/', '/p', '/gone'] };
    expect(restore(room, 2n, lists)).toEqual([
      '1 NodeDataChanged /p/n',
      '1 NodeDeleted /gone',
      '1 NodeDeleted /gone',
    ]);
    expect(listWatches(room.watches).map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'data /p',
      'child /',
      'child /p',
    ]);
  });

  it('hears of children and creations by pzxid and presence', () => {
    const room = setUp();
    const lists = { exist: ['/p', '/none'], child: ['/p'] };
    expect(restore(room, 1n, lists)).toEqual(['1 NodeCreated /p', '1 NodeChildrenChanged /p']);
    expect(listWatches(room.watches).map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'data /none',
    ]);
  });

  it('is told nothing about what it had seen: an equal zxid is not newer', () => {
    const room = setUp();
    expect(restore(room, 2n, { data: ['/p/n'], child: ['/p'] })).toEqual([]);
    const acl = [{ perms: 31, scheme: 'world', id: 'anyone' }];
    apply(room.tree, 9, { kind: 'setACL', path: '/p/n', acl, version: 1 });
    expect(restore(room, 2n, { data: ['/p/n'] })).toEqual([]);
  });

  it('sees a deletion and new creation as a change of data', () => {
    const room = setUp();
    apply(room.tree, 3, remove('/p/n'));
    apply(room.tree, 4, create('/p/n', 2));
    expect(restore(room, 2n, { data: ['/p/n'] })).toEqual(['1 NodeDataChanged /p/n']);
  });
});
