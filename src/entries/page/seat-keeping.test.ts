import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import type { Meanwhile } from '../../vocabulary/playground.ts';
import { Paths } from './paths.ts';
import { addProblem, makeRoomState } from './room-state.ts';
import { SeatKeeping, type SeatKeepingOwner } from './seat-keeping.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Given {
  readonly seats?: number;
  readonly linked?: boolean;
  readonly broughtDisk?: boolean;
}

function seated({ seats = 3, linked = false, broughtDisk = false }: Given = {}) {
  const address = { room: 'r', seats, secret: 's', seat: null };
  const state = makeRoomState(address, '', new Paths());
  const left: string[] = [];
  const now = { linked };
  const homeSeat = { meanwhile: 'waits' as Meanwhile, named: vi.fn() };
  const owner: SeatKeepingOwner = {
    ...{ seat: 1, state, broughtDisk: () => broughtDisk, isLinked: () => now.linked },
    leave: (disk) => {
      left.push(disk);
    },
    onChanged: () => undefined,
  };
  const keeping = new SeatKeeping(owner, homeSeat);
  const problems = (): string[] => state.problems.map(({ kind }) => kind);
  return { keeping, state, left, now, homeSeat, problems };
}

describe('another page of this room on the same seat', () => {
  const CAN = { iCanServe: true, theyCanServe: true };
  test.each([
    // Who lost the name, and is linked with nobody, goes, whatever the other can do.
    [{ holdsName: false, iCanServe: false, theyCanServe: false }, ['seatLost']],
    [{ holdsName: false, iCanServe: false, theyCanServe: true }, ['seatLost']],
    // Who holds the name goes only before one that can serve where it cannot.
    [{ holdsName: true, iCanServe: false, theyCanServe: false }, []],
    [{ holdsName: true, iCanServe: false, theyCanServe: true }, ['seatHeld']],
    // The other one goes.
    [{ holdsName: false, iCanServe: true, theyCanServe: false }, []],
    [{ holdsName: true, iCanServe: true, theyCanServe: false }, []],
    // Two rooms: nothing is given up, and both say so.
    [{ holdsName: false, ...CAN }, ['roomApart']],
    [{ holdsName: true, ...CAN }, ['roomApart']],
  ])('%j', (met, said) => {
    const { keeping, left, problems } = seated({ linked: met.iCanServe });
    keeping.rival(met);
    expect(problems()).toEqual(said);
    expect(left).toHaveLength(said.includes('seatLost') || said.includes('seatHeld') ? 1 : 0);
  });

  test('exactly one of two goes, unless both can serve', () => {
    for (const asker of [false, true]) {
      for (const holder of [false, true]) {
        const one = seated();
        const other = seated();
        one.keeping.rival({ holdsName: false, iCanServe: asker, theyCanServe: holder });
        other.keeping.rival({ holdsName: true, iCanServe: holder, theyCanServe: asker });
        expect(one.left.length + other.left.length).toBe(asker && holder ? 0 : 1);
      }
    }
  });

  test('a room of one seat can serve without a line', () => {
    expect(seated({ seats: 1 }).keeping.canServe()).toBe(true);
    expect(seated({ seats: 3 }).keeping.canServe()).toBe(false);
    expect(seated({ seats: 3, linked: true }).keeping.canServe()).toBe(true);
  });

  test('that there are two rooms is said until the name is back, or nobody asks any more', () => {
    const asker = seated({ linked: true });
    asker.keeping.signalling('held');
    expect(asker.problems()).toEqual(['nameHeld']);
    asker.keeping.rival({ holdsName: false, ...CAN });
    asker.keeping.signalling('held');
    expect(asker.problems()).toEqual(['roomApart']);
    asker.keeping.signalling('open');
    expect(asker.problems()).toEqual([]);
    const holder = seated({ linked: true });
    holder.keeping.rival({ holdsName: true, ...CAN });
    vi.advanceTimersByTime(20_000);
    holder.keeping.rival({ holdsName: true, ...CAN });
    vi.advanceTimersByTime(20_000);
    expect(holder.problems()).toEqual(['roomApart']);
    vi.advanceTimersByTime(20_000);
    expect(holder.problems()).toEqual([]);
  });
});

test.each<[Meanwhile, string]>([
  ['waits', 'gone'],
  ['linked', 'gone'],
  ['here', 'here'],
])('what a tab does meanwhile is said with the missing server: %s', (meanwhile, signalling) => {
  const { keeping, state, homeSeat } = seated();
  homeSeat.meanwhile = meanwhile;
  keeping.signalling('gone');
  expect(state.problems).toEqual([{ kind: 'noSignalling', meanwhile }]);
  expect(state.signalling).toBe(signalling);
  expect(homeSeat.named).not.toHaveBeenCalled();
  // Asked again, it has not answered yet: whoever is here stays so.
  keeping.signalling('connecting');
  expect(state.signalling).toBe(meanwhile === 'here' ? 'here' : 'connecting');
  keeping.signalling('gone');
  keeping.signalling('open');
  expect(state.problems).toEqual([]);
  expect(state.signalling).toBe('open');
  expect(homeSeat.named).toHaveBeenCalled();
});

describe('a name that is held', () => {
  test('ends nobody, whoever holds it: it needs no key', () => {
    const { keeping, left, problems } = seated({ broughtDisk: true });
    keeping.signalling('gone');
    expect(problems()).toEqual(['noSignalling']);
    keeping.signalling('held');
    expect(problems()).toEqual(['nameHeld']);
    expect(left).toEqual([]);
  });
});

describe('a seat whose page others can talk to', () => {
  test('a newcomer leaves it, and forgets a disk that nobody was told of', () => {
    const { keeping, left, problems } = seated();
    keeping.refused('seatHeld', null);
    expect([left, problems()]).toEqual([['forgotten'], ['seatHeld']]);
  });

  test('a page that is linked and has been there for long stays', () => {
    const { keeping, left, now } = seated({ linked: true });
    keeping.proven();
    vi.advanceTimersByTime(16_000);
    keeping.refused('seatHeld', null);
    expect(left).toEqual([]);
    now.linked = false;
    keeping.refused('seatHeld', null);
    expect(left).toEqual(['kept']);
  });
});

describe('somebody of another key', () => {
  const theirs = (seatedMillis: number) => ({
    ...{ kind: 'hello' as const, version: 6, seat: 2, seats: 3, page: 'p', nonce: 'n', dial: 1 },
    ...{ seatedMillis, canServe: true },
  });

  test('a newcomer with nothing gives way to who was there before', () => {
    const { keeping, left, problems } = seated();
    keeping.refused('wrongKey', theirs(60_000));
    vi.advanceTimersByTime(2_000);
    expect([left, problems()]).toEqual([['forgotten'], ['wrongKey']]);
  });

  test.each([
    ['brought its disk', { broughtDisk: true }, false],
    ['has met somebody', {}, true],
  ])('a tab that %s stays', (_what, given, met) => {
    const { keeping, left, state } = seated(given);
    if (met) keeping.proven();
    keeping.refused('wrongKey', theirs(60_000));
    vi.advanceTimersByTime(2_000);
    expect(left).toEqual([]);
    addProblem(state, { kind: 'strangers', reason: 'wrongKey' });
    keeping.proven();
    expect(state.problems).toEqual([]);
  });
});
