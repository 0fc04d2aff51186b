// Why a path is none, in the words that zkCli prints (Apache's PathUtils).

import { checkPath } from '../../tree/path.ts';

/** Null for a legal path: exactly where the client library says so too. */
export function malformedPath(path: string): string | null {
  if (checkPath(path) === null) return null;
  if (path === '') return 'Path length must be > 0';
  if (!path.startsWith('/')) return 'Path must start with / character';
  if (path.endsWith('/')) return 'Path must not end with / character';
  return `Invalid path string "${path}" caused by ${reasonOf(path)}`;
}

/** The first place at fault, as a scan from the left sees it. */
function reasonOf(path: string): string {
  for (let at = 1; at < path.length; at += 1) {
    const character = path.charAt(at);
    const nameEnds = at + 1 === path.length || path.charAt(at + 1) === '/';
    const where = `@${String(at)}`;
    if (character === '\0') return `null character not allowed ${where}`;
    if (character === '/') {
      if (path.charAt(at - 1) === '/') return `empty node name specified ${where}`;
    } else if (character === '.') {
      const name = path.slice(path.lastIndexOf('/', at) + 1, at + 1);
      if (nameEnds && (name === '.' || name === '..')) return `relative paths not allowed ${where}`;
    } else if (checkPath(`/${character}`) !== null) return `invalid character ${where}`;
  }
  return 'a rule that zkCli does not know';
}
