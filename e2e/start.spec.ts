// `npm start` where it cannot start: one sentence that helps, no stack, and a code that tells.

import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer } from './support/server.ts';
import { expect, test } from '@playwright/test';

const START = fileURLToPath(new URL('../dist-node/start.js', import.meta.url));

const start = (...options: string[]): { said: string; wrong: string; code: number | null } => {
  const ended = spawnSync(process.execPath, [path.resolve(START), ...options], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { said: ended.stdout, wrong: ended.stderr, code: ended.status };
};

test('a taken port is one sentence with the way out', async () => {
  const server = await startServer();
  const { port } = new URL(server.url);
  try {
    expect(start('--port', port, '--host', '127.0.0.1')).toEqual({
      said: '',
      wrong: `Port ${port} is taken by another program: npm start -- --port ${Number(port) + 1}\n`,
      code: 1,
    });
  } finally {
    await server.stop();
  }
});

test('a port that is none is said before anything starts', () => {
  const { said, wrong, code } = start('--port', '99999');
  expect({ said, wrong, code }).toEqual({
    said: '',
    wrong: '--port wants a number up to 65535, not "99999".\n',
    code: 1,
  });
});
