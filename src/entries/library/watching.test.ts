// What the server is asked for, and what it is told is no longer read.

import { expect, test } from 'vitest';

import type { Request } from '../../vocabulary/request.ts';
import { Watching } from './watching.ts';

const changed = { type: 'NodeDataChanged', state: 'SyncConnected', path: '/a' } as const;

function watching(): { watching: Watching; asked: string[] } {
  const asked: string[] = [];
  const ask = (request: Request): Promise<unknown> => {
    asked.push(`${request.kind} ${'path' in request ? request.path : ''}`);
    return Promise.resolve(null);
  };
  return { watching: new Watching(ask), asked };
}

test('one watch at the server for all readers of a path, until the last of them goes', async () => {
  const { watching: readers, asked } = watching();
  const one = await readers.watch('/a', false);
  const other = await readers.watch('/a', false);
  await one.return();
  expect(asked).toEqual(['addWatch /a']);
  await other.return();
  expect(asked).toEqual(['addWatch /a', 'removeWatches /a']);
});

test.each(['is told', 'gives up'])(
  'while somebody waits for one event, the lasting watch stays; it goes when that one %s',
  async (how) => {
    const { watching: readers, asked } = watching();
    const reader = await readers.watch('/a', false);
    let told = 0;
    const stop = readers.once('/a', () => {
      told += 1;
    });
    await reader.return();
    expect(asked).toEqual(['addWatch /a']);
    // It is the lasting watch that tells.
    expect(readers.covers('/a')).toBe(true);
    if (how === 'is told') readers.onEvent(changed);
    else stop();
    expect(told).toBe(how === 'is told' ? 1 : 0);
    expect(asked).toEqual(['addWatch /a', 'removeWatches /a']);
    expect(readers.covers('/a')).toBe(false);
  },
);

test('who waits again when told keeps it, and a new reader finds it standing', async () => {
  const { watching: readers, asked } = watching();
  const reader = await readers.watch('/a', false);
  const again = (): void => {
    readers.once('/a', () => undefined);
  };
  readers.once('/a', again);
  await reader.return();
  readers.onEvent(changed);
  const next = await readers.watch('/a', false);
  expect(asked).toEqual(['addWatch /a']);
  await next.return();
});
