import { expect, test } from 'vitest';

import { signallingServer } from './signalling-server.ts';

const page = { protocol: 'http:', hostname: 'localhost', port: '8180' };

test('without a word the page asks its own origin', () => {
  const own = { host: 'localhost', port: 8180, path: '/peerjs', secure: false, key: 'tabkeeper' };
  expect(signallingServer(undefined, page)).toEqual(own);
  expect(signallingServer('', page)).toEqual(own);
});

test('an https page without a port means 443', () => {
  const https = { protocol: 'https:', hostname: 'example.org', port: '' };
  expect(signallingServer(undefined, https)).toMatchObject({ port: 443, secure: true });
});

test('a build may name another host', () => {
  const other = signallingServer('https://signal.example.org/broker?key=peerjs', page);
  const wanted = { host: 'signal.example.org', port: 443, path: '/broker', secure: true };
  expect(other).toEqual({ ...wanted, key: 'peerjs' });
});
