// Clients from outside come to the worker itself, by its own line to the gateway: however busy the page is,
// they are answered. What comes through this seat's client port becomes connections of the server.

import type { GatewayView } from '../../vocabulary/playground.ts';
import type { TabHello } from '../websocket/frames.ts';
import { GatewayLine } from '../websocket/gateway-line.ts';
import { viewOfPlace } from '../websocket/place-view.ts';
import { OutsideClients, type OutsideClientsOwner } from './outside-clients.ts';

export interface OutsideLineOwner extends Omit<OutsideClientsOwner, 'line'> {
  /** Null where there is no gateway. */
  readonly hello: TabHello | null;
  readonly onGateway: (gateway: GatewayView) => void;
}

/** The page numbers its own links and connections from 1. */
const FIRST_CONNECTION = 2 ** 31;

export class OutsideLine {
  readonly clients: OutsideClients;
  readonly #line: GatewayLine | null;
  /** Connections by stream and the other way round. */
  readonly #connections = new Map<number, number>();
  readonly #streams = new Map<number, number>();
  #nextConnection = FIRST_CONNECTION;
  #reachable = false;

  constructor({ hello, onGateway, ...owner }: OutsideLineOwner) {
    this.clients = new OutsideClients({
      ...owner,
      line: {
        send: (connection, bytes) => {
          this.#with(connection, (line, stream) => {
            line.send(stream, bytes);
          });
        },
        taken: (connection, bytes) => {
          this.#with(connection, (line, stream) => {
            line.taken(stream, bytes);
          });
        },
        close: (connection) => {
          this.#with(connection, (line, stream) => {
            this.#forget(stream);
            line.close(stream);
          });
        },
      },
    });
    this.#line = hello === null ? null : this.#makeLine(hello, onGateway);
  }

  /** Whether the page's server is there: the gateway is where the page comes from. */
  setReachable(on: boolean): void {
    this.#reachable = on;
    this.tick(performance.now());
  }

  /** To be called often: opens the line when it is due. */
  tick(nowMillis: number): void {
    if (this.#reachable) this.#line?.tick(nowMillis);
  }

  /** The server has come up, and its page has nothing against its disk. When it is gone, so is this line. */
  serve(): void {
    this.#line?.serves(true);
  }

  #makeLine(hello: TabHello, onGateway: (gateway: GatewayView) => void): GatewayLine {
    onGateway({ state: 'connecting', ports: [] });
    return new GatewayLine(hello, {
      onPlace: (place) => {
        onGateway(viewOfPlace(place));
      },
      onOpen: (stream, address) => {
        const connection = this.#nextConnection;
        this.#nextConnection += 1;
        this.#connections.set(stream, connection);
        this.#streams.set(connection, stream);
        this.clients.opened(connection, address);
      },
      onBytes: (stream, bytes) => {
        const connection = this.#connections.get(stream);
        if (connection !== undefined) this.clients.bytes(connection, bytes);
      },
      onClosed: (stream, how) => {
        const connection = this.#forget(stream);
        if (connection === null) return;
        if (how === 'ended') this.clients.ended(connection);
        else this.clients.closed(connection);
      },
    });
  }

  #with(connection: number, work: (line: GatewayLine, stream: number) => void): void {
    const stream = this.#streams.get(connection);
    if (stream !== undefined && this.#line !== null) work(this.#line, stream);
  }

  #forget(stream: number): number | null {
    const connection = this.#connections.get(stream);
    if (connection === undefined) return null;
    this.#connections.delete(stream);
    this.#streams.delete(connection);
    return connection;
  }
}
