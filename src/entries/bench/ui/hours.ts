// A laboratory that is left running for hours, in Node: what its history weighs as it grows older. Its own worker
// does the same; here memory can be read after V8 has collected all that nobody holds.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { LabHistory } from '../../../sim/history.ts';
import type { LabStep } from '../../../vocabulary/steps.ts';
import type { Bench } from '../frame.ts';

const SERVERS = [1, 2, 3, 4, 5];
const CLIENTS = [1, 2, 3, 4];
const HOUR_MILLIS = 3_600_000;
const MINUTE_MILLIS = 60_000;
const HOURS = [1, 5, 10];
const HOURS_QUICK = [0.05, 0.1];
const CLIENT_TIMEOUT_MILLIS = 10_000;
const SLICE_MILLIS = 200;
/** Each client writes so often that ten hours of it are all the steps that a branch may have. */
const WRITE_EVERY_MILLIS = 75_000;
/** Of one slice: twice what the world itself does in it. */
const PREPARE_EVENTS = 240;

export function measureHours(bench: Bench): Promise<void> {
  const history = opened();
  const collect = collector();
  let from = performance.now();
  for (const hours of bench.quick ? HOURS_QUICK : HOURS) {
    const started = history.now.millis;
    playTo(history, hours * HOUR_MILLIS);
    const seconds = (performance.now() - from) / 1_000;
    collect();
    const point = `${String(hours)} virtual hours, 5 servers, 4 clients`;
    const add = (
      measure: string,
      unit: string,
      better: 'lower' | 'higher',
      sample: number,
    ): void => {
      bench.add({ measure, point, subject: 'node', unit, better, samples: [sample] });
    };
    const heap = process.memoryUsage().heapUsed / 2 ** 20;
    add('heap of a laboratory', 'MiB', 'lower', Math.round(heap));
    add('worlds parked behind its end', 'worlds', 'lower', history.parked.length);
    const minutes = (history.now.millis - started) / MINUTE_MILLIS;
    add('played a second, with two worlds behind it', 'min', 'higher', minutes / seconds);
    from = performance.now();
  }
  return Promise.resolve();
}

function opened(): LabHistory {
  const history = new LabHistory({ seed: 7, participants: SERVERS.length, observers: 0 });
  for (const server of SERVERS) history.act({ kind: 'openServer', server });
  history.run(2_000);
  for (const server of CLIENTS) {
    history.act({ kind: 'openClient', server, timeoutMillis: CLIENT_TIMEOUT_MILLIS });
  }
  history.run(4_000);
  return history;
}

function playTo(history: LabHistory, millis: number): void {
  while (history.now.millis < millis) {
    history.run(history.now.millis + SLICE_MILLIS);
    history.prepare(PREPARE_EVENTS, false);
    if (history.now.millis % WRITE_EVERY_MILLIS !== 0) continue;
    for (const client of CLIENTS) history.act(createBy(client));
  }
}

const createBy = (client: number): LabStep => ({
  ...{ kind: 'command', client },
  command: { kind: 'create', path: '/n-', data: '', ephemeral: false, sequential: true },
});

/** Collects what nobody holds: as `node --expose-gc` would. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
