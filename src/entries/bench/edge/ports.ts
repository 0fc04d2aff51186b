// Ports for an ensemble of this benchmark: asked of the system, so that whatever runs beside stays alone.

import { createServer } from 'node:net';

import type { Ports } from './systems.ts';

const ATTEMPTS_MAX = 100;
const ELECTION_OFFSET = 1_000;

/** Bases are drawn from here: `count` of them, from the first. */
interface PortRange {
  readonly first: number;
  readonly count: number;
}

/** Below the range that the system gives to outgoing connections. */
const USUAL: PortRange = { first: 11_000, count: 16_000 };
/** Apart from the usual ones, for what is played beside them and leaves its ports for moments. */
export const PORTS_APART: PortRange = { first: 29_000, count: 2_500 };

/** Bases for `count` neighbouring client ports, quorum ports and election ports 1000 above those. */
export async function freePortBases(count: number, range = USUAL): Promise<Ports> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const clientPort = randomPort(range);
    const basePort = randomPort(range);
    const wanted = [clientPort, basePort, basePort + ELECTION_OFFSET].flatMap((base) =>
      Array.from({ length: count }, (_, index) => base + index),
    );
    if (new Set(wanted).size < wanted.length) continue;
    const free = await Promise.all(wanted.map(isFree));
    if (free.every(Boolean)) return { clientPort, basePort };
  }
  throw new Error('no free ports');
}

const randomPort = ({ first, count }: PortRange): number =>
  first + Math.floor(Math.random() * count);

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
