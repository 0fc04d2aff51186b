import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPath } from '../../tree/path.ts';
import { readAclWords } from './acl-words.ts';
import { clientAddresses } from './config-words.ts';
import { malformedPath } from './path-words.ts';
import { aclLines, errorLine, javaDate, keeperMessage } from './print.ts';

describe('a path that is none', () => {
  it.each([
    ['', 'Path length must be > 0'],
    ['a', 'Path must start with / character'],
    ['/a/', 'Path must not end with / character'],
    ['/a//b', 'Invalid path string "/a//b" caused by empty node name specified @3'],
    ['/a/./b', 'Invalid path string "/a/./b" caused by relative paths not allowed @3'],
    ['/a/..', 'Invalid path string "/a/.." caused by relative paths not allowed @4'],
    ['/..', 'Invalid path string "/.." caused by relative paths not allowed @2'],
    ['/a\0', 'Invalid path string "/a\0" caused by null character not allowed @2'],
    ['/\u0001', 'Invalid path string "/\u0001" caused by invalid character @1'],
    ['/a\ud800', 'Invalid path string "/a\ud800" caused by invalid character @2'],
  ])("is said in zkCli's words: %j", (path, text) => {
    expect(malformedPath(path)).toBe(text);
  });

  it('is none here exactly where it is none for the client library', () => {
    const part = fc.oneof(
      fc.constantFrom('.', '..', '', '...', '.a', 'a.', '\0', '\u007f', '\uf8ff'),
      fc.string(),
    );
    const path = fc.array(part, { maxLength: 5 }).map((parts) => `/${parts.join('/')}`);
    fc.assert(
      fc.property(fc.oneof(path, fc.string({ unit: 'binary' })), (text) => {
        const words = malformedPath(text);
        expect(words === null).toBe(checkPath(text) === null);
        expect(words ?? '').not.toContain('does not know');
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a moment', () => {
  it('is printed as Java prints it, at any time of any year', () => {
    fc.assert(
      fc.property(fc.integer({ min: -6e13, max: 2e14 }), (millis) => {
        const [, weekday, day, month, year, time] =
          /^(\w{3}), (\d\d) (\w{3}) (-?\d+) (\S+) GMT$/.exec(new Date(millis).toUTCString()) ?? [];
        const words = [weekday, month, day, time, 'UTC', String(Number(year))];
        expect(javaDate(millis)).toBe(words.join(' '));
      }),
    );
  });

  it('is of the zone that is asked for', () => {
    expect(javaDate(0, 'CET', 3_600_000)).toBe('Thu Jan 01 01:00:00 CET 1970');
    expect(javaDate(0, 'EST', -5 * 3_600_000)).toBe('Wed Dec 31 19:00:00 EST 1969');
  });
});

describe('an ACL', () => {
  const read = (text: string) => {
    const said: string[] = [];
    return { acl: readAclWords(text, (line) => said.push(line)), said };
  };
  it.each([
    ['world:anyone:cdrwa', [{ perms: 31, scheme: 'world', id: 'anyone' }], []],
    [
      'ip:10.0.0.1:r,digest:u:hash=:w,',
      [
        { perms: 1, scheme: 'ip', id: '10.0.0.1' },
        { perms: 2, scheme: 'digest', id: 'u:hash=' },
      ],
      [],
    ],
    ['auth::a', [{ perms: 16, scheme: 'auth', id: '' }], []],
    ['world:anyone', [], ['world:anyone does not have the form scheme:id:perm']],
    ['foo', [], ['foo does not have the form scheme:id:perm']],
    ['a:b:zr', [{ perms: 1, scheme: 'a', id: 'b' }], ['Unknown perm type: z']],
  ])('%s is read', (text, acl, said) => {
    expect(read(text)).toEqual({ acl, said });
  });

  it('is printed with its permissions in order', () => {
    expect(aclLines({ perms: 31, scheme: 'world', id: 'anyone' })).toEqual([
      ...["'world,'anyone", ': cdrwa'],
    ]);
    expect(aclLines({ perms: 3, scheme: 'ip', id: '::1' })[1]).toBe(': rw');
  });
});

it.each([
  [-101, '/a', 'Node does not exist: /a'],
  [-114, null, 'Acl is not valid : null'],
  [-121, '/a', 'KeeperErrorCode = No such watcher for /a'],
  [-4, '/a', 'KeeperErrorCode = ConnectionLoss for /a'],
  [-123, null, 'KeeperErrorCode = Reconfig is disabled'],
  [-999, '/a', 'KeeperErrorCode = Unknown error -999 for /a'],
])('error %d of %s is said: %s', (code, path, text) => {
  expect(errorLine(code, path)).toBe(text);
});

it("an exception's own message names no path where there is none", () => {
  expect(keeperMessage(-114, '')).toBe('KeeperErrorCode = InvalidACL');
});

it.each([
  ['server.1=h:1:2:participant;10.0.0.1:2181\nversion=100000000', '100000000 10.0.0.1:2181'],
  ['server.1=h:1:2;2181\nserver.2=h:1:2;0.0.0.0:2182\nversion=0', '0 0.0.0.0:2181,0.0.0.0:2182'],
  ['', ' '],
])('the addresses for clients are taken from a configuration: %j', (text, addresses) => {
  expect(clientAddresses(text)).toBe(addresses);
});
