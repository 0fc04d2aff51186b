// A client's connections over TCP: to servers that are known by number, each at one address. Frames in,
// frames out; when to connect, to which and for how long is the client library's.

import type { Socket } from 'node:net';

import type {
  ConnectionEvents,
  ServerConnection,
  ServerConnections,
} from '../../client/connecting.ts';
import { FRAME_BYTES_MAX } from '../../host/ports.ts';
import { makeFrameStream, pushFrameBytes } from '../../jute/election.ts';
import { serverId, type ServerId } from '../../vocabulary/ids.ts';
import { closeSoon, dialSocket, plainBytes, writeFrameTogether, type Address } from './sockets.ts';

export class TcpServerConnections implements ServerConnections {
  readonly #addresses: readonly Address[];

  /** Server n has the n-th address, counted from 1. */
  constructor(addresses: readonly Address[]) {
    this.#addresses = addresses;
  }

  get servers(): ServerId[] {
    return this.#addresses.map((_, index) => serverId(index + 1));
  }

  connect(server: ServerId, events: ConnectionEvents): ServerConnection {
    const address = this.#addresses[server - 1];
    if (address === undefined) throw new RangeError(`there is no server ${String(server)}`);
    let socket: Socket | null = null;
    let over = false;
    const end = (): void => {
      if (over) return;
      over = true;
      socket?.destroy();
      events.onClosed();
    };
    const giveUp = dialSocket(address, (result) => {
      if ('failure' in result) {
        end();
        return;
      }
      ({ socket } = result);
      listen(socket, { isOver: () => over, onFrame: events.onFrame, onEnd: end });
      events.onOpen();
    });
    return {
      send: (frame) => {
        if (socket !== null && !over) writeFrameTogether(socket, frame);
      },
      close: () => {
        if (over) return;
        over = true;
        if (socket === null) giveUp();
        else closeSoon(socket);
      },
    };
  }
}

interface Listener {
  readonly isOver: () => boolean;
  readonly onFrame: (frame: Uint8Array) => void;
  readonly onEnd: () => void;
}

function listen(socket: Socket, { isOver, onFrame, onEnd }: Listener): void {
  const stream = makeFrameStream(FRAME_BYTES_MAX);
  socket.on('data', (chunk) => {
    try {
      for (const frame of pushFrameBytes(stream, plainBytes(chunk))) {
        // What is heard may end the connection.
        if (!isOver()) onFrame(frame);
      }
    } catch {
      onEnd(); // A frame out of bounds.
    }
  });
  socket.on('error', onEnd);
  socket.on('end', onEnd);
  socket.on('close', onEnd);
}
