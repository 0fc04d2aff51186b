import { describe, expect, it } from 'vitest';
import type { Zxid } from '../vocabulary/zxid.ts';
import { nextBelow } from '../base/random.ts';
import {
  allServe,
  checkDisk,
  crash,
  cutLink,
  emptyDisk,
  ensembleOf,
  heal,
  lead,
  leaderOf,
  makeWorld,
  open,
  openAll,
  payload,
  run,
  runUntil,
  seatOf,
  write,
  zxid,
  type World,
} from './testing/ensemble.ts';
import { queuedDiskWrites } from './storage.ts';

const kinds = (world: World, id: number): string[] => seatOf(world, id).events.map((e) => e.kind);
const syncsOf = (world: World, id: number) =>
  seatOf(world, id).events.flatMap((event) => (event.kind === 'syncDecided' ? [event] : []));

function started(seats: number, seed = 1): World {
  const world = makeWorld(ensembleOf(seats), seed);
  return openAll(
    world,
    Array.from({ length: seats }, (_, index) => index + 1),
  );
}

describe('election', () => {
  it('five servers, one by one: the third makes server 3 the leader, 4 and 5 follow', () => {
    const world = makeWorld(ensembleOf(5), 7);
    open(world, 1);
    run(world, 300);
    open(world, 2);
    run(world, 300);
    expect(leaderOf(world)).toBeNull();
    open(world, 3);
    runUntil(world, 'three serve', () => allServe(world, [1, 2, 3]));
    expect(lead(world)).toBe(3);
    open(world, 4);
    open(world, 5);
    runUntil(world, 'five serve', () => allServe(world, [1, 2, 3, 4, 5]));
    expect(lead(world)).toBe(3);
    expect(seatOf(world, 4).peer?.role).toBe('FOLLOWING');
    expect(world.violations).toEqual([]);
  });

  it.each([
    ['epoch', { 1: [2, []], 2: [1, [zxid(1, 1), zxid(1, 2)]], 3: [1, []] }, 1],
    ['zxid', { 1: [1, []], 2: [1, [zxid(1, 1)]], 3: [1, []] }, 2],
    ['id', { 1: [1, []], 2: [1, []], 3: [1, []] }, 3],
  ] as const)('is decided by %s', (_rule, disks, winner) => {
    const world = makeWorld(ensembleOf(3), 3);
    for (const [id, [epoch, log]] of Object.entries(disks)) {
      const { disk } = seatOf(world, Number(id));
      disk.acceptedEpoch = epoch;
      disk.currentEpoch = epoch;
      disk.log = (log as readonly Zxid[]).map((z) => ({ zxid: z, bytes: payload('x') }));
    }
    for (const id of [1, 2, 3]) open(world, id);
    runUntil(world, 'all serve', () => allServe(world, [1, 2, 3]));
    expect(lead(world)).toBe(winner);
  });

  it('the death of a leader costs a few rounds and disk writes, no timer', () => {
    const world = started(3);
    crash(world, 3);
    const took = runUntil(world, 'a new leader', () => allServe(world, [1, 2]));
    // Links of at most 3 ms, disk writes of at most 6 ms; finalizeWait alone would be 60 ms.
    expect(took).toBeLessThan(60);
    expect(world.violations).toEqual([]);
  });
});

describe('synchronization', () => {
  it('gives DIFF, SNAP and TRUNC where Apache does', () => {
    const world = started(3);
    write(world, 3, 'a');
    run(world, 50);
    crash(world, 1);
    for (let n = 0; n < 5; n += 1) write(world, 3, `b${n}`);
    run(world, 50);
    open(world, 1);
    runUntil(world, '1 serves', () => allServe(world, [1]));
    expect(syncsOf(world, 3).at(-1)).toMatchObject({ mode: 'DIFF', rule: 'insideWindow' });
    crash(world, 1);
    for (let n = 0; n < 100; n += 1) write(world, 3, `c${n}`);
    run(world, 200);
    open(world, 1);
    runUntil(world, '1 serves', () => allServe(world, [1]));
    expect(syncsOf(world, 3).at(-1)).toMatchObject({ mode: 'SNAP', rule: 'behindWindow' });
    expect(seatOf(world, 1).applied).toEqual(world.canon);
    // Only the leader logs d, then it is gone.
    crash(world, 1);
    cutLink(world, 2, 3);
    const alone = write(world, 3, 'd');
    run(world, 7);
    crash(world, 3);
    world.cuts.clear();
    open(world, 1);
    runUntil(world, '1 and 2 serve', () => allServe(world, [1, 2]));
    open(world, 3);
    runUntil(world, '3 serves', () => allServe(world, [3]));
    expect(syncsOf(world, lead(world)).at(-1)).toMatchObject({
      mode: 'TRUNC',
      rule: 'aheadOfLeader',
    });
    expect(kinds(world, 3)).toContain('historyTruncated');
    expect(seatOf(world, 3).peer?.lost).toEqual([{ zxid: alone, by: 'TRUNC' }]);
    write(world, lead(world), 'e');
    run(world, 60);
    for (const id of [1, 2, 3]) checkDisk(world, id);
    expect(world.violations).toEqual([]);
  });

  it('a write needs a quorum; a cut-off leader steps down and its lone entry goes', () => {
    const world = started(3);
    cutLink(world, 3, 1);
    cutLink(world, 3, 2);
    const lone = write(world, 3, 'lone');
    runUntil(world, 'others serve', () => leaderOf(world)?.id === 2 && allServe(world, [1, 2]));
    expect(lone).not.toBeNull();
    expect(seatOf(world, 3).serving).toBeNull();
    write(world, 2, 'kept');
    run(world, 50);
    heal(world);
    runUntil(world, '3 serves', () => allServe(world, [3]));
    expect(world.canon.map((line) => line.split('=')[1])).toEqual(['kept']);
    expect(seatOf(world, 3).applied).toEqual(world.canon);
    expect(seatOf(world, 3).peer?.lost).toEqual([{ zxid: lone, by: 'SNAP' }]);
    expect(world.violations).toEqual([]);
  });
});

describe('observers and suspects', () => {
  it('an observer gets INFORM and counts nowhere', () => {
    const world = makeWorld(ensembleOf(3, 1), 5);
    for (const id of [1, 2, 3, 4]) open(world, id);
    runUntil(world, 'all serve', () => allServe(world, [1, 2, 3, 4]));
    write(world, lead(world), 'x');
    run(world, 60);
    expect(seatOf(world, 4).serving).toBe('observing');
    expect(seatOf(world, 4).applied).toEqual(world.canon);
    crash(world, 1);
    crash(world, 2);
    run(world, 2_000);
    expect(leaderOf(world)).toBeNull();
  });

  it('an epoch that none could follow is refused, and costs nobody an epoch', () => {
    const world = makeWorld(ensembleOf(3, 1), 5);
    seatOf(world, 4).disk.acceptedEpoch = 0x7fff_fffe;
    for (const id of [4, 1, 2, 3]) open(world, id);
    runUntil(world, 'the voters serve', () => allServe(world, [1, 2, 3]));
    run(world, 500);
    const refused = seatOf(world, 3).events.filter((event) => event.kind === 'learnerRefused');
    expect(refused.map(({ server, reason }) => `${String(server)} ${reason}`)).toContain(
      '4 no epoch could follow the one it has accepted',
    );
    expect(seatOf(world, 3).disk.acceptedEpoch).toBe(1);
    expect(world.violations).toEqual([]);
  });

  it('a suspect is in no quorum until it was synchronised, then it votes again', () => {
    const world = started(3);
    write(world, 3, 'x');
    run(world, 60);
    crash(world, 1);
    seatOf(world, 1).disk = { ...seatOf(world, 2).disk, trusted: false, log: [], snapshot: null };
    seatOf(world, 1).disk.acceptedEpoch = 0;
    seatOf(world, 1).disk.currentEpoch = 0;
    crash(world, 2);
    run(world, 100);
    open(world, 1);
    run(world, 3_000);
    expect(leaderOf(world)).toBeNull();
    // It is a voter of this ensemble, and that is not why its ballot does not count.
    const ignored = seatOf(world, 3).events.filter((event) => event.kind === 'ballotIgnored');
    expect(ignored.map(({ from, reason }) => `${String(from)} ${reason}`)).toContain('1 suspect');
    expect(ignored.map(({ reason }) => reason)).not.toContain('notAVoter');
    open(world, 2);
    runUntil(world, 'all follow', () => seatOf(world, 1).serving === 'following');
    expect(seatOf(world, 1).disk.trusted).toBe(true);
    expect(seatOf(world, 1).applied).toEqual(world.canon);
    expect(world.violations).toEqual([]);
  });

  it('a suspect whose trust waits for its disk serves nobody, and nothing piles up behind it', () => {
    const world = started(3);
    crash(world, 1);
    const suspect = seatOf(world, 1);
    suspect.disk = { ...emptyDisk(), trusted: false };
    const told = suspect.events.length;
    open(world, 1);
    const { application, emit } = suspect.ctx!;
    let release: (() => void) | null = null;
    suspect.ctx = {
      application,
      emit: (output) => {
        const isTrust = output.kind === 'saveEpochs' && output.trusted;
        if (isTrust && release === null) release = () => emit(output);
        else emit(output);
      },
    };
    runUntil(world, 'it has been given everything', () => release !== null);
    const { length } = suspect.applied;
    for (let n = 0; n < 20; n += 1) {
      write(world, 3, `late ${n}`);
      run(world, 100);
      expect(suspect.serving).toBeNull();
    }
    expect(queuedDiskWrites(suspect.peer!)).toBe(1);
    expect(suspect.peer!.history.entries).toHaveLength(length);
    expect(suspect.peer!.trusted).toBe(false);
    // Nor is anything told that would draw it as one who serves.
    const since = suspect.events.slice(told);
    expect(since.map(({ kind }) => kind)).not.toContain('synchronised');
    const phases = since.flatMap((event) => (event.kind === 'phaseChanged' ? [event.phase] : []));
    expect(phases).toContain('synchronization');
    expect(phases).not.toContain('broadcast');
    expect(phases.at(-1)).toBe('election');
    release!();
    runUntil(world, 'all follow', () => suspect.serving === 'following');
    expect(suspect.applied).toEqual(world.canon);
    expect(world.canon).toHaveLength(length + 20);
    expect(world.violations).toEqual([]);
  });
});

it('a used-up counter ends the epoch and loses nothing', () => {
  const world = started(3);
  write(world, 3, 'a');
  run(world, 50);
  const { leading, history } = seatOf(world, 3).peer!;
  leading!.lastProposed = zxid(1, 0xfffffffe);
  expect(history.entries.length).toBe(1);
  expect(write(world, 3, 'never')).toBeNull();
  runUntil(
    world,
    'a new epoch',
    () => allServe(world, [1, 2, 3]) && world.electedEpochs.size === 2,
  );
  expect(world.canon).toHaveLength(1);
  expect(world.violations).toEqual([]);
});

it('state is plain data', () => {
  const world = started(3);
  write(world, 3, 'a');
  expect(structuredClone(seatOf(world, 3).peer)).toEqual(seatOf(world, 3).peer);
});

function storm(seed: number): World {
  const size = seed % 3 === 0 ? 5 : 3;
  const world = makeWorld(ensembleOf(size, seed % 4 === 0 ? 1 : 0), seed);
  const ids = world.ensemble.members.map((member) => member.serverId as number);
  for (const id of ids) open(world, id);
  const pick = (): number => ids[nextBelow(world.random, ids.length)]!;
  for (let step = 0; step < 60; step += 1) {
    const dice = nextBelow(world.random, 10);
    if (dice === 0) crash(world, pick());
    else if (dice <= 2) open(world, pick());
    else if (dice === 3) cutLink(world, pick(), pick());
    else if (dice === 4) heal(world);
    else {
      for (let n = nextBelow(world.random, 12); n >= 0; n -= 1) {
        for (const id of ids) write(world, id, `${seed}.${step}.${n}.${id}`);
      }
    }
    run(world, nextBelow(world.random, 60));
  }
  heal(world);
  for (const id of ids) open(world, id);
  runUntil(world, `seed ${seed} heals`, () => allServe(world, ids), 20_000);
  run(world, 400);
  for (const id of ids) {
    const { halted, applied } = seatOf(world, id);
    checkDisk(world, id);
    if (halted !== null) world.violations.push(`${id} halted: ${halted}`);
    if (applied.length !== world.canon.length) world.violations.push(`${id} lacks entries`);
  }
  return world;
}

it('storms: what one server applied, all apply, in one order', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const world = storm(seed);
    expect(world.violations.map((line) => `seed ${seed}: ${line}`)).toEqual([]);
  }
}, 120_000);
