// How far a client of this page can reach: any server, one, or none at all, as if its own network were cut. The servers
// never learn why.

import type {
  ConnectionEvents,
  ServerConnection,
  ServerConnections,
} from '../../client/connecting.ts';
import type { ServerId } from '../../vocabulary/ids.ts';

export type ReachTo = ServerId | 'all' | null;

export class Reach implements ServerConnections {
  readonly #connections: ServerConnections;
  readonly #open = new Map<ServerConnection, () => void>();
  #to: ReachTo = 'all';

  constructor(connections: ServerConnections) {
    this.#connections = connections;
  }

  /** What is open breaks. */
  limit(to: ReachTo): void {
    this.#to = to;
    for (const [wire, closed] of [...this.#open]) {
      this.#open.delete(wire);
      wire.close();
      closed();
    }
  }

  connect(server: ServerId, events: ConnectionEvents): ServerConnection {
    if (this.#to !== 'all' && this.#to !== server) {
      queueMicrotask(() => {
        events.onClosed();
      });
      return { send: () => undefined, close: () => undefined };
    }
    const wire = this.#connections.connect(server, {
      ...events,
      onClosed: (why) => {
        if (this.#open.delete(wire)) events.onClosed(why);
      },
    });
    this.#open.set(wire, events.onClosed);
    return {
      send: wire.send,
      close: () => {
        if (this.#open.delete(wire)) wire.close();
      },
    };
  }
}
