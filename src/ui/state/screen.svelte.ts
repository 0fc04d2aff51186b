// How much room there is, and what the system prefers.

import { motion } from './motion.svelte.ts';

export type ScreenSize = 'wide' | 'medium' | 'phone';

const WIDE_PIXELS = 1200;
const MEDIUM_PIXELS = 760;
/** As `zoom` in app.css: what is bigger needs more room. */
const PROJECTOR_ZOOM = 1.3;
const SCALES = [1, PROJECTOR_ZOOM];
const DARK = '(prefers-color-scheme: dark)';
const STILL = '(prefers-reduced-motion: reduce)';

export class Screen {
  #sizes = $state.raw(sizesNow());
  /** Everything is drawn bigger, for a room full of people. */
  bigger = $state(false);
  dark = $state(matchMedia(DARK).matches);
  /** The system asks for less motion. */
  lessWanted = $state(matchMedia(STILL).matches);
  /** Nothing flies for people who asked for less motion. */
  readonly still = $derived(motion.isLess(this.lessWanted));
  readonly size: ScreenSize = $derived(this.bigger ? this.#sizes.bigger : this.#sizes.usual);

  readonly start = (): (() => void) => {
    const widths = SCALES.flatMap((scale) => [
      atLeast(WIDE_PIXELS, scale),
      atLeast(MEDIUM_PIXELS, scale),
    ]);
    const queries = [...widths, DARK, STILL].map((query) => matchMedia(query));
    const onChange = (): void => {
      this.#sizes = sizesNow();
      this.dark = matchMedia(DARK).matches;
      this.lessWanted = matchMedia(STILL).matches;
    };
    for (const query of queries) query.addEventListener('change', onChange);
    return () => {
      for (const query of queries) query.removeEventListener('change', onChange);
    };
  };
}

const atLeast = (pixels: number, scale: number): string =>
  `(min-width: ${String(pixels * scale)}px)`;

const sizesNow = (): { usual: ScreenSize; bigger: ScreenSize } => ({
  usual: sizeNow(1),
  bigger: sizeNow(PROJECTOR_ZOOM),
});

function sizeNow(scale: number): ScreenSize {
  if (matchMedia(atLeast(WIDE_PIXELS, scale)).matches) return 'wide';
  return matchMedia(atLeast(MEDIUM_PIXELS, scale)).matches ? 'medium' : 'phone';
}
