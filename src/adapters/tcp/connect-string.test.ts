import { expect, test } from 'vitest';
import { parseConnectString } from './connect-string.ts';

test.each([
  ['localhost', [{ host: 'localhost', port: 2181 }]],
  [
    'a:1, b:2/',
    [
      { host: 'a', port: 1 },
      { host: 'b', port: 2 },
    ],
  ],
  [
    '[::1]:2182,[fe80::1%eth0]',
    [
      { host: '::1', port: 2182 },
      { host: 'fe80::1%eth0', port: 2181 },
    ],
  ],
])('%s names its servers', (text, addresses) => {
  expect(parseConnectString(text)).toEqual(addresses);
});

test.each(['', 'a,', 'a:0', 'a:65536', 'a:b', '::1', '[::1', 'a b:1', 'a:1/root'])(
  '%j is refused in a sentence',
  (text) => {
    expect(() => parseConnectString(text)).toThrow(/is no host:port|is not supported/);
  },
);
