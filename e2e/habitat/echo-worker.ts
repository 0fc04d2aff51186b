// A worker that is no server: it sends back what comes on links that others dialled, and measures the
// way there and back on one that it dials itself.

import type { ToWorker } from '../../src/adapters/worker/messages.ts';
import { networkOfWorker } from './worker-network.ts';
import type { LinkId } from '../../src/vocabulary/ids.ts';
import { serverId } from '../../src/vocabulary/ids.ts';

export interface Measure {
  readonly kind: 'measure';
  readonly seat: number;
  readonly peer: number;
  readonly bytes: number;
  readonly rounds: number;
}

export type EchoReport =
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'measured'; readonly millis: readonly number[] };

let measure: Measure | null = null;
let millis: number[] = [];
let received = 0;
let sentAt = 0;
const dialled = new Set<LinkId>();

const report = (message: EchoReport): void => {
  self.postMessage(message);
};

const network = networkOfWorker((event) => {
  switch (event.kind) {
    case 'linkUp':
      report({ kind: 'note', text: `up ${event.purpose} ${event.dialled ? 'out' : 'in'}` });
      if (!event.dialled || event.purpose !== 'quorum') return;
      dialled.add(event.link);
      sendRound(event.link);
      break;
    case 'linkBytes':
      if (dialled.has(event.link)) onEcho(event.link, event.bytes);
      else network.send(event.link, event.bytes);
      break;
    case 'linkDown':
      report({ kind: 'note', text: `down ${event.reason}` });
      break;
    case 'dialFailed':
      report({ kind: 'note', text: `dial failed ${event.reason}` });
      break;
  }
});

function sendRound(link: LinkId): void {
  if (measure === null) return;
  received = 0;
  sentAt = performance.now();
  const bytes = new Uint8Array(measure.bytes).map((_, index) => index % 251);
  network.send(link, bytes);
}

function onEcho(link: LinkId, bytes: Uint8Array): void {
  if (measure === null) return;
  const wrong = bytes.findIndex((value, index) => value !== (received + index) % 251);
  if (wrong >= 0) report({ kind: 'note', text: `wrong byte ${String(received + wrong)}` });
  received += bytes.byteLength;
  if (received < measure.bytes) return;
  millis.push(performance.now() - sentAt);
  if (millis.length < measure.rounds) {
    sendRound(link);
    return;
  }
  report({ kind: 'measured', millis });
  network.close(link, 'measured');
}

self.onmessage = ({ data }: MessageEvent<ToWorker | Measure>) => {
  if (data.kind === 'measure') {
    measure = data;
    millis = [];
    network.dial('quorum', serverId(data.peer));
  } else network.take(data);
};
