import { expect, test } from 'vitest';

import { sessionId } from '../vocabulary/ids.ts';
import { localPassword, sessionPassword } from './session-password.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

// What `new Random(id ^ 0xB3415C00L).nextBytes(new byte[16])` gives.
test.each([
  [0x1n, '054cc74a37327db215e702e20c73f005'],
  [0x1000_0abc_def0_0000n, 'e2f66aaec75b47be90a94bf6e8daf09e'],
  [-0x7fff_ffff_ffff_fff0n, 'c0192b4b982ca91fcc742700fe5c9367'],
])('without a secret it is Apache’s: %s', (id, password) => {
  expect(hex(sessionPassword(null, sessionId(id)))).toBe(password);
});

test('under a secret it follows from that and the id, and a server that only reads gives another', () => {
  const [one, other] = [Uint8Array.of(1), Uint8Array.of(2)];
  const [a, b] = [sessionId(1n), sessionId(2n)];
  const all = [one, other, null].flatMap((secret) =>
    [a, b].flatMap((id) => [sessionPassword(secret, id), localPassword(secret, id)]),
  );
  expect(new Set(all.map(hex)).size).toBe(all.length);
});
