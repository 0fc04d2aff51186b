import { describe, expect, test } from 'vitest';

import { originFrom, originsOf, portLines } from './gateway-words.ts';

describe('whose pages may come', () => {
  test('those of this server by every name of this machine’s own', () => {
    expect(originsOf('localhost', 8180)).toEqual([
      'http://localhost:8180',
      'http://127.0.0.1:8180',
      'http://[::1]:8180',
    ]);
    expect(originsOf('192.0.2.7', 80)).toContain('http://192.0.2.7');
    expect(originsOf('2001:db8::1', 9000)).toContain('http://[2001:db8::1]:9000');
  });

  test('of a server for everybody no name that anybody could bind to it', () => {
    for (const origin of originsOf('0.0.0.0', 8180)) {
      expect(new URL(origin).hostname).toMatch(/^(localhost|\[::1\]|\d+\.\d+\.\d+\.\d+)$/);
      expect(origin).not.toContain('0.0.0.0');
    }
  });

  test.each([
    ['http://localhost:8180', 'http://localhost:8180'],
    ['https://My.Host/', 'https://my.host'],
    ['http://my.host:80', 'http://my.host'],
    ['my.host', null],
    ['localhost:8180', null],
    ['file:///tmp', null],
    ['http://my.host/page', null],
    ['http://my.host/?a', null],
    ['null', null],
    ['*', null],
  ])('%s is the origin %s', (text, origin) => {
    expect(originFrom(text)).toBe(origin);
  });
});

test('each port is one line', () => {
  const ports = [
    { seat: 1, host: '127.0.0.1', port: 2181 },
    { seat: 2, host: '::1', port: 2183 },
  ];
  expect(portLines(ports)).toBe('  127.0.0.1:2181 -> server 1\n  [::1]:2183 -> server 2');
});
