import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPath, nameOf, parentOf, sequenceName } from './path.ts';

describe('checkPath', () => {
  const good = [
    '/',
    '/a',
    '/a/b',
    '/...',
    '/.a',
    '/a..',
    '/a/..b',
    '/ ',
    '/\u00a0',
    '/\u2028',
    '/\uf900',
    '/\uffef',
    '/__proto__',
    '/节点',
    `/${'x'.repeat(5000)}`,
  ];
  it.each(good)('accepts %j', (path) => {
    expect(checkPath(path)).toBeNull();
  });

  const bad: readonly (readonly [string, RegExp])[] = [
    ['', /empty/],
    ['a', /starts with/],
    ['a/b', /starts with/],
    ['/a/', /end with/],
    ['//', /end with/],
    ['//a', /empty name/],
    ['/a//b', /empty name/],
    ['/.', /relative/],
    ['/..', /relative/],
    ['/./a', /relative/],
    ['/a/..', /relative/],
    ['/a/../b', /relative/],
    ['/a\u0000', /U\+0000/],
    ['/\u0001', /U\+0001/],
    ['/\u001f', /U\+001F/],
    ['/a\u007fb', /U\+007F/],
    ['/\u009f', /U\+009F/],
    ['/\ud800', /U\+D800/],
    ['/😀', /U\+D83D/],
    ['/\uf8ff', /U\+F8FF/],
    ['/\ufff0', /U\+FFF0/],
    ['/\ufffd', /U\+FFFD/],
    ['/\uffff', /U\+FFFF/],
  ];
  it.each(bad)('refuses %j', (path, reason) => {
    expect(checkPath(path)).toMatch(reason);
  });

  it('agrees with the rules said in one regular expression', () => {
    const name = String.raw`(?!\.{1,2}(?:/|$))[^/\x00-\x1f\x7f-\x9f\ud800-\uf8ff\ufff0-\uffff]+`;
    const legal = new RegExp(`^/$|^(?:/${name})+$`);
    const units = fc.constantFrom('/', '.', 'a', '\u0000', '\u0080', '\ud83d', '\ue000', '\uffff');
    fc.assert(
      fc.property(fc.array(units, { maxLength: 8 }), (parts) => {
        const path = `/${parts.join('')}`;
        expect(checkPath(path) === null).toBe(legal.test(path));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the parts of a path', () => {
  it('are a parent and a name', () => {
    expect([parentOf('/a/b'), nameOf('/a/b')]).toEqual(['/a', 'b']);
    expect([parentOf('/a'), nameOf('/a')]).toEqual(['/', 'a']);
  });

  it('are none of the root', () => {
    expect(() => parentOf('/')).toThrow(/rule broken/);
    expect(() => parentOf('a')).toThrow(/rule broken/);
  });
});

describe('sequenceName', () => {
  it.each([
    ['/a-', 0, '/a-0000000000'],
    ['/', 12, '/0000000012'],
    ['/a', 2147483647, '/a2147483647'],
    ['/m-', -2147483648, '/m--2147483648'],
    ['/m-', -7, '/m--000000007'],
  ])('of %s and %i is %s', (path, cversion, name) => {
    expect(sequenceName(path, cversion)).toBe(name);
  });
});
