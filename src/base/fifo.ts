// A queue as plain data whose both ends cost a constant: Array.shift moves everything behind it.

export interface Fifo<T> {
  items: (T | undefined)[];
  /** Index of the oldest item. Invariant: head <= items.length. */
  head: number;
}

const COMPACT_AFTER = 1024;

export const makeFifo = <T>(): Fifo<T> => ({ items: [], head: 0 });

export const fifoLength = <T>(fifo: Fifo<T>): number => fifo.items.length - fifo.head;

export function pushFifo<T>(fifo: Fifo<T>, item: T): void {
  fifo.items.push(item);
}

/** The oldest item, or undefined. */
export const peekFifo = <T>(fifo: Fifo<T>): T | undefined => fifo.items[fifo.head];

/** Takes the oldest item out, or gives undefined. */
export function shiftFifo<T>(fifo: Fifo<T>): T | undefined {
  if (fifo.head === fifo.items.length) return undefined;
  const item = fifo.items[fifo.head];
  fifo.items[fifo.head] = undefined;
  fifo.head += 1;
  if (fifo.head === fifo.items.length) {
    fifo.items.length = 0;
    fifo.head = 0;
  } else if (fifo.head >= COMPACT_AFTER && fifo.head * 2 >= fifo.items.length) {
    fifo.items = fifo.items.slice(fifo.head);
    fifo.head = 0;
  }
  return item;
}
