// This seat at the gateway while its server does not run: the room keeps its client ports as long as it has
// tabs, and whoever knocks is turned away. With a server, its worker has the line (`worker/outside-line.ts`).

import type { TabHello } from '../../adapters/websocket/frames.ts';
import { GatewayLine } from '../../adapters/websocket/gateway-line.ts';
import { viewOfPlace } from '../../adapters/websocket/place-view.ts';
import type { GatewayView } from '../../vocabulary/playground.ts';

export class GatewaySeat {
  readonly #hello: TabHello | null;
  readonly #onGateway: (gateway: GatewayView) => void;
  #line: GatewayLine | null = null;

  /** `hello` is null where there is no gateway. */
  constructor(hello: TabHello | null, onGateway: (gateway: GatewayView) => void) {
    this.#hello = hello;
    this.#onGateway = onGateway;
  }

  /** The server is gone, and its line with it. */
  hold(): void {
    if (this.#hello === null || this.#line !== null) return;
    const line = new GatewayLine(this.#hello, {
      onPlace: (place) => {
        if (this.#line === line) this.#onGateway(viewOfPlace(place));
      },
      onOpen: () => undefined,
      onBytes: () => undefined,
      onClosed: () => undefined,
    });
    this.#line = line;
  }

  /** A server starts, or the tab goes. */
  letGo(): void {
    const line = this.#line;
    this.#line = null;
    line?.stop();
  }

  /** To be called often while the gateway may be reached. */
  tick(nowMillis: number): void {
    this.#line?.tick(nowMillis);
  }
}
