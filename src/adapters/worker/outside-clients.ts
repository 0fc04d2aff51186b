// Clients from outside in a server's worker: they come through a client port of the gateway, as bytes.
// Nobody vouches for them: a frame that cannot be read ends that connection and nothing else, and one that
// asks faster than it is answered is not read for a while. Four letters without a length are a word, as at
// any client port, and are answered by the text of it.

import {
  frame,
  FrameLengthError,
  makeFrameStream,
  pushFrameBytes,
  type FrameStream,
} from '../../jute/election.ts';
import { CodecError } from '../../jute/reader.ts';
import { isWatcherEvent } from '../../jute/watch-event.ts';
import { FRAME_BYTES_MAX, type ClientEvent } from '../../host/ports.ts';
import { Portions } from '../../host/portions.ts';
import { Unanswered } from '../../host/unanswered.ts';
import { connectionId, type ConnectionId } from '../../vocabulary/ids.ts';
import { encodeUtf8 } from '../../base/utf8.ts';
import type { PortState } from '../admin/administration.ts';
import {
  countReply,
  countRequest,
  makeClientStats,
  makeTotals,
  type ClientStats,
} from '../admin/client-stats.ts';
import { Gather } from '../webrtc/gather.ts';

const WORD_BYTES = 4;

/** What these clients come by. */
export interface OutsideWay {
  readonly send: (connection: number, bytes: Uint8Array) => void;
  /** So many bytes were taken: as many more may come. */
  readonly taken: (connection: number, bytes: number) => void;
  readonly close: (connection: number) => void;
}

export interface OutsideClientsOwner {
  readonly line: OutsideWay;
  readonly onClient: (event: ClientEvent) => void;
  /** Does it behind all that has arrived before: a frozen server takes nothing. */
  readonly whenTaken: (work: () => void) => void;
  /** The answer to a four-letter word, or null for what is none. */
  readonly onWord: (word: string, port: PortState) => string | null;
}

interface OutsideClient {
  readonly connection: ConnectionId;
  readonly address: string;
  readonly stream: FrameStream;
  readonly stats: ClientStats;
  /** The first bytes, until there are enough to tell a word from a length. */
  head: Uint8Array | null;
  readonly answers: Gather;
  flushDue: boolean;
  readonly unanswered: Unanswered;
  readonly portions: Portions;
  /** Taken, but not said yet: too many of its requests wait. */
  takenBytes: number;
}

export class OutsideClients {
  readonly #owner: OutsideClientsOwner;
  readonly #clients = new Map<number, OutsideClient>();
  readonly #totals = makeTotals();

  constructor(owner: OutsideClientsOwner) {
    this.#owner = owner;
  }

  /** Where this connection comes from; null for one that is not from outside. */
  addressOf(connection: number): string | null {
    return this.#clients.get(connection)?.address ?? null;
  }

  opened(connection: number, address: string): void {
    const id = connectionId(connection);
    this.#clients.set(connection, {
      ...{ connection: id, address, stream: makeFrameStream(FRAME_BYTES_MAX) },
      ...{ stats: makeClientStats(address, Date.now(), performance.now()), head: new Uint8Array() },
      ...{ answers: new Gather(), flushDue: false, unanswered: new Unanswered(), takenBytes: 0 },
      portions: new Portions({
        nowMillis: () => performance.now(),
        later: (work) => setTimeout(work, 0),
        onDone: () => undefined,
      }),
    });
    this.#owner.onClient({ kind: 'clientOpened', connection: id, address });
  }

  bytes(connection: number, bytes: Uint8Array): void {
    const client = this.#clients.get(connection);
    if (client === undefined) return;
    const first = client.head;
    const arrived = joined(first, bytes);
    client.head = first !== null && arrived.length < WORD_BYTES ? arrived : null;
    if (client.head !== null) return;
    if (first !== null && this.#isWord(client, arrived)) return;
    try {
      this.#take(client, pushFrameBytes(client.stream, arrived));
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      // However it was cut into pieces on its way: what stands whole in front of it is taken.
      if (error instanceof FrameLengthError) this.#take(client, error.before);
      client.portions.add(() => {
        this.#badFrame(client, error.message);
      });
    }
    // Before this is said no more comes than a window, so that what waits is bounded.
    client.portions.add(() => {
      this.#owner.whenTaken(() => {
        client.takenBytes += bytes.byteLength;
        this.#sayTaken(client);
      });
    });
    client.portions.work();
  }

  #take(client: OutsideClient, frames: readonly Uint8Array[]): void {
    const { connection } = client;
    for (const found of frames) {
      client.portions.add(() => {
        client.unanswered.asked(found.length);
        countRequest(client.stats, this.#totals, found, performance.now());
        this.#owner.onClient({ kind: 'clientFrame', connection, frame: found });
      });
    }
  }

  /** The client has said its last: what it sent before is still done. */
  ended(connection: number): void {
    const client = this.#clients.get(connection);
    client?.portions.add(() => {
      this.closed(connection);
    });
    client?.portions.work();
  }

  /** The connection is lost. */
  closed(connection: number): void {
    const client = this.#clients.get(connection);
    if (client === undefined) return;
    client.portions.drop();
    this.#clients.delete(connection);
    this.#totals.dropped += 1;
    this.#owner.onClient({ kind: 'clientClosed', connection: client.connection });
  }

  /** False for a connection that is not from outside. */
  reply(connection: number, bytes: Uint8Array): boolean {
    const client = this.#clients.get(connection);
    if (client === undefined) return false;
    countReply(client.stats, this.#totals, bytes, performance.now());
    client.answers.add(frame(bytes));
    if (!client.flushDue) {
      client.flushDue = true;
      queueMicrotask(() => {
        client.flushDue = false;
        this.#flush(client);
      });
    }
    if (!isWatcherEvent(bytes)) {
      client.unanswered.answered();
      this.#sayTaken(client);
    }
    return true;
  }

  /** From this side. False for a connection that is not from outside. */
  close(connection: number): boolean {
    const client = this.#clients.get(connection);
    if (client === undefined) return false;
    this.#flush(client);
    this.#owner.line.close(connection);
    this.closed(connection);
    return true;
  }

  /** Four small letters: answered when it is their turn, and that is the end of this connection. */
  #isWord(client: OutsideClient, arrived: Uint8Array): boolean {
    const word = String.fromCharCode(...arrived.subarray(0, WORD_BYTES));
    if (!/^[a-z]{4}$/.test(word)) return false;
    this.#owner.whenTaken(() => {
      client.stats.received += 1;
      const clients = [...this.#clients.values()].map(({ stats }) => stats);
      const port = { clients, totals: this.#totals, asking: client.stats };
      const answer = this.#owner.onWord(word, port);
      if (answer === null) this.#badFrame(client, 'neither a frame nor a word');
      else {
        client.answers.add(encodeUtf8(answer));
        this.close(client.connection);
      }
    });
    return true;
  }

  #badFrame({ connection }: OutsideClient, reason: string): void {
    this.#owner.onClient({ kind: 'clientBadFrame', connection, reason });
    this.close(connection);
  }

  #sayTaken(client: OutsideClient): void {
    const { connection, takenBytes, unanswered } = client;
    if (takenBytes === 0 || unanswered.isFull) return;
    if (!this.#clients.has(connection)) return;
    client.takenBytes = 0;
    this.#owner.line.taken(connection, takenBytes);
  }

  #flush({ connection, answers }: OutsideClient): void {
    if (answers.byteLength === 0 || !this.#clients.has(connection)) return;
    this.#owner.line.send(connection, answers.take());
  }
}

function joined(head: Uint8Array | null, bytes: Uint8Array): Uint8Array {
  if (head === null || head.length === 0) return bytes;
  const all = new Uint8Array(head.length + bytes.length);
  all.set(head);
  all.set(bytes, head.length);
  return all;
}
