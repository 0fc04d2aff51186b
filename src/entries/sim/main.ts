// `npm run sim -- --seed 7 [--count 100] [--print]`: storms from the shell. The same seed is the same
// day, always. Ends with 1 if a rule was broken.

import { transcriptOf } from '../../sim/describe.ts';
import { runStorm, type StormResult } from '../../sim/storm.ts';

const USAGE = `npm run sim -- --seed N [--count M] [--print]
  --seed N    the first day (a whole number)
  --count M   so many days one after the other (1)
  --print     what the servers said, line by line`;

interface Order {
  readonly seed: number;
  readonly count: number;
  readonly print: boolean;
}

const order = readOrder(process.argv.slice(2));
if (order === null) {
  console.error(USAGE);
  process.exitCode = 2;
} else process.exitCode = storms(order) ? 0 : 1;

function readOrder(words: readonly string[]): Order | null {
  let order: Order = { seed: 1, count: 1, print: false };
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word === '--print') order = { ...order, print: true };
    else if (word === '--seed' || word === '--count') {
      at += 1;
      const value = words[at] ?? '';
      if (!/^\d{1,10}$/.test(value)) return null;
      order = { ...order, [word.slice(2)]: Number(value) };
    } else return null;
  }
  return order;
}

function storms({ seed, count, print }: Order): boolean {
  let good = true;
  const totals = { steps: 0, committed: 0, answered: 0, millis: 0 };
  const from = performance.now();
  for (let number = seed; number < seed + count; number += 1) {
    const result = runStorm(number);
    if (print) console.log(transcriptOf(result.world.observations).join('\n'));
    if (result.violations.length > 0) {
      good = false;
      tell(result);
    }
    totals.steps += result.steps;
    totals.committed += result.committed;
    totals.answered += result.answered;
    totals.millis += result.millis;
  }
  const { steps, committed, answered, millis } = totals;
  const took = ((performance.now() - from) / 1000).toFixed(1);
  console.log(
    `${String(count)} storms, ${(millis / 1000).toFixed(0)} virtual seconds in ${took} s: ` +
      `${String(steps)} steps, ${String(committed)} commits, ${String(answered)} answers; ` +
      (good ? 'no rule broken' : 'RULES BROKEN'),
  );
  return good;
}

function tell({ seed, violations, faults }: StormResult): void {
  console.log(`seed ${String(seed)}: npm run sim -- --seed ${String(seed)} --print`);
  for (const fault of faults) console.log(`  fault at ${fault}`);
  for (const { rule, millis, says } of violations) {
    console.log(`  ${rule}, ${String(millis)} ms: ${says}`);
  }
}
