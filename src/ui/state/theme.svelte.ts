// Light, dark, as the system says, or big and in high contrast for a projector; remembered in this
// browser.

export type Theme = 'auto' | 'light' | 'dark' | 'projector';
export const THEMES: readonly Theme[] = ['auto', 'light', 'dark', 'projector'];

const KEY = 'tabkeeper-theme';

function remembered(): Theme {
  try {
    const known = localStorage.getItem(KEY);
    return THEMES.find((theme) => theme === known) ?? 'auto';
  } catch {
    return 'auto'; // Storage is off: nothing is remembered, nothing else is lost.
  }
}

class ThemeState {
  current = $state<Theme>(remembered());

  readonly choose = (theme: Theme): void => {
    this.current = theme;
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      return; // As above.
    }
  };
}

export const theme = new ThemeState();
