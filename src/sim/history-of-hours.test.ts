import { describe, expect, it } from 'vitest';
import { KEPT_MILLIS, LIFE_MILLIS_MAX } from '../vocabulary/lab.ts';
import type { LabStep } from '../vocabulary/steps.ts';
import { LabHistory } from './history.ts';
import { FAR_MILLIS, PARKED_MAX, placesBehind } from './parked-worlds.ts';

/** Few enough events that hours of them are seconds. */
const OPTIONS = { seed: 5, participants: 1, observers: 0 };
const HOUR = 3_600_000;
const SLICE_MILLIS = 20_000;
/** More than a slice of the world has: worlds behind it keep up. */
const PREPARE_EVENTS = 40_000;

const create: LabStep = {
  ...{ kind: 'command', client: 1 },
  command: { kind: 'create', path: '/h-', data: '', ephemeral: false, sequential: true },
};

const opened = (): LabHistory => {
  const history = new LabHistory(OPTIONS);
  history.act({ kind: 'openServer', server: 1 });
  history.run(1_000);
  history.act({ kind: 'openClient', server: 1, timeoutMillis: 2_000 });
  return history;
};

/** On to a moment, as somebody's clock plays it: slice by slice, with a step every ten minutes. */
function playTo(history: LabHistory, millis: number, prepares = true): LabHistory {
  while (history.now.millis < millis) {
    history.run(Math.min(millis, history.now.millis + SLICE_MILLIS));
    if (history.now.millis % 600_000 === 0 && history.atEnd) history.act(create);
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
    const history = playTo(opened(), 2 * HOUR);
    const { hash, now } = history;
    const straight = playTo(opened(), 2 * HOUR - KEPT_MILLIS, false);
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
    const history = playTo(opened(), HOUR);
    const kept = HOUR - KEPT_MILLIS;
    history.seek(0);
    expect(history.now.millis).toBe(kept);
    history.seek(kept - 1, 3);
    expect(history.now.millis).toBe(kept);
    playTo(history, HOUR);
    playTo(history, HOUR + 60_000);
    expect(history.keptFromMillis).toBe(kept + 60_000);
    history.seek(kept);
    expect(history.now.millis).toBe(kept + 60_000);
  });

  it('does something in the past after hours: both futures can be looked at without a replay', () => {
    const history = playTo(opened(), 2 * HOUR);
    const { hash, now } = history;
    history.seek(2 * HOUR - 1_200_000);
    expect(history.act({ kind: 'crash', server: 1, silent: false })).toBe(true);
    playTo(history, 3 * HOUR);
    const other = { hash: history.hash, now: history.now };
    expect(history.keptFromMillis).toBe(3 * HOUR - KEPT_MILLIS);
    history.selectBranch(1);
    expect({ hash: history.hash, now: history.now }).toEqual({ hash, now });
    expect([history.replayedMillis, history.keptFromMillis]).toEqual([0, 2 * HOUR - KEPT_MILLIS]);
    // Its own worlds have gone on with the other future: this way back is long, and can be played in pieces.
    const back = { millis: 2 * HOUR - 1_300_000, events: Number.MAX_SAFE_INTEGER };
    let pieces = 0;
    while (!history.seekPart(back, 20_000)) pieces += 1;
    expect([history.now.millis, pieces > 1]).toEqual([back.millis, true]);
    history.selectBranch(2);
    expect({ hash: history.hash, now: history.now }).toEqual(other);
    expect(history.replayedMillis).toBe(0);
  });

  it('a world that was taken is made up for while it rests', () => {
    const history = playTo(opened(), HOUR);
    const deep = HOUR - KEPT_MILLIS + 10_000;
    const costs: number[] = [];
    for (let count = 0; count < 12; count += 1) {
      rested(history).seek(deep - count);
      costs.push(history.replayedMillis);
      history.seek(HOUR);
    }
    expect(Math.max(...costs)).toBeLessThanOrEqual(2 * FAR_MILLIS);
    // Nobody makes up for what is taken without a rest: then it is played from the beginning.
    for (let count = 0; count < 20; count += 1) history.seek(deep - 20 - count * 20);
    expect(history.replayedMillis).toBeGreaterThan(deep / 2);
  });

  it('keeps a bounded number of worlds, however long it runs and whatever is looked at', () => {
    const history = opened();
    const most = { running: 0, looking: 0 };
    for (let millis = 60_000; millis <= 2 * HOUR; millis += 60_000) {
      playTo(history, millis);
      most.running = Math.max(most.running, history.parked);
    }
    expect(most.running).toBeLessThanOrEqual(placesBehind(HOUR, false).length + 4);
    for (let count = 0; count < 100; count += 1) {
      history.seek(2 * HOUR - 1_000 * count);
      history.prepare(PREPARE_EVENTS);
      most.looking = Math.max(most.looking, history.parked);
    }
    expect(most.looking).toBeLessThanOrEqual(PARKED_MAX);
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
    expect(placesBehind(10 * HOUR, true)).toEqual(placesBehind(10 * HOUR, false));
    const behind = placesBehind(10 * HOUR, false).map((place) => (10 * HOUR - place) / 60_000);
    expect(behind).toEqual([22.5, 15, 7.5, 5.625, 3.75, 1.875]);
  });
});
