// What a test promises in milliseconds is meant for a machine that has its cores. How much slower is this one now?

/** What the work below takes on a machine of 2 cores that does nothing else (AMD EPYC, Node 20). */
const WORK_MILLIS = 60;
const LOOPS = 2e8;

const work = (loops: number): number => {
  let sum = 0;
  for (let count = 0; count < loops; count += 1) sum = (sum + count) | 0;
  return sum;
};

/** At least 1: how many times as long as there the same work takes here and now. */
export const slowness = (): number => {
  work(1e6);
  work(1e6);
  const from = performance.now();
  work(LOOPS);
  return Math.max(1, (performance.now() - from) / WORK_MILLIS);
};
