import { describe, expect, test } from 'vitest';

import type { NodeView } from '../../vocabulary/playground.ts';
import { ZXID_ZERO } from '../../vocabulary/zxid.ts';
import { childPath, isSequential, parentOf, treeKeyStep, treeRows } from './tree-model.ts';

const node = (path: string): NodeView => ({
  path,
  data: null,
  stat: {
    czxid: ZXID_ZERO,
    mzxid: ZXID_ZERO,
    ctime: 0,
    mtime: 0,
    version: 0,
    cversion: 0,
    aversion: 0,
    ephemeralOwner: 0n,
    dataLength: 0,
    numChildren: 0,
    pzxid: ZXID_ZERO,
  },
  acl: [],
  kind: 'persistent',
});
const NODES = ['/', '/a', '/a-b', '/a/x', '/a/y', '/z'].map(node);
const OPEN = new Set<string>();

describe('rows of the tree', () => {
  test('children stand under their parent, whatever sorts between them', () => {
    const rows = treeRows(NODES, OPEN);
    expect(rows.map((row) => row.path)).toEqual(['/', '/a', '/a/x', '/a/y', '/a-b', '/z']);
    expect(rows.map((row) => row.level)).toEqual([1, 2, 3, 3, 2, 2]);
    expect(rows.map((row) => `${row.position}/${row.siblings}`)).toEqual([
      ...['1/1', '1/3', '1/2', '2/2', '2/3', '3/3'],
    ]);
  });

  test('a collapsed node hides what is below it', () => {
    const rows = treeRows(NODES, new Set(['/a']));
    expect(rows.map((row) => row.path)).toEqual(['/', '/a', '/a-b', '/z']);
    expect(rows.map((row) => row.expanded)).toEqual([true, false, null, null]);
  });

  test('a node whose parent is left out is still shown', () => {
    expect(treeRows([node('/gone/b')], OPEN).map((row) => row.level)).toEqual([1]);
  });

  test.each([
    ['/a', 'ArrowDown', { kind: 'select', path: '/a/x' }],
    ['/a/x', 'ArrowLeft', { kind: 'select', path: '/a' }],
    ['/a', 'ArrowLeft', { kind: 'collapse', path: '/a' }],
    ['/a', 'ArrowRight', { kind: 'select', path: '/a/x' }],
    ['/z', 'ArrowRight', null],
    ['/z', 'ArrowDown', null],
    ['/z', 'Home', { kind: 'select', path: '/' }],
    ['/', 'End', { kind: 'select', path: '/z' }],
    ['/nowhere', 'ArrowDown', { kind: 'select', path: '/' }],
  ])('at %s the key %s gives %o', (path, key, step) => {
    expect(treeKeyStep(treeRows(NODES, OPEN), path, key)).toEqual(step);
  });

  test('paths', () => {
    expect([parentOf('/'), parentOf('/a'), parentOf('/a/b')]).toEqual([null, '/', '/a']);
    expect([childPath('/', 'a'), childPath('/a', 'b')]).toEqual(['/a', '/a/b']);
    expect([isSequential('/q-0000000012'), isSequential('/q-12')]).toEqual([true, false]);
  });
});
