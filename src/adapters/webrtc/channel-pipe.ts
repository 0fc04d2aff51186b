// One link over one data channel, wherever the channel lives: in a page, or moved into a worker. A
// channel loses what arrives while it is being moved, so both ends greet: nothing is sent before the
// other end has said a word, which it can only do when it listens.
//
// 1. Each end says hello when its channel is open. 2. An end that hears the first hello is up, and says
// hello again, since its own first one may have been lost on the way into the other's worker. 3. A
// channel that opens in the very moment of its move may never tell its new home: so an end that is not
// up says hello again and again, for a bounded time. Later a hello only says that this end is alive.

import type { LinkChannel } from './line-connection.ts';
import { PacedChannel } from './paced-channel.ts';

export interface Pipe {
  readonly send: (bytes: Uint8Array) => void;
  readonly close: (reason: string) => void;
  readonly bufferedBytes: () => number;
}

export interface PipeEvents {
  readonly onOpen: () => void;
  readonly onBytes: (bytes: Uint8Array<ArrayBuffer>) => void;
  /** Once, also after an own close. */
  readonly onClosed: (reason: string) => void;
  readonly onDrained?: () => void;
  /** The other end is alive: bytes or a hello came. */
  readonly onHeard?: () => void;
}

export interface ChannelPipe extends Pipe {
  /** Says that this end is alive. */
  readonly pulse: () => void;
}

const HELLO = 'hello';
const HELLO_AGAIN_MILLIS = 200;
/** Five seconds: then the link is given up, and whoever wants one dials anew. */
const HELLOS_MAX = 25;

/** Takes over a channel that is still connecting, or has just opened. */
export function channelPipe(channel: LinkChannel, events: PipeEvents): ChannelPipe {
  let closed = false;
  let up = false;
  const end = (reason: string): void => {
    if (closed) return;
    closed = true;
    clearInterval(again);
    channel.onmessage = null;
    paced.close();
    events.onClosed(reason);
  };
  const paced = new PacedChannel(channel, { onFailed: end, onDrained: events.onDrained });
  const sayHello = (): void => {
    if (!closed && channel.readyState === 'open') channel.send(HELLO);
  };
  const onHello = (): void => {
    if (up) return;
    up = true;
    clearInterval(again);
    sayHello();
    events.onOpen();
  };
  let hellos = 0;
  const again = setInterval(() => {
    hellos += 1;
    if (hellos > HELLOS_MAX) end('the other end does not greet');
    else sayHello();
  }, HELLO_AGAIN_MILLIS);
  channel.binaryType = 'arraybuffer';
  channel.onopen = () => {
    sayHello();
    // In a worker a frame may be told before the opening: what was sent upon it waits.
    paced.resume();
  };
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    events.onHeard?.();
    if (data === HELLO) onHello();
    else if (up && data instanceof ArrayBuffer) events.onBytes(new Uint8Array(data));
    else end('a frame that does not belong here');
  };
  const onClosed = (): void => {
    end('the channel closed');
  };
  channel.onclosing = onClosed;
  channel.onclose = onClosed;
  if (channel.readyState === 'open') sayHello();
  return {
    send: (bytes) => {
      if (up && !closed) paced.send(bytes);
    },
    close: end,
    bufferedBytes: () => paced.bufferedBytes(),
    pulse: () => {
      if (up) sayHello();
    },
  };
}
