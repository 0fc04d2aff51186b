// The language of the page: what was chosen here, else the browser's, changed without a reload (a reload would end
// the server that lives in this tab).

import {
  locales,
  localStorageKey,
  overwriteGetLocale,
  setLocale,
  toLocale,
  type Locale,
} from '../paraglide/runtime.js';
import { localeFor } from './languages.ts';

export const LOCALE_NAMES: Readonly<Record<Locale, string>> = {
  en: 'English',
  'zh-CN': '简体中文',
};

/** Where the browser keeps nothing, not even a language can be remembered. */
function chosenLocale(): Locale | undefined {
  try {
    return toLocale(localStorage.getItem(localStorageKey));
  } catch {
    return undefined;
  }
}

class LocaleState {
  current = $state<Locale>(chosenLocale() ?? localeFor(navigator.languages));

  readonly choose = (locale: Locale): void => {
    this.current = locale;
    try {
      void setLocale(locale, { reload: false });
    } catch {
      return; // As above: it holds until this page ends.
    }
  };
}

export const locale = new LocaleState();

/** Set while something is said in another language than the page's. */
let spoken: Locale | null = null;
overwriteGetLocale(() => spoken ?? locale.current);

/** What these words are in that language. */
export function inLocale<Said>(other: Locale, words: () => Said): Said {
  const before = spoken;
  spoken = other;
  try {
    return words();
  } finally {
    spoken = before;
  }
}

export { locales, type Locale };
