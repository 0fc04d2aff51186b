// One tab that has a seat: its lines to the other tabs, its server's worker, what it knows of the room.
// Here the pieces are joined; nothing here knows ZAB. Who may talk to whom is decided in one place,
// `refusal`.

import type {
  Hello,
  LineMessage,
  RefusalReason,
  TabStatus,
} from '../../adapters/webrtc/line-message.ts';
import { Mesh } from '../../adapters/webrtc/mesh.ts';
import type { SignallingServer } from '../../adapters/webrtc/signalling.ts';
import type { FromWorker } from '../../adapters/worker/messages.ts';
import { PageLinks } from '../../adapters/worker/page-links.ts';
import type { Step } from '../../vocabulary/playground.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import type { TreeView } from '../../vocabulary/view.ts';
import { ClientConnections } from './client-connections.ts';
import { judgeDisk } from './disk-memory.ts';
import { OwnServer, type ServerOrder } from './own-server.ts';
import { addProblem, isAlive, removeProblem, type RoomState } from './room-state.ts';
import { TraceExchange, type Picture } from './trace-exchange.ts';

export interface TabEvents {
  readonly onChanged: () => void;
  readonly onTrace: (events: readonly Traced[]) => void;
  readonly onTree: (tree: TreeView) => void;
  /** This tab is of another room than those who sit there: it has given its seat back. */
  readonly onExpelled: () => void;
}

export interface TabIdentity {
  readonly seat: number;
  readonly key: CryptoKey;
  readonly peerIdOf: (seat: number) => string;
  readonly signalling: SignallingServer;
}

export class Tab {
  readonly state: RoomState;
  readonly connections: ClientConnections;
  readonly #seat: number;
  readonly #events: TabEvents;
  readonly #mesh: Mesh;
  readonly #links: PageLinks;
  readonly #server: OwnServer;
  readonly #traces: TraceExchange;
  readonly #treeWatchers = new Set<number>();
  #everProven = false;
  #stopped = false;
  readonly #seatedAtMillis = performance.now();

  constructor(state: RoomState, identity: TabIdentity, events: TabEvents) {
    this.state = state;
    this.#seat = identity.seat;
    this.#events = events;
    const { room, seats } = state.address;
    const owner = {
      room,
      seats,
      seat: identity.seat,
      page: crypto.randomUUID(),
      key: identity.key,
      seatedMillis: () => performance.now() - this.#seatedAtMillis,
    };
    this.#mesh = new Mesh(owner, identity.peerIdOf, identity.signalling, {
      onSignalling: (signalling) => {
        state.signalling = signalling;
        if (signalling === 'gone') addProblem(state, { kind: 'noSignalling' });
        if (signalling === 'open') removeProblem(state, 'noSignalling');
        events.onChanged();
      },
      onPeerUp: (seat, how) => {
        this.#onPeerUp(seat, how);
      },
      onPeerDown: (seat, reason) => {
        this.#onPeerDown(seat, reason);
      },
      onMessage: (seat, message) => {
        this.#onLineMessage(seat, message);
      },
      onChannel: (seat, purpose, channel) => {
        if (purpose === 'trace') this.#traces.accept(seat, channel);
        else this.#links.accept(purpose, seat, channel);
      },
      onRefused: (reason, theirs) => {
        this.#onRefused(reason, theirs);
      },
    });
    this.#server = this.#makeServer();
    this.#links = new PageLinks({
      post: (message, transfer) => {
        this.#server.post(message, transfer);
      },
      openChannel: (peer, purpose) => this.#mesh.openChannel(peer, purpose),
      refusal: (peer) => this.#refusal(peer),
    });
    this.#traces = new TraceExchange({
      openChannel: (seat) => this.#mesh.openChannel(seat, 'trace'),
      onPicture: (seat, picture) => {
        this.#onPicture(seat, picture);
      },
    });
    this.connections = new ClientConnections({
      seat: this.#seat,
      nextNumber: () => this.#links.nextNumber(),
      openChannel: (server) =>
        this.#refusalOfClient(server) === null ? this.#mesh.openChannel(server, 'client') : null,
      ownRuns: () => this.#server.runs,
      post: (message) => {
        this.#server.post(message);
      },
    });
  }

  /** Starts the server, then asks for the seat's name: both take their time at once. */
  async open(): Promise<'seated' | 'taken'> {
    this.#server.start();
    const result = await this.#mesh.open();
    if (result === 'taken') {
      this.stop();
      return 'taken';
    }
    return 'seated';
  }

  tick(): void {
    this.#mesh.tick(performance.now());
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#mesh.stop();
    this.#server.kill();
  }

  watchTree(server: number): void {
    for (const seat of this.#mesh.upSeats()) {
      this.#mesh.send(seat, { kind: 'watchTree', on: seat === server });
    }
    this.#setTreeWatcher(this.#seat, server === this.#seat);
  }

  step(step: Step): void {
    switch (step.kind) {
      case 'kill':
      case 'restart':
        this.#order(step.server, step.kind);
        break;
      case 'freeze':
        this.#order(step.server, step.on ? 'freeze' : 'thaw');
        break;
      case 'cut':
      case 'heal':
        this.#setCut(step.a, step.b, step.kind === 'cut');
        break;
      case 'healAll':
        for (const { a, b } of this.state.cuts.list()) this.#setCut(a, b, false);
        break;
    }
    this.#events.onChanged();
  }

  /** Why there may be no link between the own server and that of `peer` now. */
  #refusal(peer: number): string | null {
    if (!this.#server.runs) return 'this server is down';
    return this.#refusalOfClient(peer);
  }

  #refusalOfClient(peer: number): string | null {
    if (this.state.cuts.isCut(this.#seat, peer)) return 'the link is cut';
    const known = this.state.seats.get(peer);
    if (known?.status === null || known?.status === undefined) return 'nobody sits there';
    if (!isAlive(known)) return 'the server there is down';
    const { diskId, diskBirth } = known.status;
    if (diskId === null) return 'the server there has no disk';
    const judged = judgeDisk(this.state.address.room, peer, { diskId, diskBirth });
    return judged === 'amnesiac' ? 'the server there has lost its history' : null;
  }

  #makeServer(): OwnServer {
    const { state } = this;
    const { room, seats } = state.address;
    return new OwnServer(
      { room, seats, seat: this.#seat },
      {
        onStarting: () => {
          removeProblem(state, 'diskUnavailable');
          removeProblem(state, 'diskFailed');
          this.#server.post({ kind: 'watchTree', on: this.#treeWatchers.size > 0 });
        },
        onKilled: () => {
          this.#links.dropAll();
          this.connections.dropServer(this.#seat);
        },
        onStatus: (status) => {
          this.#onOwnStatus(status);
        },
        onProblem: (kind, reason) => {
          addProblem(state, { kind, reason });
          this.#events.onChanged();
        },
        onMessage: (message) => {
          this.#onWorkerMessage(message);
        },
      },
    );
  }

  #onOwnStatus(status: TabStatus): void {
    const own = this.state.seats.get(this.#seat);
    if (own !== undefined) {
      own.up = true;
      own.status = status;
      if (status.server === null) own.view = null;
    }
    this.#mesh.broadcast({ kind: 'status', status });
    if (status.server !== null) for (const seat of this.#mesh.upSeats()) this.#meet(seat);
    this.#events.onChanged();
  }

  #order(server: number, order: ServerOrder): void {
    if (server !== this.#seat) this.#mesh.send(server, { kind: 'order', order });
    else this.#server.obey(order);
  }

  #setCut(a: number, b: number, cut: boolean): void {
    if (a === b || !this.state.seats.has(a) || !this.state.seats.has(b)) return;
    this.#mesh.broadcast({ kind: 'cuts', cuts: [this.state.cuts.set(a, b, cut)] });
    this.#onCutsChanged();
  }

  #onCutsChanged(): void {
    for (const seat of this.#mesh.upSeats()) {
      if (this.state.cuts.isCut(this.#seat, seat)) this.#dropServerLinks(seat, 'the link was cut');
      else this.#meet(seat);
    }
    this.#events.onChanged();
  }

  #dropServerLinks(seat: number, reason: string): void {
    this.#links.dropPeer(seat, reason);
    this.connections.dropServer(seat);
  }

  /** The higher seat opens the election link as soon as there may be one: nobody waits for a timer. */
  #meet(seat: number): void {
    if (this.#seat > seat && this.#refusal(seat) === null) this.#links.dial('election', seat);
  }

  #onPeerUp(seat: number, how: 'new' | 'resumed'): void {
    this.#everProven = true;
    const known = this.state.seats.get(seat);
    if (known !== undefined) {
      known.up = true;
      // Another page may have come: what the former one said is not its word.
      if (how === 'new') known.status = null;
    }
    removeProblem(this.state, 'wrongKey');
    this.#mesh.send(seat, { kind: 'status', status: this.#server.status });
    this.#mesh.send(seat, { kind: 'cuts', cuts: this.state.cuts.all() });
    this.#mesh.send(seat, { kind: 'roster', seats: this.#mesh.upSeats() });
    this.#traces.addPeer(seat);
    // The other side may not have noticed the silence and waits for nothing.
    if (how === 'resumed') this.#links.dial('election', seat);
    this.#events.onChanged();
  }

  #onPeerDown(seat: number, reason: string): void {
    const known = this.state.seats.get(seat);
    if (known !== undefined) known.up = false;
    this.#traces.dropPeer(seat);
    this.#setTreeWatcher(seat, false);
    this.#dropServerLinks(seat, reason);
    this.#events.onChanged();
  }

  #onLineMessage(seat: number, message: LineMessage): void {
    switch (message.kind) {
      case 'status':
        this.#onStatus(seat, message.status);
        break;
      case 'cuts':
        if (this.state.cuts.merge(message.cuts)) this.#onCutsChanged();
        break;
      case 'order':
        this.#server.obey(message.order);
        break;
      case 'amnesia':
        this.#server.beSuspect();
        break;
      case 'watchTree':
        this.#setTreeWatcher(seat, message.on);
        break;
      default:
        break;
    }
  }

  #onStatus(seat: number, status: TabStatus): void {
    const known = this.state.seats.get(seat);
    if (known === undefined) return;
    const before = known.status;
    known.status = status;
    if (before?.server !== status.server) {
      if (before !== null) this.#dropServerLinks(seat, 'the server there was killed');
      if (status.server === null) known.view = null;
      if (status.server !== null && status.diskId !== null) this.#greetServer(seat, status.diskId);
    }
    this.#events.onChanged();
  }

  #greetServer(seat: number, diskId: string): void {
    const { diskBirth } = this.state.seats.get(seat)?.status ?? { diskBirth: 'fresh' };
    const judged = judgeDisk(this.state.address.room, seat, { diskId, diskBirth });
    if (judged === 'amnesiac') this.#mesh.send(seat, { kind: 'amnesia' });
    else this.#meet(seat);
  }

  #onRefused(reason: RefusalReason, theirs: Hello | null): void {
    // Who is wrong here nobody can know; who came later gives way, and whoever knows others stays.
    const older = (theirs?.seatedMillis ?? 0) > performance.now() - this.#seatedAtMillis;
    if (this.#everProven || !older || this.#stopped) return;
    const { seats: mine } = this.state.address;
    if (reason === 'wrongKey') addProblem(this.state, { kind: 'wrongKey' });
    else addProblem(this.state, { kind: 'otherSeats', mine, theirs: theirs?.seats ?? 0 });
    setTimeout(() => {
      this.stop();
      this.#events.onExpelled();
    }, EXPELLED_LINGER_MILLIS);
    this.#events.onChanged();
  }

  #onWorkerMessage(message: FromWorker): void {
    switch (message.kind) {
      case 'dial':
        this.#links.dial(message.purpose, message.peer);
        break;
      case 'linkBytes':
      case 'closeLink':
        this.#links.take(message);
        break;
      case 'clientReply':
        this.connections.onReply(message.connection, message.frame);
        break;
      case 'closeClient':
        this.connections.onClosedByServer(message.connection);
        break;
      case 'trace':
      case 'view':
        this.#onPicture(this.#seat, message);
        this.#traces.send(message);
        break;
      case 'tree':
        if (this.#treeWatchers.has(this.#seat)) this.#events.onTree(message.tree);
        this.#traces.send(message, this.#treeWatchers);
        break;
      default:
        break;
    }
  }

  #onPicture(seat: number, picture: Picture): void {
    if (picture.kind === 'trace') this.#events.onTrace(picture.events);
    else if (picture.kind === 'tree') this.#events.onTree(picture.tree);
    else {
      const known = this.state.seats.get(seat);
      if (known !== undefined) known.view = picture.view;
      this.#events.onChanged();
    }
  }

  #setTreeWatcher(seat: number, on: boolean): void {
    if (on) this.#treeWatchers.add(seat);
    else this.#treeWatchers.delete(seat);
    this.#server.post({ kind: 'watchTree', on: this.#treeWatchers.size > 0 });
  }
}

/** So that the word of refusal gets out before the line is gone. */
const EXPELLED_LINGER_MILLIS = 300;
