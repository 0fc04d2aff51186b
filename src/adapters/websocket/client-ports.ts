// The gateway's client ports: one for each seat, counted on from 2181, each the next one that is free. A
// seat keeps its port as long as the gateway runs, also while nobody sits there.

import { createServer, type Server, type Socket } from 'node:net';

import type { ClientPort } from './frames.ts';

export const CLIENT_PORT_DEFAULT = 2181;
/** How far the next free port is looked for. */
const PORTS_TRIED_MAX = 100;
const PORT_MAX = 65_535;

export interface ClientPortsOptions {
  readonly host: string;
  readonly firstPort: number;
  readonly onClient: (seat: number, socket: Socket) => void;
}

export class ClientPorts {
  readonly #options: ClientPortsOptions;
  readonly #servers: Server[] = [];
  readonly #ports: ClientPort[] = [];
  #opening: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: ClientPortsOptions) {
    this.#options = options;
  }

  /** By seat, from 1. */
  get list(): readonly ClientPort[] {
    return this.#ports;
  }

  /** Sees to it that seats 1 to `seats` have their ports; resolves with those that are new. Rejects with
   *  one sentence. */
  open(seats: number): Promise<readonly ClientPort[]> {
    const opened = this.#opening.then(() => this.#openUpTo(seats));
    this.#opening = opened.catch(() => undefined);
    return opened;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#opening;
    await Promise.all(
      this.#servers.map(
        (server) =>
          new Promise((resolve) => {
            server.close(resolve);
          }),
      ),
    );
  }

  async #openUpTo(seats: number): Promise<readonly ClientPort[]> {
    const before = this.#ports.length;
    while (this.#ports.length < seats && !this.#closed) await this.#openNext();
    return this.#ports.slice(before);
  }

  async #openNext(): Promise<void> {
    const { host, firstPort, onClient } = this.#options;
    const seat = this.#ports.length + 1;
    const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
      onClient(seat, socket);
    });
    const from = (this.#ports.at(-1)?.port ?? firstPort - 1) + 1;
    const port = await listenOnNextFree(server, host, from);
    this.#servers.push(server);
    this.#ports.push({ seat, host, port });
  }
}

async function listenOnNextFree(server: Server, host: string, from: number): Promise<number> {
  const last = Math.min(from + PORTS_TRIED_MAX - 1, PORT_MAX);
  for (let port = from; port <= last; port += 1) {
    const failure = await listenOn(server, host, port);
    if (failure === null) return port;
    if (failure.code === 'EADDRINUSE') continue;
    const where = `${host}:${String(port)}`;
    if (failure.code === 'EACCES') {
      throw new Error(
        `The client port ${where} needs more rights than you have: choose one from 1024.`,
      );
    }
    if (failure.code === 'EADDRNOTAVAIL' || failure.code === 'ENOTFOUND') {
      throw new Error(`This machine has no address "${host}" for the client ports.`);
    }
    throw new Error(`The client port ${where} cannot be opened: ${failure.message}`);
  }
  throw new Error(
    `None of the client ports ${String(from)} to ${String(last)} is free: choose another first one.`,
  );
}

function listenOn(
  server: Server,
  host: string,
  port: number,
): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      resolve(error);
    };
    server.once('error', onError);
    server.listen(port, host, () => {
      server.off('error', onError);
      // Accepting can fail for a moment (too many open files); the port stays.
      server.on('error', () => undefined);
      resolve(null);
    });
  });
}
