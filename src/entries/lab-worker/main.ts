// The laboratory's worker: a whole ensemble with its clients in virtual time, and the clock that it is
// played along by.

import { LabBench } from './bench.ts';
import type { FromLab, ToLab } from './messages.ts';
import { StepsTold } from './told-steps.ts';

const TURN_MILLIS = 16;
/** A shared run that is played may take so much of our time before the next message is heard. */
const WORK_MILLIS = 40;
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
  last = now;
  if (!(bench.isRunning || bench.isOpening) || now - shown < SHOW_EVERY_MILLIS) return;
  shown = now;
  bench.show();
}, TURN_MILLIS);

bench.show();
