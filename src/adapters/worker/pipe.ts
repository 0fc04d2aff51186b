// One link's bytes, whoever owns its channel: a data channel that was transferred to the worker, or
// one that stays in the page and is reached by messages.

import { CHANNEL_PIECE_BYTES_MAX, type FromWorker } from './messages.ts';

export interface Pipe {
  readonly send: (bytes: Uint8Array) => void;
  readonly close: (reason: string) => void;
  readonly bufferedBytes: () => number;
}

export interface PipeEvents {
  readonly onOpen: () => void;
  readonly onBytes: (bytes: Uint8Array) => void;
  readonly onClosed: (reason: string) => void;
}

/** Takes over a channel that is still connecting, or has just opened. */
export function channelPipe(channel: RTCDataChannel, events: PipeEvents): Pipe {
  let closed = false;
  const end = (reason: string): void => {
    if (closed) return;
    closed = true;
    channel.onmessage = null;
    channel.close();
    events.onClosed(reason);
  };
  channel.binaryType = 'arraybuffer';
  channel.onopen = () => {
    if (!closed) events.onOpen();
  };
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (data instanceof ArrayBuffer) events.onBytes(new Uint8Array(data));
    else end('a frame that is no bytes');
  };
  channel.onclose = () => {
    end('the channel closed');
  };
  channel.onclosing = () => {
    end('the channel closed');
  };
  if (channel.readyState === 'open') queueMicrotask(() => channel.onopen?.(new Event('open')));
  return {
    send: (bytes) => {
      if (closed) return;
      try {
        sendPieces(channel, bytes);
      } catch (error) {
        end(error instanceof Error ? error.message : 'the channel refused a frame');
      }
    },
    close: end,
    bufferedBytes: () => channel.bufferedAmount,
  };
}

/** The worker's half of a bridged link. `drained` is to be told what the page says has left. */
export function bridgePipe(
  link: number,
  post: (message: FromWorker, transfer: Transferable[]) => void,
  events: PipeEvents,
): Pipe & {
  readonly drained: (bytes: number) => void;
  readonly dropped: (reason: string) => void;
} {
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

export function sendPieces(channel: RTCDataChannel, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength; at += CHANNEL_PIECE_BYTES_MAX) {
    const piece = bytes.subarray(at, at + CHANNEL_PIECE_BYTES_MAX);
    channel.send(piece as Uint8Array<ArrayBuffer>);
  }
}
