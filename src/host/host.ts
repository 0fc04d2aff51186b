// The loop of a home: what arrives at the ports becomes inputs of the one server, what the server puts
// out becomes calls of the ports. It decodes and encodes, counts and bounds, and decides nothing of
// ZooKeeper's. A port may call back in the middle of a call: arrivals queue and are taken in order.

import { reasonOf, unreachable } from '../base/assert.ts';
import { fifoLength, makeFifo, pushFifo, shiftFifo } from '../base/fifo.ts';
import { encodePacketParts } from '../jute/quorum.ts';
import { CodecError } from '../jute/reader.ts';
import {
  makeServer,
  serverSnapshot,
  serverView,
  startServer,
  step,
  treeView,
  type ServerState,
} from '../server/server.ts';
import type { Carried, DiskOutput, Input, Output } from '../vocabulary/boundary.ts';
import type { ConnectionId, LinkId } from '../vocabulary/ids.ts';
import type { QuorumPacket } from '../vocabulary/packet.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';
import type { ServerView, TreeView } from '../vocabulary/view.ts';
import { badFrameOf, inputsOf, nameOfLink } from './arriving-bytes.ts';
import { count, hostReport, isWarning, makeCounted, resetCounted } from './counted.ts';
import {
  dialEnded,
  dropLine,
  flushBallots,
  makeElectionLines,
  openLine,
  queueBallot,
} from './election-lines.ts';
import type { Host, HostOptions } from './home.ts';
import { flushLink, makeOutbox, putOut } from './outbox.ts';
import type { ClientEvent, NetworkEvent } from './ports.ts';
import { excessOf, newQuorumLink, noteSent, type QuorumLink } from './quorum-links.ts';
import { makeTraceBuffer, pushTrace, takeTraces, type TraceBuffer } from './trace-buffer.ts';

export type { Host, HostOptions } from './home.ts';

export const makeHost = (options: HostOptions): Host => new RunningHost(options);

class RunningHost implements Host {
  /** Without what it began with: that may be as large as the tree. */
  readonly #options: Omit<HostOptions, 'recovered'>;
  readonly #server: ServerState;
  readonly #arrivals = makeFifo<Input>();
  readonly #election = makeElectionLines();
  readonly #quorum = new Map<LinkId, QuorumLink>();
  readonly #clients = new Set<ConnectionId>();
  readonly #outbox = makeOutbox();
  readonly #traces: TraceBuffer;
  #nowMillis = -1;
  #wallMillis = 0;
  #running = true;
  #inTurn = false;
  #haltedBecause: string | null = null;
  /** Of this life. */
  readonly #counted = makeCounted();

  constructor({ recovered, ...options }: HostOptions) {
    this.#options = options;
    this.#traces = makeTraceBuffer(options.config.serverId, options.toldBefore);
    this.#server = makeServer(options.config, recovered);
    this.#turn(() => {
      this.#carryOut(startServer(this.#server));
    });
  }

  get state(): ServerState {
    return this.#server;
  }

  readonly tick = (): void => {
    this.#turn(() => undefined);
  };

  readonly networkEvent = (event: NetworkEvent): void => {
    this.#turn(() => {
      this.#onNetwork(event);
    });
  };

  readonly clientEvent = (event: ClientEvent): void => {
    this.#turn(() => {
      if (event.kind === 'clientOpened') this.#clients.add(event.connection);
      else if (event.kind === 'clientClosed') this.#clients.delete(event.connection);
      if (event.kind === 'clientBadFrame') this.#trace(badFrameOf(event));
      else pushFifo(this.#arrivals, event);
    });
  };

  readonly diskLost = (reason: string): void => {
    this.#turn(() => {
      this.#trace({ kind: 'diskFailed', reason });
      this.#halt(`the disk is gone: ${reason}`);
    });
  };

  readonly view = (): ServerView => {
    const down = { role: 'down', serving: false, haltedBecause: this.#haltedBecause } as const;
    const view = { ...serverView(this.#server), badFrames: this.#counted.badFrames };
    return this.#running ? view : { ...view, ...down };
  };

  readonly tree = (): TreeView => treeView(this.#server);

  readonly snapshot = (): ReturnType<typeof serverSnapshot> => serverSnapshot(this.#server);

  readonly report = (): ReturnType<typeof hostReport> | null =>
    this.#running ? hostReport(this.#server, this.#counted, this.#nowMillis) : null;

  readonly resetCounts: Host['resetCounts'] = (what) =>
    resetCounted(this.#server, this.#counted, what);

  readonly stop = (): void => this.#closeAll('the server stopped');

  /** One arrival and all that follows from it. Nested calls only queue: the outer one goes on. */
  #turn(arrive: () => void): void {
    if (!this.#running) return;
    if (this.#inTurn) return arrive();
    this.#inTurn = true;
    try {
      this.#tellTime();
      arrive();
      this.#drain();
    } catch (error) {
      this.#halt(reasonOf(error));
    } finally {
      this.#inTurn = false;
    }
  }

  #tellTime(): void {
    const nowMillis = Math.floor(this.#options.clock.nowMillis());
    if (nowMillis <= this.#nowMillis) return;
    this.#nowMillis = nowMillis;
    this.#wallMillis = Math.floor(this.#options.clock.wallMillis());
    pushFifo(this.#arrivals, { kind: 'tick', nowMillis, wallMillis: this.#wallMillis });
  }

  /** Takes arrivals until none is left and everything is sent: a send may bring new arrivals. */
  #drain(): void {
    do {
      for (let next = shiftFifo(this.#arrivals); next !== undefined;) {
        if (!this.#running) return;
        if (this.#isDue(next)) this.#carryOut(step(this.#server, next));
        next = shiftFifo(this.#arrivals);
      }
      this.#flush();
    } while (this.#running && fifoLength(this.#arrivals) > 0);
    this.#tellTraces();
  }

  /** False for what was still waiting when its link or connection was closed from this side. */
  #isDue(input: Input): boolean {
    if (input.kind === 'packet') return this.#quorum.has(input.link);
    if (input.kind === 'clientFrame') return this.#clients.has(input.connection);
    return true;
  }

  #flush(): void {
    const { network } = this.#options;
    for (const link of [...this.#outbox.waiting.keys()]) {
      flushLink(this.#outbox, link, network);
      const quorum = this.#quorum.get(link);
      if (quorum === undefined) continue;
      const excess = excessOf(quorum, network.bufferedBytes(link));
      if (excess !== null) this.#closeLink(link, excess);
    }
    flushBallots(this.#election, network, this.#nowMillis);
  }

  #onNetwork(event: NetworkEvent): void {
    switch (event.kind) {
      case 'linkUp':
        this.#onLinkUp(event);
        break;
      case 'linkBytes':
        this.#onBytes(event.link, event.bytes);
        break;
      case 'linkDown':
        this.#forget(event.link, event.reason);
        break;
      case 'dialFailed':
        if (event.purpose === 'election') dialEnded(this.#election, event.peer);
        else if (event.purpose === 'quorum') {
          pushFifo(this.#arrivals, { kind: 'dialFailed', peer: event.peer, reason: event.reason });
        }
        break;
      default:
        unreachable(event, 'networkEvent');
    }
  }

  #onLinkUp(event: NetworkEvent & { readonly kind: 'linkUp' }): void {
    const { link, peer, dialled } = event;
    if (event.purpose === 'quorum') {
      this.#quorum.set(link, newQuorumLink(peer));
      pushFifo(this.#arrivals, { kind: 'linkUp', link, peer, dialled });
    } else if (event.purpose === 'election') {
      if (peer === null) {
        this.#options.network.close(link, 'an election link without a name');
        return;
      }
      openLine(this.#election, link, peer);
      pushFifo(this.#arrivals, { kind: 'electionOpened', peer });
    }
  }

  /** A frame that cannot be read ends its link and changes nothing else. What was whole before it in
   *  the same bytes is lost with the link, as if the link had broken earlier. */
  #onBytes(link: LinkId, bytes: Uint8Array): void {
    try {
      const inputs = inputsOf(this.#election, this.#quorum, link, bytes);
      for (const input of inputs) pushFifo(this.#arrivals, input);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      const from = nameOfLink(this.#election, this.#quorum, link);
      this.#trace({ kind: 'badFrame', from, reason: error.message });
      this.#closeLink(link, `a frame that cannot be read: ${error.message}`);
    }
  }

  /** Ends a link from this side. The server hears linkDown at once and nothing of the link after it,
   *  however long the network takes to close it. */
  #closeLink(link: LinkId, reason: string): void {
    if (!this.#quorum.has(link) && !this.#election.lines.has(link)) return;
    flushLink(this.#outbox, link, this.#options.network);
    this.#forget(link, reason);
    this.#options.network.close(link, reason);
  }

  #forget(link: LinkId, reason: string): void {
    this.#outbox.waiting.delete(link);
    dropLine(this.#election, link);
    if (this.#quorum.delete(link)) pushFifo(this.#arrivals, { kind: 'linkDown', link, reason });
  }

  #carryOut(outputs: readonly Output[]): void {
    for (const output of outputs) {
      if (!this.#running) return;
      this.#carryOutOne(output);
    }
  }

  #carryOutOne(output: Output): void {
    switch (output.kind) {
      case 'append':
      case 'truncate':
      case 'saveSnapshot':
      case 'snapshotPiece':
      case 'saveEpochs':
        this.#write(output);
        break;
      case 'sendBallot':
        queueBallot(this.#election, output.to, output.ballot);
        break;
      case 'dial':
        this.#options.network.dial('quorum', output.peer);
        break;
      case 'hangUp':
        this.#closeLink(output.link, output.reason);
        break;
      case 'sendPacket':
        this.#sendPacket(output.link, output.packet);
        break;
      case 'reply':
        if (this.#clients.has(output.connection)) {
          this.#options.clientDoor.reply(output.connection, output.frame);
        }
        break;
      case 'closeClient':
        if (this.#clients.delete(output.connection)) {
          this.#options.clientDoor.close(output.connection);
        }
        break;
      case 'configured':
        this.#options.onConfigured?.(output.committed, output.lastSeen);
        break;
      case 'halt':
        this.#halt(output.reason);
        break;
      case 'trace':
        this.#trace(output.event, output);
        break;
      default:
        unreachable(output, 'carryOut');
    }
  }

  #write(output: DiskOutput): void {
    let answered = false;
    this.#options.disk.write(output, (failure) => {
      if (answered) return;
      answered = true;
      this.#turn(() => {
        const done: Input =
          failure === null
            ? { kind: 'diskDone', ticket: output.ticket }
            : { kind: 'diskFailed', ticket: output.ticket, reason: failure };
        pushFifo(this.#arrivals, done);
      });
    });
  }

  #sendPacket(link: LinkId, packet: QuorumPacket): void {
    const quorum = this.#quorum.get(link);
    if (quorum === undefined) return;
    noteSent(quorum, packet);
    for (const bytes of encodePacketParts(packet)) putOut(this.#outbox, link, bytes);
  }

  #trace(event: TraceEvent, carried?: Carried): void {
    count(this.#counted, event, this.#nowMillis);
    if (isWarning(event)) this.#options.onWarning?.(event);
    if (this.#options.onTrace !== null) pushTrace(this.#traces, event, this.#wallMillis, carried);
  }

  #tellTraces(): void {
    const events = takeTraces(this.#traces, this.#wallMillis);
    if (events.length > 0) this.#options.onTrace?.(events);
  }

  #halt(reason: string): void {
    if (!this.#running) return;
    this.#haltedBecause = reason;
    const last = this.#traces.events.at(-1)?.event;
    if (last?.kind !== 'serverHalted') this.#trace({ kind: 'serverHalted', reason });
    this.#closeAll(reason);
    this.#tellTraces();
    this.#options.onHalt(reason);
  }

  #closeAll(reason: string): void {
    this.#running = false;
    const { network, clientDoor } = this.#options;
    const links = [...this.#election.lines.keys(), ...this.#quorum.keys()];
    this.#election.lines.clear();
    this.#quorum.clear();
    for (const link of links) network.close(link, reason);
    const clients = [...this.#clients];
    this.#clients.clear();
    for (const connection of clients) clientDoor.close(connection);
  }
}
