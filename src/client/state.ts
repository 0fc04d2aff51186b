// The client library's memory and what goes in and out of it. Plain data, no I/O, no clock of its own:
// a home feeds inputs and carries out actions, in order.

import type { Fifo } from '../base/fifo.ts';
import type { Random } from '../base/random.ts';
import type { ServerId, SessionId } from '../vocabulary/ids.ts';
import type { KeeperStateName, Request, Response, WatcherEvent } from '../vocabulary/request.ts';
import type { Zxid } from '../vocabulary/zxid.ts';

export const PASSWORD_BYTES = 16;

export interface ClientConfig {
  /** The servers to try, in this order unless `shuffle`. Not empty. */
  readonly servers: readonly ServerId[];
  /** Asked for; the server decides within its own bounds. */
  readonly timeoutMillis: number;
  /** True: a server that only reads will do, until there is another. (-r of zkCli) */
  readonly readOnly?: boolean;
  /** The session to go on with; null (the default): a new one. */
  readonly session?: { readonly id: SessionId; readonly password: Uint8Array } | null;
  readonly seed: number;
  /** True (the default): a random order, drawn from the seed. */
  readonly shuffle?: boolean;
  /** The pause after all servers were tried once in vain, doubled each round up to the bound. */
  readonly backoffMillisMin?: number;
  readonly backoffMillisMax?: number;
  /** How long a request may wait for a connection before it is failed unsent. */
  readonly queueMillisMax?: number;
  /** The longest frame that is sent, and that the connections let in (jute.maxbuffer). */
  readonly frameBytesMax?: number;
}

/** The number of one attempt to connect, and of the connection that comes of it. Never used again. */
export type ClientConnection = number;
/** The caller's name for a request; answered exactly once. */
export type RequestTicket = number;

export type ClientInput =
  /** Monotonic milliseconds. Comes before whatever else arrived at that moment, and every 50 ms or so. */
  | { readonly kind: 'tick'; readonly nowMillis: number }
  /** Answers to `connect`. */
  | { readonly kind: 'connected'; readonly connection: ClientConnection }
  | { readonly kind: 'connectFailed'; readonly connection: ClientConnection }
  /** One frame without its length prefix. */
  | { readonly kind: 'frame'; readonly connection: ClientConnection; readonly frame: Uint8Array }
  | { readonly kind: 'disconnected'; readonly connection: ClientConnection }
  /** The same, because the server began a frame that is longer than `frameBytesMax`. */
  | { readonly kind: 'frameTooLong'; readonly connection: ClientConnection }
  /** The answer to `isro`, if it was that the server also writes. */
  | { readonly kind: 'readWrite'; readonly server: ServerId }
  | { readonly kind: 'request'; readonly ticket: RequestTicket; readonly request: Request }
  | { readonly kind: 'close' };

/** How a request ended. `failed`: it had no effect, by the server's word, or because it was never sent
 *  (code ConnectionLoss, MarshallingError, BadArguments or SessionExpired, `sent` false). `unknown`: it
 *  was sent and no answer came: it may or may not have happened (code ConnectionLoss), or the answer is longer than
 *  `frameBytesMax` (MarshallingError): it would be the next time, too. */
export type RequestResult =
  | { readonly outcome: 'ok'; readonly zxid: Zxid; readonly response: Response }
  | { readonly outcome: 'failed'; readonly code: number; readonly sent: boolean }
  | { readonly outcome: 'unknown'; readonly code: number };

export type ClientAction =
  /** Connect to `server` and answer with connected or connectFailed for this number. */
  | {
      readonly kind: 'connect';
      readonly server: ServerId;
      readonly connection: ClientConnection;
    }
  /** Ask `server` for its mode by the four-letter word isro. Only of a client that a server serves which only
   *  reads; no answer is as good as any but rw. */
  | { readonly kind: 'isro'; readonly server: ServerId }
  /** One frame without its length prefix. */
  | { readonly kind: 'send'; readonly connection: ClientConnection; readonly frame: Uint8Array }
  /** Drop it, also if it is not up yet. Nothing about this number is listened to any more. */
  | { readonly kind: 'disconnect'; readonly connection: ClientConnection; readonly reason: string }
  | {
      readonly kind: 'answered';
      readonly ticket: RequestTicket;
      readonly request: Request;
      readonly result: RequestResult;
    }
  /** A watch fired. Always before an answer that could show the change. */
  | { readonly kind: 'watcherEvent'; readonly event: WatcherEvent }
  /** The connection or the session changed. `event` is ZooKeeper's default event (type None). */
  | {
      readonly kind: 'stateChanged';
      readonly state: KeeperStateName;
      readonly server: ServerId | null;
      readonly sessionId: SessionId;
      readonly timeoutMillis: number;
      readonly event: WatcherEvent;
    };

/** `idle`: between two attempts. `ended`: closed, expired or refused; nothing happens any more. */
export type ClientPhase = 'idle' | 'connecting' | 'handshaking' | 'connected' | 'closing' | 'ended';

export interface QueuedRequest {
  readonly ticket: RequestTicket;
  readonly request: Request;
  readonly queuedAt: number;
}

export interface SentRequest {
  readonly xid: number;
  readonly sentAt: number;
  /** Null for the client's own closeSession. */
  readonly ticket: RequestTicket | null;
  readonly request: Request;
}

/** Paths with a watch that the server should have for us. */
export interface ClientWatches {
  readonly data: Set<string>;
  readonly exist: Set<string>;
  readonly child: Set<string>;
  /** These stay until they are removed. */
  readonly persistent: Set<string>;
  readonly persistentRecursive: Set<string>;
}

export interface ClientState {
  readonly config: Required<ClientConfig>;
  readonly random: Random;
  /** The servers in the order of trying. */
  readonly order: readonly ServerId[];
  /** Index of the server that is tried next. */
  next: number;
  /** Attempts in vain since the last session was established or the last pause. */
  failedInRound: number;
  backoffMillis: number;
  phase: ClientPhase;
  /** What the default watcher was told last; Connecting before the first time. */
  state: KeeperStateName | 'Connecting';
  nowMillis: number;
  connection: ClientConnection;
  connectionServer: ServerId | null;
  /** Where its session was established last. */
  lastServer: ServerId | null;
  /** When the phase began that has a deadline. */
  phaseSince: number;
  retryAt: number;
  lastHeardAt: number;
  lastSentAt: number;
  /** When that was sent which the server has answered last: it had heard of the session then, or later. */
  provenAt: number;
  /** When the pings were sent that are not answered yet; they are answered in order. */
  pings: number[];
  /** While a server serves it that only reads: when another one is asked, and how long the pause was. */
  inquireAt: number;
  inquiryMillis: number;
  sessionId: SessionId;
  password: Uint8Array;
  /** A server that only reads opened it: no other one knows it. */
  isLocal: boolean;
  /** As the server granted it, before that as asked for. */
  timeoutMillis: number;
  lastZxid: Zxid;
  xid: number;
  /** Not sent yet: only while not connected. Invariant: empty while connected. */
  readonly queued: Fifo<QueuedRequest>;
  /** Sent, in the order in which the answers must come. Invariant: empty while not connected. */
  readonly sent: Fifo<SentRequest>;
  /** Sent auth requests; their answers may overtake the others. */
  readonly sentAuths: Fifo<SentRequest>;
  /** Credentials that a server accepted: said again on each new connection. */
  readonly auths: Extract<Request, { kind: 'auth' }>[];
  readonly watches: ClientWatches;
}
