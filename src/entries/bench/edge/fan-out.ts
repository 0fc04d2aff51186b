// A change that 1,000 sessions watch, spread over the servers: from the acknowledgement of the set to the last of
// the events. The watches are one-shot and set anew for every round; the systems take turns.

import { decodeReply, encodeRequest } from '../../../jute/client.ts';
import { frame, makeFrameStream, pushFrameBytes } from '../../../jute/election.ts';
import { OPEN_ACL } from '../../../vocabulary/stat.ts';
import { XID, type Request } from '../../../vocabulary/request.ts';
import type { Bench } from '../frame.ts';
import { ask, openConnection, type RawConnection } from './connection.ts';
import { DATA_BYTES } from './load.ts';
import { leaderWhenComplete, type Ensemble } from './systems.ts';

const WATCHERS = 1_000;
const QUICK_WATCHERS = 50;
const ROUNDS = 15;
const QUICK_ROUNDS = 2;
/** Not measured: both compile what they see often. */
const WARM_UP_ROUNDS = 5;
const NODE = '/watched';
const OPENED_AT_ONCE = 50;
/** Below a third of the session timeout: they live on while others are measured. */
const PING_MILLIS = 5_000;
const FRAME_BYTES_MAX = 1024 * 1024;
const ROUND_MILLIS_MAX = 30_000;

export async function measureFanOut(bench: Bench, ensembles: readonly Ensemble[]): Promise<void> {
  const watchers = bench.quick ? QUICK_WATCHERS : WATCHERS;
  const rounds = bench.quick ? QUICK_ROUNDS : ROUNDS;
  const crowds: Crowd[] = [];
  try {
    for (const ensemble of ensembles) crowds.push(await gather(ensemble, watchers));
    const samples = ensembles.map((): Round[] => []);
    for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
      bench.say(`${String(watchers)} watchers, round ${String(round + 1)}`);
      for (const [index, crowd] of crowds.entries()) {
        const result = await crowd.round();
        if (round >= 0) samples[index]?.push(result);
      }
    }
    for (const [index, { name: subject }] of ensembles.entries()) {
      const common = { subject, unit: 'ms', better: 'lower' } as const;
      const point = `${watchers.toLocaleString('en-US')} watchers`;
      const taken = samples[index] ?? [];
      bench.add({
        ...{ ...common, point, measure: "from a set's acknowledgement to the last event" },
        samples: taken.map(({ afterAckMillis }) => afterAckMillis),
      });
      bench.add({
        ...{ ...common, point, measure: 'from a set to the last event' },
        samples: taken.map(({ afterSetMillis }) => afterSetMillis),
      });
    }
  } finally {
    for (const crowd of crowds) crowd.end();
  }
}

interface Round {
  readonly afterAckMillis: number;
  readonly afterSetMillis: number;
}

/** Sessions at all servers in turn, and one more that sets. */
async function gather(ensemble: Ensemble, watchers: number): Promise<Crowd> {
  await leaderWhenComplete(ensemble);
  const { clientPorts } = ensemble;
  const setter = await openConnection(clientPorts[0] ?? 0);
  const data = new Uint8Array(DATA_BYTES);
  await ask(setter, 1, { kind: 'create', path: NODE, data, acl: OPEN_ACL, flags: 0 });
  const crowd = new Crowd(setter);
  while (crowd.size < watchers) {
    const some = Array.from({ length: Math.min(OPENED_AT_ONCE, watchers - crowd.size) }, (_, at) =>
      openConnection(clientPorts[(crowd.size + at) % clientPorts.length] ?? 0),
    );
    for (const connection of await Promise.all(some)) {
      await ask(connection, 1, { kind: 'sync', path: NODE });
      crowd.add(connection);
    }
  }
  return crowd;
}

const PING = frame(encodeRequest(XID.ping, { kind: 'ping' }));
const WATCH: Request = { kind: 'getData', path: NODE, watch: true };

class Crowd {
  readonly #setter: RawConnection;
  readonly #watchers: RawConnection[] = [];
  readonly #pings: ReturnType<typeof setInterval>;
  #xid = 1;
  #replies = 0;
  #events = 0;
  #acknowledgedAt = 0;
  #onArrival: () => void = () => undefined;

  constructor(setter: RawConnection) {
    this.#setter = setter;
    this.#listen(setter, () => (this.#acknowledgedAt = performance.now()));
    this.#pings = setInterval(() => {
      for (const { socket } of [this.#setter, ...this.#watchers]) socket.write(PING);
    }, PING_MILLIS);
    this.#pings.unref();
  }

  get size(): number {
    return this.#watchers.length;
  }

  add(watcher: RawConnection): void {
    this.#watchers.push(watcher);
    this.#listen(watcher, () => (this.#replies += 1));
  }

  end(): void {
    clearInterval(this.#pings);
    for (const { socket } of [this.#setter, ...this.#watchers]) socket.destroy();
  }

  async round(): Promise<Round> {
    this.#xid += 1;
    this.#replies = 0;
    this.#events = 0;
    this.#acknowledgedAt = 0;
    const watching = frame(encodeRequest(this.#xid, WATCH));
    for (const { socket } of this.#watchers) socket.write(watching);
    await this.#until(() => this.#replies === this.#watchers.length);
    const data = new Uint8Array(DATA_BYTES);
    const set: Request = { kind: 'setData', path: NODE, data, version: -1 };
    const setAt = performance.now();
    this.#setter.socket.write(frame(encodeRequest(this.#xid, set)));
    await this.#until(() => this.#events === this.#watchers.length && this.#acknowledgedAt > 0);
    const lastAt = performance.now();
    return { afterAckMillis: lastAt - this.#acknowledgedAt, afterSetMillis: lastAt - setAt };
  }

  #listen({ socket }: RawConnection, onReply: () => void): void {
    const stream = makeFrameStream(FRAME_BYTES_MAX);
    socket.removeAllListeners();
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      for (const whole of pushFrameBytes(stream, chunk)) {
        const { xid, err } = decodeReply(whole).header;
        if (xid === XID.notification) this.#events += 1;
        else if (xid === this.#xid && err === 0) onReply();
      }
      this.#onArrival();
    });
  }

  #until(holds: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error('not every watcher was told'));
      }, ROUND_MILLIS_MAX);
      this.#onArrival = () => {
        if (!holds()) return;
        clearTimeout(timer);
        this.#onArrival = () => undefined;
        resolve();
      };
      this.#onArrival();
    });
  }
}
