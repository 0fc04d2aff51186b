// Another page that holds the name of this page's seat at the signalling server. A name needs no key: whoever
// finds its own held asks the holder, under a name made for that, and both prove the room's key before either
// believes that the other sits there. What follows is for each page to say.

import { peerJsLine, type LineConnection } from './line-connection.ts';
import { PeerLine, type LineEvents, type LineOwner } from './peer-line.ts';
import { Signalling, type SignallingServer } from './signalling.ts';

/** Awake, after the name was found held: lines that are dead are known to be by then. */
const LINKED_MILLIS = 2_000;
const ANSWER_MILLIS_MAX = 6_000;
const ACCEPTED_MAX = 2;

/** Another page of this room on this seat: which of the two holds the name, and whether either can serve. */
export interface RivalMet {
  readonly holdsName: boolean;
  readonly iCanServe: boolean;
  readonly theyCanServe: boolean;
}

export interface RivalEvents {
  readonly onMet: (met: RivalMet) => void;
}

export class Rival {
  readonly #owner: LineOwner;
  readonly #name: string;
  readonly #server: SignallingServer;
  readonly #events: RivalEvents;
  readonly #lineEvents: LineEvents;
  /** Lines that have not been judged yet, and until when each may be. */
  readonly #lines = new Map<PeerLine, number>();
  /** In the time that this page was awake: when it may ask. */
  #askAtMillis: number | null = null;
  #awakeMillis = 0;
  /** While it asks: who it is at the signalling server, and until when. */
  #asking: { readonly signalling: Signalling; readonly untilMillis: number } | null = null;
  #stopped = false;

  /** `name` is that of the owner's seat. */
  constructor(owner: LineOwner, name: string, server: SignallingServer, events: RivalEvents) {
    this.#owner = owner;
    this.#name = name;
    this.#server = server;
    this.#events = events;
    this.#lineEvents = {
      onRight: (line) => {
        this.#judge(line);
      },
      onProven: (line) => {
        line.close('nothing more to say');
      },
      onMessage: () => undefined,
      onChannel: (_line, _purpose, channel) => {
        channel.close();
      },
      // Who has not the key has no say in whose seat it is.
      onRefused: () => undefined,
      onClosed: (line) => {
        this.#lines.delete(line);
      },
    };
  }

  /** The signalling server says that the name is another page's. */
  onTaken(): void {
    if (this.#asking === null) this.#askAtMillis ??= this.#awakeMillis + LINKED_MILLIS;
  }

  /** The name is ours. */
  onOpen(): void {
    this.#askAtMillis = null;
  }

  /** True if the connection is that of a page which finds our name held. */
  accepts(connection: LineConnection): boolean {
    if (this.#stopped || !connection.peer.startsWith(`${this.#name}-`)) return false;
    const [eldest] = [...this.#lines.keys()].filter((line) => !line.dialled);
    if (this.#lines.size >= ACCEPTED_MAX) eldest?.close('too many lines without a proof');
    this.#addLine(connection, false);
    return true;
  }

  tick(nowMillis: number, awakeMillis: number): void {
    this.#awakeMillis = awakeMillis;
    for (const [line, untilMillis] of [...this.#lines]) {
      if (nowMillis >= untilMillis) line.close('no answer');
    }
    if (this.#asking !== null && nowMillis >= this.#asking.untilMillis) this.#stopAsking();
    if (this.#askAtMillis === null || awakeMillis < this.#askAtMillis) return;
    this.#askAtMillis = null;
    void this.#ask(nowMillis);
  }

  stop(): void {
    this.#stopped = true;
    for (const line of [...this.#lines.keys()]) line.close('this page goes away');
    this.#stopAsking();
  }

  async #ask(nowMillis: number): Promise<void> {
    if (this.#stopped || this.#asking !== null) return;
    const signalling = new Signalling(this.#server, {
      onState: () => undefined,
      onConnection: (connection) => {
        connection.close();
      },
      onUnavailable: () => {
        this.#stopAsking();
      },
      onLeft: () => undefined,
      onTaken: () => undefined,
    });
    this.#asking = { signalling, untilMillis: nowMillis + ANSWER_MILLIS_MAX };
    const claimed = await signalling.claim(`${this.#name}-${this.#owner.page}`);
    if (this.#asking?.signalling !== signalling) return;
    const connection = claimed === 'open' ? signalling.dial(this.#name) : null;
    if (connection === null) this.#stopAsking();
    else this.#addLine(peerJsLine(connection), true);
  }

  #stopAsking(): void {
    this.#asking?.signalling.stop();
    this.#asking = null;
  }

  #addLine(connection: LineConnection, dialled: boolean): void {
    const how = { dialled, dial: 0 };
    const line = new PeerLine(connection, this.#owner.seat, how, this.#owner, this.#lineEvents);
    this.#lines.set(line, performance.now() + ANSWER_MILLIS_MAX);
  }

  /** The line stays for a while: the other end has to read our proof, too. */
  #judge(line: PeerLine): void {
    if (this.#stopped || line.theirs === null) return;
    const [iCanServe, theyCanServe] = [line.mine.canServe, line.theirs.canServe];
    this.#events.onMet({ holdsName: !line.dialled, iCanServe, theyCanServe });
  }
}
