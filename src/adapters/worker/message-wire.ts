// One client connection between a page and its own worker: frames as bytes with their length prefixes,
// everything of one turn in one message.

import { FRAME_BYTES_MAX } from '../../host/ports.ts';
import { frame, makeFrameStream, pushFrameBytes, type FrameStream } from '../../jute/election.ts';
import { Gather } from '../webrtc/gather.ts';

const MESSAGE_BYTES_MAX = 256 * 1024;

export class MessageWire {
  readonly #post: (bytes: ArrayBuffer) => void;
  readonly #onFrame: (frame: Uint8Array) => void;
  readonly #stream: FrameStream;
  readonly #gather = new Gather();
  #flushDue = false;

  constructor(
    post: (bytes: ArrayBuffer) => void,
    onFrame: (frame: Uint8Array) => void,
    frameBytesMax = FRAME_BYTES_MAX,
  ) {
    this.#stream = makeFrameStream(frameBytesMax);
    this.#post = post;
    this.#onFrame = onFrame;
  }

  send(bytes: Uint8Array): void {
    this.#gather.add(frame(bytes));
    if (this.#gather.byteLength >= MESSAGE_BYTES_MAX) this.flush();
    if (this.#flushDue) return;
    this.#flushDue = true;
    queueMicrotask(() => {
      this.#flushDue = false;
      this.flush();
    });
  }

  flush(): void {
    if (this.#gather.byteLength > 0) this.#post(this.#gather.take().buffer);
  }

  /** Throws at a frame that is too long. */
  take(bytes: ArrayBuffer): void {
    for (const found of pushFrameBytes(this.#stream, new Uint8Array(bytes))) this.#onFrame(found);
  }
}
