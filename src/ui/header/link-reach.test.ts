import { expect, test } from 'vitest';

import { reachOf } from './link-reach.ts';

test.each([
  ['http://localhost:8180/#room=a', 'loopback'],
  ['https://localhost/#room=a', 'loopback'],
  ['http://127.0.0.1:8180/', 'loopback'],
  ['http://127.1.2.3/', 'loopback'],
  ['http://[::1]:8180/', 'loopback'],
  ['http://room.localhost/', 'loopback'],
  ['http://192.168.1.5:8180/', 'insecure'],
  ['http://localhost.my.host/', 'insecure'],
  ['http://127.my.host/', 'insecure'],
  ['https://192.168.1.5:8180/', 'anywhere'],
  ['https://my.host/tabkeeper/#room=a', 'anywhere'],
])('%s is for %s', (link, reach) => {
  expect(reachOf(link)).toBe(reach);
});
