import { afterEach, expect, test } from 'vitest';

import { overwriteGetLocale } from '../paraglide/runtime.js';
import { ended } from './lists.ts';

afterEach(() => {
  overwriteGetLocale(() => 'en');
});

test.each([
  ['The leader was killed', 'The leader was killed.'],
  ['The leader was killed. ', 'The leader was killed. '],
  ['It said “no.”', 'It said “no.”'],
  ['Who reads (nobody)', 'Who reads (nobody).'],
  ['Why?', 'Why?'],
])('%j stands before another sentence as %j', (text, whole) => {
  expect(ended(text)).toBe(whole);
});

test.each([
  ['领导者被杀死了', '领导者被杀死了。'],
  ['领导者被杀死了。', '领导者被杀死了。'],
  ['它说“不行。”', '它说“不行。”'],
])('in Chinese %j as %j', (text, whole) => {
  overwriteGetLocale(() => 'zh-CN');
  expect(ended(text)).toBe(whole);
});
