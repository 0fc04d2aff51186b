// How much room there is, and what the system prefers.

export type ScreenSize = 'wide' | 'medium' | 'phone';

const WIDE = '(min-width: 1200px)';
const MEDIUM = '(min-width: 760px)';
const DARK = '(prefers-color-scheme: dark)';
const STILL = '(prefers-reduced-motion: reduce)';

export class Screen {
  size = $state<ScreenSize>(sizeNow());
  dark = $state(matchMedia(DARK).matches);
  /** Nothing flies for people who asked for less motion. */
  still = $state(matchMedia(STILL).matches);

  readonly start = (): (() => void) => {
    const queries = [WIDE, MEDIUM, DARK, STILL].map((query) => matchMedia(query));
    const onChange = (): void => {
      this.size = sizeNow();
      this.dark = matchMedia(DARK).matches;
      this.still = matchMedia(STILL).matches;
    };
    for (const query of queries) query.addEventListener('change', onChange);
    return () => {
      for (const query of queries) query.removeEventListener('change', onChange);
    };
  };
}

function sizeNow(): ScreenSize {
  if (matchMedia(WIDE).matches) return 'wide';
  return matchMedia(MEDIUM).matches ? 'medium' : 'phone';
}
