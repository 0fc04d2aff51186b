import { describe, expect, it } from 'vitest';

import type { TraceEvent } from '../vocabulary/trace.ts';
import {
  crash,
  cutLink,
  ensembleOf,
  lead,
  makeWorld,
  open,
  openAll,
  run,
  runUntil,
  seatOf,
  write,
  type World,
} from './testing/ensemble.ts';

const TICK_MILLIS = 100;

type Waits = Extract<TraceEvent, { readonly standings: unknown }>;

const waitsOf = (world: World, id: number): Waits[] =>
  seatOf(world, id).events.filter((event): event is Waits => 'standings' in event);

const started = (seats: number): World =>
  openAll(
    makeWorld(ensembleOf(seats), 1),
    Array.from({ length: seats }, (_, index) => index + 1),
  );

/** By server: what keeps it. */
const standingsOf = (wait: Waits | undefined): Record<string, string> =>
  Object.fromEntries(
    (wait?.standings ?? []).map(({ server, standing }) => [String(server), standing]),
  );

describe('a commit that does not come', () => {
  it('is told after two ticks where all are there: who has answered, and who has not', () => {
    const world = started(5);
    const leader = lead(world);
    run(world, 50);
    const others = [1, 2, 3, 4, 5].filter((id) => id !== leader);
    crash(world, others[0]!);
    run(world, 20);
    world.diskMillisMax = 20_000;
    const zxid = write(world, leader, 'slow');
    run(world, 2 * TICK_MILLIS - 10);
    expect(waitsOf(world, leader)).toEqual([]);
    run(world, 30);
    const [wait, ...more] = waitsOf(world, leader);
    expect(more).toEqual([]);
    expect(wait).toMatchObject({ kind: 'commitAwaited', zxid, need: 3 });
    expect(wait?.waitedMillis).toBeGreaterThan(2 * TICK_MILLIS);
    expect(wait?.have).toBeLessThan(3);
    const standings = standingsOf(wait);
    expect(standings[String(others[0])]).toBe('linkClosed');
    expect(Object.keys(standings)).toEqual(['1', '2', '3', '4', '5']);
    const answered = Object.values(standings).filter((standing) => standing === 'answered');
    expect(answered).toHaveLength(wait?.have ?? -1);
    expect(Object.values(standings)).toContain('asked');
  });

  it('is the last word of a leader that loses its quorum over it', () => {
    const world = started(3);
    const leader = lead(world);
    const followers = [1, 2, 3].filter((id) => id !== leader);
    run(world, 50);
    world.diskMillisMax = 20_000;
    write(world, leader, 'lost');
    run(world, 20);
    for (const follower of followers) crash(world, follower);
    run(world, 10);
    const { events } = seatOf(world, leader);
    const left = events.findIndex((event) => 'reason' in event && event.reason === 'quorumLost');
    const told = events.slice(0, left).findLast((event): event is Waits => 'standings' in event);
    expect(told).toMatchObject({ kind: 'commitAwaited', need: 2 });
    for (const follower of followers) {
      expect(standingsOf(told)[String(follower)]).toBe('linkClosed');
    }
  });

  it('is not told of writes that are committed at the usual pace, however many', () => {
    const world = started(3);
    crash(world, 1);
    run(world, 50);
    for (let n = 0; n < 200; n += 1) {
      write(world, lead(world), `n${String(n)}`);
      run(world, 3);
    }
    run(world, 200);
    expect(waitsOf(world, lead(world))).toEqual([]);
  });

  it('is told once a tick at most, and the same again only after syncLimit', () => {
    const world = started(3);
    const leader = lead(world);
    run(world, 50);
    const from = world.now;
    world.diskMillisMax = 450;
    for (let n = 0; n < 300; n += 1) {
      write(world, leader, `n${String(n)}`);
      run(world, 10);
    }
    const ticks = (world.now - from) / TICK_MILLIS;
    const waits = waitsOf(world, leader);
    expect(waits.length).toBeGreaterThan(0);
    expect(waits.length).toBeLessThan(ticks);
    for (const { have, need } of waits) expect(have).toBeLessThan(need);
  });
});

describe('a leader that cannot be established', () => {
  it('tells that too few have registered, and which of them it does not reach', () => {
    const world = makeWorld(ensembleOf(3), 3);
    for (const id of [1, 2, 3]) open(world, id);
    runUntil(world, '3 leads', () => seatOf(world, 3).peer?.role === 'LEADING');
    cutLink(world, 1, 3);
    cutLink(world, 2, 3);
    run(world, TICK_MILLIS + 30);
    const [wait] = waitsOf(world, 3);
    expect(wait).toMatchObject({ kind: 'epochAwaited', epoch: null, have: 1, need: 2 });
    expect(standingsOf(wait)).toMatchObject({ '3': 'answered' });
    expect(['notLinked', 'linkClosed']).toContain(standingsOf(wait)['1']);
  });

  it('tells who has not acked NEWLEADER', () => {
    const world = makeWorld(ensembleOf(3), 3);
    for (const id of [1, 2, 3]) open(world, id);
    runUntil(world, '3 synchronises', () => seatOf(world, 3).peer?.phase === 'synchronization');
    cutLink(world, 1, 3);
    cutLink(world, 2, 3);
    run(world, TICK_MILLIS + 30);
    const [wait] = waitsOf(world, 3);
    expect(wait).toMatchObject({ kind: 'newLeaderAwaited', epoch: 1, have: 1, need: 2 });
    expect(standingsOf(wait)).toEqual({ '1': 'linkClosed', '2': 'linkClosed', '3': 'answered' });
  });
});
