import { describe, expect, it } from 'vitest';

import { OPEN_ACL } from '../vocabulary/stat.ts';
import type { Request } from '../vocabulary/request.ts';
import { pathBelow, pathWithout, requestBelow, responseWithout } from './chroot.ts';

const create = (path: string) =>
  ({ kind: 'create', path, data: null, acl: OPEN_ACL, flags: 0 }) as const;

describe('a chroot', () => {
  it.each([
    ['/', '/app'],
    ['/a/b', '/app/a/b'],
    ['/zookeeper/config', '/zookeeper/config'],
    ['/zookeeper/quota', '/app/zookeeper/quota'],
  ])('lies before %s', (path, whole) => {
    expect(pathBelow('/app', path)).toBe(whole);
    expect(pathBelow('', path)).toBe(path);
    expect(pathWithout('/app', whole)).toBe(path);
  });

  it('is no part of a neighbour whose name only begins alike', () => {
    expect(pathWithout('/app', '/apple')).toBe('/apple');
  });

  it.each<[Request, Request]>([
    [
      { kind: 'exists', path: '/', watch: true },
      { kind: 'exists', path: '/app', watch: true },
    ],
    [create('/a'), create('/app/a')],
    [
      { kind: 'addWatch', path: '/a', mode: 1 },
      { kind: 'addWatch', path: '/app/a', mode: 1 },
    ],
    [
      { kind: 'getEphemerals', prefix: '/' },
      { kind: 'getEphemerals', prefix: '/app' },
    ],
    [
      { kind: 'delete', path: '/a', version: -1 },
      { kind: 'delete', path: '/app/a', version: -1 },
    ],
    // What the client calls the root is not deleted: the servers refuse it.
    [
      { kind: 'delete', path: '/', version: -1 },
      { kind: 'delete', path: '/', version: -1 },
    ],
    [{ kind: 'whoAmI' }, { kind: 'whoAmI' }],
    [
      { kind: 'multi', operations: [create('/a'), { kind: 'check', path: '/b', version: 1 }] },
      {
        kind: 'multi',
        operations: [create('/app/a'), { kind: 'check', path: '/app/b', version: 1 }],
      },
    ],
  ])('is put into every request that has a path: %j', (asked, sent) => {
    expect(requestBelow('/app', asked)).toEqual(sent);
    expect(requestBelow('', asked)).toBe(asked);
  });

  it('is taken out of answers, but not out of the names of children', () => {
    const getChildren = { kind: 'getChildren', path: '/', watch: false } as const;
    const named = { kind: 'children', children: ['app', 'x'] } as const;
    expect(responseWithout('/app', getChildren, named)).toEqual(named);
    // The servers compare letters: a neighbour's is among them.
    const owned = { kind: 'children', children: ['/app/e', '/app', '/apple/e'] } as const;
    const getEphemerals = { kind: 'getEphemerals', prefix: '/' } as const;
    expect(responseWithout('/app', getEphemerals, owned)).toEqual({
      ...{ kind: 'children', children: ['/e', '/'] },
    });
    expect(responseWithout('/app', create('/a'), { kind: 'path', path: '/app/a' })).toEqual({
      ...{ kind: 'path', path: '/a' },
    });
    const multi = { kind: 'multi', operations: [create('/a')] } as const;
    const results = [{ kind: 'create', path: '/app/a' } as const, { kind: 'delete' } as const];
    expect(responseWithout('/app', multi, { kind: 'multi', results })).toEqual({
      ...{ kind: 'multi', results: [{ kind: 'create', path: '/a' }, { kind: 'delete' }] },
    });
  });
});
