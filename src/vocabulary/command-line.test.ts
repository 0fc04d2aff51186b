import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from './command-line.ts';
import type { CommandLineProblem } from './command-line.ts';
import type { ClientCommand } from './playground.ts';

const understood: readonly (readonly [string, ClientCommand])[] = [
  ['create /a', { kind: 'create', path: '/a', data: '', ephemeral: false, sequential: false }],
  [
    'create -e -s /a b',
    { kind: 'create', path: '/a', data: 'b', ephemeral: true, sequential: true },
  ],
  ['create -se /a b', { kind: 'create', path: '/a', data: 'b', ephemeral: true, sequential: true }],
  [
    'create /a "two words"',
    { kind: 'create', path: '/a', data: 'two words', ephemeral: false, sequential: false },
  ],
  ['create /a -s', { kind: 'create', path: '/a', data: '', ephemeral: false, sequential: true }],
  [
    'create /a "-s"',
    { kind: 'create', path: '/a', data: '-s', ephemeral: false, sequential: false },
  ],
  ['get /a', { kind: 'get', path: '/a', watch: false }],
  ['  get   -w\t/a  ', { kind: 'get', path: '/a', watch: true }],
  ['get -s -w /a', { kind: 'get', path: '/a', watch: true }],
  ['get /a -w', { kind: 'get', path: '/a', watch: true }],
  ['set /a b', { kind: 'set', path: '/a', data: 'b', version: -1 }],
  ['set /a b 7', { kind: 'set', path: '/a', data: 'b', version: 7 }],
  ['set -v 7 /a b', { kind: 'set', path: '/a', data: 'b', version: 7 }],
  ['set /a -5', { kind: 'set', path: '/a', data: '-5', version: -1 }],
  ["set /a ''", { kind: 'set', path: '/a', data: '', version: -1 }],
  [
    String.raw`set /a "say \"hi\" \\"`,
    { kind: 'set', path: '/a', data: String.raw`say "hi" \ `.trim(), version: -1 },
  ],
  [String.raw`set /a 'a\b'`, { kind: 'set', path: '/a', data: String.raw`a\b`, version: -1 }],
  ['ls -w /', { kind: 'ls', path: '/', watch: true }],
  ['stat -w /a', { kind: 'stat', path: '/a', watch: true }],
  ['delete /a', { kind: 'delete', path: '/a', version: -1 }],
  ['delete -v 3 /a', { kind: 'delete', path: '/a', version: 3 }],
  ['delete /a 3', { kind: 'delete', path: '/a', version: 3 }],
  ['sync /', { kind: 'sync', path: '/' }],
];

const refused: readonly (readonly [string, CommandLineProblem])[] = [
  ['', { kind: 'empty' }],
  [' \t ', { kind: 'empty' }],
  ['creat /a', { kind: 'unknownCommand', word: 'creat' }],
  ['__proto__ /a', { kind: 'unknownCommand', word: '__proto__' }],
  ['get', { kind: 'missingPath' }],
  ['get -w', { kind: 'missingPath' }],
  ['get -x /a', { kind: 'badOption', word: '-x' }],
  ['delete -w /a', { kind: 'badOption', word: '-w' }],
  ['get -v 1 /a', { kind: 'badOption', word: '-v' }],
  ['set /a b c', { kind: 'badVersion', word: 'c' }],
  ['set -v x /a b', { kind: 'badVersion', word: 'x' }],
  ['set -v', { kind: 'badVersion', word: '-v' }],
  ['delete -v 2147483648 /a', { kind: 'badVersion', word: '2147483648' }],
  ['get /a b', { kind: 'tooManyWords', word: 'b' }],
  ['set -v 1 /a b c', { kind: 'tooManyWords', word: 'c' }],
  ['create /a two words', { kind: 'tooManyWords', word: 'words' }],
  ['create /a "two', { kind: 'openQuote' }],
];

describe('parseCommandLine', () => {
  it.each(understood)('understands %s', (line, command) => {
    expect(parseCommandLine(line)).toEqual({ ok: true, command });
  });

  it.each(refused)('says what is wrong with %j', (line, problem) => {
    expect(parseCommandLine(line)).toEqual({ ok: false, problem });
  });

  it('gives any data back as it was quoted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (data) => {
        const quoted = `"${data.replace(/["\\]/g, (character) => `\\${character}`)}"`;
        expect(parseCommandLine(`set /a ${quoted}`)).toEqual({
          ok: true,
          command: { kind: 'set', path: '/a', data, version: -1 },
        });
      }),
    );
  });

  it('answers every line and never throws', () => {
    fc.assert(
      fc.property(fc.string(), (line) => {
        expect(typeof parseCommandLine(line).ok).toBe('boolean');
      }),
    );
  });
});
