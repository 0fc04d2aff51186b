// ACL lists, each kept once and counted: a hundred thousand nodes mostly share a handful of lists
// (ReferenceCountedACLCache). Ids exist only inside a snapshot, so none are kept here.

import { assert } from '../base/assert.ts';
import type { Acl } from '../vocabulary/stat.ts';

export interface SharedAcl {
  readonly key: string;
  readonly acl: readonly Acl[];
  /** How many nodes refer to it. Invariant: >= 1 while it is in the table. */
  uses: number;
}

export type AclTable = Map<string, SharedAcl>;

/** The shared entry of this list, counted once more. Null stays ZooKeeper's "open" reference. */
export function shareAcl(table: AclTable, acl: readonly Acl[] | null): SharedAcl | null {
  if (acl === null) return null;
  const key = keyOfList(acl);
  const known = table.get(key);
  if (known !== undefined) {
    known.uses += 1;
    return known;
  }
  const shared = { key, acl, uses: 1 };
  table.set(key, shared);
  return shared;
}

/** A snapshot gives the same list to one node after the other. */
let newest: { readonly acl: readonly Acl[]; readonly key: string } | null = null;

function keyOfList(acl: readonly Acl[]): string {
  if (newest?.acl === acl) return newest.key;
  // Each text behind its length: no two lists have the same key. Every create makes one.
  let key = '';
  for (const { perms, scheme, id } of acl) {
    key += `${String(perms)} ${String(scheme.length)} ${scheme}${String(id.length)} ${id}`;
  }
  newest = { acl, key };
  return key;
}

export function releaseAcl(table: AclTable, shared: SharedAcl | null): void {
  if (shared === null) return;
  assert(shared.uses > 0, 'an ACL list is released as often as it was shared');
  shared.uses -= 1;
  if (shared.uses === 0) table.delete(shared.key);
}
