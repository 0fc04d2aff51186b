// The gateway: client ports on one side, tabs on the other. The first room that comes has the ports, each
// seat its own; tabs of other rooms wait until that room has left. It dials nobody: what connects to a port
// is given to the tab that sits there, or hung up on at once, so that the client tries its next server.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';

import { Admission } from './admission.ts';
import { ClientPorts } from './client-ports.ts';
import { GATEWAY_PATH, GATEWAY_PROTOCOL, MESSAGE_BYTES_MAX, TOKEN_PATH } from './frames.ts';
import type { ClientPort, TabHello } from './frames.ts';
import { TabLine } from './tab-line.ts';

export interface GatewayOptions {
  /** Where client ports listen: a loopback address unless somebody asked for another. */
  readonly host: string;
  readonly firstPort: number;
  /** Client ports from the beginning; a room with more seats gets more when it comes. */
  readonly seats: number;
  readonly events?: GatewayEvents;
  /** How long a room keeps the ports after its last tab. */
  readonly roomKeptMillis?: number;
}

export interface GatewayEvents {
  readonly onPorts: (ports: readonly ClientPort[]) => void;
  readonly onRoom: (room: string, state: 'came' | 'waits' | 'left') => void;
  /** Further ports could not be opened; one sentence. */
  readonly onFailure: (reason: string) => void;
}

/** Tabs at a time, of all rooms. */
const TABS_MAX = 64;
/** A reload, or a browser that is started again, takes its ports again. */
const ROOM_KEPT_MILLIS = 10_000;

interface Room {
  readonly id: string;
  readonly name: string;
  readonly tabs: Map<number, TabLine>;
}

export class Gateway {
  readonly #options: GatewayOptions;
  readonly #ports: ClientPorts;
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
    handleProtocols: () => GATEWAY_PROTOCOL,
  });
  readonly #lines = new Set<TabLine>();
  #admission = new Admission([], () => performance.now());
  #room: Room | null = null;
  #leaving: NodeJS.Timeout | null = null;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#ports = new ClientPorts({
      host: options.host,
      firstPort: options.firstPort,
      onClient: (seat, socket) => {
        this.#onClient(seat, socket);
      },
    });
  }

  get ports(): readonly ClientPort[] {
    return this.#ports.list;
  }

  /** Opens the client ports, and lets pages of these origins come: before this nobody's. Rejects with one
   *  sentence where the ports are not to be had. */
  async open(origins: readonly string[]): Promise<void> {
    await this.#ports.open(this.#options.seats);
    this.#admission = new Admission(origins, () => performance.now());
  }

  /** Answers a request for a token. False for what is not the gateway's. */
  handleRequest(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.url !== TOKEN_PATH) return false;
    response.setHeader('Cache-Control', 'no-store');
    if (request.method !== 'POST') response.writeHead(405, { Allow: 'POST' }).end();
    else if (!this.#admission.isOwnPage(request.headers)) response.writeHead(403).end();
    else {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ token: this.#admission.giveToken() }));
    }
    return true;
  }

  /** Opens a tab's line, or refuses it. False for what is not the gateway's. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    if (request.url !== GATEWAY_PATH) return false;
    if (!this.#isAdmitted(request)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return true;
    }
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.binaryType = 'arraybuffer';
      const line = new TabLine(webSocket, {
        onHello: (hello) => {
          this.#onHello(line, hello);
        },
        onGone: () => {
          this.#onGone(line);
        },
      });
      this.#lines.add(line);
      if (this.#lines.size > TABS_MAX) line.end('full');
    });
    return true;
  }

  async close(): Promise<void> {
    if (this.#leaving !== null) clearTimeout(this.#leaving);
    this.#leaving = null;
    for (const line of [...this.#lines]) line.destroy();
    if (this.#leaving !== null) clearTimeout(this.#leaving);
    await this.#ports.close();
  }

  #isAdmitted({ headers }: IncomingMessage): boolean {
    if (!this.#admission.isOwnPage(headers)) return false;
    const [protocol, token, more] = (headers['sec-websocket-protocol'] ?? '').split(/, */);
    if (protocol !== GATEWAY_PROTOCOL || token === undefined || more !== undefined) return false;
    return this.#admission.takeToken(token);
  }

  #onClient(seat: number, socket: Socket): void {
    if (this.#room?.tabs.get(seat)?.takeClient(socket) === true) return;
    socket.on('error', () => undefined);
    socket.resetAndDestroy();
  }

  #onHello(line: TabLine, hello: TabHello): void {
    this.#room ??= this.#enter(hello);
    if (this.#room.id !== idOf(hello)) {
      this.#options.events?.onRoom(hello.room, 'waits');
      line.place({ state: 'otherRoom', ports: [] });
      return;
    }
    this.#sit(this.#room, line, hello);
  }

  #enter(hello: TabHello): Room {
    this.#options.events?.onRoom(hello.room, 'came');
    return { id: idOf(hello), name: hello.room, tabs: new Map() };
  }

  #sit(room: Room, line: TabLine, hello: TabHello): void {
    // A reload may be here before its former page is gone: a seat is its latest tab's. It sits before the
    // other one ends, so that the room never seems to have left.
    const former = room.tabs.get(hello.seat);
    room.tabs.set(hello.seat, line);
    if (former !== line) former?.end('replaced');
    if (this.#leaving !== null) clearTimeout(this.#leaving);
    this.#leaving = null;
    line.place({ state: 'open', ports: this.ports });
    void this.#openFurther(Math.max(hello.seats, hello.seat));
  }

  async #openFurther(seats: number): Promise<void> {
    try {
      const ports = await this.#ports.open(seats);
      if (ports.length === 0) return;
      this.#options.events?.onPorts(ports);
      for (const line of this.#room?.tabs.values() ?? []) {
        line.place({ state: 'open', ports: this.ports });
      }
    } catch (error) {
      this.#options.events?.onFailure(error instanceof Error ? error.message : String(error));
    }
  }

  #onGone(line: TabLine): void {
    this.#lines.delete(line);
    const room = this.#room;
    const { hello } = line;
    if (room === null || hello === null || room.tabs.get(hello.seat) !== line) return;
    room.tabs.delete(hello.seat);
    if (room.tabs.size > 0) return;
    this.#leaving = setTimeout(() => {
      this.#leave(room);
    }, this.#options.roomKeptMillis ?? ROOM_KEPT_MILLIS);
  }

  /** The ports are free: whoever waits longest has them next, with all its tabs. */
  #leave(room: Room): void {
    this.#leaving = null;
    if (this.#room !== room || room.tabs.size > 0) return;
    this.#room = null;
    this.#options.events?.onRoom(room.name, 'left');
    const waiting = [...this.#lines].flatMap((line) =>
      line.hello === null ? [] : [{ line, hello: line.hello }],
    );
    const [next] = waiting;
    if (next === undefined) return;
    const entered = this.#enter(next.hello);
    this.#room = entered;
    for (const { line, hello } of waiting) {
      if (idOf(hello) === entered.id) this.#sit(entered, line, hello);
    }
  }
}

/** One room is one name, one size and one key: who does not know the key is of another room. */
const idOf = ({ room, seats, key }: TabHello): string => `${room} ${String(seats)} ${key}`;
