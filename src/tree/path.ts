// Paths of znodes: what is a legal one (PathUtils.validatePath), and its parts. Text in, text out; it
// knows nothing of a tree.

import { assert } from '../base/assert.ts';

/** The root as clients name it. The tree keeps it under "", which lookups accept as well. */
export const ROOT = '/';

/** The nodes that every tree has; clients can never delete them. */
export const BUILT_IN_PATHS: readonly string[] = [
  '/',
  '/zookeeper',
  '/zookeeper/quota',
  '/zookeeper/config',
];
export const CONFIG_PATH = '/zookeeper/config';

const SEQUENCE_DIGITS = 10;

/** Code units that no path may hold, both ends included. The third range has all surrogates (so no
 *  character beyond U+FFFF can be in a path) and the private use area. */
const FORBIDDEN: readonly (readonly [number, number])[] = [
  [0x0000, 0x001f],
  [0x007f, 0x009f],
  [0xd800, 0xf8ff],
  [0xfff0, 0xffff],
];

/** Null for a legal path, else why it is none. Length is bounded by the frame alone. */
export function checkPath(path: string): string | null {
  if (path === '') return 'a path cannot be empty';
  if (!path.startsWith('/')) return 'a path starts with /';
  if (path === ROOT) return null;
  if (path.endsWith('/')) return 'a path cannot end with /';
  let nameStart = 1;
  for (let at = 1; at <= path.length; at += 1) {
    const unit = at < path.length ? path.charCodeAt(at) : SLASH;
    if (unit === SLASH) {
      const problem = checkName(path.slice(nameStart, at), nameStart);
      if (problem !== null) return problem;
      nameStart = at + 1;
    } else if (isForbidden(unit)) {
      return `character U+${hex4(unit)} at position ${String(at)} is not allowed in a path`;
    }
  }
  return null;
}

/** The path of the node that `path` is a child of; "/x" belongs to "/". Not for the root. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  assert(slash >= 0 && path !== ROOT, 'a path with a parent has a slash and is not the root');
  return slash === 0 ? ROOT : path.slice(0, slash);
}

/** The last part of a path; "" for the root. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The path that a sequential create really makes: `path` and the parent's stored cversion as Java's
 *  %010d prints it (a minus counts as one of the ten places). */
export function sequenceName(path: string, cversion: number): string {
  const digits = String(Math.abs(cversion));
  const sign = cversion < 0 ? '-' : '';
  return path + sign + digits.padStart(SEQUENCE_DIGITS - sign.length, '0');
}

const SLASH = 0x2f;

function checkName(name: string, position: number): string | null {
  if (name === '') return `a path has no empty name (position ${String(position)})`;
  if (name === '.' || name === '..') {
    return `a path has no relative name (${name} at position ${String(position)})`;
  }
  return null;
}

function isForbidden(unit: number): boolean {
  // Nearly every one.
  if (unit > 0x1f && unit < 0x7f) return false;
  for (const [low, high] of FORBIDDEN) {
    if (unit >= low && unit <= high) return true;
  }
  return false;
}

const hex4 = (unit: number): string => unit.toString(16).toUpperCase().padStart(4, '0');
