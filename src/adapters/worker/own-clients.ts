// Clients of the server's own page, in its worker: frames that cross between the two as messages. A frame that
// cannot be read ends that connection and nothing else, as it would for anybody.

import type { ClientEvent } from '../../host/ports.ts';
import { CodecError } from '../../jute/reader.ts';
import { connectionId } from '../../vocabulary/ids.ts';
import { MessageWire } from './message-wire.ts';
import type { FromWorker } from './messages.ts';

const ADDRESS = '127.0.0.1';

export interface OwnClientsOwner {
  readonly post: (message: FromWorker, transfer: Transferable[]) => void;
  readonly onClient: (event: ClientEvent) => void;
}

export class OwnClients {
  readonly #owner: OwnClientsOwner;
  readonly #wires = new Map<number, MessageWire>();

  constructor(owner: OwnClientsOwner) {
    this.#owner = owner;
  }

  opened(connection: number): void {
    const id = connectionId(connection);
    const { post, onClient } = this.#owner;
    const wire = new MessageWire(
      (bytes) => {
        post({ kind: 'clientBytes', connection, bytes }, [bytes]);
      },
      (frame) => {
        if (this.#wires.has(connection)) onClient({ kind: 'clientFrame', connection: id, frame });
      },
    );
    this.#wires.set(connection, wire);
    onClient({ kind: 'clientOpened', connection: id, address: ADDRESS });
  }

  bytes(connection: number, bytes: ArrayBuffer): void {
    try {
      this.#wires.get(connection)?.take(bytes);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      const id = connectionId(connection);
      this.#owner.onClient({ kind: 'clientBadFrame', connection: id, reason: error.message });
      this.close(connection);
    }
  }

  /** The page has closed it. */
  closed(connection: number): void {
    if (!this.#wires.delete(connection)) return;
    this.#owner.onClient({ kind: 'clientClosed', connection: connectionId(connection) });
  }

  /** False for a connection that is not the page's. */
  reply(connection: number, bytes: Uint8Array): boolean {
    const wire = this.#wires.get(connection);
    wire?.send(bytes);
    return wire !== undefined;
  }

  /** From this side. False for a connection that is not the page's. */
  close(connection: number): boolean {
    const wire = this.#wires.get(connection);
    if (wire === undefined) return false;
    wire.flush();
    this.#owner.post({ kind: 'closeClient', connection }, []);
    this.closed(connection);
    return true;
  }
}
