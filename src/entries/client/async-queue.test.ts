import { expect, test } from 'vitest';

import { AsyncQueue } from './async-queue.ts';

const item = (n: number) => ({ n });

test('each event is given once, in order, before and while somebody reads', async () => {
  const queue = new AsyncQueue<{ n: number }>(10);
  queue.push(item(1));
  const read: number[] = [];
  const reading = (async () => {
    for await (const { n } of queue) read.push(n);
  })();
  await Promise.resolve();
  queue.push(item(2));
  queue.push(item(3));
  queue.end();
  await reading;
  expect(read).toEqual([1, 2, 3]);
});

test('a reader that is too slow loses the oldest, and it is counted', async () => {
  const queue = new AsyncQueue<{ n: number }>(2);
  for (const n of [1, 2, 3]) queue.push(item(n));
  queue.end();
  const read: number[] = [];
  for await (const { n } of queue) read.push(n);
  expect(read).toEqual([2, 3]);
  expect(queue.dropped).toBe(1);
});

test('two readers share the events and both come to an end', async () => {
  const queue = new AsyncQueue<{ n: number }>(10);
  const read: number[] = [];
  const reader = async (): Promise<void> => {
    for await (const { n } of queue) read.push(n);
  };
  const both = Promise.all([reader(), reader()]);
  await Promise.resolve();
  for (const n of [1, 2, 3, 4]) queue.push(item(n));
  queue.end();
  await both;
  expect(read.sort()).toEqual([1, 2, 3, 4]);
});
