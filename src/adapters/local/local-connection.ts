// A line's connection between two pages of one browser. Its first channel carries the pages' own text; what
// begins with another word than a message's brace is the connection's own: who lives there, and which further
// channel is opened.

import type {
  LineConnection,
  LineConnectionEvents,
  LinkChannel,
} from '../webrtc/line-connection.ts';
import type { Lives } from './lives.ts';
import { LocalChannel, type LocalSide } from './local-channel.ts';

/** Nobody listens there. */
export const ANSWER_MILLIS_MAX = 2_000;

const LIFE = /^life (\S{1,128})$/;
const OPEN = /^open (\d{1,9}) (\S{1,128})$/;

const otherSide = (side: LocalSide): LocalSide => (side === 'dialler' ? 'acceptor' : 'dialler');

export class LocalConnection implements LineConnection {
  readonly peer: string;
  readonly #name: string;
  readonly #side: LocalSide;
  readonly #text: LocalChannel;
  /** Of those that live here. */
  readonly #channels = new Set<LocalChannel>();
  readonly #answerTimer: ReturnType<typeof setTimeout>;
  #events: LineConnectionEvents | null = null;
  #stopWatching: (() => void) | null = null;
  #nextChannel = 1;
  #closed = false;

  /** `name` is this line's alone, and nobody's to guess. */
  constructor(peer: string, name: string, side: LocalSide, lives: Lives) {
    this.peer = peer;
    this.#name = name;
    this.#side = side;
    this.#text = new LocalChannel({ name, label: 'line', side });
    this.#text.onopen = () => {
      this.#text.send(`life ${lives.own}`);
    };
    this.#text.onmessage = ({ data }) => {
      if (typeof data !== 'string') this.#end('a frame that does not belong here');
      else if (this.#stopWatching === null) this.#onLife(data, lives);
      else this.#onText(data);
    };
    this.#text.onclose = () => {
      this.#end('the connection closed');
    };
    this.#answerTimer = setTimeout(() => {
      if (!this.isOpen) this.#end('nobody answers');
    }, ANSWER_MILLIS_MAX);
  }

  get isOpen(): boolean {
    return this.#stopWatching !== null && !this.#closed;
  }

  get bufferedBytes(): number {
    return this.#text.bufferedAmount;
  }

  readonly hear = (events: LineConnectionEvents): void => {
    this.#events = events;
  };

  readonly send = (text: string): void => {
    if (this.#text.readyState === 'open') this.#text.send(text);
  };

  readonly openChannel = (label: string): LinkChannel | null => {
    if (!this.isOpen || this.#text.readyState !== 'open') return null;
    const number = String(this.#nextChannel);
    this.#nextChannel += 1;
    const channel = this.#channel(this.#side, number, label);
    this.#text.send(`open ${number} ${label}`);
    return channel;
  };

  readonly binding = (): { readonly own: string; readonly other: string } => ({
    own: `${this.#name} ${this.#side}`,
    other: `${this.#name} ${otherSide(this.#side)}`,
  });

  readonly close = (): void => {
    this.#end('closed here');
  };

  #onLife(text: string, lives: Lives): void {
    const [, life] = LIFE.exec(text) ?? [];
    if (life === undefined) {
      this.#end('no life is named');
      return;
    }
    this.#stopWatching = lives.watch(life, () => {
      this.#end('the page is no more');
    });
    this.#events?.onOpen();
  }

  #onText(text: string): void {
    const [, number, label] = OPEN.exec(text) ?? [];
    if (number === undefined || label === undefined) this.#events?.onData(text);
    else this.#events?.onChannel(this.#channel(otherSide(this.#side), number, label));
  }

  #channel(openedBy: LocalSide, number: string, label: string): LocalChannel {
    const name = `${this.#name}/${openedBy}/${number}`;
    const channel: LocalChannel = new LocalChannel({ name, label, side: this.#side }, () => {
      this.#channels.delete(channel);
    });
    this.#channels.add(channel);
    return channel;
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#answerTimer);
    this.#stopWatching?.();
    for (const channel of [...this.#channels]) channel.close();
    this.#text.close();
    this.#events?.onClosed(reason);
  }
}
