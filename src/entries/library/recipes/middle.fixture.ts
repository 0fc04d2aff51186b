// Between a client and its server, for the tests of this folder: loses requests or answers with their connection.

import {
  createConnection,
  createServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net';

import { opName, type OpName } from '../../../vocabulary/request.ts';

export type Loss = 'request' | 'answer';

/** Between client and server: loses the next request of a kind, or the answer to it, with its connection. */
export class Middle {
  /** What is still to be lost. */
  readonly losses: { readonly op: OpName; readonly loss: Loss }[] = [];
  lost = 0;
  /** Whether nobody can be reached from the next lost answer on. */
  awayAfterLoss = false;
  /** Servers are heard, and hear nothing. */
  mute = false;
  /** Is told of each request of the caller's, before it goes on; it may say that it is to be lost. */
  onRequest: ((op: OpName | null) => Loss | null) | null = null;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #away = false;

  constructor(port: number) {
    this.#server = createServer((client) => {
      client.on('error', () => undefined);
      if (this.#away) client.destroy();
      else this.#join(client, createConnection(port, '127.0.0.1'));
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    return `127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  close(): void {
    this.#server.close();
  }

  /** No server can be reached, or again. */
  goAway(on: boolean): void {
    this.#away = on;
    if (on) for (const socket of this.#sockets) socket.destroy();
  }

  #join(client: Socket, server: Socket): void {
    let waiting = Buffer.alloc(0);
    let first = true;
    let deaf = false;
    const end = (): void => {
      client.destroy();
      server.destroy();
    };
    client.on('data', (chunk) => {
      waiting = Buffer.concat([waiting, chunk]);
      while (waiting.length >= 4 && waiting.length >= 4 + waiting.readInt32BE(0)) {
        const frame = waiting.subarray(0, 4 + waiting.readInt32BE(0));
        waiting = waiting.subarray(frame.length);
        const loss = first ? null : this.#lossOf(frame);
        first = false;
        if (loss !== null) this.lost += 1;
        if (loss === 'request') {
          end();
          return;
        }
        deaf ||= loss === 'answer';
        if (!this.mute) server.write(frame);
      }
    });
    server.on('data', (chunk) => {
      if (deaf) {
        this.#away = this.awayAfterLoss;
        end();
      } else client.write(chunk);
    });
    this.#sockets.add(client);
    for (const socket of [client, server]) {
      socket.on('error', end);
      socket.on('close', end);
    }
  }

  #lossOf(frame: Buffer): Loss | null {
    const xid = frame.readInt32BE(4);
    const op = opName(frame.readInt32BE(8));
    const [next] = this.losses;
    if (next !== undefined && op === next.op) {
      this.losses.shift();
      return next.loss;
    }
    return xid > 0 ? (this.onRequest?.(op) ?? null) : null;
  }
}
