// What the client library needs of a home's network: connections to servers that it names by number.
// Frames in, frames out, without their length; which server, when and for how long is decided here, in
// the library.

import type { ServerId } from '../vocabulary/ids.ts';

export interface ConnectionEvents {
  readonly onOpen: () => void;
  readonly onFrame: (frame: Uint8Array) => void;
  /** Once, also when the connection never opened. Never after an own `close`. `frameTooLong`: the server began a
   *  frame that is longer than this side takes. */
  readonly onClosed: (why?: 'frameTooLong') => void;
}

export interface ServerConnection {
  readonly send: (frame: Uint8Array) => void;
  readonly close: () => void;
}

export interface ServerConnections {
  /** Never calls back before it has returned. */
  readonly connect: (server: ServerId, events: ConnectionEvents) => ServerConnection;
  /** Asks the server for its mode (isro) and calls back, once, if it says rw; never before it has returned, and never
   *  after what it returned was called. Left out where there is no server that only reads. */
  readonly askMode?: (server: ServerId, onReadWrite: () => void) => () => void;
}
