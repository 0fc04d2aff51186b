// What the laboratory's store asks of the world for what a hand does, with a way back that takes its time.

import { expect, test, vi } from 'vitest';

import type { LabChange, LabControls, LabView } from '../../vocabulary/lab.ts';

// Runes are compiled for pages alone: here each is what it holds.
const held = <Value>(value: Value): Value => value;
vi.stubGlobal('$state', Object.assign(held, { raw: held }));
const { LabStore } = await import('./lab.svelte.ts');

const at = (millis: number) => ({ millis, events: millis });

const VIEW = {
  ...{ options: { seed: 1, participants: 1, observers: 0 }, branch: 1, now: at(9_000) },
  ...{ running: false, speed: 1, shared: null, opening: null, keptFrom: 0, lesson: null },
  branches: [1, 2].map((id) => ({ id, parent: null, steps: [], end: at(9_000), hash: '' })),
} as unknown as LabView;

const BACK = { why: 'back', playedMillis: 0, ofMillis: 9_000 } as const;

function storeOf() {
  const asked: unknown[] = [];
  let tell: (change: LabChange) => void = () => undefined;
  let view = VIEW;
  let acted = false;
  const controls = {
    lab: () => view,
    subscribeLab: (hear: (change: LabChange) => void) => {
      tell = hear;
      return () => undefined;
    },
    pause: () => undefined,
    seek: (moment: { millis: number }) => asked.push(moment.millis),
    selectBranch: (branch: number) => asked.push(`branch ${String(branch)}`),
    acted: () => acted,
  } as unknown as LabControls;
  const shower = {
    jump: () => undefined,
    recall: () => undefined,
    withPicture: (draw: () => void) => {
      draw();
    },
  };
  const store = new LabStore(controls, shower as ConstructorParameters<typeof LabStore>[1]);
  store.start();
  const shows = (more: Partial<LabView>): void => {
    view = { ...VIEW, ...more };
    tell({ kind: 'lab', lab: view } as LabChange);
  };
  const arrives = (): void => {
    tell({ kind: 'jumped', events: [], landedMillis: 0 } as unknown as LabChange);
  };
  const acts = (): void => {
    acted = true;
  };
  return { store, asked, shows, arrives, acts };
}

test('the handle went on while a long way back began: it goes to where the handle is', () => {
  const { store, asked, shows } = storeOf();
  store.seek(5_000);
  store.seek(3_000);
  expect(asked).toEqual([5_000]);
  shows({ opening: BACK });
  expect(asked).toEqual([5_000, 3_000]);
});

test('who went elsewhere is not drawn back to where the handle was on its way to', () => {
  const { store, asked, arrives } = storeOf();
  store.seek(5_000);
  store.seek(3_000);
  store.goTo(at(7_000));
  arrives();
  expect(asked).toEqual([5_000, 7_000]);
  expect(store.wanted).toBeNull();
});

test('another branch may be chosen during a way back, and its moment gone to; not before a bet', () => {
  const { store, asked, shows } = storeOf();
  store.seek(5_000);
  shows({ opening: BACK });
  store.visit(2, at(4_000));
  expect(asked).toEqual([5_000, 'branch 2', 4_000]);
  shows({ opening: { ...BACK, why: 'run' } });
  store.visit(1, at(2_000));
  expect(asked).toHaveLength(3);
});

test('something is at stake where somebody acted: not in a lesson before its first step, nor once it is passed', () => {
  const { store, shows, acts } = storeOf();
  const lesson = (stepsTaken: number, passed: boolean) => {
    shows({ lesson: { stepsTaken, passed } as LabView['lesson'] });
    return store.atStake;
  };
  expect([store.atStake, lesson(2, false)]).toEqual([false, false]);
  acts();
  expect([lesson(0, false), lesson(2, false), lesson(2, true)]).toEqual([false, true, false]);
  shows({});
  expect(store.atStake).toBe(true);
});

test('the browser asks before the page is left with something at stake, but not whom the page has asked', () => {
  const { store, acts } = storeOf();
  const page = new EventTarget();
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
  const isAsked = (): boolean =>
    !page.dispatchEvent(new Event('beforeunload', { cancelable: true }));
  const leave = store.guard();
  expect(isAsked()).toBe(false);
  acts();
  expect(isAsked()).toBe(true);
  store.leave();
  expect(isAsked()).toBe(false);
  leave();
});
