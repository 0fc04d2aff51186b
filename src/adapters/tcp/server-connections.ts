// A client's connections over TCP: to servers that are known by number, each at one address. Frames in,
// frames out; when to connect, to which and for how long is the client library's.

import type { Socket } from 'node:net';

import type {
  ConnectionEvents,
  ServerConnection,
  ServerConnections,
} from '../../client/connecting.ts';
import { FRAME_BYTES_MAX } from '../../host/ports.ts';
import { FrameLengthError, makeFrameStream, pushFrameBytes } from '../../jute/election.ts';
import { serverId, type ServerId } from '../../vocabulary/ids.ts';
import { askWord } from './ask-word.ts';
import { closeSoon, dialSocket, plainBytes, writeFrameTogether, type Address } from './sockets.ts';

export class TcpServerConnections implements ServerConnections {
  readonly #addresses: readonly Address[];

  readonly #frameBytesMax: number;

  /** Server n has the n-th address, counted from 1. */
  constructor(addresses: readonly Address[], frameBytesMax = FRAME_BYTES_MAX) {
    this.#addresses = addresses;
    this.#frameBytesMax = frameBytesMax;
  }

  get servers(): ServerId[] {
    return this.#addresses.map((_, index) => serverId(index + 1));
  }

  askMode(server: ServerId, onReadWrite: () => void): () => void {
    return askWord(this.#addressOf(server), 'isro', (answer) => {
      if (answer.trim() === 'rw') onReadWrite();
    });
  }

  #addressOf(server: ServerId): Address {
    const address = this.#addresses[server - 1];
    if (address === undefined) throw new RangeError(`there is no server ${String(server)}`);
    return address;
  }

  connect(server: ServerId, events: ConnectionEvents): ServerConnection {
    const address = this.#addressOf(server);
    let socket: Socket | null = null;
    let over = false;
    const end = (why?: 'frameTooLong'): void => {
      if (over) return;
      over = true;
      socket?.destroy();
      events.onClosed(why);
    };
    const giveUp = dialSocket(address, (result) => {
      if ('failure' in result) {
        end();
        return;
      }
      ({ socket } = result);
      const { onFrame } = events;
      listen(socket, this.#frameBytesMax, { isOver: () => over, onFrame, onEnd: end });
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
  readonly onEnd: (why?: 'frameTooLong') => void;
}

function listen(socket: Socket, frameBytesMax: number, { isOver, onFrame, onEnd }: Listener): void {
  const stream = makeFrameStream(frameBytesMax);
  const hear = (frames: readonly Uint8Array[]): void => {
    for (const frame of frames) {
      // What is heard may end the connection.
      if (!isOver()) onFrame(frame);
    }
  };
  socket.on('data', (chunk) => {
    try {
      hear(pushFrameBytes(stream, plainBytes(chunk)));
    } catch (error) {
      if (!(error instanceof FrameLengthError)) throw error;
      hear(error.before);
      onEnd(error.isTooLong ? 'frameTooLong' : undefined);
    }
  });
  const end = (): void => {
    onEnd();
  };
  socket.on('error', end);
  socket.on('end', end);
  socket.on('close', end);
}
