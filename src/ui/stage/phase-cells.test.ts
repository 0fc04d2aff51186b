import { afterEach, expect, test } from 'vitest';

import type { Phase } from '../../vocabulary/trace.ts';
import { overwriteGetLocale, type Locale } from '../paraglide/runtime.js';
import { phaseCells } from './phase-cells.ts';

afterEach(() => {
  overwriteGetLocale(() => 'en');
});

test.each<[Locale, string]>([
  ['en', 'EDSB'],
  ['zh-CN', '选发同播'],
])('the bar has the four phases in their order: %s', (locale, letters) => {
  overwriteGetLocale(() => locale);
  const cells = phaseCells('election');
  expect(cells.map(({ phase }) => phase)).toEqual([
    ...['election', 'discovery', 'synchronization', 'broadcast'],
  ]);
  expect(cells.map(({ letter }) => letter).join('')).toBe(letters);
});

test.each<Phase>(['election', 'discovery', 'synchronization', 'broadcast'])(
  'in %s that cell is marked, and no other',
  (now) => {
    const marked = phaseCells(now).filter(({ isNow }) => isNow);
    expect(marked.map(({ phase }) => phase)).toEqual([now]);
  },
);
