import { describe, expect, it } from 'vitest';

import { edgeAround, edgeAtFirst, edgeWith, movedTo, type Head, spanAtFirst } from './window.ts';

const span = 1_000;
/** 4000 to 5000. */
const standing = { edge: 5_000, to: 5_000, span, held: false };
const held = { ...standing, held: true };
const along = { edge: null, to: 5_000, span, held: false };
const live = (now: number): Head => ({ now, live: true, plays: false });
const back = (now: number): Head => ({ now, live: false, plays: false });
const plays = (now: number): Head => ({ now, live: false, plays: true });
const runs = (now: number): Head => ({ now, live: true, plays: true });

describe('the window while another moment is shown', () => {
  it.each([
    ['goes along at the live edge', along, live(5_000), live(5_400), null],
    ['stands still where somebody stops', along, live(5_400), back(5_400), 5_000],
    ['stands still where somebody goes back in it', along, live(5_000), back(4_300), 5_000],
    ['stands still where a world goes back in it', along, live(5_000), live(4_300), 5_000],
    ['goes to a moment before it', along, live(5_000), back(2_000), 2_750],
    ['stands still while somebody moves in it', standing, back(4_100), back(4_900), 5_000],
    ['goes to a moment behind it', standing, back(4_100), back(5_200), 5_450],
    ['goes to a moment before it', standing, back(4_100), back(3_900), 4_650],
    ['turns the page for what plays out of it', standing, plays(4_990), plays(5_010), 5_260],
    ['is left alone by what plays elsewhere', standing, plays(2_000), plays(2_010), 5_000],
    ['goes along again with the live edge', standing, back(4_500), live(9_000), null],
    ['goes along with a world that runs out of it', standing, runs(4_990), runs(5_010), null],
    ['is left alone by the live edge where it is held', held, runs(4_990), runs(5_400), 5_000],
    ['goes to the end of a world all the same', held, live(4_500), live(9_000), null],
    ['is left alone by a world where it is held', held, runs(4_990), runs(5_010), 5_000],
    ['goes to another moment of a world all the same', held, live(9_000), live(2_000), 2_750],
    ['is left alone by a world that runs elsewhere', standing, runs(8_000), runs(8_010), 5_000],
    ['stands at the newest while the past plays', along, plays(2_000), plays(2_010), null],
  ] as const)('%s', (_, window, before, after, edge) => {
    expect(edgeWith(window, before, after)).toBe(edge);
  });

  it('shows what comes before and behind a moment that is looked back at when it opens', () => {
    expect(edgeAtFirst(back(3_000), span)).toBe(3_250);
    expect(edgeAtFirst(live(3_000), span)).toBeNull();
  });
});

describe('the window that is moved', () => {
  const reach = { oldest: 1_000, newest: 9_000, end: 0 };

  it('stays where it is moved to, and goes along again at the newest', () => {
    expect(movedTo(5_000, span, reach)).toBe(5_000);
    expect(movedTo(9_000, span, reach)).toBeNull();
    expect(movedTo(12_000, span, reach)).toBeNull();
  });

  it('keeps some of the oldest in sight', () => {
    expect(movedTo(-5_000, span, reach)).toBe(1_250);
    expect(movedTo(-5_000, span, { ...reach, newest: 1_030 })).toBe(1_030);
  });

  it('goes as far as something is known to come', () => {
    expect(movedTo(12_000, span, { ...reach, end: 20_000 })).toBe(12_000);
    expect(movedTo(22_000, span, { ...reach, end: 20_000 })).toBe(20_000);
  });

  it('with another span keeps a position where it is', () => {
    expect(edgeAround(5_000, 1_000, 200, 4_500)).toBe(4_600);
    expect(edgeAround(5_000, 1_000, 5_000, 5_000)).toBe(5_000);
  });
});

it('at first a short time is seen whole, and of a long one the usual span', () => {
  const first = (total: number): number => spanAtFirst([50, 200, 1_000, 5_000, 20_000], 3, total);
  expect([0, 51, 1_000, 1_001, 5_000, 90_000].map(first)).toEqual([0, 1, 2, 3, 3, 3]);
});
