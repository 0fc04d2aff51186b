// The network of a server in Node: TCP on ZooKeeper's own ports, so that Apache ZooKeeper can stand in
// the same ensemble. Election connections follow QuorumCnxManager (see election-door.ts); a quorum
// connection is whatever reaches the quorum port. It moves bytes, and never looks into a frame.

import type { Socket } from 'node:net';

import type { Network, NetworkEvent } from '../../host/ports.ts';
import type { LinkPurpose } from '../../vocabulary/boundary.ts';
import { memberOf, type Ensemble, type Member } from '../../vocabulary/ensemble.ts';
import { linkId, type LinkId, type ServerId } from '../../vocabulary/ids.ts';
import { ElectionDoor } from './election-door.ts';
import { MovablePort } from './movable-port.ts';
import { closeSoon, dialSocket, plainBytes, unsentBytes, writeTogether } from './sockets.ts';

export interface TcpNetworkOptions {
  readonly serverId: ServerId;
  readonly ensemble: Ensemble;
  /** True where members come and go: who is no member may dial, to ask what holds. */
  readonly mayChange?: boolean;
  /** Never called before the call that caused it has returned. */
  readonly onEvent: (event: NetworkEvent) => void;
}

export interface TcpNetwork extends Network {
  /** The members from now on, with their addresses. Rejects with a sentence when this server has another
   *  address now and cannot have it. */
  readonly configure: (members: readonly Member[]) => Promise<void>;
  /** Ends every link without a further event and gives the ports back. */
  readonly stop: () => Promise<void>;
}

/** Connections that may wait at one port: far above any ensemble, far below the file limit. */
const CONNECTIONS_MAX = 512;

interface Link {
  readonly socket: Socket;
  reason: string;
}

/** Listens on the quorum and the election port. Rejects with a sentence when one is not to be had. */
export async function openTcpNetwork(options: TcpNetworkOptions): Promise<TcpNetwork> {
  const network = new SocketNetwork(options);
  try {
    await network.listen();
  } catch (error) {
    await network.stop();
    throw error;
  }
  return network;
}

class SocketNetwork implements TcpNetwork {
  readonly #options: TcpNetworkOptions;
  readonly #quorum: MovablePort;
  #members: readonly Member[];
  readonly #election: ElectionDoor;
  readonly #links = new Map<LinkId, Link>();
  readonly #dialling = new Set<() => void>();
  readonly #waiting = new Set<Socket>();
  #lastLink = 0;
  #stopped = false;

  constructor(options: TcpNetworkOptions) {
    this.#options = options;
    this.#members = options.ensemble.members;
    this.#quorum = new MovablePort({
      what: 'quorum',
      connectionsMax: CONNECTIONS_MAX,
      onConnection: (socket) => {
        this.#adopt(socket, 'quorum', null, false);
      },
    });
    this.#election = new ElectionDoor({
      serverId: options.serverId,
      mayChange: options.mayChange ?? false,
      memberOf: (id) => memberOf({ members: this.#members }, id),
      onConnected: (socket, peer, dialled) => this.#adopt(socket, 'election', peer, dialled),
      onFailed: (peer, reason) => {
        this.#emit({ kind: 'dialFailed', purpose: 'election', peer, reason });
      },
      cutLink: (link, reason) => {
        this.#end(link, reason);
      },
    });
  }

  async listen(): Promise<void> {
    const { ensemble, serverId } = this.#options;
    const own = memberOf(ensemble, serverId);
    if (own === null) throw new Error(`server ${String(serverId)} is no member of the ensemble`);
    await this.#listenAs(own);
  }

  configure = async (members: readonly Member[]): Promise<void> => {
    this.#members = members;
    const own = memberOf({ members }, this.#options.serverId);
    // Who is no member any more stays where it is.
    if (own !== null && !this.#stopped) await this.#listenAs(own);
  };

  async #listenAs(own: Member): Promise<void> {
    await this.#quorum.listen({ host: own.host, port: own.quorumPort });
    await this.#election.listen({ host: own.host, port: own.electionPort });
  }

  dial = (purpose: LinkPurpose, peer: ServerId): void => {
    const member = memberOf({ members: this.#members }, peer);
    const failed = (reason: string): void => {
      setImmediate(() => {
        this.#emit({ kind: 'dialFailed', purpose, peer, reason });
      });
    };
    if (purpose === 'election' && peer !== this.#options.serverId) {
      if (!this.#election.dial(peer)) failed(`no such peer: ${String(peer)}`);
    } else if (member === null || peer === this.#options.serverId) {
      failed(`no such peer: ${String(peer)}`);
    } else if (purpose === 'quorum') {
      this.#dialQuorum(peer, { host: member.host, port: member.quorumPort });
    } else {
      failed(`no ${purpose} links over TCP`);
    }
  };

  send = (link: LinkId, bytes: Uint8Array): void => {
    const open = this.#links.get(link);
    if (open !== undefined) writeTogether(open.socket, bytes);
  };

  close = (link: LinkId, reason: string): void => {
    setImmediate(() => {
      this.#end(link, reason);
    });
  };

  bufferedBytes = (link: LinkId): number => {
    const open = this.#links.get(link);
    return open === undefined ? 0 : unsentBytes(open.socket);
  };

  stop = async (): Promise<void> => {
    this.#stopped = true;
    for (const { socket } of this.#links.values()) socket.destroy();
    for (const giveUp of this.#dialling) giveUp();
    for (const socket of this.#waiting) socket.destroy();
    this.#links.clear();
    await Promise.all([this.#quorum.stop(), this.#election.stop()]);
  };

  #dialQuorum(peer: ServerId, address: { host: string; port: number }): void {
    const giveUp = dialSocket(address, (result) => {
      this.#dialling.delete(giveUp);
      if ('failure' in result) {
        this.#emit({ kind: 'dialFailed', purpose: 'quorum', peer, reason: result.failure });
      } else {
        this.#adopt(result.socket, 'quorum', peer, true);
      }
    });
    this.#dialling.add(giveUp);
  }

  #adopt(socket: Socket, purpose: LinkPurpose, peer: ServerId | null, dialled: boolean): LinkId {
    const link = linkId((this.#lastLink += 1));
    const open: Link = { socket, reason: 'closed by the peer' };
    this.#links.set(link, open);
    socket.on('error', (error) => {
      open.reason = error.message;
    });
    socket.on('close', () => {
      this.#end(link, open.reason);
    });
    this.#emit({ kind: 'linkUp', link, purpose, peer, dialled });
    socket.on('data', (chunk) => {
      if (this.#links.has(link)) {
        this.#emit({ kind: 'linkBytes', link, bytes: plainBytes(chunk) });
      }
    });
    return link;
  }

  #end(link: LinkId, reason: string): void {
    const open = this.#links.get(link);
    if (open === undefined) return;
    this.#links.delete(link);
    this.#election.onLinkDown(link);
    closeSoon(open.socket);
    this.#waiting.add(open.socket);
    open.socket.once('close', () => {
      this.#waiting.delete(open.socket);
    });
    this.#emit({ kind: 'linkDown', link, reason });
  }

  #emit(event: NetworkEvent): void {
    if (!this.#stopped) this.#options.onEvent(event);
  }
}
