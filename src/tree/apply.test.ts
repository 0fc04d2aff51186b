import { describe, expect, it } from 'vitest';
import { ERROR_CODE } from '../vocabulary/error-code.ts';
import { sessionId } from '../vocabulary/ids.ts';
import { PERMISSION } from '../vocabulary/stat.ts';
import type { Stat } from '../vocabulary/stat.ts';
import { present } from '../base/assert.ts';
import { OWNER_CONTAINER } from './owner.ts';
import { apply, create, remove, setData, text, timeOf } from './transactions.fixture.ts';
import { aclOf, childrenOf, digestOf, ephemeralsOf, getNode, makeTree, statOf } from './tree.ts';
import type { Tree } from './tree.ts';

const stat = (tree: Tree, path: string): Stat => statOf(present(getNode(tree, path), path));
const READ_ONLY = [{ perms: PERMISSION.READ, scheme: 'world', id: 'anyone' }];

describe('a fresh tree', () => {
  it('has the four built-in nodes with the stats of Apache ZooKeeper', () => {
    const tree = makeTree();
    expect(childrenOf(tree, '/')).toEqual(['zookeeper']);
    expect(childrenOf(tree, '/zookeeper')).toEqual(['config', 'quota']);
    expect(stat(tree, '/')).toMatchObject({ cversion: -1, numChildren: 1, czxid: 0n, ctime: 0 });
    expect(stat(tree, '/zookeeper').cversion).toBe(-2);
    expect(stat(tree, '/zookeeper/config').aversion).toBe(-1);
    expect(aclOf(present(getNode(tree, '/zookeeper/config'), 'config'))).toEqual(READ_ONLY);
    expect(stat(tree, '')).toEqual(stat(tree, '/'));
  });
});

describe('create', () => {
  it('gives the node its birth, and the parent only cversion, pzxid and a child', () => {
    const tree = makeTree();
    apply(tree, 1, create('/a', 1));
    const before = stat(tree, '/a');
    const applied = apply(tree, 2, create('/a/b', 1, { data: 'xyz' }));
    const expected = {
      czxid: 2n,
      mzxid: 2n,
      ctime: timeOf(2),
      mtime: timeOf(2),
      version: 0,
      cversion: 0,
      aversion: 0,
      ephemeralOwner: 0n,
      dataLength: 3,
      numChildren: 0,
      pzxid: 2n,
    };
    expect(stat(tree, '/a/b')).toEqual(expected);
    expect(applied).toMatchObject({ err: 0, path: '/a/b', stat: expected });
    expect(stat(tree, '/a')).toEqual({ ...before, cversion: 1, pzxid: 2n, numChildren: 1 });
  });

  it('counts creations only: the shown cversion is twice that minus the children', () => {
    const tree = makeTree();
    apply(tree, 1, create('/a', 1));
    expect(stat(tree, '/').cversion).toBe(0);
    apply(tree, 2, create('/b', 2));
    expect(stat(tree, '/').cversion).toBe(1);
    apply(tree, 3, remove('/b'));
    expect(stat(tree, '/').cversion).toBe(2);
    expect(getNode(tree, '/')?.stat.cversion).toBe(2);
  });

  it('keeps null and empty data apart', () => {
    const tree = makeTree();
    apply(tree, 1, create('/null', 1, { data: null }));
    apply(tree, 2, create('/empty', 2, { data: '' }));
    expect(getNode(tree, '/null')?.data).toBeNull();
    expect(getNode(tree, '/empty')?.data).toEqual(new Uint8Array(0));
    expect(stat(tree, '/null').dataLength).toBe(0);
  });

  it('stores the kind of the node in its owner, and shows it for ephemerals alone', () => {
    const tree = makeTree();
    const common = { data: null, acl: READ_ONLY };
    apply(tree, 1, create('/e', 1, { ephemeral: true }), 99n);
    apply(tree, 2, { kind: 'createContainer', path: '/c', parentCVersion: 2, ...common });
    apply(tree, 3, { kind: 'createTTL', path: '/t', parentCVersion: 3, ttlMillis: 5n, ...common });
    const stored = ['/e', '/c', '/t'].map((path) => getNode(tree, path)?.stat.ephemeralOwner);
    expect(stored).toEqual([99n, OWNER_CONTAINER, BigInt.asIntN(64, 0xff00_0000_0000_0005n)]);
    const shown = ['/e', '/c', '/t'].map((path) => stat(tree, path).ephemeralOwner);
    expect(shown).toEqual([99n, 0n, 0n]);
    expect(ephemeralsOf(tree, sessionId(99n))).toEqual(['/e']);
  });

  it('leaves the counter at its end, and pzxid with it', () => {
    const tree = makeTree();
    apply(tree, 1, create('/a', 0x7fff_ffff));
    const before = stat(tree, '/');
    apply(tree, 2, create('/b', -0x8000_0000));
    expect(stat(tree, '/')).toMatchObject({ pzxid: before.pzxid, numChildren: 3 });
    expect(getNode(tree, '/')?.stat.cversion).toBe(0x7fff_ffff);
  });

  it('refuses a node without a parent, and a path that is none', () => {
    const tree = makeTree();
    const digest = digestOf(tree);
    expect(apply(tree, 1, create('/a/b', 1)).err).toBe(ERROR_CODE.NoNode);
    expect(apply(tree, 2, create('/', 1)).err).toBe(ERROR_CODE.NodeExists);
    expect(apply(tree, 3, create('/a//b', 1)).err).toBe(ERROR_CODE.BadArguments);
    expect([digestOf(tree), tree.lastZxid]).toEqual([digest, 3n]);
  });

  it('applied again repairs the parent and the ACL, and keeps the younger node', () => {
    const tree = makeTree();
    apply(tree, 1, create('/a', 1));
    apply(tree, 5, setData('/a', 'later', 1));
    const root = present(getNode(tree, '/'), 'root');
    root.stat.cversion = 0;
    const applied = apply(tree, 1, create('/a', 1, { acl: READ_ONLY }));
    expect(applied).toMatchObject({ err: ERROR_CODE.NodeExists, causes: [] });
    expect(root.stat.cversion).toBe(1);
    expect(stat(tree, '/a')).toMatchObject({ version: 1, mzxid: 5n });
    expect(aclOf(present(getNode(tree, '/a'), '/a'))).toEqual(READ_ONLY);
    expect(tree.lastZxid).toBe(5n);
  });

  it('lets a node be called __proto__', () => {
    const tree = makeTree();
    apply(tree, 1, create('/__proto__', 1));
    apply(tree, 2, create('/__proto__/constructor', 1, { data: 'x' }));
    expect(childrenOf(tree, '/__proto__')).toEqual(['constructor']);
    expect(text(getNode(tree, '/__proto__/constructor')?.data ?? null)).toBe('x');
  });
});

describe('setData', () => {
  it('changes version, mzxid, mtime and length of the node, and nothing of the parent', () => {
    const tree = makeTree();
    apply(tree, 1, create('/a', 1));
    const [before, parent] = [stat(tree, '/a'), stat(tree, '/')];
    const applied = apply(tree, 2, setData('/a', 'four', 1));
    const after = { ...before, version: 1, mzxid: 2n, mtime: timeOf(2), dataLength: 4 };
    expect(stat(tree, '/a')).toEqual(after);
    expect(applied.stat).toEqual(after);
    expect(stat(tree, '/')).toEqual(parent);
  });

  it('works on the root, and not on what is not there', () => {
    const tree = makeTree();
    expect(apply(tree, 1, setData('/', 'top', 1)).err).toBe(0);
    expect(text(getNode(tree, '')?.data ?? null)).toBe('top');
    expect(apply(tree, 2, setData('/none', '', 1)).err).toBe(ERROR_CODE.NoNode);
  });
});

describe('setACL', () => {
  it('changes aversion alone and fires nothing', () => {
    const tree = makeTree();
    apply(tree, 1, create('/a', 1));
    const before = stat(tree, '/a');
    const applied = apply(tree, 2, { kind: 'setACL', path: '/a', acl: READ_ONLY, version: 1 });
    expect(stat(tree, '/a')).toEqual({ ...before, aversion: 1 });
    expect(applied.causes).toEqual([]);
    expect(aclOf(present(getNode(tree, '/a'), '/a'))).toEqual(READ_ONLY);
  });

  it('keeps each list once and only while it is used', () => {
    const tree = makeTree();
    const before = tree.acls.size;
    apply(tree, 1, create('/a', 1));
    apply(tree, 2, create('/b', 2));
    expect(tree.acls.size).toBe(before + 1);
    apply(tree, 3, { kind: 'setACL', path: '/a', acl: READ_ONLY, version: 1 });
    apply(tree, 4, remove('/b'));
    expect(tree.acls.size).toBe(before);
  });
});

describe('delete', () => {
  it('raises the pzxid of the parent and leaves its stored cversion', () => {
    const tree = makeTree();
    apply(tree, 1, create('/a', 1));
    const before = stat(tree, '/');
    expect(apply(tree, 2, remove('/a')).causes).toMatchObject([
      { event: 'NodeDeleted', path: '/a' },
    ]);
    expect(stat(tree, '/')).toEqual({ ...before, cversion: 1, pzxid: 2n, numChildren: 1 });
    expect(getNode(tree, '/a')).toBeNull();
  });

  it('of a node that is gone still raises pzxid, but never lowers it', () => {
    const tree = makeTree();
    expect(apply(tree, 9, remove('/a'))).toMatchObject({ err: ERROR_CODE.NoNode, causes: [] });
    expect(stat(tree, '/').pzxid).toBe(9n);
    apply(tree, 3, remove('/a'));
    expect(stat(tree, '/').pzxid).toBe(9n);
  });

  it('never takes the root', () => {
    const tree = makeTree();
    expect(apply(tree, 1, remove('/')).err).toBe(ERROR_CODE.BadArguments);
    expect(getNode(tree, '/')).not.toBeNull();
  });

  it('then create gives a fresh node', () => {
    const tree = makeTree();
    apply(tree, 1, create('/a', 1));
    apply(tree, 2, setData('/a', 'x', 1));
    apply(tree, 3, remove('/a'));
    apply(tree, 4, create('/a', 2));
    expect(stat(tree, '/a')).toMatchObject({ czxid: 4n, version: 0, cversion: 0 });
  });
});

describe('sessions', () => {
  it('are remembered with their timeout until they close', () => {
    const tree = makeTree();
    apply(tree, 1, { kind: 'createSession', timeoutMillis: 6000 }, 7n);
    expect([...tree.sessions]).toEqual([[7n, 6000]]);
    apply(tree, 2, { kind: 'closeSession', paths: [] }, 7n);
    expect(tree.sessions.size).toBe(0);
  });

  it('take all their ephemerals along in one transaction', () => {
    const tree = makeTree();
    apply(tree, 1, create('/p', 1));
    apply(tree, 2, create('/p/a', 1, { ephemeral: true }), 7n);
    apply(tree, 3, create('/p/b', 2, { ephemeral: true }), 7n);
    apply(tree, 4, create('/p/c', 3, { ephemeral: true }), 8n);
    const applied = apply(tree, 5, { kind: 'closeSession', paths: ['/p/b', '/p/gone'] }, 7n);
    expect(childrenOf(tree, '/p')).toEqual(['c']);
    expect(stat(tree, '/p')).toMatchObject({ pzxid: 5n, numChildren: 1, cversion: 5 });
    expect(applied.causes.map(({ path }) => path)).toEqual(['/p/b', '/p/a']);
    expect(ephemeralsOf(tree, sessionId(7n))).toEqual([]);
    expect(ephemeralsOf(tree, sessionId(8n))).toEqual(['/p/c']);
  });

  it('do not own what somebody else deleted and made again', () => {
    const tree = makeTree();
    apply(tree, 1, create('/e', 1, { ephemeral: true }), 7n);
    apply(tree, 2, remove('/e'), 8n);
    apply(tree, 3, create('/e', 2, { ephemeral: true }), 8n);
    apply(tree, 4, { kind: 'closeSession', paths: [] }, 7n);
    expect(stat(tree, '/e').ephemeralOwner).toBe(8n);
  });
});

describe('multi', () => {
  it('does all parts under one zxid, each with the stat of its moment', () => {
    const tree = makeTree();
    const applied = apply(tree, 1, {
      kind: 'multi',
      parts: [
        create('/a', 1),
        setData('/a', 'x', 1),
        { kind: 'check', path: '/a', version: 1 },
        create('/a/b', 1),
        remove('/a/b'),
        create('/b', 2, { kind: 'create2' }),
      ],
    });
    expect(applied.err).toBe(0);
    expect(applied.results).toMatchObject([
      { kind: 'create', path: '/a' },
      { kind: 'setData', stat: { version: 1, numChildren: 0, mzxid: 1n } },
      { kind: 'check' },
      { kind: 'create', path: '/a/b' },
      { kind: 'delete' },
      { kind: 'create2', path: '/b', stat: { czxid: 1n } },
    ]);
    expect(applied.causes.map(({ event, path }) => `${event} ${path}`)).toEqual([
      'NodeCreated /a',
      'NodeDataChanged /a',
      'NodeCreated /a/b',
      'NodeDeleted /a/b',
      'NodeCreated /b',
    ]);
    expect(stat(tree, '/a')).toMatchObject({ numChildren: 0, cversion: 2, pzxid: 1n });
  });

  it('with an error in it does nothing and says where', () => {
    const tree = makeTree();
    const digest = digestOf(tree);
    const applied = apply(tree, 4, {
      kind: 'multi',
      parts: [
        create('/a', 1),
        { kind: 'error', err: ERROR_CODE.BadVersion },
        { kind: 'error', err: ERROR_CODE.RuntimeInconsistency },
      ],
    });
    expect(applied.results).toEqual([
      { kind: 'error', err: 0 },
      { kind: 'error', err: ERROR_CODE.BadVersion },
      { kind: 'error', err: ERROR_CODE.RuntimeInconsistency },
    ]);
    expect(applied).toMatchObject({ err: 0, causes: [] });
    expect([digestOf(tree), getNode(tree, '/a'), tree.lastZxid]).toEqual([digest, null, 4n]);
  });

  it('without parts only moves the zxid', () => {
    const tree = makeTree();
    expect(apply(tree, 1, { kind: 'multi', parts: [] })).toMatchObject({ err: 0, results: [] });
    expect(tree.lastZxid).toBe(1n);
  });
});

describe('a failed request', () => {
  it('moves the zxid and nothing else', () => {
    const tree = makeTree();
    const digest = digestOf(tree);
    expect(apply(tree, 3, { kind: 'error', err: -101 })).toMatchObject({ err: -101, causes: [] });
    expect([tree.lastZxid, digestOf(tree)]).toEqual([3n, digest]);
  });
});
