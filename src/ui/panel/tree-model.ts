// A flat list of znodes as the rows of a tree: what is visible, how deep, which of how many. Pure.

import type { NodeView } from '../../vocabulary/playground.ts';

export interface TreeRow {
  readonly path: string;
  readonly name: string;
  readonly node: NodeView;
  /** From 1, as assistive technology counts. */
  readonly level: number;
  readonly position: number;
  readonly siblings: number;
  /** Null: it has no children here. */
  readonly expanded: boolean | null;
}

export const ROOT = '/';

/** The parent's path; null for the root. */
export function parentOf(path: string): string | null {
  if (path === ROOT) return null;
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? ROOT : path.slice(0, slash);
}

export const nameOf = (path: string): string =>
  path === ROOT ? ROOT : path.slice(path.lastIndexOf('/') + 1);

export const childPath = (parent: string, name: string): string =>
  parent === ROOT ? `/${name}` : `${parent}/${name}`;

/** Ten digits at the end are how ZooKeeper numbers sequential znodes. */
export const isSequential = (path: string): boolean => /\d{10}$/.test(path);

/** The rows in the order they are read; a collapsed node hides everything below it. */
export function treeRows(nodes: readonly NodeView[], collapsed: ReadonlySet<string>): TreeRow[] {
  const children = new Map<string, NodeView[]>();
  const known = new Set(nodes.map((node) => node.path));
  let roots: NodeView[] = [];
  for (const node of nodes) {
    const parent = parentOf(node.path);
    // A picture that leaves nodes out may lack a parent: the child then stands at the top.
    if (parent === null || !known.has(parent)) roots = [...roots, node];
    else children.set(parent, [...(children.get(parent) ?? []), node]);
  }
  const rows: TreeRow[] = [];
  const waiting = levelOf(roots, 1);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const below = children.get(next.node.path) ?? [];
    const expanded = below.length === 0 ? null : !collapsed.has(next.node.path);
    const { path } = next.node;
    rows.push({ ...next, path, name: nameOf(path), expanded });
    if (expanded === true) waiting.push(...levelOf(below, next.level + 1));
  }
  return rows;
}

/** Siblings last first, ready to be taken from the end. */
function levelOf(nodes: readonly NodeView[], level: number) {
  const siblings = nodes.length;
  return nodes.map((node, at) => ({ node, level, position: at + 1, siblings })).reverse();
}

export type TreeKeyStep =
  | { readonly kind: 'select'; readonly path: string }
  | { readonly kind: 'expand' | 'collapse'; readonly path: string };

/** What a key does in a tree, as the ARIA practices say; null: nothing. */
export function treeKeyStep(
  rows: readonly TreeRow[],
  path: string,
  key: string,
): TreeKeyStep | null {
  const at = rows.findIndex((row) => row.path === path);
  const row = rows[at];
  const select = (target: TreeRow | undefined): TreeKeyStep | null =>
    target === undefined ? null : { kind: 'select', path: target.path };
  if (row === undefined) return select(rows[0]);
  switch (key) {
    case 'ArrowDown':
      return select(rows[at + 1]);
    case 'ArrowUp':
      return select(rows[at - 1]);
    case 'Home':
      return select(rows[0]);
    case 'End':
      return select(rows.at(-1));
    case 'ArrowRight':
      if (row.expanded === false) return { kind: 'expand', path };
      return row.expanded === true ? select(rows[at + 1]) : null;
    case 'ArrowLeft':
      if (row.expanded === true) return { kind: 'collapse', path };
      return select(rows.find((other) => other.path === parentOf(path)));
    case 'Enter':
    case ' ':
      if (row.expanded === null) return null;
      return { kind: row.expanded ? 'collapse' : 'expand', path };
    default:
      return null;
  }
}
