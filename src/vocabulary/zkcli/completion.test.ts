import { expect, test } from 'vitest';

import { complete } from './completion.ts';

const PATHS = ['/', '/app', '/app/config', '/app/config/db', '/apple', '/it has blanks', '/zoo'];

test.each([
  ['cr', 'create ', []],
  ['set', 'set', ['set', 'setAcl', 'setquota']],
  ['sta', 'stat ', []],
  ['getAl', 'getAllChildrenNumber ', []],
  ['add', 'add', ['addWatch', 'addauth']],
  ['frob', 'frob', []],
  ['', '', []],
  ['get ', 'get ', []],
  ['get -', 'get -', []],
  ['get /z', 'get /zoo', []],
  ['get -w /a', 'get -w /app', ['/app', '/apple']],
  ['get /apple', 'get /apple', []],
  ['ls /app/', 'ls /app/config', []],
  ['ls /app/config', 'ls /app/config/db', []],
  ['ls /i', 'ls /i', []],
  ['set /app data', 'set /app data', []],
])('%j becomes %j', (line, completed, candidates) => {
  expect(complete(line, PATHS)).toEqual({ line: completed, candidates });
});
