// The values that the generated requests are made of: a small world, so that they meet often, and every
// kind of wrong that ZooKeeper has a rule for.

import { nextBelow, nextChance, type Random } from '../../base/random.ts';
import { encodeUtf8 } from '../../base/utf8.ts';
import { base64 } from '../../base/base64.ts';
import { sha1 } from '../../base/sha1.ts';
import type { Acl } from '../../vocabulary/stat.ts';

export function pick<T>(random: Random, values: readonly T[]): T {
  const value = values[nextBelow(random, values.length)];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
}

const TOP = ['/a', '/b', '/c', '/d'];
const PATHS = [
  ...TOP,
  ...TOP.flatMap((path) => [`${path}/x`, `${path}/y`, `${path}/x/1`]),
  ...['/zookeeper/a', '/a/x/1/deep', '/b/longer name', '/c/é', '/d/\u00a0'],
];
/** Wrong, or special: one of them now and then. */
const ODD_PATHS = [
  ...[
    '',
    '/',
    '//',
    'a',
    '/a/',
    '/a//x',
    '/./a',
    '/a/.',
    '/a/..',
    '/a/...',
    '/a\u0000',
    '/a\u0001',
  ],
  ...['/a/\u007f', '/a/\ue000', '/a/\ufff0', '/a/\uf900', '/nobody/there', ' ', '/ '],
  ...['/zookeeper', '/zookeeper/quota', '/zookeeper/config', '/zookeeper/config/x', '/a/x/', 'b/x'],
];
/** Persistent watches are set on these alone and one-shot ones on all others: see ARCHITECTURE.md. */
export const PERSISTENT_PATHS = ['/c', '/d/y', '/nobody/there'];
export const RECURSIVE_PATHS = ['/c/x', '/d'];
export const LASTING_PATHS = [...PERSISTENT_PATHS, ...RECURSIVE_PATHS];

export function anyPath(random: Random, learned: readonly string[]): string {
  if (nextChance(random, 8)) return pick(random, ODD_PATHS);
  if (learned.length > 0 && nextChance(random, 25)) return pick(random, learned);
  return pick(random, PATHS);
}

/** A path for a one-shot watch. */
export function watchedPath(random: Random, learned: readonly string[]): string {
  const path = anyPath(random, learned);
  return LASTING_PATHS.includes(path) ? '/a' : path;
}

export function anyData(random: Random): Uint8Array | null {
  switch (nextBelow(random, 6)) {
    case 0:
      return null;
    case 1:
      return new Uint8Array(0);
    case 2:
      return new Uint8Array(700).fill(0x78);
    default:
      return encodeUtf8(`data ${String(nextBelow(random, 1000))}`);
  }
}

export function anyVersion(random: Random): number {
  if (nextChance(random, 55)) return -1;
  return pick(random, [0, 0, 1, 2, 3, -2, 99, 0x7fff_ffff]);
}

export const OPEN: Acl = { perms: 31, scheme: 'world', id: 'anyone' };
export const digestOf = (credentials: string): string =>
  `${credentials.split(':')[0] ?? ''}:${base64(sha1(encodeUtf8(credentials)))}`;

export const CREDENTIALS = ['bob:pw', 'eve:secret', 'nocolon', 'two:colons:here', ':nobody'];
export const SUPER = 'super:of all';

const GOOD_ACLS: readonly (readonly Acl[])[] = [
  [{ perms: 1, scheme: 'world', id: 'anyone' }],
  [{ perms: 30, scheme: 'world', id: 'anyone' }],
  [{ perms: 15, scheme: 'world', id: 'anyone' }],
  [{ perms: 31, scheme: 'digest', id: digestOf('bob:pw') }],
  [{ perms: 31, scheme: 'auth', id: '' }],
  [OPEN, { perms: 31, scheme: 'auth', id: 'whoever' }],
  [{ perms: 31, scheme: 'ip', id: '127.0.0.1' }],
  [{ perms: 31, scheme: 'ip', id: '127.0.0.0/8' }],
  [
    { perms: 31, scheme: 'ip', id: '10.0.0.0/8' },
    { perms: 1, scheme: 'world', id: 'anyone' },
  ],
  [{ perms: 31, scheme: 'ip', id: '1.2.3.4/0' }],
  [OPEN, OPEN, { perms: 1, scheme: 'world', id: 'anyone' }],
  [{ perms: 255, scheme: 'world', id: 'anyone' }],
  [{ perms: 0, scheme: 'world', id: 'anyone' }, OPEN],
  [
    { perms: 1, scheme: 'digest', id: digestOf('eve:secret') },
    { perms: 14, ...anyone() },
  ],
  [
    { perms: 16, scheme: 'digest', id: ':b' },
    { perms: 15, ...anyone() },
  ],
];
const BAD_ACLS: readonly (readonly Acl[])[] = [
  [],
  [{ perms: 31, scheme: 'world', id: 'someone' }],
  [OPEN, { perms: 31, scheme: 'world', id: '' }],
  [{ perms: 31, scheme: 'nothing', id: 'a' }],
  [{ perms: 31, scheme: '', id: '' }],
  [{ perms: 31, scheme: 'super', id: '' }],
  [{ perms: 31, scheme: 'sasl', id: 'a' }],
  [{ perms: 31, scheme: 'x509', id: 'CN=a' }],
  [{ perms: 31, scheme: 'digest', id: 'a:' }],
  [{ perms: 31, scheme: 'digest', id: 'a' }],
  [{ perms: 31, scheme: 'digest', id: 'a:b:c' }],
  [{ perms: 31, scheme: 'digest', id: '' }],
  [{ perms: 31, scheme: 'digest', id: ':' }],
  ...['::1', '1.2.3', '1.2.3.4/33', '1.2.3.4/', '1.2.3.4/-1', '256.1.1.1', '1.2.3.4/8/8', '/8'].map(
    (id) => [{ perms: 31, scheme: 'ip', id }],
  ),
  ...['01.2.3.4', '1.2.3.4 ', '1.2.3.4/08', '1..2.3', '1.2.3.4.', '+1.2.3.4', '1.2.3.4/+8'].map(
    (id) => [OPEN, { perms: 31, scheme: 'ip', id }],
  ),
];

function anyone(): { scheme: string; id: string } {
  return { scheme: 'world', id: 'anyone' };
}

export function anyAcl(random: Random): readonly Acl[] {
  if (nextChance(random, 75)) return [OPEN];
  return nextChance(random, 65) ? pick(random, GOOD_ACLS) : pick(random, BAD_ACLS);
}
