// A port that is listened on and that may move to another address, as a reconfiguration says. Connections
// that came through the old one stay.

import { createServer, type Server, type Socket } from 'node:net';

import { addressText, listen, type Address } from './sockets.ts';

export interface PortOptions {
  /** For sentences: the quorum port, the election port, the client port. */
  readonly what: string;
  readonly onConnection: (socket: Socket) => void;
  readonly allowHalfOpen?: boolean;
  readonly connectionsMax?: number;
}

export class MovablePort {
  readonly #options: PortOptions;
  #server: Server | null = null;
  #address: Address | null = null;

  constructor(options: PortOptions) {
    this.#options = options;
  }

  /** Does nothing where it listens already. Rejects with a sentence when the address is not to be had. */
  async listen(address: Address): Promise<void> {
    if (this.#address !== null && addressText(this.#address) === addressText(address)) return;
    // Of one port at two addresses the second could not be had while the first is.
    this.#server?.close();
    const { what, onConnection, allowHalfOpen = false, connectionsMax } = this.#options;
    const server = createServer({ noDelay: true, allowHalfOpen }, onConnection);
    if (connectionsMax !== undefined) server.maxConnections = connectionsMax;
    this.#server = server;
    this.#address = address;
    await listen(server, address, what);
  }

  /** Resolves when every connection that came through it has ended. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#server === null) resolve();
      this.#server?.close(() => {
        resolve();
      });
    });
  }
}
