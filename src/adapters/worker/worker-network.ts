// The network of a server in a tab, as its worker has it: links to the other tabs' servers, and the
// door through which clients come (frames of this page, byte streams of the others).

import type { LinkPurpose } from '../../vocabulary/boundary.ts';
import { connectionId, linkId, serverId, type LinkId } from '../../vocabulary/ids.ts';
import {
  FRAME_BYTES_MAX,
  type ClientEvent,
  type Network,
  type NetworkEvent,
} from '../../host/ports.ts';
import { frame, makeFrameStream, pushFrameBytes } from '../../jute/election.ts';
import { CodecError } from '../../jute/reader.ts';
import type { FromWorker, StartOrder, ToWorker } from './messages.ts';
import { LocalChannel } from '../local/local-channel.ts';
import { channelPipe, type Pipe, type PipeEvents } from '../webrtc/channel-pipe.ts';
import {
  hinderedPipe,
  UNHINDERED,
  type HinderedPipe,
  type Hindrance,
} from '../webrtc/hindered-pipe.ts';
import { OutsideLine, type OutsideLineOwner } from './outside-line.ts';
import { OwnClients } from './own-clients.ts';
import { bridgePipe, type BridgePipe } from './pipe.ts';
import { Pulse } from './pulse.ts';

interface Link {
  readonly number: number;
  readonly purpose: LinkPurpose;
  readonly peer: number;
  readonly dialled: boolean;
  pipe: HinderedPipe | null;
  /** Where the channel itself is here. */
  pulse: (() => void) | null;
  events: PipeEvents | null;
  up: boolean;
}

export interface WorkerNetworkEvents {
  readonly onNetwork: (event: NetworkEvent) => void;
  readonly onClient: (event: ClientEvent) => void;
  /** Does it when all that came before has been taken. */
  readonly whenTaken: (work: () => void) => void;
  /** What a four-letter word of a client from outside is answered. */
  readonly onWord: OutsideLineOwner['onWord'];
}

type Post = (message: FromWorker, transfer: Transferable[]) => void;
type NewLink = ToWorker & { kind: 'channel' | 'local' | 'bridged' };

/** Replies that a client of another tab has not read yet; beyond it that client is let go. */
const CLIENT_BUFFERED_BYTES_MAX = 8 * 1024 * 1024;

export class WorkerNetwork implements Network {
  readonly #seat: number;
  readonly #post: Post;
  readonly #events: WorkerNetworkEvents;
  readonly #links = new Map<number, Link>();
  readonly #bridges = new Map<number, BridgePipe>();
  readonly #dialling = new Set<string>();
  readonly #hindrances = new Map<number, Hindrance>();
  /** Connections of this page; those of other pages are links of purpose `client`. */
  readonly #own: OwnClients;
  readonly #pulse: Pulse;
  readonly outside: OutsideLine;

  constructor(
    { seat, gateway }: Pick<StartOrder, 'seat' | 'gateway'>,
    post: Post,
    events: WorkerNetworkEvents,
  ) {
    this.#seat = seat;
    this.#post = post;
    this.#events = events;
    this.#pulse = new Pulse(post);
    const { onClient, whenTaken, onWord } = events;
    this.#own = new OwnClients({ post, onClient });
    this.outside = new OutsideLine({
      ...{ hello: gateway, onClient, whenTaken, onWord },
      onGateway: (view) => {
        post({ kind: 'gateway', gateway: view }, []);
      },
    });
  }

  readonly dial = (purpose: LinkPurpose, peer: number): void => {
    const name = `${purpose}/${String(peer)}`;
    if (this.#dialling.has(name)) return;
    this.#dialling.add(name);
    this.#post({ kind: 'dial', purpose, peer }, []);
  };

  readonly send = (link: LinkId, bytes: Uint8Array): void => {
    const found = this.#links.get(link);
    if (found?.up === true) found.pipe?.send(bytes);
  };

  readonly bufferedBytes = (link: LinkId): number =>
    this.#links.get(link)?.pipe?.bufferedBytes() ?? 0;

  readonly close = (link: number, reason: string): void => {
    if (this.#own.close(link) || this.outside.clients.close(link)) return;
    this.#links.get(link)?.pipe?.close(reason);
  };

  readonly reply = (connection: number, bytes: Uint8Array): void => {
    if (this.#own.reply(connection, bytes) || this.outside.clients.reply(connection, bytes)) return;
    const { pipe } = this.#links.get(connection) ?? { pipe: null };
    if (pipe === null) return;
    if (pipe.bufferedBytes() > CLIENT_BUFFERED_BYTES_MAX) pipe.close('a client that does not read');
    else pipe.send(frame(bytes));
  };

  /** To be called every `PULSE_MILLIS`. */
  pulse(nowMillis: number): void {
    for (const link of this.#links.values()) if (link.purpose === 'election') link.pulse?.();
    this.#pulse.report(nowMillis);
    this.outside.tick(nowMillis);
  }

  /** What the page says; anything else than links and clients is not for the network. */
  take(message: ToWorker): void {
    switch (message.kind) {
      case 'channel':
      case 'local':
      case 'bridged':
        this.#adopt(message);
        break;
      case 'linkOpen':
        this.#links.get(message.link)?.events?.onOpen();
        break;
      case 'linkBytes':
        this.#links.get(message.link)?.events?.onBytes(new Uint8Array(message.bytes));
        break;
      case 'linkDrained':
        this.#bridges.get(message.link)?.drained(message.bytes);
        break;
      case 'linkClosed':
        this.#bridges.get(message.link)?.dropped(message.reason);
        break;
      case 'dialFailed':
        this.#onDialFailed(message.purpose, message.peer, message.reason);
        break;
      case 'peerGone':
        this.#onPeerGone(message);
        break;
      case 'hinder':
        this.#hindrances.set(message.peer, message.hindrance);
        for (const link of this.#linksTo(message.peer)) link.pipe?.hinder(message.hindrance);
        break;
      case 'closeLinks':
        for (const link of this.#linksTo(message.peer)) {
          if (link.purpose === message.purpose) link.pipe?.close('somebody closed the channel');
        }
        break;
      case 'clientOpened':
        this.#own.opened(message.connection);
        break;
      case 'clientBytes':
        this.#own.bytes(message.connection, message.bytes);
        break;
      case 'serve':
        this.outside.serve();
        break;
      case 'gatewayReachable':
        this.outside.setReachable(message.on);
        break;
      case 'clientClosed':
        this.#own.closed(message.connection);
        break;
      default:
        break;
    }
  }

  #adopt(message: NewLink): void {
    const { link: number, purpose, peer, dialled } = message;
    if (dialled) this.#dialling.delete(`${purpose}/${String(peer)}`);
    const link: Link = {
      number,
      purpose,
      peer,
      dialled,
      pipe: null,
      pulse: null,
      events: null,
      up: false,
    };
    this.#links.set(number, link);
    const events = this.#pipeEvents(link);
    const hindrance = this.#hindrances.get(peer) ?? UNHINDERED;
    if (message.kind !== 'bridged') {
      const channel = message.kind === 'channel' ? message.channel : new LocalChannel(message.end);
      const make = (told: PipeEvents): Pipe => {
        const pipe = channelPipe(channel, told);
        link.pulse = pipe.pulse;
        return pipe;
      };
      link.pipe = hinderedPipe(make, events, hindrance);
    } else {
      const make = (told: PipeEvents): Pipe => {
        const bridge = bridgePipe(number, this.#post, told);
        this.#bridges.set(number, bridge);
        link.events = told;
        return bridge;
      };
      link.pipe = hinderedPipe(make, events, hindrance);
    }
  }

  #pipeEvents(link: Link): PipeEvents {
    const stream = link.purpose === 'client' ? makeFrameStream(FRAME_BYTES_MAX) : null;
    return {
      onOpen: () => {
        this.#onOpen(link);
      },
      onBytes: (bytes) => {
        this.#heard(link);
        if (stream === null) this.#onBytes(link, bytes);
        else this.#onClientBytes(link, stream, bytes);
      },
      onClosed: (reason) => {
        this.#onClosed(link, reason);
      },
      onHeard: () => {
        this.#heard(link);
      },
    };
  }

  #heard({ purpose, peer }: Link): void {
    if (purpose !== 'client') this.#pulse.heard(peer, performance.now());
  }

  #onOpen(link: Link | undefined): void {
    if (link === undefined || link.up || !this.#links.has(link.number)) return;
    if (link.purpose === 'election' && !this.#mayStand(link)) return;
    link.up = true;
    if (link.purpose === 'client') {
      this.#openClient(link.number, `10.0.0.${String(link.peer)}`);
      return;
    }
    this.#events.onNetwork({
      kind: 'linkUp',
      link: linkId(link.number),
      purpose: link.purpose,
      peer: serverId(link.peer),
      dialled: link.dialled,
    });
  }

  /** Between two servers one election link: of two that crossed, the higher seat's. */
  #mayStand(link: Link): boolean {
    const byHigher = link.dialled === this.#seat > link.peer;
    for (const other of this.#links.values()) {
      if (other === link || other.purpose !== 'election' || other.peer !== link.peer) continue;
      const otherByHigher = other.dialled === this.#seat > other.peer;
      // Two of the same side: the later one is meant, its dialler has given up the earlier.
      if (otherByHigher && !byHigher && other.up) {
        link.pipe?.close('the higher seat dialled too');
        return false;
      }
      if (byHigher || other.up) other.pipe?.close('another election link came');
    }
    return true;
  }

  #openClient(connection: number, address: string): void {
    const id = connectionId(connection);
    this.#events.onClient({ kind: 'clientOpened', connection: id, address });
  }

  #onBytes(link: Link, bytes: Uint8Array): void {
    if (!link.up) return;
    this.#events.onNetwork({ kind: 'linkBytes', link: linkId(link.number), bytes });
  }

  #onClientBytes(link: Link, stream: ReturnType<typeof makeFrameStream>, bytes: Uint8Array): void {
    if (!link.up) return;
    const connection = connectionId(link.number);
    try {
      for (const found of pushFrameBytes(stream, bytes)) {
        this.#events.onClient({ kind: 'clientFrame', connection, frame: found });
      }
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      const reason = error.message;
      this.#events.onClient({ kind: 'clientBadFrame', connection, reason });
      link.pipe?.close(reason);
    }
  }

  #onClosed(link: Link, reason: string): void {
    this.#bridges.delete(link.number);
    if (!this.#links.delete(link.number)) return;
    if (link.up && link.purpose === 'client') {
      this.#events.onClient({ kind: 'clientClosed', connection: connectionId(link.number) });
    } else if (link.up) {
      this.#events.onNetwork({ kind: 'linkDown', link: linkId(link.number), reason });
    } else if (link.dialled) {
      this.#onDialFailed(link.purpose, link.peer, reason);
    }
  }

  #onDialFailed(purpose: LinkPurpose, peer: number, reason: string): void {
    this.#dialling.delete(`${purpose}/${String(peer)}`);
    this.#events.onNetwork({ kind: 'dialFailed', purpose, peer: serverId(peer), reason });
  }

  /** Clients of a page outlive the server there: they have come to ours. */
  #onPeerGone({ peer, reason, scope }: ToWorker & { kind: 'peerGone' }): void {
    for (const link of this.#linksTo(peer)) {
      if (scope === 'all' || link.purpose !== 'client') link.pipe?.gone(reason);
    }
  }

  #linksTo(peer: number): Link[] {
    return [...this.#links.values()].filter((link) => link.peer === peer);
  }
}
