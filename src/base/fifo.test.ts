import { expect, it } from 'vitest';
import { fifoLength, makeFifo, peekFifo, pushFifo, shiftFifo } from './fifo.ts';

it('gives items back in the order they came, across compactions', () => {
  const fifo = makeFifo<number>();
  let next = 0;
  let expected = 0;
  for (let round = 0; round < 50; round += 1) {
    for (let n = 0; n < 200; n += 1) pushFifo(fifo, next++);
    for (let n = 0; n < 150; n += 1) expect(shiftFifo(fifo)).toBe(expected++);
    expect(peekFifo(fifo)).toBe(expected);
    expect(fifoLength(fifo)).toBe(next - expected);
  }
  while (fifoLength(fifo) > 0) expect(shiftFifo(fifo)).toBe(expected++);
  expect(expected).toBe(next);
  expect(shiftFifo(fifo)).toBeUndefined();
  expect(fifo.items.length).toBe(0);
});
