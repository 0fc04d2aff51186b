// `reconfig -file` as zkCli reads it.

import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { enterLine, NEW_SHELL } from '../../vocabulary/zkcli/shell.ts';
import { readMembersFile } from './members-file.ts';
import { temporaryDirectory } from './program.fixture.ts';

let path = '';
beforeEach(async () => {
  path = join(await temporaryDirectory(), 'Members');
});
afterEach(async () => {
  await rm(join(path, '..'), { recursive: true });
});

const LINES = `server.1=Here:1:2:participant;0.0.0.0:3
server.2=there:1:2:observer
version=1f`;

it('its lines become the members of the request, again at a redo', async () => {
  await writeFile(
    path,
    '# ours\nserver.2 = there:1:\\\n 2:observer\nserver.1:Here:1:2;3\nversion=1F\n',
  );
  const first = enterLine(NEW_SHELL, `reconfig -file ${path}`, readMembersFile);
  const again = enterLine(enterLine(first.shell, 'whoami').shell, 'redo 0', readMembersFile);
  for (const { move } of [first, again]) {
    expect(move).toMatchObject({ kind: 'run', command: { kind: 'reconfig', members: LINES } });
  }
});

it.each<[string | null, string]>([
  [null, 'PATH (No such file or directory)'],
  ['server.1=nonsense', ': server.1 must be host:port:port[:role][;[host:]port]'],
  ['tickTime=2000', ': tickTime does not belong into a configuration'],
  [
    'server.1=\\u12',
    ': line 1: \\u needs four hexadecimal digits; a backslash itself is written \\\\',
  ],
])('%j is refused before a server is asked', async (text, why) => {
  if (text !== null) await writeFile(path, text);
  const { move } = enterLine(NEW_SHELL, `reconfig -file ${path}`, readMembersFile);
  const said = `Error processing ${path}${why.replace('PATH', path)}`;
  expect(move).toEqual({ kind: 'say', lines: [{ to: 'err', text: said }], exitCode: 1 });
});

it('where there are no files it says what to do instead', () => {
  const { move } = enterLine(NEW_SHELL, 'reconfig -file x');
  expect(move).toMatchObject({
    lines: [{ text: '-file cannot be read here: give the same lines to -members' }],
  });
});
