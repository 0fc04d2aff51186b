import { describe, expect, it } from 'vitest';
import { OPEN_ACL, PERMISSION, type Acl } from '../vocabulary/stat.ts';
import { isPermitted, normaliseAcl, userOf, visibleAcl } from './acl.ts';

const { READ, WRITE, ADMIN, ALL } = PERMISSION;
const entry = (scheme: string, id: string, perms: number = ALL): Acl => ({ perms, scheme, id });
const HERE = { scheme: 'ip', id: '10.1.2.3' };
const BOB = { scheme: 'digest', id: 'bob:hash' };

describe('a permission', () => {
  it.each<[string, Acl[], number, boolean]>([
    ['an empty list is open', [], ADMIN, true],
    ['anyone', [entry('world', 'anyone', READ)], READ, true],
    ['another permission', [entry('world', 'anyone', READ)], WRITE, false],
    ['one of two is enough', [entry('world', 'anyone', READ)], READ | ADMIN, true],
    ['the own digest', [entry('digest', 'bob:hash')], READ, true],
    ['another password', [entry('digest', 'bob:other')], READ, false],
    ['the id of another scheme', [entry('ip', 'bob:hash')], READ, false],
    ['the own address', [entry('ip', '10.1.2.3')], READ, true],
    ['the own network', [entry('ip', '10.1.0.0/16')], READ, true],
    ['a network beside it', [entry('ip', '10.2.0.0/16')], READ, false],
    ['every address', [entry('ip', '1.2.3.4/0')], READ, true],
  ])('%s', (_title, acl, permissions, is) => {
    expect(isPermitted(acl, [HERE, BOB], permissions)).toBe(is);
  });

  it('super may everything, and nobody else what no entry gives', () => {
    const acl = [entry('digest', 'eve:x', 0)];
    expect(isPermitted(acl, [HERE, { scheme: 'super', id: '' }], ADMIN)).toBe(true);
    expect(isPermitted(acl, [HERE, { scheme: 'digest', id: 'eve:x' }], ADMIN)).toBe(false);
  });
});

describe('a list that is to be stored', () => {
  it.each<[Acl, boolean]>([
    [entry('world', 'anyone'), true],
    [entry('world', 'me'), false],
    [entry('digest', 'a:b'), true],
    [entry('digest', ':b'), true],
    [entry('digest', 'a:'), false],
    [entry('digest', 'a:b:c'), false],
    [entry('ip', '1.2.3.4'), true],
    [entry('ip', '1.2.3.4/32'), true],
    [entry('ip', '1.2.3.4/33'), false],
    [entry('ip', '1.2.3.256'), false],
    [entry('ip', '1.2.3'), false],
    [entry('ip', '::1'), false],
    [entry('super', ''), false],
    [entry('sasl', 'me'), false],
    [entry('', 'x'), false],
  ])('%j: %s', (acl, is) => {
    expect(normaliseAcl([acl], [HERE])).toEqual(is ? [acl] : null);
  });

  it('auth becomes who was authenticated; without one it is no list', () => {
    const ann = { scheme: 'digest', id: 'ann:hash' };
    expect(normaliseAcl([entry('auth', 'x', READ)], [HERE, BOB, ann])).toEqual([
      entry('digest', 'bob:hash', READ),
      entry('digest', 'ann:hash', READ),
    ]);
    expect(normaliseAcl([entry('auth', '')], [HERE, { scheme: 'super', id: '' }])).toBeNull();
    expect(normaliseAcl([], [BOB])).toBeNull();
  });
});

it('digests are shown to administrators alone', () => {
  const acl = [...OPEN_ACL.map((one) => ({ ...one, perms: READ })), entry('digest', 'bob:hash')];
  expect(visibleAcl(acl, [HERE])).toEqual([acl[0], entry('digest', 'bob:x')]);
  expect(visibleAcl(acl, [BOB])).toEqual(acl);
  expect([BOB, HERE, { scheme: 'super', id: '' }].map(userOf)).toEqual(['bob', '10.1.2.3', '']);
});
