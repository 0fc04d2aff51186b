// A channel between two documents of one browser, page or worker, for when there is no network at all: WebRTC
// has no address then. It is a BroadcastChannel whose name only its two ends know, and behaves as a data channel
// does: ordered, whole, and with a count of what has not been read yet. It can only be given to a worker before
// it has begun, by its name.
//
// 1. Each end says hi when it listens. 2. Who hears a hi is open, and says hi once more, since its own first one
// may have come too early: nothing is sent to who does not listen. 3. Frames are numbered: a gap ends it.

/** Which of the two ends of a line this is. */
export type LocalSide = 'dialler' | 'acceptor';

export interface LocalEnd {
  readonly name: string;
  readonly label: string;
  readonly side: LocalSide;
}

export type LocalFrame =
  | { readonly kind: 'hi'; readonly again: boolean }
  | { readonly kind: 'data'; readonly number: number; readonly data: string | ArrayBuffer }
  /** So many bytes were read since the beginning. */
  | { readonly kind: 'read'; readonly bytes: number }
  | { readonly kind: 'close' };

type Sent = LocalFrame & { readonly from: LocalSide };

/** As a data channel of Chromium refuses more. */
export const BUFFERED_BYTES_MAX = 16 * 1024 * 1024;
/** What was read is told at once above this, else a little later. */
const UNTOLD_BYTES_MAX = 8 * 1024;
const TELL_MILLIS = 20;
/** Who reads nothing for so long is no more. */
export const UNREAD_MILLIS_MAX = 20_000;

export class LocalChannel {
  readonly label: string;
  binaryType: BinaryType = 'arraybuffer';
  bufferedAmountLowThreshold = 0;
  readyState: RTCDataChannelState = 'connecting';
  onopen: (() => void) | null = null;
  onmessage: ((event: MessageEvent<unknown>) => void) | null = null;
  onbufferedamountlow: (() => void) | null = null;
  onclosing: (() => void) | null = null;
  onclose: (() => void) | null = null;
  readonly #end: LocalEnd;
  /** It is no more, or not here any more. */
  readonly #onGone: () => void;
  #air: BroadcastChannel | null = null;
  #sent = 0;
  #sentBytes = 0;
  #theyReadBytes = 0;
  #received = 0;
  #readBytes = 0;
  #toldBytes = 0;
  #tellTimer: ReturnType<typeof setTimeout> | undefined;
  #unreadTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(end: LocalEnd, onGone: () => void = () => undefined) {
    this.#end = end;
    this.label = end.label;
    this.#onGone = onGone;
    // Whoever made it sets its handlers in this very turn, or gives it away.
    queueMicrotask(() => {
      if (this.readyState === 'connecting') this.#begin();
    });
  }

  get bufferedAmount(): number {
    return this.#sentBytes - this.#theyReadBytes;
  }

  readonly send: RTCDataChannel['send'] = (
    data: string | Blob | ArrayBuffer | ArrayBufferView<ArrayBuffer>,
  ) => {
    if (this.readyState !== 'open') throw new DOMException('not open', 'InvalidStateError');
    const whole = typeof data === 'string' ? data : copyOf(data);
    const bytes = lengthOf(whole);
    if (this.bufferedAmount + bytes > BUFFERED_BYTES_MAX) {
      throw new DOMException('too much waits', 'OperationError');
    }
    this.#sent += 1;
    this.#sentBytes += bytes;
    this.#say({ kind: 'data', number: this.#sent, data: whole });
    if (this.#unreadTimer === undefined) this.#awaitReading();
  };

  close(): void {
    if (this.readyState === 'closed') return;
    this.#say({ kind: 'close' });
    this.#stop();
  }

  /** Gives it away: it begins where a channel is made of what this returns. */
  leave(): LocalEnd {
    if (this.#air !== null) throw new DOMException('it has begun', 'DataCloneError');
    this.readyState = 'closed';
    this.#onGone();
    return this.#end;
  }

  #begin(): void {
    this.#air = new BroadcastChannel(this.#end.name);
    this.#air.onmessage = ({ data }: MessageEvent<Sent>) => {
      if (data.from !== this.#end.side && this.readyState !== 'closed') this.#take(data);
    };
    this.#say({ kind: 'hi', again: false });
  }

  #take(frame: Sent): void {
    switch (frame.kind) {
      case 'hi':
        if (!frame.again) this.#say({ kind: 'hi', again: true });
        if (this.readyState !== 'connecting') break;
        this.readyState = 'open';
        this.onopen?.();
        break;
      case 'data':
        this.#received += 1;
        if (frame.number !== this.#received) this.close();
        else this.#read(frame.data);
        break;
      case 'read':
        this.#onRead(frame.bytes);
        break;
      case 'close':
        this.#stop();
        break;
    }
  }

  #read(data: string | ArrayBuffer): void {
    this.onmessage?.({ data } as MessageEvent<unknown>);
    if (this.readyState !== 'open') return;
    this.#readBytes += lengthOf(data);
    if (this.#readBytes - this.#toldBytes > UNTOLD_BYTES_MAX) this.#tell();
    else this.#tellTimer ??= setTimeout(this.#tell, TELL_MILLIS);
  }

  readonly #tell = (): void => {
    clearTimeout(this.#tellTimer);
    this.#tellTimer = undefined;
    this.#toldBytes = this.#readBytes;
    this.#say({ kind: 'read', bytes: this.#readBytes });
  };

  #onRead(bytes: number): void {
    const before = this.bufferedAmount;
    this.#theyReadBytes = Math.min(bytes, this.#sentBytes);
    this.#awaitReading();
    const threshold = this.bufferedAmountLowThreshold;
    if (before > threshold && this.bufferedAmount <= threshold) this.onbufferedamountlow?.();
  }

  #awaitReading(): void {
    clearTimeout(this.#unreadTimer);
    this.#unreadTimer = undefined;
    if (this.bufferedAmount === 0 || this.readyState !== 'open') return;
    this.#unreadTimer = setTimeout(() => {
      this.close();
    }, UNREAD_MILLIS_MAX);
  }

  #say(frame: LocalFrame): void {
    this.#air?.postMessage({ ...frame, from: this.#end.side });
  }

  #stop(): void {
    this.readyState = 'closed';
    clearTimeout(this.#tellTimer);
    clearTimeout(this.#unreadTimer);
    this.#air?.close();
    this.#onGone();
    // Never within the call that closes it.
    queueMicrotask(() => {
      this.onclose?.();
    });
  }
}

const lengthOf = (data: string | ArrayBuffer): number =>
  typeof data === 'string' ? data.length : data.byteLength;

/** A view would be cloned with all of its buffer. */
function copyOf(data: Blob | ArrayBuffer | ArrayBufferView<ArrayBuffer>): ArrayBuffer {
  if (data instanceof ArrayBuffer) return data;
  if (data instanceof Blob) throw new DOMException('no blobs', 'NotSupportedError');
  return data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
}
