// What each server traced, for every page of the room: the own worker's events and pictures go to the
// other pages on a channel of their own, theirs come here. It may lose events when a page does not
// keep up, never wait for one, and never stand in the way of the servers' links.

import { decodeWire, encodeWire } from '../../adapters/webrtc/wire-json.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import type { OutsideClientView, ServerView, TreeView } from '../../vocabulary/view.ts';
import { DiskExchange, type DiskExchangeOwner, type DiskPiece } from './disk-exchange.ts';

export type Picture =
  | { readonly kind: 'trace'; readonly events: readonly Traced[] }
  | {
      readonly kind: 'view';
      readonly view: ServerView;
      readonly outside: readonly OutsideClientView[];
    }
  | { readonly kind: 'tree'; readonly tree: TreeView }
  | DiskPiece;

/** What a page makes of the others' servers by their pictures. */
export type Shown = Exclude<Picture, DiskPiece>;

export interface TraceExchangeEvents {
  readonly openChannel: (seat: number) => RTCDataChannel | null;
  /** Whether anybody looks at the own server's tree. */
  readonly onTreeWatched: (on: boolean) => void;
  readonly onPicture: (seat: number, picture: Shown) => void;
  /** The page there sent what is no picture; its channel is closed. */
  readonly onUnreadable: (seat: number) => void;
  readonly readDisk: DiskExchangeOwner['read'];
  readonly askDisk: DiskExchangeOwner['ask'];
}

const FRAME_BYTES_MAX = 192 * 1024;
const BUFFERED_BYTES_MAX = 512 * 1024;
const REOPEN_MILLIS = 300;

export class TraceExchange {
  readonly #events: TraceExchangeEvents;
  readonly #outgoing = new Map<number, RTCDataChannel>();
  readonly #incoming = new Map<number, RTCDataChannel>();
  readonly #seat: number;
  readonly disks: DiskExchange;
  #lastView: Picture | null = null;
  /** The seats, the own one too, that look at the own server's tree. One that is away for a moment may
   *  not have noticed, and does not ask again. */
  readonly #treeWatchers = new Set<number>();

  constructor(seat: number, events: TraceExchangeEvents) {
    this.#seat = seat;
    this.#events = events;
    this.disks = new DiskExchange({
      ...{ seat, read: events.readDisk, ask: events.askDisk },
      send: (asker, piece) => {
        this.#send(piece, [asker]);
      },
    });
  }

  get treeIsWatched(): boolean {
    return [...this.#treeWatchers].some((seat) => seat === this.#seat || this.#outgoing.has(seat));
  }

  watchTree(seat: number, on: boolean): void {
    if (on) this.#treeWatchers.add(seat);
    else this.#treeWatchers.delete(seat);
    this.#events.onTreeWatched(this.treeIsWatched);
  }

  /** What the own server says of itself: for this page and for all others. */
  publish(picture: Shown): void {
    if (picture.kind === 'view') this.#lastView = picture;
    if (picture.kind !== 'tree') {
      this.#events.onPicture(this.#seat, picture);
      this.#send(picture, this.#outgoing.keys());
      return;
    }
    if (this.#treeWatchers.has(this.#seat)) this.#events.onPicture(this.#seat, picture);
    this.#send(picture, this.#treeWatchers);
  }

  addPeer(seat: number): void {
    this.#outgoing.get(seat)?.close();
    const channel = this.#events.openChannel(seat);
    if (channel === null) return;
    this.#outgoing.set(seat, channel);
    // A server that is frozen or idle says nothing new: the newcomer gets its last picture.
    channel.onopen = () => {
      if (this.#lastView !== null) this.#send(this.#lastView, [seat]);
      this.#events.onTreeWatched(this.treeIsWatched);
    };
    // The other page thought for a moment that we were gone, and we never noticed: it hears us again.
    channel.onclose = () => {
      setTimeout(() => {
        if (this.#outgoing.get(seat) === channel) this.addPeer(seat);
      }, REOPEN_MILLIS);
    };
  }

  /** As if the network had closed it: it is opened again. */
  closeChannel(seat: number): void {
    this.#outgoing.get(seat)?.close();
  }

  dropPeer(seat: number): void {
    this.#outgoing.get(seat)?.close();
    this.#outgoing.delete(seat);
    this.#incoming.get(seat)?.close();
    this.#incoming.delete(seat);
    this.disks.forget(seat);
    this.#events.onTreeWatched(this.treeIsWatched);
  }

  accept(seat: number, channel: RTCDataChannel): void {
    this.#incoming.get(seat)?.close();
    this.#incoming.set(seat, channel);
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (this.#incoming.get(seat) !== channel) return;
      const picture = data instanceof ArrayBuffer ? readPicture(seat, data) : null;
      if (picture === null) {
        // Once for this channel, whatever else is on its way.
        this.#incoming.delete(seat);
        channel.close();
        this.#events.onUnreadable(seat);
      } else if (picture.kind === 'disk') this.disks.take(seat, picture);
      else this.#events.onPicture(seat, picture);
    };
  }

  #send(picture: Picture, seats: Iterable<number>): void {
    const open = [...seats].flatMap((seat) => {
      const channel = this.#outgoing.get(seat);
      const ready = channel?.readyState === 'open' && channel.bufferedAmount < BUFFERED_BYTES_MAX;
      return ready ? [channel] : [];
    });
    if (open.length === 0) return;
    const bytes = encodeBounded(picture);
    if (bytes === null) return;
    for (const channel of open) {
      try {
        channel.send(bytes);
      } catch {
        // A channel that closes while we speak: its events are lost, as events may be.
      }
    }
  }
}

/** As much of the picture as one frame holds; null when not even its smallest part fits. */
function encodeBounded(picture: Picture): Uint8Array<ArrayBuffer> | null {
  let bytes = encodeWire(picture);
  let part = picture;
  while (bytes.byteLength > FRAME_BYTES_MAX) {
    const smaller = halve(part);
    if (smaller === null) return null;
    part = smaller;
    bytes = encodeWire(part);
  }
  return bytes;
}

function halve(picture: Picture): Picture | null {
  if (picture.kind === 'trace' && picture.events.length > 1) {
    return { ...picture, events: picture.events.slice(0, picture.events.length >> 1) };
  }
  if (picture.kind === 'tree' && picture.tree.nodes.length > 1) {
    const { tree } = picture;
    const nodes = tree.nodes.slice(0, tree.nodes.length >> 1);
    const omitted = tree.omitted + tree.nodes.length - nodes.length;
    return { ...picture, tree: { ...tree, nodes, omitted } };
  }
  return null;
}

/** A page speaks for its own server only. */
function readPicture(seat: number, data: ArrayBuffer): Picture | null {
  if (data.byteLength > FRAME_BYTES_MAX) return null;
  const value = decodeWire(new Uint8Array(data));
  if (!isRecord(value)) return null;
  const picture = value as unknown as Picture;
  switch (value['kind']) {
    case 'trace':
      return isTrace(seat, value['events']) ? picture : null;
    case 'view':
      return isView(seat, value) ? picture : null;
    case 'tree':
      return isRecord(value['tree']) && value['tree']['serverId'] === seat ? picture : null;
    case 'disk':
      return value['server'] === seat && isPiece(value) ? picture : null;
    default:
      return null;
  }
}

const isView = (seat: number, { view, outside }: Readonly<Record<string, unknown>>): boolean =>
  isRecord(view) &&
  view['serverId'] === seat &&
  Array.isArray(outside) &&
  outside.every(
    (client) =>
      isRecord(client) &&
      typeof client['session'] === 'bigint' &&
      typeof client['address'] === 'string',
  );

const isPiece = ({ ticket, from, length, text }: Readonly<Record<string, unknown>>): boolean =>
  [ticket, from, length].every((count) => Number.isSafeInteger(count)) && typeof text === 'string';

function isTrace(seat: number, events: unknown): boolean {
  if (!Array.isArray(events)) return false;
  return events.every(
    (traced) =>
      isRecord(traced) &&
      traced['server'] === seat &&
      Number.isSafeInteger(traced['sequence']) &&
      isRecord(traced['event']) &&
      typeof traced['event']['kind'] === 'string',
  );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
