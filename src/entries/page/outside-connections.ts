// Clients from outside: what comes through the gateway's port of this seat becomes connections of the own
// server, and its answers go back. Where there is no gateway (a page that is only files) nothing is asked.

import { PageLine } from '../../adapters/websocket/page-line.ts';
import type { GatewayPlace, TabHello } from '../../adapters/websocket/frames.ts';
import type { FromWorker, ToWorker } from '../../adapters/worker/messages.ts';
import { serverId } from '../../vocabulary/ids.ts';
import type { GatewayView } from '../../vocabulary/playground.ts';

/** In the page's head, written there by whoever serves the page and has a gateway. */
const MARK = 'meta[name="tabkeeper-gateway"]';

export const NO_GATEWAY: GatewayView = { state: 'none', ports: [] };

export const pageHasGateway = (): boolean => document.querySelector(MARK) !== null;

export interface OutsideConnectionsOwner {
  /** Null where there is no gateway. */
  readonly hello: TabHello | null;
  readonly nextNumber: () => number;
  readonly post: (message: ToWorker, transfer: Transferable[]) => void;
  readonly onGateway: (gateway: GatewayView) => void;
}

type Answer = FromWorker & { kind: 'clientBytes' | 'closeClient' | 'outsideTaken' };

export class OutsideConnections {
  readonly #owner: OutsideConnectionsOwner;
  readonly #line: PageLine | null;
  /** Connections by stream and the other way round. */
  readonly #connections = new Map<number, number>();
  readonly #streams = new Map<number, number>();

  constructor(owner: OutsideConnectionsOwner) {
    this.#owner = owner;
    this.#line = owner.hello === null ? null : this.#open(owner.hello);
  }

  tick(nowMillis: number): void {
    this.#line?.tick(nowMillis);
  }

  /** The own server has come up, or is gone and with it all its connections. */
  serves(on: boolean): void {
    this.#line?.serves(on);
  }

  stop(): void {
    this.#line?.stop();
  }

  /** What the server says. False for a connection that is not from outside. */
  take(message: Answer): boolean {
    const stream = this.#streams.get(message.connection);
    if (stream === undefined) return false;
    if (message.kind === 'clientBytes') this.#line?.send(stream, new Uint8Array(message.bytes));
    else if (message.kind === 'outsideTaken') this.#line?.taken(stream, message.bytes);
    else {
      this.#forget(stream);
      this.#line?.close(stream);
    }
    return true;
  }

  #open(hello: TabHello): PageLine {
    this.#owner.onGateway({ state: 'connecting', ports: [] });
    return new PageLine(hello, {
      onPlace: (place) => {
        this.#owner.onGateway(viewOf(place));
      },
      onOpen: (stream, address) => {
        const connection = this.#owner.nextNumber();
        this.#connections.set(stream, connection);
        this.#streams.set(connection, stream);
        this.#owner.post({ kind: 'outsideOpened', connection, address }, []);
      },
      onBytes: (stream, bytes) => {
        const connection = this.#connections.get(stream);
        if (connection === undefined) return;
        const copy = bytes.slice().buffer;
        this.#owner.post({ kind: 'outsideBytes', connection, bytes: copy }, [copy]);
      },
      onClosed: (stream) => {
        const connection = this.#forget(stream);
        if (connection !== null) this.#owner.post({ kind: 'clientClosed', connection }, []);
      },
    });
  }

  #forget(stream: number): number | null {
    const connection = this.#connections.get(stream);
    if (connection === undefined) return null;
    this.#connections.delete(stream);
    this.#streams.delete(connection);
    return connection;
  }
}

function viewOf(place: GatewayPlace | 'connecting' | 'refused'): GatewayView {
  if (typeof place === 'string') return { state: place, ports: [] };
  const ports = place.ports.map(({ seat, host, port }) => {
    const name = host.includes(':') ? `[${host}]` : host;
    return { server: serverId(seat), address: `${name}:${String(port)}` };
  });
  return { state: place.state, ports };
}
