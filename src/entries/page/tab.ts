// One tab that has a seat: its lines to the other tabs, its server's worker, what it knows of the room.
// Here the pieces are joined; nothing here knows ZAB. Who may talk to whom is decided in one place,
// `refusal`.

import type { LineMessage, TabStatus } from '../../adapters/webrtc/line-message.ts';
import { Mesh } from '../../adapters/webrtc/mesh.ts';
import { MALFORMED } from '../../adapters/webrtc/peer-line.ts';
import type { FromWorker } from '../../adapters/worker/messages.ts';
import type { Step } from '../../vocabulary/playground.ts';
import type { ClientConnections } from './client-connections.ts';
import { OwnServer, SERVER_PROBLEMS } from './own-server.ts';
import { RoomDisks } from './room-disks.ts';
import { RoomHands } from './room-hands.ts';
import { SeatKeeping } from './seat-keeping.ts';
import { addProblem, removeProblem, takeStatus, takeView, type RoomState } from './room-state.ts';
import { ServerLinks } from './server-links.ts';
import type { TabEvents, TabIdentity } from './tab-owner.ts';
import { takeEnsemble, type HandOver } from './take-ensemble.ts';
import { TraceExchange, type Shown } from './trace-exchange.ts';
import { countUnreadable } from './unreadable.ts';

export class Tab {
  readonly state: RoomState;
  readonly connections: ClientConnections;
  readonly #seat: number;
  readonly #events: TabEvents;
  readonly #mesh: Mesh;
  readonly #links: ServerLinks;
  readonly #server: OwnServer;
  readonly #traces: TraceExchange;
  readonly #hands: RoomHands;
  readonly #seatKeeping: SeatKeeping;
  readonly #disks: RoomDisks;
  /** The seat whose tree this page shows. */
  #treeShown: number | null = null;
  #stopped = false;

  constructor(state: RoomState, identity: TabIdentity, events: TabEvents) {
    this.state = state;
    this.#seat = identity.seat;
    this.#events = events;
    this.#seatKeeping = this.#keepSeat();
    this.#disks = new RoomDisks({
      ...{ state, seat: identity.seat },
      ...{ mesh: () => this.#mesh, server: () => this.#server },
    });
    const { room, seats } = state.address;
    const owner = {
      ...{ room, seats, seat: identity.seat, key: identity.key },
      page: crypto.randomUUID(),
      seatedMillis: this.#seatKeeping.seatedMillis,
      canServe: this.#seatKeeping.canServe,
    };
    this.#mesh = new Mesh(owner, identity.peerIdOf, identity.signalling, {
      onSignalling: (signalling) => {
        // The gateway is where the page and its signalling come from: without the one there is no other.
        this.#server.setGatewayReachable(signalling === 'open' || signalling === 'held');
        this.#seatKeeping.signalling(signalling);
        if (signalling === 'open') void this.#mesh.findHere();
        events.onChanged();
      },
      onPeerUp: this.#onPeerUp,
      onPeerDown: this.#onPeerDown,
      onMessage: this.#onLineMessage,
      onChannel: (seat, purpose, channel) => {
        if (purpose === 'trace') this.#traces.accept(seat, channel);
        else this.#links.links.accept(purpose, seat, channel);
      },
      onRefused: this.#seatKeeping.refused,
      onRival: this.#seatKeeping.rival,
    });
    this.#server = this.#makeServer(identity);
    this.#links = new ServerLinks({
      ...{ seat: this.#seat, state, server: this.#server },
      openChannel: (peer, purpose) => this.#mesh.openChannel(peer, purpose),
    });
    this.connections = this.#links.connections;
    this.#traces = new TraceExchange(this.#seat, {
      openChannel: (seat) => this.#mesh.openChannel(seat, 'trace'),
      onTreeWatched: (on) => {
        this.#server.post({ kind: 'watchTree', on });
      },
      onPicture: this.#onPicture,
      onUnreadable: countUnreadable.bind(null, state),
      readDisk: () => this.#server.readDisk(),
      askDisk: (seat, ticket, from) => {
        this.#mesh.send(seat, { kind: 'askDisk', ticket, from });
      },
    });
    this.#hands = this.#makeHands();
  }

  /** Asks for the seat's name while what the server needs is loaded; the server starts when it is ours. */
  async open(): Promise<'seated' | 'taken'> {
    this.#server.prepare();
    if ((await this.#mesh.open()) === 'taken') {
      this.stop();
      return 'taken';
    }
    this.#server.start();
    if (this.#seatKeeping.meanwhile !== 'waits') void this.#mesh.findHere();
    return 'seated';
  }

  tick(): void {
    const nowMillis = performance.now();
    this.#mesh.tick(nowMillis);
    this.#disks.tick(nowMillis);
    this.#server.tick(nowMillis);
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#server.remember();
    this.#mesh.stop();
    this.#server.stop();
  }

  watchTree(server: number): void {
    this.#treeShown = server;
    for (const seat of this.#mesh.upSeats()) {
      this.#mesh.send(seat, { kind: 'watchTree', on: seat === server });
    }
    this.#traces.watchTree(this.#seat, server === this.#seat);
  }

  takeEnsemble(): Promise<HandOver> {
    return takeEnsemble(this.state, (seat) => this.#traces.disks.read(seat));
  }

  step(step: Step): void {
    this.#hands.take(step);
    this.#events.onChanged();
  }

  #makeServer({ sessionSecret, gatewayKey: key, seat }: TabIdentity): OwnServer {
    const { state } = this;
    const { room, seats } = state.address;
    const gateway = key === null ? null : { room, key, seats, seat };
    return new OwnServer(
      { room, seats, seat, sessionSecret, gateway },
      {
        onWantsTrust: this.#disks.wantsTrust,
        onStarting: () => {
          this.#disks.starting();
          for (const kind of SERVER_PROBLEMS) removeProblem(state, kind);
          this.#server.post({ kind: 'watchTree', on: this.#traces.treeIsWatched });
          this.#links.tellHindrances();
        },
        onKilled: () => {
          this.#disks.killed();
          this.#links.dropOwn();
        },
        onStatus: this.#onOwnStatus,
        onProblem: (kind, reason) => {
          addProblem(state, { kind, reason });
          this.#events.onChanged();
        },
        onOtherRoom: this.#seatKeeping.otherRoom,
        onGateway: (view) => {
          state.gateway = view;
          this.#events.onChanged();
        },
        onMessage: this.#onWorkerMessage,
      },
    );
  }

  #keepSeat(): SeatKeeping {
    return new SeatKeeping({
      ...{ seat: this.#seat, state: this.state, onChanged: this.#events.onChanged },
      broughtDisk: () => this.#server.broughtDisk,
      isLinked: () => this.#mesh.upSeats().length > 0,
      leave: (disk) => {
        if (this.#stopped) return;
        this.stop();
        this.#server.leaveDisk(disk);
        this.#events.onExpelled();
      },
    });
  }

  #makeHands(): RoomHands {
    return new RoomHands({
      ...{ seat: this.#seat, state: this.state, server: this.#server, links: this.#links },
      send: (seat, message) => {
        this.#mesh.send(seat, message);
      },
      broadcast: (message) => {
        this.#mesh.broadcast(message);
      },
      closeTrace: (seat) => {
        this.#traces.closeChannel(seat);
      },
    });
  }

  readonly #onOwnStatus = (status: TabStatus): void => {
    const own = this.state.seats.get(this.#seat);
    const isNew = status.server !== null && own?.status?.server !== status.server;
    if (own !== undefined) {
      own.up = true;
      takeStatus(own, status);
    }
    this.#disks.share();
    this.#mesh.broadcast({ kind: 'status', status });
    if (isNew) for (const seat of this.#mesh.upSeats()) this.#links.meet(seat);
    this.#events.onChanged();
  };

  readonly #onPeerUp = (seat: number, how: 'new' | 'resumed'): void => {
    this.#seatKeeping.proven();
    const known = this.state.seats.get(seat);
    if (known !== undefined) {
      known.up = true;
      // Another page may have come: what the former one said is not its word.
      if (how === 'new') known.status = null;
    }
    // Before the status: whether they have lost their history may be for them to learn.
    this.#disks.greet(seat);
    this.#mesh.send(seat, { kind: 'status', status: this.#server.status });
    this.#mesh.send(seat, { kind: 'paths', paths: this.state.paths.all() });
    this.#mesh.send(seat, { kind: 'roster', seats: this.#mesh.upSeats() });
    if (how === 'new') this.#traces.watchTree(seat, false);
    this.#traces.addPeer(seat);
    if (seat === this.#treeShown) this.#mesh.send(seat, { kind: 'watchTree', on: true });
    // The other side may not have noticed the silence and waits for nothing.
    if (how === 'resumed') this.#links.links.dial('election', seat);
    this.#events.onChanged();
  };

  readonly #onPeerDown = (seat: number, reason: string): void => {
    const known = this.state.seats.get(seat);
    if (known !== undefined) known.up = false;
    if (reason === MALFORMED) countUnreadable(this.state, seat);
    this.#traces.dropPeer(seat);
    this.#links.dropPeer(seat, reason, 'all');
    this.#events.onChanged();
  };

  readonly #onLineMessage = (seat: number, message: LineMessage): void => {
    switch (message.kind) {
      case 'status':
        this.#onStatus(seat, message.status);
        break;
      case 'paths':
        this.#hands.hearPaths(message.paths);
        this.#events.onChanged();
        break;
      case 'slowDisk':
      case 'skewClock':
        this.#server.trouble(message);
        break;
      case 'closeChannel':
        this.#hands.closeChannel(this.#seat, message.peer, message.channel);
        break;
      case 'order':
        this.#server.obey(message.order);
        break;
      case 'disks':
      case 'successor':
      case 'successorKnown':
        this.#disks.hear(seat, message);
        break;
      case 'amnesia':
        this.#server.beSuspect(message.lost);
        break;
      case 'watchTree':
        this.#traces.watchTree(seat, message.on);
        break;
      case 'askDisk':
        void this.#traces.disks.answer(seat, message.ticket, message.from);
        break;
    }
  };

  #onStatus(seat: number, status: TabStatus): void {
    const known = this.state.seats.get(seat);
    if (known === undefined) return;
    const before = known.status;
    takeStatus(known, status);
    const judged = this.#links.greet(seat, before);
    if (judged.kind === 'amnesiac') {
      this.#mesh.send(seat, { kind: 'amnesia', lost: judged.lost });
    }
    this.#disks.share();
    this.#events.onChanged();
  }

  readonly #onWorkerMessage = (message: FromWorker): void => {
    switch (message.kind) {
      case 'dial':
        this.#links.links.dial(message.purpose, message.peer);
        break;
      case 'linkBytes':
      case 'closeLink':
        this.#links.links.take(message);
        break;
      case 'clientBytes':
      case 'closeClient':
        this.#links.onClientMessage(message);
        break;
      case 'disksRemembered':
        this.#disks.stored(message.ticket);
        break;
      case 'heard':
        for (const { peer, agoMillis } of message.peers) this.#mesh.heardServer(peer, agoMillis);
        break;
      case 'trace':
      case 'view':
      case 'tree':
        this.#traces.publish(message);
        break;
    }
  };

  readonly #onPicture = (seat: number, picture: Shown): void => {
    if (picture.kind === 'trace') this.#events.onTrace(picture.events);
    else if (picture.kind === 'tree') this.#events.onTree(picture.tree);
    else {
      const known = this.state.seats.get(seat);
      if (known !== undefined) takeView(known, picture.view, picture.outside);
      this.#events.onChanged();
    }
  };
}
