// The virtual disk against the contract of every disk. A restart is a crash here, as everywhere in the
// simulator: what was answered must be there, whatever else is lost.

import { describe, expect, test } from 'vitest';

import { diskContract, type ContractDisk } from '../adapters/disk.contract.ts';
import { makeRandom } from '../base/random.ts';
import { Agenda } from './agenda.ts';
import { VirtualDisk, type DiskBehaviour } from './virtual-disk.ts';

const HONEST: DiskBehaviour = {
  latencyMillisMin: 1,
  latencyMillisMax: 20,
  failure: null,
  answersEarly: false,
  forgetsTruncations: false,
};

/** Disks by name, in one virtual time that goes on while a write waits for its answer. */
function shelf(seed: number, lie: Partial<DiskBehaviour> = {}) {
  const agenda = new Agenda();
  const disks = new Map<string, VirtualDisk>();
  let waiting = 0;
  const goOn = (): void => {
    if (waiting === 0) return;
    agenda.next(agenda.nowMillis + 1);
    // One thing a turn: whoever was answered acts on it before anything else becomes durable.
    setImmediate(goOn);
  };
  const write = (disk: VirtualDisk): ContractDisk['write'] => {
    return (output, done) => {
      waiting += 1;
      if (waiting === 1) setImmediate(goOn);
      disk.write(output, (failure) => {
        waiting -= 1;
        done(failure);
      });
    };
  };
  return (name: string): Promise<ContractDisk> => {
    const behaviour = { ...HONEST, ...lie };
    const random = makeRandom(seed);
    const found = disks.get(name) ?? new VirtualDisk(agenda, random, behaviour, () => undefined);
    disks.set(name, found);
    return Promise.resolve({
      write: write(found),
      recover: () => Promise.resolve(found.recover()),
      close: () => {
        found.crash();
      },
    });
  };
}

const SEEDS = Array.from({ length: 5 }, (_, seed) => seed);

describe('the contract of a disk', () => {
  for (const [index, { title }] of diskContract('virtual', shelf(0)).entries()) {
    test(title, async () => {
      for (const seed of SEEDS) await diskContract('virtual', shelf(seed))[index]?.run();
    });
  }
});

describe('the contract sees a disk that lies', () => {
  test.each([
    ['answers before it is durable', { answersEarly: true }, 'what was done is there after'],
    ['forgets truncations', { forgetsTruncations: true }, 'a truncation in the middle'],
    ['fails', { failure: 'no space is left' }, 'what was done is there after'],
  ] as const)('one that %s', async (_, lie, rule) => {
    const cases = diskContract('virtual', shelf(1, lie));
    const broken = cases.find(({ title }) => title.includes(rule));
    await expect(broken?.run()).rejects.toThrow();
  });
});
