// The worker's half of a link whose channel stays in the page: bytes go by messages, and the page tells
// what has left.

import type { Pipe, PipeEvents } from '../webrtc/channel-pipe.ts';
import type { FromWorker } from './messages.ts';

export interface BridgePipe extends Pipe {
  /** The page says that so many bytes have left. */
  readonly drained: (bytes: number) => void;
  /** The page says that the channel is closed. */
  readonly dropped: (reason: string) => void;
}

export function bridgePipe(
  link: number,
  post: (message: FromWorker, transfer: Transferable[]) => void,
  events: PipeEvents,
): BridgePipe {
  let waitingBytes = 0;
  let closed = false;
  return {
    send: (bytes) => {
      if (closed) return;
      waitingBytes += bytes.byteLength;
      const copy = bytes.slice().buffer;
      post({ kind: 'linkBytes', link, bytes: copy }, [copy]);
    },
    close: (reason) => {
      if (closed) return;
      closed = true;
      post({ kind: 'closeLink', link, reason }, []);
      events.onClosed(reason);
    },
    bufferedBytes: () => waitingBytes,
    drained: (bytes) => {
      waitingBytes = Math.max(0, waitingBytes - bytes);
    },
    dropped: (reason) => {
      if (closed) return;
      closed = true;
      events.onClosed(reason);
    },
  };
}
