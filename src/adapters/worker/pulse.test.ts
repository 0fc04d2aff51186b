import { expect, test } from 'vitest';

import type { FromWorker } from './messages.ts';
import { Pulse, Waited } from './pulse.ts';

const heard = (sentAtMillis: number, agoMillis: number) =>
  ({ kind: 'heard', sentAtMillis, peers: [{ peer: 2, agoMillis }] }) as const;

test('a page is told once whom its server heard, and how long ago', () => {
  const posted: FromWorker[] = [];
  const pulse = new Pulse((message) => posted.push(message));
  pulse.heard(2, 1_000);
  pulse.report(1_200);
  pulse.report(1_450);
  expect(posted).toEqual([heard(1_200, 200)]);
});

test('what waited for a busy page is older by that', () => {
  const waited = new Waited();
  // The worker's clock began 5,000 ms after the page's; a message takes 3 ms.
  expect(waited.added(heard(1_000, 40), 6_003)).toEqual(heard(1_000, 40));
  // Its peer went at 1,180; the page was busy until 6,700, and hears then of what was before that.
  expect(waited.added(heard(1_250, 80), 6_700).peers).toEqual([{ peer: 2, agoMillis: 527 }]);
  expect(waited.added(heard(1_500, 10), 6_503)).toEqual(heard(1_500, 10));
});

test('the first that comes may have waited, too: the shortest way shows it from then on', () => {
  const waited = new Waited();
  expect(waited.added(heard(1_000, 40), 6_400).peers).toEqual([{ peer: 2, agoMillis: 40 }]);
  expect(waited.added(heard(1_250, 40), 6_252).peers).toEqual([{ peer: 2, agoMillis: 40 }]);
  expect(waited.added(heard(1_500, 40), 6_802).peers).toEqual([{ peer: 2, agoMillis: 340 }]);
});
