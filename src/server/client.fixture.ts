// A client of the tests of this floor: it speaks in raw frames and waits for nothing by itself.

import {
  decodeConnectResponse,
  decodeReply,
  decodeResponse,
  decodeWatcherEvent,
  encodeConnectRequest,
  encodeRequest,
} from '../jute/client.ts';
import type { Input } from '../vocabulary/boundary.ts';
import { errorName } from '../vocabulary/error-code.ts';
import { NO_SESSION, type ConnectionId, type SessionId } from '../vocabulary/ids.ts';
import {
  XID,
  type ConnectResponse,
  type CreateFields,
  type ReplyHeader,
  type Request,
  type Response,
  type WatcherEvent,
} from '../vocabulary/request.ts';
import { OPEN_ACL } from '../vocabulary/stat.ts';
import { ZXID_ZERO, type Zxid } from '../vocabulary/zxid.ts';

/** What carries a client's frames to its server, and lets the world come to rest. */
export interface Wire {
  readonly send: (input: Input) => void;
  readonly settle: () => void;
}

export interface Handshake {
  readonly timeoutMillis?: number;
  readonly sessionId?: SessionId;
  readonly password?: Uint8Array;
  readonly lastZxidSeen?: Zxid;
  readonly readOnly?: boolean | null;
}

export type Received =
  | { readonly kind: 'event'; readonly header: ReplyHeader; readonly event: WatcherEvent }
  | { readonly kind: 'reply'; readonly header: ReplyHeader; readonly body: Uint8Array };

export class TestClient {
  readonly connection: ConnectionId;
  frames: Uint8Array[] = [];
  closedBecause: string | null = null;
  session: SessionId = NO_SESSION;
  password: Uint8Array = new Uint8Array(16);
  readonly #wire: Wire;
  #xid = 0;

  constructor(wire: Wire, connection: ConnectionId) {
    this.#wire = wire;
    this.connection = connection;
  }

  sendFrame(frame: Uint8Array): void {
    this.#wire.send({ kind: 'clientFrame', connection: this.connection, frame });
  }

  handshake(handshake: Handshake = {}): void {
    const request = {
      ...{
        protocolVersion: 0,
        lastZxidSeen: ZXID_ZERO,
        timeoutMillis: 1000,
        sessionId: NO_SESSION,
      },
      ...{ password: new Uint8Array(16), readOnly: false },
      ...handshake,
    };
    this.sendFrame(encodeConnectRequest(request));
  }

  /** The oldest frame, read as the answer to the handshake. */
  takeConnectResponse(): ConnectResponse | null {
    const frame = this.frames.shift();
    if (frame === undefined) return null;
    const response = decodeConnectResponse(frame);
    this.session = response.sessionId;
    this.password = response.password;
    return response;
  }

  /** Sends without waiting; gives the xid. */
  send(request: Request): number {
    this.#xid += 1;
    this.sendFrame(encodeRequest(this.#xid, request));
    return this.#xid;
  }

  take(): Received[] {
    return this.frames.splice(0).map((frame) => {
      const { header, body } = decodeReply(frame);
      if (header.xid !== XID.notification) return { kind: 'reply', header, body };
      return { kind: 'event', header, event: decodeWatcherEvent(body) };
    });
  }

  /** Sends and waits: the answer, or the name of the error. Everything before it must be events. */
  call(request: Request): Response | string {
    const xid = this.send(request);
    this.#wire.settle();
    const last = this.take().pop();
    if (last?.kind !== 'reply' || last.header.xid !== xid) return 'no answer';
    if (last.header.err !== 0) return errorName(last.header.err) ?? String(last.header.err);
    return decodeResponse(request.kind, last.body);
  }

  /** What has come, one line each: xid and error of replies, type and path of events. */
  lines(): string[] {
    return this.take().map((received) =>
      received.kind === 'event'
        ? `${received.event.type} ${received.event.path}`
        : `${String(received.header.xid)} ${errorName(received.header.err) ?? '?'}`,
    );
  }

  /** The connection breaks; the session lives on. */
  drop(): void {
    this.closedBecause ??= 'dropped';
    this.#wire.send({ kind: 'clientClosed', connection: this.connection });
  }
}

const fields = (path: string, flags: number, data: Uint8Array | null): CreateFields => ({
  ...{ path, data, acl: OPEN_ACL, flags },
});

/** Requests in short. */
export const ask = {
  create: (path: string, flags = 0, data: Uint8Array | null = null) =>
    ({ kind: 'create', ...fields(path, flags, data) }) as const,
  create2: (path: string, flags = 0) =>
    ({ kind: 'create2', ...fields(path, flags, null) }) as const,
  remove: (path: string, version = -1) => ({ kind: 'delete', path, version }) as const,
  set: (path: string, data: Uint8Array | null, version = -1) =>
    ({ kind: 'setData', path, data, version }) as const,
  check: (path: string, version: number) => ({ kind: 'check', path, version }) as const,
  get: (path: string, watch = false) => ({ kind: 'getData', path, watch }) as const,
  exists: (path: string, watch = false) => ({ kind: 'exists', path, watch }) as const,
  children: (path: string, watch = false) => ({ kind: 'getChildren', path, watch }) as const,
  children2: (path: string, watch = false) => ({ kind: 'getChildren2', path, watch }) as const,
  sync: (path: string) => ({ kind: 'sync', path }) as const,
  ping: { kind: 'ping' } as const,
  close: { kind: 'closeSession' } as const,
};
