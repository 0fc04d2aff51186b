// The page's half of its server's links: it makes or takes the channels, gives each to the worker
// where the browser can do that, and else carries the bytes itself. It refuses what is cut.

import type { LinkChannel } from '../webrtc/line-connection.ts';
import type { LinkPurpose } from '../../vocabulary/boundary.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { LocalChannel } from '../local/local-channel.ts';
import { channelPipe, type Pipe } from '../webrtc/channel-pipe.ts';

export interface PageLinksOwner {
  /** Null while no server runs here. */
  readonly post: (message: ToWorker, transfer: Transferable[]) => void;
  readonly openChannel: (peer: number, purpose: LinkPurpose) => LinkChannel | null;
  /** Why there may be no such link with that seat now; null when there may. */
  readonly refusal: (peer: number, purpose: LinkPurpose) => string | null;
}

/** What goes with a peer: its server's links only, or those of its page's clients too. */
export type DropScope = 'servers' | 'all';

interface BridgedLink {
  readonly peer: number;
  readonly purpose: LinkPurpose;
  pipe: Pipe | null;
  sentBytes: number;
  drainedBytes: number;
}

const DRAIN_REPORT_BYTES = 64 * 1024;

export class PageLinks {
  readonly #owner: PageLinksOwner;
  readonly #bridged = new Map<number, BridgedLink>();
  #next = 1;
  /** Known after the first channel: whether this browser moves channels into workers. */
  transfers: boolean | null;

  constructor(owner: PageLinksOwner, transfers: boolean | null = null) {
    this.#owner = owner;
    this.transfers = transfers;
  }

  /** Link and connection numbers come from here, once each. */
  nextNumber(): number {
    const number = this.#next;
    this.#next += 1;
    return number;
  }

  dial(purpose: LinkPurpose, peer: number): void {
    const refusal = this.#owner.refusal(peer, purpose);
    const channel = refusal === null ? this.#owner.openChannel(peer, purpose) : null;
    if (channel === null) {
      const reason = refusal ?? 'no line to this seat';
      this.#owner.post({ kind: 'dialFailed', purpose, peer, reason }, []);
      return;
    }
    this.#handOver(purpose, peer, channel, true);
  }

  /** A channel that the other page opened; to be called in the very event. */
  accept(purpose: LinkPurpose, peer: number, channel: LinkChannel): void {
    if (this.#owner.refusal(peer, purpose) !== null) channel.close();
    else this.#handOver(purpose, peer, channel, false);
  }

  take(message: FromWorker & { kind: 'linkBytes' | 'closeLink' }): void {
    const link = this.#bridged.get(message.link);
    if (link === undefined) return;
    if (message.kind === 'closeLink') this.#end(message.link, null);
    else this.#send(message.link, link, new Uint8Array(message.bytes));
  }

  dropPeer(peer: number, reason: string, scope: DropScope): void {
    for (const [number, link] of [...this.#bridged]) {
      if (link.peer !== peer || (scope === 'servers' && link.purpose === 'client')) continue;
      this.#end(number, reason);
    }
    this.#owner.post({ kind: 'peerGone', peer, reason, scope }, []);
  }

  /** The worker is gone: nothing is left to tell. */
  dropAll(): void {
    for (const number of [...this.#bridged.keys()]) this.#end(number, null);
  }

  #handOver(purpose: LinkPurpose, peer: number, channel: LinkChannel, dialled: boolean): void {
    const link = this.nextNumber();
    if (channel instanceof LocalChannel) {
      this.#owner.post({ kind: 'local', link, purpose, peer, dialled, end: channel.leave() }, []);
      return;
    }
    if (this.transfers !== false) {
      try {
        const transfer = [channel as unknown as Transferable];
        this.#owner.post({ kind: 'channel', link, purpose, peer, dialled, channel }, transfer);
        this.transfers = true;
        return;
      } catch {
        this.transfers = false;
      }
    }
    this.#owner.post({ kind: 'bridged', link, purpose, peer, dialled }, []);
    this.#bridge(link, purpose, peer, channel);
  }

  #bridge(number: number, purpose: LinkPurpose, peer: number, channel: LinkChannel): void {
    const link: BridgedLink = { peer, purpose, pipe: null, sentBytes: 0, drainedBytes: 0 };
    this.#bridged.set(number, link);
    link.pipe = channelPipe(channel, {
      onOpen: () => {
        this.#owner.post({ kind: 'linkOpen', link: number }, []);
      },
      onBytes: ({ buffer }) => {
        this.#owner.post({ kind: 'linkBytes', link: number, bytes: buffer }, [buffer]);
      },
      onClosed: (reason) => {
        if (!this.#bridged.delete(number)) return;
        this.#owner.post({ kind: 'linkClosed', link: number, reason }, []);
      },
      onDrained: () => {
        this.#reportDrained(number, link, 0);
      },
    });
  }

  #send(number: number, link: BridgedLink, bytes: Uint8Array): void {
    link.sentBytes += bytes.byteLength;
    link.pipe?.send(bytes);
    this.#reportDrained(number, link, DRAIN_REPORT_BYTES);
  }

  #reportDrained(number: number, link: BridgedLink, atLeast: number): void {
    const left = link.sentBytes - (link.pipe?.bufferedBytes() ?? 0);
    const bytes = left - link.drainedBytes;
    if (bytes <= atLeast) return;
    link.drainedBytes = left;
    this.#owner.post({ kind: 'linkDrained', link: number, bytes }, []);
  }

  /** `reason` is null where the worker knows already, or is no more. */
  #end(number: number, reason: string | null): void {
    const link = this.#bridged.get(number);
    if (link === undefined) return;
    if (reason === null) this.#bridged.delete(number);
    link.pipe?.close(reason ?? 'closed by the worker');
  }
}
