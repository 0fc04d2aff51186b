import { expect, test } from 'vitest';

import { checkMessages, faultsOf } from './messages.mjs';

test('the languages of this page are equals', () => {
  checkMessages();
});

test('a hole, an empty message and a place that one does not fill are seen', () => {
  const en = { a: 'A {x}', b: 'B', c: 'C', e: '{x} {y}' };
  const zh = { a: '甲 {x}', c: '', d: '丁', e: '{y}{x}{y}' };
  expect(faultsOf({ en, 'zh-CN': zh })).toEqual([
    'zh-CN has no b',
    'zh-CN has no c',
    'en has no d',
  ]);
  expect(faultsOf({ en: { a: '{x}' }, 'zh-CN': { a: '{z}' } })).toEqual([
    'a: en has {x}, zh-CN {z}',
  ]);
  expect(faultsOf({ en: { a: 'A' }, 'zh-CN': { a: '{z}' } })).toEqual([
    'a: en has none, zh-CN {z}',
  ]);
});
