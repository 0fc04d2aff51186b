// The laboratory's worker: a whole ensemble with its clients in virtual time, and the clock that it is
// played along by.

import { LabBench } from './bench.ts';
import type { FromLab, ToLab } from './messages.ts';
import { StepsTold } from './told-steps.ts';

const TURN_MILLIS = 16;
/** A shared run that is played may take so much of our time before the next message is heard. */
const WORK_MILLIS = 40;
/** Of each turn, for worlds that make ways back short: while the world runs, and while it stands still. */
const PREPARE_MILLIS = { running: 4, resting: 8 };
/** How often a run says how everything is. */
const SHOW_EVERY_MILLIS = 50;

const steps = new StepsTold();
const bench = new LabBench((message: FromLab) => {
  self.postMessage(steps.withoutKnown(message));
});
let last = performance.now();
let shown = last;

self.onmessage = ({ data }: MessageEvent<ToLab>) => {
  bench.take(data);
};

setInterval(() => {
  const now = performance.now();
  bench.passes(now - last);
  while (bench.isOpening && performance.now() - now < WORK_MILLIS) bench.passes(0);
  prepareFor(bench.isRunning ? PREPARE_MILLIS.running : PREPARE_MILLIS.resting);
  last = now;
  if (!(bench.isRunning || bench.isOpening) || now - shown < SHOW_EVERY_MILLIS) return;
  shown = now;
  bench.show();
}, TURN_MILLIS);

function prepareFor(millis: number): void {
  const until = performance.now() + millis;
  while (performance.now() < until && bench.prepare());
}

bench.show();
