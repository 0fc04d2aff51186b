// Playwright's expect, which asks again soon. By itself it lets half a second pass between two looks at an element, and
// a whole one between two polls: in a thousand waits that is minutes in which nothing happens.

import { expect as slowly } from '@playwright/test';

const AGAIN_MILLIS = [20, 50, 100];
/** What an assertion waits for at all decides how often it looks: up to here every tenth of a second. */
const SOON_MILLIS = 2_400;
const soon = slowly.configure({ timeout: SOON_MILLIS });

type Matchers = Readonly<Record<string, (...given: readonly unknown[]) => Promise<void>>>;

/** Of an element or a page: what is not so soon has all the time that it would have had. */
const soonThenSlowly = (quick: object, patient: object): object =>
  new Proxy(patient, {
    get: (all, name) => {
      const [first, then] = [
        Reflect.get(quick, name) as unknown,
        Reflect.get(all, name) as unknown,
      ];
      if (name === 'not') return soonThenSlowly(first as object, then as object);
      if (typeof name !== 'string' || typeof then !== 'function') return then;
      return async (...given: readonly unknown[]): Promise<void> => {
        try {
          await (quick as Matchers)[name]!(...given);
        } catch {
          await (all as Matchers)[name]!(...given);
        }
      };
    },
  });

const pollSoon: typeof slowly.poll = (actual, options) =>
  slowly.poll(actual, {
    intervals: AGAIN_MILLIS,
    ...(typeof options === 'string' ? { message: options } : options),
  });

const isLookedAt = (what: unknown): boolean =>
  typeof what === 'object' && what !== null && 'locator' in what;

export const expect = new Proxy(slowly, {
  get: (all, name): unknown => (name === 'poll' ? pollSoon : Reflect.get(all, name)),
  apply: (all, self, given: Parameters<typeof slowly>): unknown => {
    const patient: unknown = Reflect.apply(all, self, given);
    if (!isLookedAt(given[0])) return patient;
    return soonThenSlowly(Reflect.apply(soon, self, given), patient as object);
  },
});
