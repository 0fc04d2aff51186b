import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isDatabaseDeleted } from './deleted.ts';

const NAME = 'tabkeeper/room/1';
const OURS = { name: NAME, version: 2 };

/** A browser that lists these, one answer after the other, the last one again and again. */
const browserThatLists = (
  ...answers: readonly (Promise<IDBDatabaseInfo[]> | IDBDatabaseInfo[])[]
) => {
  let asked = 0;
  const databases = vi.fn(() => {
    const answer = answers[Math.min(asked, answers.length - 1)];
    asked += 1;
    return Promise.resolve(answer ?? []);
  });
  vi.stubGlobal('indexedDB', { databases });
  return databases;
};

const answered = async (): Promise<boolean> => {
  const answer = isDatabaseDeleted(NAME, OURS.version);
  await vi.runAllTimersAsync();
  return answer;
};

describe('whether a database was deleted', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  test('it is, where it is not listed', async () => {
    const asked = browserThatLists([{ name: 'another', version: 2 }]);
    expect(await answered()).toBe(true);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  test('it is, where it is closed a moment before it is deleted', async () => {
    browserThatLists([OURS], [OURS], []);
    expect(await answered()).toBe(true);
  });

  test('it is not, where it stays listed: that is told in seconds', async () => {
    const from = Date.now();
    browserThatLists([OURS]);
    expect(await answered()).toBe(false);
    expect(Date.now() - from).toBeLessThanOrEqual(3_000);
  });

  test('it is not, where a later version took its place: that is told at once', async () => {
    const asked = browserThatLists([{ name: NAME, version: 99 }]);
    expect(await answered()).toBe(false);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  test('it is taken for deleted where the browser does not answer, or will not', async () => {
    browserThatLists(new Promise(() => undefined));
    expect(await answered()).toBe(true);
    const refused = Promise.reject(new Error('no'));
    refused.catch(() => undefined);
    browserThatLists(refused);
    expect(await answered()).toBe(true);
  });

  test('an answer counts that comes after questions without one', async () => {
    browserThatLists(new Promise(() => undefined), [OURS], new Promise(() => undefined), []);
    expect(await answered()).toBe(true);
  });
});
