import { describe, expect, it } from 'vitest';
import { enterLine, NEW_SHELL, type Shell, type ShellMove } from './shell.ts';

function entered(lines: readonly string[]): { shell: Shell; moves: ShellMove[] } {
  let shell = NEW_SHELL;
  const moves = lines.map((line) => {
    const next = enterLine(shell, line);
    ({ shell } = next);
    return next.move;
  });
  return { shell, moves };
}

const said = (move: ShellMove | undefined): string[] =>
  move?.kind === 'say' ? move.lines.map(({ text }) => text) : [];

describe("the shell's memory", () => {
  it('lists the last ten lines before this one, and this one', () => {
    const { moves } = entered([...Array.from({ length: 14 }, (_, at) => `get /${at}`), 'history']);
    const lines = said(moves.at(-1));
    expect(lines).toHaveLength(11);
    expect([lines[0], lines.at(-1)]).toEqual(['4 - get /4', '14 - history']);
  });

  it('does a line again, and remembers it in the place of redo', () => {
    const { moves } = entered(['get /a', 'nonsense', 'redo 0', 'history']);
    expect(moves[2]).toMatchObject({ kind: 'run', command: { kind: 'get', path: '/a' } });
    expect(said(moves[3])).toEqual(['0 - get /a', '1 - nonsense', '2 - get /a', '3 - history']);
  });

  it.each([
    ['redo 1', 'Command index out of range'],
    ['redo 7', 'Command index out of range'],
    ['redo -1', 'Command index out of range'],
    ['redo x', 'java.lang.NumberFormatException: For input string: "x"'],
  ])('refuses %s behind one line', (line, text) => {
    expect(entered(['ls /', line]).moves.at(-1)).toEqual({
      ...{ kind: 'say', lines: [{ to: 'err', text }], exitCode: 1 },
    });
  });

  it('does no redo again, and a redo of nothing is nothing', () => {
    expect(said(entered(['redo', 'redo 0']).moves.at(-1))).toEqual(['No redoing redos']);
    expect(entered(['redo']).moves).toEqual([{ kind: 'nothing' }]);
  });

  it('forgets what is a thousand lines old, and goes on counting', () => {
    const lines = Array.from({ length: 1_500 }, (_, at) => `get /${at}`);
    const { shell } = entered(lines);
    expect(shell.count).toBe(1_500);
    expect(said(enterLine(shell, 'redo 499').move)).toEqual(['Command index out of range']);
    expect(enterLine(shell, 'redo 501').move).toMatchObject({ command: { path: '/501' } });
  });

  it('keeps blank lines out', () => {
    expect(entered(['  ', '']).shell).toEqual(NEW_SHELL);
  });
});

it('printwatches is told and switched', () => {
  const { shell, moves } = entered(['printwatches', 'printwatches off', 'printwatches']);
  expect(said(moves[0])).toEqual(['printwatches is on']);
  expect(said(moves[2])).toEqual(['printwatches is off']);
  expect(shell.printWatches).toBe(false);
  expect(enterLine(shell, 'printwatches on').shell.printWatches).toBe(true);
});

it('sessions are left to whoever has them', () => {
  const { moves } = entered(['connect', 'connect h:1', 'close', 'quit', 'help']);
  expect(moves).toEqual([
    { kind: 'connect', target: null },
    { kind: 'connect', target: 'h:1' },
    ...(['close', 'quit', 'help'] as const).map((kind) => ({ kind })),
  ]);
});
