// A hostile or broken client at a real client port: damaged requests, many at once, damaged greetings, and
// lengths that lie. It throws where a server does not answer, does not hang up, or answers out of order.

import { connect, type Socket } from 'node:net';

import { nextBelow, type Random } from '../../base/random.ts';
import { FRAME_BYTES_MAX } from '../../host/ports.ts';
import { decodeReply, encodeRequest } from '../../jute/client.ts';
import { frame, makeFrameStream, pushFrameBytes } from '../../jute/election.ts';
import { XID } from '../../vocabulary/request.ts';
import { openConnection } from '../bench/edge/connection.ts';
import { expectOrder, numbered, sentOf, type Sent } from './fuzz-order.fixture.ts';
import { FUZZ_TARGETS, requestFrames } from './fuzz-targets.ts';
import { mutate } from './mutate.ts';

const ANSWER_MILLIS_MAX = 5_000;
const REPLY_BYTES_MAX = 16 * 1024 * 1024;
const REQUESTS = requestFrames();
const PING = encodeRequest(XID.ping, { kind: 'ping' });
const GREETINGS = FUZZ_TARGETS.find(({ name }) => name === 'connect requests')?.samples ?? [];
const LENGTHS = [-1, -0x8000_0000, FRAME_BYTES_MAX + 1, 0x7fff_ffff, FRAME_BYTES_MAX, 5_000];

interface Line {
  readonly socket: Socket;
  /** The xids of what came, in its order. */
  readonly answers: number[];
  closed: boolean;
  onNews: () => void;
}

export class HostileClient {
  /** Connections that servers have ended. */
  ended = 0;
  answered = 0;
  readonly #port: number;
  readonly #random: Random;
  #line: Line | null = null;
  #xid = 0;

  constructor(port: number, random: Random) {
    this.#port = port;
    this.#random = random;
  }

  /** So many damaged requests at once, a whole one before each and one behind all: each is answered in its turn,
   *  up to the last or to the end of the connection. */
  async request(count: number): Promise<void> {
    const line = (this.#line ??= await this.#open());
    const sent: Sent[] = [];
    for (let left = count; left > 0; left -= 1) {
      const whole = REQUESTS[nextBelow(this.#random, REQUESTS.length)]?.slice();
      for (const request of [whole ?? PING, mutate(this.#random, REQUESTS)]) {
        const bytes = numbered(request, (this.#xid += 1));
        sent.push(sentOf(bytes));
        line.socket.write(frame(bytes));
      }
    }
    const last = (this.#xid += 1);
    sent.push({ xid: last, atOnce: false });
    line.socket.write(frame(encodeRequest(last, { kind: 'exists', path: '/', watch: false })));
    await until(line, () => line.answers.includes(last));
    const answers = line.answers.splice(0);
    expectOrder(sent, answers);
    this.answered += answers.length;
    if (!line.closed) return;
    this.ended += 1;
    this.#line = null;
  }

  /** A damaged first frame: it is answered, or the connection ends. */
  async greet(): Promise<void> {
    const socket = connect({ port: this.#port, host: '127.0.0.1' });
    const line = listen(socket, () => 0);
    socket.write(frame(mutate(this.#random, GREETINGS)));
    await until(line, () => line.answers.length > 0);
    if (line.closed) this.ended += 1;
    socket.destroy();
  }

  /** A length behind which nothing comes: one that is none, or too long, ends the connection. */
  async lie(): Promise<void> {
    const line = await this.#open();
    const length = LENGTHS[nextBelow(this.#random, LENGTHS.length)] ?? 0;
    const bytes = Buffer.alloc(12);
    bytes.writeInt32BE(length, 0);
    line.socket.write(bytes);
    if (length < 0 || length > FRAME_BYTES_MAX) {
      await until(line, () => false);
      this.ended += 1;
    }
    line.socket.destroy();
  }

  close(): void {
    this.#line?.socket.destroy();
  }

  async #open(): Promise<Line> {
    const { socket } = await openConnection(this.#port);
    return listen(socket, (bytes) => decodeReply(bytes).header.xid);
  }
}

function listen(socket: Socket, xidOf: (bytes: Uint8Array) => number): Line {
  const stream = makeFrameStream(REPLY_BYTES_MAX);
  const line: Line = { socket, answers: [], closed: false, onNews: () => undefined };
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    for (const whole of pushFrameBytes(stream, chunk)) line.answers.push(xidOf(whole));
    line.onNews();
  });
  socket.once('close', () => {
    line.closed = true;
    line.onNews();
  });
  return line;
}

/** Until it holds, or the connection has ended. Rejects at the bound. */
function until(line: Line, holds: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error('a server neither answers nor hangs up'));
    }, ANSWER_MILLIS_MAX);
    line.onNews = () => {
      if (!line.closed && !holds()) return;
      clearTimeout(timer);
      line.onNews = () => undefined;
      resolve();
    };
    line.onNews();
  });
}
