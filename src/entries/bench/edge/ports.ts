// Ports for an ensemble of this benchmark: asked of the system, so that whatever runs beside stays alone.

import { createServer } from 'node:net';

import type { Ports } from './systems.ts';

const ATTEMPTS_MAX = 100;
const ELECTION_OFFSET = 1_000;

/** Bases for `count` neighbouring client ports, quorum ports and election ports 1000 above those. */
export async function freePortBases(count: number): Promise<Ports> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const clientPort = randomPort();
    const basePort = randomPort();
    const wanted = [clientPort, basePort, basePort + ELECTION_OFFSET].flatMap((base) =>
      Array.from({ length: count }, (_, index) => base + index),
    );
    if (new Set(wanted).size < wanted.length) continue;
    const free = await Promise.all(wanted.map(isFree));
    if (free.every(Boolean)) return { clientPort, basePort };
  }
  throw new Error('no free ports');
}

/** Below the range that the system gives to outgoing connections. */
const randomPort = (): number => 11_000 + Math.floor(Math.random() * 20_000);

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
