import { afterEach, expect, test, vi } from 'vitest';

import { saveFile } from './save-file.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a browser that reads the file after the click still finds it', async () => {
  vi.useFakeTimers();
  const link = { href: '', download: '', click: vi.fn() };
  vi.stubGlobal('document', { createElement: () => link });
  saveFile('run.jsonl', 'application/jsonl', 'told');
  expect(link).toMatchObject({ download: 'run.jsonl' });
  expect(link.click).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(10_000);
  expect(await (await fetch(link.href)).text()).toBe('told');
  // Not for ever: it is memory.
  vi.runAllTimers();
  await expect(fetch(link.href)).rejects.toThrow();
});
