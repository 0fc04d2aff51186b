// The playground's own server as a user starts it, on a free port.

import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

export interface PlaygroundServer {
  readonly url: string;
  /** What it printed when it was ready. */
  readonly said: string;
  readonly stop: () => Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });

const untilPrinted = (child: ChildProcess, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = '';
    const onData = (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes(text)) resolve(said);
    };
    child.stdout?.on('data', onData);
    child.stderr?.on('data', onData);
    child.once('exit', () => reject(new Error(`the server ended: ${said}`)));
  });

export const startServer = async (
  wanted?: number,
  words: readonly string[] = [],
): Promise<PlaygroundServer> => {
  const port = wanted ?? (await freePort());
  const child = spawn(
    process.execPath,
    [
      path.join(ROOT, 'dist-node/start.js'),
      '--port',
      String(port),
      '--host',
      '127.0.0.1',
      ...words,
    ],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const said = await untilPrinted(child, '-> server 3');
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    url: `${words.includes('--cert') ? 'https' : 'http'}://127.0.0.1:${port}`,
    said,
    stop: async () => {
      child.kill();
      await ended;
    },
  };
};
