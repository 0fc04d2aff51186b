// Everything that runs over channels to other tabs' servers, the own server's links and this page's
// clients alike: opened when the rules allow it, dropped together when a server is gone.

import type { LinkChannel } from '../../adapters/webrtc/line-connection.ts';
import type { LinkPurpose } from '../../vocabulary/boundary.ts';
import type { TabStatus } from '../../adapters/webrtc/line-message.ts';
import { PageLinks, type DropScope } from '../../adapters/worker/page-links.ts';
import type { FromWorker } from '../../adapters/worker/messages.ts';
import { ClientConnections } from './client-connections.ts';
import { judgeDisk, type DiskJudgement } from './disk-memory.ts';
import type { OwnServer } from './own-server.ts';
import { refusalOf } from './refusal.ts';
import type { RoomState } from './room-state.ts';

export interface ServerLinksOwner {
  readonly seat: number;
  readonly state: RoomState;
  readonly server: OwnServer;
  readonly openChannel: (peer: number, purpose: LinkPurpose) => LinkChannel | null;
}

type ClientMessage = FromWorker & { kind: 'clientBytes' | 'closeClient' };

export class ServerLinks {
  readonly links: PageLinks;
  readonly connections: ClientConnections;
  readonly #owner: ServerLinksOwner;

  constructor(owner: ServerLinksOwner) {
    const { seat, state, server } = owner;
    this.#owner = owner;
    this.links = new PageLinks({
      post: (message, transfer) => {
        server.post(message, transfer);
      },
      openChannel: owner.openChannel,
      refusal: (peer, purpose) => this.#refusal(peer, purpose),
    });
    this.connections = new ClientConnections({
      seat,
      nextNumber: () => this.links.nextNumber(),
      openChannel: (peer) =>
        refusalOf(state, seat, peer) === null ? owner.openChannel(peer, 'client') : null,
      ownRuns: () => server.runs,
      post: (message, transfer) => {
        server.post(message, transfer);
      },
    });
  }

  /** What the own server says to a client of this page. */
  onClientMessage(message: ClientMessage): void {
    const { connection } = message;
    if (message.kind === 'clientBytes') this.connections.onBytes(connection, message.bytes);
    else if (message.kind === 'closeClient') this.connections.onClosedByServer(connection);
  }

  /** Takes what that seat's page says now: another life of its server, or a disk that is trusted again. */
  greet(peer: number, before: TabStatus | null): DiskJudgement {
    const { room } = this.#owner.state.address;
    const status = this.#owner.state.seats.get(peer)?.status ?? null;
    const isNew = before?.server !== status?.server;
    if (isNew && before !== null) this.dropPeer(peer, 'the server there was killed', 'servers');
    if (!isNew && before?.diskTrusted === status?.diskTrusted) return { kind: 'known' };
    if (status === null || status.server === null || status.diskId === null) {
      return { kind: 'known' };
    }
    const { diskId, diskGeneration, diskTrusted } = status;
    const judged = judgeDisk(room, peer, { diskId, diskGeneration, diskTrusted });
    if (judged.kind === 'known' && isNew) this.meet(peer);
    return judged;
  }

  /** The higher seat opens the election link as soon as there may be one: nobody waits for a timer. */
  meet(peer: number): void {
    if (this.#owner.seat > peer && this.#refusal(peer, 'election') === null)
      this.links.dial('election', peer);
  }

  /** Tells a server that has just begun what lies on its ways out. */
  tellHindrances(): void {
    for (const { a, b } of this.#owner.state.paths.list()) {
      if (a === this.#owner.seat) this.hinder(b);
      if (b === this.#owner.seat) this.hinder(a);
    }
  }

  /** What is sent from here to that seat waits as long as the room says, and what comes from there. */
  hinder(peer: number): void {
    const { seat, state, server } = this.#owner;
    const delayMillis = state.paths.slowMillis(seat, peer);
    const [held, deaf] = [state.paths.isHeld(seat, peer), state.paths.isHeld(peer, seat)];
    const hindrance = { delayMillis, held, deaf };
    server.post({ kind: 'hinder', peer, hindrance });
    this.connections.hinder(peer, hindrance);
  }

  /** Both the own server's links of this kind and, of the clients' kind, those of this page. */
  closeChannel(peer: number, purpose: LinkPurpose): void {
    this.#owner.server.post({ kind: 'closeLinks', peer, purpose });
    if (purpose === 'client') this.connections.closeServer(peer);
  }

  /** The server on that seat is gone; with scope 'all' its page too, or nothing may pass any more. */
  dropPeer(peer: number, reason: string, scope: DropScope): void {
    this.links.dropPeer(peer, reason, scope);
    this.connections.dropServer(peer);
  }

  /** The own server is gone. */
  dropOwn(): void {
    this.links.dropAll();
    this.connections.dropServer(this.#owner.seat);
  }

  /** Why there may be no link between the own server and that of `peer` now, or with a client there,
   *  which may come whether or not its page's own server runs. */
  #refusal(peer: number, purpose: LinkPurpose): string | null {
    const { server, state, seat } = this.#owner;
    if (!server.runs) return 'this server is down';
    if (purpose !== 'client') return refusalOf(state, seat, peer);
    return state.paths.refusal(seat, peer);
  }
}
