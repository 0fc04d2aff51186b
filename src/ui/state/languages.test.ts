import { expect, test } from 'vitest';

import { localeFor } from './languages.ts';

test.each([
  [['zh'], 'zh-CN'],
  [['zh-Hans'], 'zh-CN'],
  [['zh-Hans-CN'], 'zh-CN'],
  [['zh-SG'], 'zh-CN'],
  [['zh-TW'], 'zh-CN'],
  [['zh-Hant-HK'], 'zh-CN'],
  [['ZH-cn'], 'zh-CN'],
  [['fr', 'zh-TW', 'en'], 'zh-CN'],
  [['en-GB', 'zh'], 'en'],
  [['en'], 'en'],
  [['de-AT', 'fr'], 'en'],
  // Another language, whatever its tag begins with.
  [['zha', 'en'], 'en'],
  [[], 'en'],
] as const)('a browser that says %j reads %s', (tags, locale) => {
  expect(localeFor(tags)).toBe(locale);
});
