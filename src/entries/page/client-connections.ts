// Connections of this page's clients: to the own server through its worker, to the others' through a
// data channel to their tab. Frames in, frames out; the client library above decides everything else.

import type { LinkChannel } from '../../adapters/webrtc/line-connection.ts';
import { channelPipe, type Pipe, type PipeEvents } from '../../adapters/webrtc/channel-pipe.ts';
import { hinderedPipe, UNHINDERED, type Hindrance } from '../../adapters/webrtc/hindered-pipe.ts';
import { MessageWire } from '../../adapters/worker/message-wire.ts';
import type {
  ConnectionEvents,
  ServerConnection,
  ServerConnections,
} from '../../client/connecting.ts';
import { frame, makeFrameStream, pushFrameBytes } from '../../jute/election.ts';
import type { ToWorker } from '../../adapters/worker/messages.ts';

/** A list of children has no bound of its own; what is longer ends the connection. */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;

export interface ConnectionsOwner {
  readonly seat: number;
  readonly nextNumber: () => number;
  /** Null when there may be no connection to this server now. */
  readonly openChannel: (server: number) => LinkChannel | null;
  /** False while the own server does not run. */
  readonly ownRuns: () => boolean;
  readonly post: (message: ToWorker, transfer: Transferable[]) => void;
}

interface Open {
  readonly server: number;
  readonly events: ConnectionEvents;
  /** Only to the own server. */
  readonly wire: MessageWire | null;
  readonly close: () => void;
  readonly gone: () => void;
  readonly hinder: (hindrance: Hindrance) => void;
}

export class ClientConnections implements ServerConnections {
  readonly #owner: ConnectionsOwner;
  readonly #own = new Map<number, Open>();
  readonly #remote = new Set<Open>();
  readonly #hindrances = new Map<number, Hindrance>();

  constructor(owner: ConnectionsOwner) {
    this.#owner = owner;
  }

  connect(server: number, events: ConnectionEvents): ServerConnection {
    return server === this.#owner.seat ? this.#toOwn(events) : this.#toOther(server, events);
  }

  onBytes(connection: number, bytes: ArrayBuffer): void {
    try {
      this.#own.get(connection)?.wire?.take(bytes);
    } catch {
      this.#owner.post({ kind: 'clientClosed', connection }, []);
      this.onClosedByServer(connection);
    }
  }

  onClosedByServer(connection: number): void {
    const open = this.#own.get(connection);
    this.#own.delete(connection);
    open?.events.onClosed();
  }

  /** This server is gone: connections to it are closed. */
  dropServer(server: number): void {
    for (const [number, open] of [...this.#own]) {
      if (open.server === server) this.onClosedByServer(number);
    }
    for (const open of [...this.#remote]) if (open.server === server) open.gone();
  }

  /** Somebody closes the channels to this server. */
  closeServer(server: number): void {
    for (const open of [...this.#remote]) if (open.server === server) open.close();
  }

  /** What this page's clients send to that server waits from now on, or goes again. */
  hinder(server: number, hindrance: Hindrance): void {
    this.#hindrances.set(server, hindrance);
    for (const open of this.#remote) if (open.server === server) open.hinder(hindrance);
  }

  #toOwn(events: ConnectionEvents): ServerConnection {
    const server = this.#owner.seat;
    const connection = this.#owner.nextNumber();
    const wire = new MessageWire(
      (bytes) => {
        this.#owner.post({ kind: 'clientBytes', connection, bytes }, [bytes]);
      },
      (found) => {
        if (this.#own.has(connection)) events.onFrame(found);
      },
      ANSWER_BYTES_MAX,
    );
    const none = (): void => undefined;
    const nothing = { close: none, gone: none, hinder: none };
    const open: Open = { server, events, wire, ...nothing };
    if (this.#owner.ownRuns()) {
      this.#own.set(connection, open);
      this.#owner.post({ kind: 'clientOpened', connection }, []);
      queueMicrotask(() => {
        if (this.#own.get(connection) === open) events.onOpen();
      });
    } else queueMicrotask(events.onClosed);
    return {
      send: (bytes) => {
        if (this.#own.has(connection)) wire.send(bytes);
      },
      close: () => {
        wire.flush();
        if (this.#own.delete(connection))
          this.#owner.post({ kind: 'clientClosed', connection }, []);
      },
    };
  }

  #toOther(server: number, events: ConnectionEvents): ServerConnection {
    const channel = this.#owner.openChannel(server);
    if (channel === null) {
      queueMicrotask(events.onClosed);
      return { send: () => undefined, close: () => undefined };
    }
    const stream = makeFrameStream(ANSWER_BYTES_MAX);
    const bare = (told: PipeEvents): Pipe => channelPipe(channel, told);
    const heard: PipeEvents = {
      onOpen: events.onOpen,
      onBytes: (bytes) => {
        try {
          for (const found of pushFrameBytes(stream, bytes)) {
            if (this.#remote.has(open)) events.onFrame(found);
          }
        } catch {
          pipe.close('a frame that cannot be read');
        }
      },
      onClosed: () => {
        if (this.#remote.delete(open)) events.onClosed();
      },
    };
    const pipe = hinderedPipe(bare, heard, this.#hindrances.get(server) ?? UNHINDERED);
    const open: Open = {
      server,
      events,
      wire: null,
      close: () => {
        pipe.close('somebody closed the channel');
      },
      gone: () => {
        pipe.gone('the server is gone');
      },
      hinder: pipe.hinder,
    };
    this.#remote.add(open);
    return {
      send: (bytes) => {
        pipe.send(frame(bytes));
      },
      close: () => {
        this.#remote.delete(open);
        pipe.close('closed by the client');
      },
    };
  }
}
