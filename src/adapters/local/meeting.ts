// Where the tabs of one browser find each other without a signalling server: each listens on a channel that is
// named as its seat, and whoever dials it says there on which channel the line begins. Two tabs of one browser
// cannot have the same seat (`seat-claim.ts` has a Web Lock for each); which tab may meet others so at all is
// not for here to say (`home-seat.ts`).

import type { LineConnection } from '../webrtc/line-connection.ts';
import { LocalConnection } from './local-connection.ts';
import type { Lives } from './lives.ts';

interface Call {
  readonly from: string;
  readonly line: string;
}

const mailboxOf = (peerId: string): string => `tabkeeper/seat/1/${peerId}`;

const isCall = (value: unknown): value is Call => {
  const { from, line } = (value ?? {}) as Partial<Record<keyof Call, unknown>>;
  return typeof from === 'string' && typeof line === 'string' && line.startsWith('tabkeeper/line/');
};

export class Meeting {
  readonly #peerId: string;
  readonly #lives: Lives;
  readonly #mailbox: BroadcastChannel;

  constructor(peerId: string, lives: Lives, onConnection: (connection: LineConnection) => void) {
    this.#peerId = peerId;
    this.#lives = lives;
    this.#mailbox = new BroadcastChannel(mailboxOf(peerId));
    this.#mailbox.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (!isCall(data)) return;
      onConnection(new LocalConnection(data.from, data.line, 'acceptor', lives));
    };
  }

  /** Whether anybody is there shows only in time. */
  dial(peerId: string): LineConnection {
    const line = `tabkeeper/line/${crypto.randomUUID()}`;
    const connection = new LocalConnection(peerId, line, 'dialler', this.#lives);
    const mailbox = new BroadcastChannel(mailboxOf(peerId));
    // Behind the microtask in which the line's end begins to listen.
    queueMicrotask(() => {
      const call: Call = { from: this.#peerId, line };
      mailbox.postMessage(call);
      mailbox.close();
    });
    return connection;
  }

  stop(): void {
    this.#mailbox.close();
    this.#lives.end();
  }
}
