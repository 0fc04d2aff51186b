// Members that come and go, without a stop: quorums of both configurations, roles that change, leaders that
// are removed, and all of it under crashes and cuts.

import { describe, expect, it } from 'vitest';

import { nextBelow } from '../base/random.ts';
import { configText, type Member } from '../vocabulary/ensemble.ts';
import {
  CONFIGURATION,
  allServe,
  checkDisk,
  crash,
  cutLink,
  describeWorld,
  heal,
  lead,
  leaderOf,
  makeChangingWorld,
  membersOf,
  open,
  openAll,
  reconfigure,
  run,
  runUntil,
  seatOf,
  write,
  type World,
} from './testing/ensemble.ts';

/** Voters 1 to 3 and `others` more that only follow. */
function started(others: number, seed = 1): World {
  const world = makeChangingWorld(3, others, seed);
  return openAll(world, [...world.seats.keys()]);
}

const change = (world: World, ...names: (number | string)[]): void => {
  expect(reconfigure(world, lead(world), membersOf(...names)), describeWorld(world)).not.toBeNull();
};
const peerOf = (world: World, id: number) => {
  const { peer } = seatOf(world, id);
  if (peer === null) throw new Error(`server ${String(id)} is down`);
  return peer;
};
const votersAt = (world: World, id: number): readonly number[] => peerOf(world, id).voters;
const roleOf = (world: World, id: number): string => peerOf(world, id).role;
const roundsOf = (world: World, id: number): number =>
  seatOf(world, id).events.filter(({ kind }) => kind === 'roundStarted').length;

describe('the first configuration', () => {
  it('is named by the epoch that begins with it, at every server', () => {
    const world = started(1);
    for (const id of [1, 2, 3, 4]) expect(peerOf(world, id).committed.version).toBe(0x1_0000_0000n);
  });

  it('gives way to a later one that the tree keeps, though UPTODATE never came', () => {
    const world = started(0);
    const follower = [1, 2, 3].find((id) => id !== lead(world)) ?? 0;
    const { committed } = peerOf(world, follower);
    const version = 0x1_0000_0009n;
    seatOf(world, follower).applied.push(
      `0x100000009=${CONFIGURATION}${configText({ ...committed, version })}`,
    );
    expect(peerOf(world, follower).committed.version).toBe(0x1_0000_0000n);
    cutLink(world, follower, lead(world));
    runUntil(world, 'it looks', () => roleOf(world, follower) === 'LOOKING');
    expect(peerOf(world, follower).committed.version).toBe(version);
  });

  it('does not count a server that only knows itself to be one more: it follows, and acks in vain', () => {
    const world = started(1);
    expect(roleOf(world, 4)).toBe('FOLLOWING');
    const followers = [1, 2, 3].filter((id) => id !== lead(world));
    for (const id of followers) crash(world, id);
    write(world, lead(world), 'x');
    run(world, 60);
    expect(world.canon).toEqual([]);
    expect(world.violations).toEqual([]);
  });
});

describe('observers', () => {
  it('one that joins observes from its commit on, one that leaves follows uncounted', () => {
    const world = started(1);
    change(world, 1, 2, 3, 'o4');
    runUntil(world, 'it observes', () => roleOf(world, 4) === 'OBSERVING' && allServe(world, [4]));
    expect(votersAt(world, 4)).toEqual([1, 2, 3]);
    write(world, lead(world), 'x');
    runUntil(world, 'it has x', () => seatOf(world, 4).applied.length === 2);
    change(world, 1, 2, 3);
    runUntil(world, 'it follows', () => roleOf(world, 4) === 'FOLLOWING' && allServe(world, [4]));
    expect(world.violations).toEqual([]);
  });

  it('one becomes a voter, and counts', () => {
    const world = started(2);
    change(world, 1, 2, 3, 'o4', 'o5');
    runUntil(world, 'they observe', () => ['OBSERVING'].includes(roleOf(world, 5)));
    runUntil(world, 'all serve', () => allServe(world, [1, 2, 3, 4, 5]));
    change(world, 1, 2, 3, 4, 5);
    runUntil(
      world,
      'they follow',
      () => roleOf(world, 4) === 'FOLLOWING' && allServe(world, [4, 5]),
    );
    const gone = [1, 2, 3].filter((id) => id !== lead(world));
    for (const id of gone) crash(world, id);
    write(world, lead(world), 'x');
    runUntil(world, 'x with the new voters', () => world.canon.length === 3);
    expect(world.violations).toEqual([]);
  });
});

describe('voters', () => {
  it('are refused while their quorum is not there', () => {
    const world = started(2);
    crash(world, 4);
    crash(world, 5);
    run(world, 20);
    expect(reconfigure(world, lead(world), membersOf(1, 4, 5))).toBeNull();
  });

  it('commit nothing before both quorums have it, the old one and the new one', () => {
    const world = started(2);
    const leader = lead(world);
    change(world, leader, 4, 5);
    for (const id of [4, 5]) cutLink(world, leader, id);
    write(world, leader, 'x');
    run(world, 80);
    expect(world.canon).toEqual([]);
    heal(world);
    runUntil(world, 'a leader again', () => leaderOf(world) !== null, 20_000);
    write(world, lead(world), 'y');
    runUntil(world, 'y', () => world.canon.at(-1)?.endsWith('=y') === true);
    expect(world.violations).toEqual([]);
  });

  it('a leader that dies before the commit leaves the change to the next one', () => {
    const world = started(2);
    const leader = lead(world);
    const stays = [1, 2, 3].find((id) => id !== leader) ?? 0;
    change(world, stays, 4, 5);
    const logs = (id: number): number => seatOf(world, id).disk.log.length;
    runUntil(world, 'all have it', () => [1, 2, 3, 4, 5].every((id) => logs(id) === 1), 200);
    crash(world, leader);
    runUntil(
      world,
      'the new voters lead',
      () => votersAt(world, 4).length === 3 && allServe(world, [stays, 4, 5]),
      20_000,
    );
    expect(votersAt(world, stays)).toEqual([stays, 4, 5].sort());
    expect([stays, 4, 5]).toContain(lead(world));
    expect(world.violations).toEqual([]);
  });

  it('a leader that is removed hands over without an election', () => {
    const world = started(1);
    const leader = lead(world);
    const rest = [1, 2, 3, 4].filter((id) => id !== leader);
    const rounds = rest.map((id) => roundsOf(world, id));
    change(world, ...rest);
    runUntil(world, 'another leads', () => {
      const now = leaderOf(world);
      return now !== null && now.id !== leader && allServe(world, [1, 2, 3, 4]);
    });
    expect(rest).toContain(lead(world));
    expect(rest.map((id) => roundsOf(world, id))).toEqual(rounds);
    expect(roleOf(world, leader)).toBe('FOLLOWING');
    write(world, lead(world), 'x');
    runUntil(world, 'x everywhere', () =>
      [1, 2, 3, 4].every((id) => seatOf(world, id).applied.length === 2),
    );
    expect(world.violations).toEqual([]);
  });

  it('are known again after a restart, from the log and from a snapshot', () => {
    const world = started(1);
    change(world, 2, 3, 4);
    runUntil(
      world,
      'it holds',
      () => votersAt(world, 4).join() === '2,3,4' && allServe(world, [2, 3, 4]),
    );
    for (const id of [1, 2, 3, 4]) crash(world, id);
    for (const id of [2, 3, 4]) open(world, id);
    runUntil(world, 'they serve again', () => allServe(world, [2, 3, 4]));
    for (const id of [2, 3, 4]) expect(votersAt(world, id)).toEqual([2, 3, 4]);
    expect(world.violations).toEqual([]);
  });
});

const SERVERS = 6;
const STORM_STEPS = 60;

function randomMembers(world: World): Member[] {
  const { random } = world;
  const names: (number | string)[] = [];
  for (let id = 1; id <= SERVERS; id += 1) {
    const fate = nextBelow(random, 5);
    if (fate < 3) names.push(id);
    else if (fate === 3) names.push(`o${String(id)}`);
  }
  return membersOf(...names);
}

function storm(world: World): number {
  const { random } = world;
  let changes = 0;
  for (let step = 0; step < STORM_STEPS; step += 1) {
    const id = 1 + nextBelow(random, SERVERS);
    const other = 1 + nextBelow(random, SERVERS);
    const what = nextBelow(random, 10);
    if (what < 2) crash(world, id);
    else if (what < 5) open(world, id);
    else if (what === 5 && id !== other) cutLink(world, id, other);
    else if (what === 6) heal(world);
    else {
      const leader = leaderOf(world)?.id ?? id;
      const members = randomMembers(world);
      const voters = members.filter(({ role }) => role === 'participant').length;
      if (voters >= 2 && reconfigure(world, leader, members) !== null) changes += 1;
    }
    for (const seat of world.seats.values()) write(world, seat.id, `${String(step)}`);
    run(world, 1 + nextBelow(random, 120));
  }
  return changes;
}

describe('storms', () => {
  it('of changes, crashes and cuts: one order of everything, and a leader in the end', () => {
    let changes = 0;
    for (let seed = 1; seed <= 60; seed += 1) {
      const world = makeChangingWorld(3, 3, seed);
      for (let id = 1; id <= SERVERS; id += 1) open(world, id);
      run(world, 400);
      changes += storm(world);
      heal(world);
      for (let id = 1; id <= SERVERS; id += 1) open(world, id);
      const ids = [...world.seats.keys()];
      const isOver = (): boolean => allServe(world, ids) && leaderOf(world) !== null;
      runUntil(world, `peace after storm ${String(seed)}`, isOver, 60_000);
      write(world, lead(world), 'last');
      runUntil(world, 'the last write', () => world.canon.at(-1)?.endsWith('=last') === true);
      run(world, 500);
      for (const id of ids) {
        expect(seatOf(world, id).halted).toBeNull();
        checkDisk(world, id);
      }
      expect(world.violations, `seed ${String(seed)}`).toEqual([]);
    }
    expect(changes).toBeGreaterThan(200);
  }, 120_000);

  it('notice a leader to which the old quorum is enough', () => {
    let noticed = 0;
    for (let seed = 1; seed <= 20; seed += 1) {
      const world = makeChangingWorld(3, 3, seed);
      world.breach = (peer) => {
        peer.quorums = peer.quorums.slice(0, 1);
      };
      for (let id = 1; id <= SERVERS; id += 1) open(world, id);
      run(world, 400);
      storm(world);
      if (world.violations.length > 0) noticed += 1;
    }
    expect(noticed).toBeGreaterThan(0);
  }, 120_000);
});
