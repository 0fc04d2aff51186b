// ACLs as zkCli takes them: scheme:id:perms, several with commas. What cannot be read is said and left
// out, as there.

import { PERMISSION, type Acl } from '../../vocabulary/stat.ts';

const LETTERS: ReadonlyMap<string, number> = new Map([
  ['r', PERMISSION.READ],
  ['w', PERMISSION.WRITE],
  ['c', PERMISSION.CREATE],
  ['d', PERMISSION.DELETE],
  ['a', PERMISSION.ADMIN],
]);

export function readAclWords(text: string, complain: (line: string) => void): Acl[] {
  const acl: Acl[] = [];
  for (const entry of text.replace(/,+$/, '').split(',')) {
    const first = entry.indexOf(':');
    const last = entry.lastIndexOf(':');
    if (first === last) {
      complain(`${entry} does not have the form scheme:id:perm`);
      continue;
    }
    let perms = 0;
    for (const letter of entry.slice(last + 1)) {
      const bit = LETTERS.get(letter);
      if (bit === undefined) complain(`Unknown perm type: ${letter}`);
      else perms |= bit;
    }
    acl.push({ perms, scheme: entry.slice(0, first), id: entry.slice(first + 1, last) });
  }
  return acl;
}
