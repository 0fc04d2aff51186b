import { expect, test } from 'vitest';
import { parseServers } from './servers.ts';

test.each([
  ['a', 1, ''],
  ['a:1,b:2/', 2, ''],
  ['a:1,b:2/app/one', 2, '/app/one'],
  ['[::1]:2181/app', 1, '/app'],
])('%s: servers and a chroot', (text, count, chroot) => {
  const servers = parseServers(text);
  expect([servers.addresses.length, servers.chroot]).toEqual([count, chroot]);
});

test.each([
  ['a:1/app/', '"/app/" is no path behind servers: a path cannot end with /'],
  ['a:1//app', '"//app" is no path behind servers: a path has no empty name'],
  ['/app', '"" is no host:port'],
  ['a:x/app', '"a:x" is no host:port'],
])('%s is refused in a sentence', (text, sentence) => {
  expect(() => parseServers(text)).toThrow(sentence);
});
