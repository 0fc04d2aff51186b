import { describe, expect, it } from 'vitest';
import { Portions } from './portions.ts';

function loop() {
  let now = 0;
  const turns: (() => void)[] = [];
  const done: string[] = [];
  const portions = new Portions({
    nowMillis: () => now,
    later: (work) => turns.push(work),
    onDone: () => done.push('all'),
  });
  const add = (name: string, millis: number): void => {
    portions.add(() => {
      now += millis;
      done.push(name);
    });
  };
  return { portions, add, done, turn: (): void => turns.shift()?.(), turns };
}

describe('the work of one connection', () => {
  it('is done at once while it is little', () => {
    const { portions, add, done, turns } = loop();
    for (const name of ['a', 'b', 'c']) add(name, 3);
    portions.work();
    expect([done, turns.length, portions.isLeft]).toEqual([['a', 'b', 'c'], 0, false]);
  });

  it('waits for a later turn after ten milliseconds, in order and with what comes behind it', () => {
    const { portions, add, done, turn, turns } = loop();
    for (const name of ['a', 'b', 'c']) add(name, 6);
    portions.work();
    expect([done, portions.isLeft]).toEqual([['a', 'b'], true]);
    add('d', 6);
    portions.work();
    expect([done, turns.length]).toEqual([['a', 'b'], 1]);
    turn();
    expect([done, portions.isLeft]).toEqual([['a', 'b', 'c', 'd', 'all'], false]);
  });

  it('is not done any more once it is dropped', () => {
    const { portions, add, done, turn } = loop();
    for (const name of ['a', 'b']) add(name, 10);
    portions.work();
    portions.drop();
    turn();
    expect(done).toEqual(['a', 'all']);
  });
});
