import { expect, test } from 'vitest';

import { checkProof, fingerprintOf, makeProof, newNonce, roomKey } from './proof.ts';

const terms = {
  room: 'r',
  seats: 3,
  dialler: { seat: 2, page: 'a', nonce: newNonce(), fingerprint: 'sha-256 aa' },
  acceptor: { seat: 1, page: 'b', nonce: newNonce(), fingerprint: 'sha-256 bb' },
};

test('who knows the secret proves it', async () => {
  const proof = await makeProof(await roomKey('secret'), 'dialler', terms);
  expect(await checkProof(await roomKey('secret'), 'dialler', terms, proof)).toBe(true);
});

test.each([
  ['another secret', 'other', 'dialler', terms],
  ['the proof mirrored', 'secret', 'acceptor', terms],
  ['other seats', 'secret', 'dialler', { ...terms, seats: 5 }],
  [
    'another certificate in between',
    'secret',
    'dialler',
    { ...terms, acceptor: { ...terms.acceptor, fingerprint: 'sha-256 cc' } },
  ],
  [
    'an earlier greeting',
    'secret',
    'dialler',
    { ...terms, dialler: { ...terms.dialler, nonce: newNonce() } },
  ],
] as const)('%s is no proof', async (_what, secret, side, other) => {
  const proof = await makeProof(await roomKey('secret'), 'dialler', terms);
  expect(await checkProof(await roomKey(secret), side, other, proof)).toBe(false);
});

test('what is no proof at all is refused, not thrown at', async () => {
  const key = await roomKey('secret');
  for (const text of ['', 'zz', 'abc']) {
    expect(await checkProof(key, 'dialler', terms, text)).toBe(false);
  }
});

test('the fingerprint is taken from the session description', () => {
  const sdp = 'v=0\r\na=fingerprint:sha-256 AB:CD:01\r\na=setup:active\r\n';
  const described = { type: 'offer', sdp, toJSON: () => null } as unknown as RTCSessionDescription;
  expect(fingerprintOf(described)).toBe('sha-256 ab:cd:01');
  expect(fingerprintOf(null)).toBeNull();
});
