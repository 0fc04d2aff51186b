// The language of the page: Paraglide's choice at first, changed without a reload (a reload would end
// the server that lives in this tab).

import {
  getLocale,
  locales,
  overwriteGetLocale,
  setLocale,
  type Locale,
} from '../paraglide/runtime.js';

export const LOCALE_NAMES: Readonly<Record<Locale, string>> = {
  en: 'English',
  'zh-CN': '简体中文',
};

class LocaleState {
  current = $state<Locale>(getLocale());

  readonly choose = (locale: Locale): void => {
    void setLocale(locale, { reload: false });
    this.current = locale;
  };
}

export const locale = new LocaleState();
overwriteGetLocale(() => locale.current);

export { locales, type Locale };
