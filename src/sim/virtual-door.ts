// Client connections in virtual time: frames both ways, in order, until one side ends it or dies.

import type { ClientDoor, ClientEvent } from '../host/ports.ts';
import { connectionId, type ConnectionId, type ServerId } from '../vocabulary/ids.ts';
import type { Agenda } from './agenda.ts';

/** A client process's half. */
export interface Caller {
  readonly connected: () => void;
  readonly failed: () => void;
  readonly frame: (bytes: Uint8Array) => void;
  readonly disconnected: () => void;
}

export interface Call {
  readonly send: (frame: Uint8Array) => void;
  readonly hangUp: () => void;
}

interface Connection {
  readonly id: ConnectionId;
  readonly answerer: Answerer;
  readonly caller: Caller;
  up: boolean;
  /** The client has sent its first frame, the connect request. */
  spoke: boolean;
  toServerMillis: number;
  toClientMillis: number;
}

/** A server process's half. */
interface Answerer {
  readonly server: ServerId;
  readonly deliver: (event: ClientEvent) => void;
}

export class VirtualDoors {
  /** A planted fault: how much longer than the others this frame to a client takes, out of its turn. */
  holdBack: ((frame: Uint8Array) => number) | null = null;
  /** A planted fault: what a connection's first frame to a server becomes. */
  rewrite: ((frame: Uint8Array) => Uint8Array) | null = null;
  readonly #agenda: Agenda;
  readonly #latency: () => number;
  readonly #answerers = new Map<ServerId, Answerer>();
  readonly #connections = new Map<ConnectionId, Connection>();
  #count = 0;

  constructor(agenda: Agenda, latency: () => number) {
    this.#agenda = agenda;
    this.#latency = latency;
  }

  attach(answerer: Answerer): ClientDoor {
    this.#answerers.set(answerer.server, answerer);
    return {
      reply: (id, frame) => {
        const connection = this.#connections.get(id);
        if (connection?.answerer === answerer) this.#toClient(connection, frame);
      },
      close: (id) => {
        const connection = this.#connections.get(id);
        if (connection?.answerer === answerer) this.#end(connection, 'server');
      },
    };
  }

  detach(server: ServerId): void {
    const answerer = this.#answerers.get(server);
    this.#answerers.delete(server);
    for (const connection of [...this.#connections.values()]) {
      if (connection.answerer === answerer) this.#end(connection, 'server');
    }
  }

  /** Every connection to the server breaks, as when a client's network changes. */
  drop(server: ServerId): void {
    for (const connection of [...this.#connections.values()]) {
      if (connection.answerer.server !== server) continue;
      this.#end(connection, 'server');
      this.#tellServerClosed(connection);
    }
  }

  /** A planted fault: a frame to a client that its server did not send. */
  slip(server: ServerId, id: ConnectionId, frame: Uint8Array): void {
    const connection = this.#connections.get(id);
    if (connection?.answerer.server === server) this.#toClient(connection, frame);
  }

  call(server: ServerId, caller: Caller): Call {
    let connection: Connection | null = null;
    let wanted = true;
    this.#agenda.after(this.#latency(), () => {
      const answerer = this.#answerers.get(server);
      if (!wanted) return;
      if (answerer === undefined) {
        this.#agenda.after(this.#latency(), caller.failed);
        return;
      }
      connection = this.#open(answerer, caller);
    });
    return {
      send: (frame) => {
        if (connection !== null) this.#toServer(connection, frame);
      },
      hangUp: () => {
        wanted = false;
        if (connection !== null) this.#end(connection, 'client');
      },
    };
  }

  #open(answerer: Answerer, caller: Caller): Connection {
    this.#count += 1;
    const id = connectionId(this.#count);
    const now = this.#agenda.nowMillis;
    const connection = {
      ...{ id, answerer, caller, up: true, spoke: false },
      ...{ toServerMillis: now, toClientMillis: now },
    };
    this.#connections.set(id, connection);
    answerer.deliver({ kind: 'clientOpened', connection: id, address: '127.0.0.1' });
    this.#toClientLater(connection, () => {
      if (connection.up) caller.connected();
    });
    return connection;
  }

  #toServer(connection: Connection, frame: Uint8Array): void {
    if (!connection.up) return;
    const now = this.#agenda.nowMillis;
    const atMillis = Math.max(now + this.#latency(), connection.toServerMillis);
    connection.toServerMillis = atMillis;
    const first = !connection.spoke;
    connection.spoke = true;
    const arriving = first && this.rewrite !== null ? this.rewrite(frame) : frame;
    this.#agenda.at(atMillis, () => {
      if (!connection.up || this.#answererOf(connection) === null) return;
      const { id } = connection;
      connection.answerer.deliver({ kind: 'clientFrame', connection: id, frame: arriving });
    });
  }

  #toClient(connection: Connection, frame: Uint8Array): void {
    if (!connection.up) return;
    const held = this.holdBack?.(frame) ?? 0;
    const arrive = (): void => {
      connection.caller.frame(frame);
    };
    if (held === 0) this.#toClientLater(connection, arrive);
    else this.#agenda.after(held, arrive);
  }

  #toClientLater(connection: Connection, work: () => void): void {
    const now = this.#agenda.nowMillis;
    const atMillis = Math.max(now + this.#latency(), connection.toClientMillis);
    connection.toClientMillis = atMillis;
    this.#agenda.at(atMillis, work);
  }

  #end(connection: Connection, by: 'server' | 'client'): void {
    if (!connection.up) return;
    connection.up = false;
    this.#connections.delete(connection.id);
    if (by === 'server') this.#toClientLater(connection, connection.caller.disconnected);
    else this.#agenda.after(this.#latency(), () => this.#tellServerClosed(connection));
  }

  #tellServerClosed(connection: Connection): void {
    this.#answererOf(connection)?.deliver({ kind: 'clientClosed', connection: connection.id });
  }

  #answererOf(connection: Connection): Answerer | null {
    const { answerer } = connection;
    return this.#answerers.get(answerer.server) === answerer ? answerer : null;
  }
}
