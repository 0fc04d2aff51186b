import { describe, expect, it } from 'vitest';
import { KEPT_MILLIS, LIFE_MILLIS_MAX } from '../vocabulary/lab.ts';
import type { LabStep } from '../vocabulary/steps.ts';
import { LabHistory } from './history.ts';
import { FAR_MILLIS, PARKED_MAX, ParkedWorlds, placesBehind, type Way } from './parked-worlds.ts';
import { Player } from './player.ts';

/** One server alone: few enough events that hours of them are seconds. */
const OPTIONS = { seed: 5, participants: 1, observers: 0 };
const MINUTE = 60_000;
const LONG = 75 * MINUTE;
const SLICE_MILLIS = 20_000;
const STEP_EVERY_MILLIS = 10 * MINUTE;
/** More than a slice of the world has: worlds behind it keep up. */
const PREPARE_EVENTS = 20_000;

const slower = (millis: number): LabStep => ({ kind: 'slowDisk', server: 1, millis });

const opened = (toldMax?: number): LabHistory => {
  const history = new LabHistory(OPTIONS, toldMax);
  history.act({ kind: 'openServer', server: 1 });
  return history;
};

/** On to a moment, as somebody's clock plays it: slice by slice, with a step every ten minutes. */
function playTo(history: LabHistory, millis: number, prepares = true): LabHistory {
  while (history.now.millis < millis) {
    const slice = Math.floor(history.now.millis / SLICE_MILLIS) + 1;
    history.run(Math.min(millis, slice * SLICE_MILLIS));
    const { now } = history;
    if (now.millis % STEP_EVERY_MILLIS === 0 && history.atEnd) {
      history.act(slower(now.millis / STEP_EVERY_MILLIS));
    }
    if (prepares) history.prepare(PREPARE_EVENTS, false);
  }
  return history;
}

const rested = (history: LabHistory): LabHistory => {
  while (history.prepare(PREPARE_EVENTS));
  return history;
};

describe('a history of hours', () => {
  it('goes back to any moment that it keeps by a short replay, and each is the very moment', () => {
    const history = playTo(opened(), LONG);
    const { hash, now } = history;
    const straight = playTo(opened(), LONG - KEPT_MILLIS, false);
    expect(history.keptFromMillis).toBe(straight.now.millis);
    const moments = [0, 1, 400_000, 1_000_001, 1_500_000, KEPT_MILLIS - 5].map(
      (after) => straight.now.millis + after,
    );
    const hashes = moments.map((millis) => playTo(straight, millis, false).hash);
    for (const [at, millis] of [...moments.entries()].reverse()) {
      history.seek(millis);
      expect({ millis: history.now.millis, hash: history.hash }).toEqual({
        ...{ millis, hash: hashes[at] },
      });
      // The last of these is reached from a reserve, which stands up to a stride before what is kept.
      expect(history.replayedMillis).toBeLessThanOrEqual(2 * FAR_MILLIS);
    }
    history.seek(now.millis);
    expect({ now: history.now, hash: history.hash, cost: history.replayedMillis }).toEqual({
      ...{ now, hash, cost: 0 },
    });
  });

  it('does not go back beyond what it keeps, and what it keeps moves on with its end', () => {
    const history = playTo(opened(), 45 * MINUTE);
    const kept = 15 * MINUTE;
    history.seek(0);
    expect(history.now.millis).toBe(kept);
    history.seek(kept - 1, 3);
    expect(history.now.millis).toBe(kept);
    playTo(history, 45 * MINUTE);
    playTo(history, 46 * MINUTE);
    expect(history.keptFromMillis).toBe(kept + 60_000);
    history.seek(kept);
    expect(history.now.millis).toBe(kept + 60_000);
  });

  it('does something in the past after hours: both futures can be looked at without a replay', () => {
    const history = playTo(opened(), LONG);
    const { hash, now } = history;
    history.seek(LONG - 1_200_000);
    expect(history.act({ kind: 'crash', server: 1, silent: false })).toBe(true);
    playTo(history, LONG + 35 * MINUTE);
    const other = { hash: history.hash, now: history.now };
    expect(history.keptFromMillis).toBe(LONG + 35 * MINUTE - KEPT_MILLIS);
    history.selectBranch(1);
    expect({ hash: history.hash, now: history.now }).toEqual({ hash, now });
    expect([history.replayedMillis, history.keptFromMillis]).toEqual([0, LONG - KEPT_MILLIS]);
    // Its own worlds have gone on with the other future: this way back is long, and can be played in pieces.
    const back = { millis: LONG - 1_300_000, events: Number.MAX_SAFE_INTEGER };
    let pieces = 0;
    while (!history.seekPart(back, 20_000)) pieces += 1;
    expect([history.now.millis, pieces > 1]).toEqual([back.millis, true]);
    history.selectBranch(2);
    expect({ hash: history.hash, now: history.now }).toEqual(other);
    expect(history.replayedMillis).toBe(0);
  });

  it('a world that was taken is made up for while it rests', () => {
    const history = playTo(opened(), 45 * MINUTE);
    const deep = 15 * MINUTE + 10_000;
    const costs: number[] = [];
    for (let count = 0; count < 6; count += 1) {
      rested(history).seek(deep - count);
      costs.push(history.replayedMillis);
      history.seek(45 * MINUTE);
    }
    expect(Math.max(...costs)).toBeLessThanOrEqual(2 * FAR_MILLIS);
    // Nobody makes up for what is taken without a rest: then it is played from the beginning.
    for (let count = 0; count < 20; count += 1) history.seek(deep - 20 - count * 20);
    expect(history.replayedMillis).toBeGreaterThan(deep / 2);
  });

  it('keeps a bounded number of worlds, however long it runs', () => {
    const history = opened();
    let most = 0;
    for (let millis = 5 * MINUTE; millis <= LONG; millis += 5 * MINUTE) {
      playTo(history, millis);
      most = Math.max(most, history.parked.length);
    }
    expect(most).toBeLessThanOrEqual(placesBehind(LONG, false).length + 4);
  });

  it('has a world at each place behind its end, and two before what it keeps, while it runs', () => {
    const history = opened();
    // Pieces after which a world that is on its way stands at a place by chance.
    for (let millis = 5_000; millis <= LONG; millis += 5_000) {
      history.run(millis);
      history.prepare(2_500, false);
    }
    const near = placesBehind(LONG - MINUTE, false);
    expect(history.parked).toEqual(expect.arrayContaining(near));
    expect(new Set(history.parked.filter((one) => near.includes(one))).size).toBe(near.length);
    const before = history.parked.filter((one) => one <= LONG - KEPT_MILLIS);
    expect(before.length).toBeGreaterThanOrEqual(2);
    expect(before[0]).toBeGreaterThan(LONG - KEPT_MILLIS - 2 * FAR_MILLIS);
  });

  it('tells again what its branch has forgotten, as far as the replay on the way there heard it', () => {
    const history = playTo(opened(1_000), LONG);
    expect(history.told().length).toBeLessThanOrEqual(1_250);
    history.seek(LONG - 20 * MINUTE);
    const told = history.told();
    expect(told.length).toBeGreaterThan(100);
    expect(told.every(({ moment }) => moment.millis <= history.now.millis)).toBe(true);
    // Without a gap, and nothing twice: also where it goes on into what is still known.
    history.run(LONG);
    const sequences = history.told().map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, at) => (sequences[0] ?? 0) + at));
  });

  it('keeps what is told of all branches together within a bound, the newest of each', () => {
    const toldMax = 1_000;
    const history = playTo(opened(toldMax), 4 * MINUTE, false);
    const ends = new Map<number, unknown>([[1, history.told().at(-1)]]);
    for (let millis = 3 * MINUTE; history.branches().length < 8; millis += 1_000) {
      history.seek(millis);
      history.act(slower(1));
      playTo(history, 5 * MINUTE, false);
      ends.set(history.branch, history.told().at(-1));
    }
    let kept = 0;
    for (const { id } of history.branches()) {
      history.selectBranch(id);
      kept += history.told().length;
      expect(history.told().at(-1)).toEqual(ends.get(id));
    }
    expect(kept).toBeLessThanOrEqual(2 * toldMax + 1.25 * toldMax);
  });

  it('gets no older than a day, says so, and can still be gone back in', () => {
    const history = new LabHistory(OPTIONS);
    history.run(LIFE_MILLIS_MAX - 1);
    expect(history.isFull).toBe(false);
    history.run(2 * LIFE_MILLIS_MAX);
    expect([history.now.millis, history.isFull]).toEqual([LIFE_MILLIS_MAX, true]);
    expect(history.stepEvent(1_000)).toEqual([]);
    expect(history.now.millis).toBe(LIFE_MILLIS_MAX);
    history.seek(LIFE_MILLIS_MAX - 1_000);
    expect([history.now.millis, history.isFull]).toEqual([LIFE_MILLIS_MAX - 1_000, false]);
  });
});

describe('the places behind an end', () => {
  it('are even and close in a short world at rest', () => {
    expect(placesBehind(10_000, true)).toEqual([2_500, 5_000, 7_500]);
    expect(placesBehind(KEPT_MILLIS, true)).toHaveLength(23);
  });

  it('are few, and nearer to each other near the end, where a world runs or is long', () => {
    expect(placesBehind(600 * MINUTE, true)).toEqual(placesBehind(600 * MINUTE, false));
    const behind = placesBehind(600 * MINUTE, false).map(
      (place) => (600 * MINUTE - place) / 60_000,
    );
    expect(behind).toEqual([22.5, 15, 7.5, 5.625, 3.75, 1.875]);
  });
});

describe('parked worlds', () => {
  const make = (): Player => new Player(OPTIONS, new Map());
  const at = (millis: number): Player => {
    const player = make();
    player.lab.pass(millis);
    return player;
  };
  const way = (millis: number): Way => ({ steps: [], end: { millis, events: 0 } });

  it('are no more than their bound, and the ends of branches stay', () => {
    const parked = new ParkedWorlds(make);
    const [present, other] = [way(900_000), way(5_000)];
    parked.park(at(5_000), present, [present, other]);
    for (let millis = 6_000; millis < 300_000; millis += 1_000) {
      parked.park(at(millis), present, [present, other]);
    }
    expect(parked.places).toHaveLength(PARKED_MAX);
    expect(parked.nearest(other, other.end)?.now.millis).toBe(5_000);
  });

  it('stand once at a place', () => {
    const parked = new ParkedWorlds(make);
    for (let count = 0; count < 3; count += 1) parked.park(at(7), way(10), [way(10)]);
    expect(parked.places).toEqual([7]);
  });
});
