// Whether one key alone does something (WCAG 2.1.4): who speaks to the machine, or rests a hand on the keys, switches
// that off. Remembered in this browser.

const KEY = 'tabkeeper-single-keys';
const OFF = 'off';

function remembered(): boolean {
  try {
    return localStorage.getItem(KEY) !== OFF;
  } catch {
    return true; // Storage is off: nothing is remembered, nothing else is lost.
  }
}

class SingleKeys {
  on = $state<boolean>(remembered());

  readonly choose = (on: boolean): void => {
    this.on = on;
    try {
      if (on) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, OFF);
    } catch {
      return; // As above.
    }
  };
}

export const singleKeys = new SingleKeys();
