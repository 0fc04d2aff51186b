import { afterEach, expect, test } from 'vitest';

import { overwriteGetLocale } from '../paraglide/runtime.js';
import { problemWords } from './problem-words.ts';

afterEach(() => {
  overwriteGetLocale(() => 'en');
});

test('pages that sent what cannot be read are named with their counts, in both languages', () => {
  const pages = [
    { seat: 2, times: 1 },
    { seat: 3, times: 12 },
  ];
  expect(problemWords({ kind: 'unreadable', pages })).toMatchObject({
    line: 'Pages sent what this one cannot read: tab 2 (1×), tab 3 (12×).',
    weight: 'note',
  });
  overwriteGetLocale(() => 'zh-CN');
  expect(problemWords({ kind: 'unreadable', pages }).line).toBe(
    '以下页面发来了本页无法解析的内容：标签页 2（1 次）、标签页 3（12 次）。',
  );
});

test('a link that no laboratory can be is quoted, and there is a remedy, in both languages', () => {
  const problem = {
    kind: 'labFields',
    fields: [
      { field: 'seed', value: 'abc' },
      { field: 'seats', value: '9'.repeat(500) },
    ],
  } as const;
  const { line, remedy, weight } = problemWords(problem);
  expect(line).toContain('“seed=abc, seats=999');
  expect(line.length).toBeLessThan(300);
  expect(remedy).not.toBe('');
  expect(weight).toBe('note');
  expect(problemWords({ kind: 'strangeLink', link: '#foo' }).line).toContain('“#foo”');
  expect(problemWords({ kind: 'badLesson', complaint: '' }).line).toMatch(/damaged/);
  overwriteGetLocale(() => 'zh-CN');
  expect(problemWords(problem).line).toContain('“seed=abc、seats=999');
  expect(problemWords({ kind: 'strangeLink', link: '#foo' }).line).toContain('“#foo”');
});

test('a page over plain http names its cause and the laboratory, in both languages', () => {
  const problem = { kind: 'insecure', origin: 'http://192.0.2.7:8180' } as const;
  const { line, remedy, lab, weight } = problemWords(problem);
  expect(line).toContain('plain http from http://192.0.2.7:8180');
  expect(remedy).toMatch(/localhost.*https/);
  expect([lab, weight]).toEqual(['The laboratory works here', 'stop']);
  expect(problemWords({ kind: 'noWebRtc' }).lab).toBeUndefined();
  overwriteGetLocale(() => 'zh-CN');
  expect(problemWords(problem).line).toContain('通过普通 http 从 http://192.0.2.7:8180 打开');
});
