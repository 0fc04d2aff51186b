// Which of the page's languages a browser's person reads, by what the browser says of them.

import { baseLocale, locales, type Locale } from '../paraglide/runtime.js';

const languageOf = (tag: string): string => tag.split(/[-_]/)[0]?.toLowerCase() ?? '';

/** By the language alone, whatever its script or place (zh, zh-Hans-SG, zh-TW): in the browser's own order, the
 *  first that the page has; else its base language. */
export function localeFor(tags: readonly string[]): Locale {
  for (const tag of tags) {
    const known = locales.find((locale) => languageOf(locale) === languageOf(tag));
    if (known !== undefined) return known;
  }
  return baseLocale;
}
