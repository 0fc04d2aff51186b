// What the whole document follows: the language, the theme, how much may move.

import { locale } from './locale.svelte.ts';
import { motion } from './motion.svelte.ts';
import type { Screen } from './screen.svelte.ts';
import { theme } from './theme.svelte.ts';

/** To be called while a component is made. */
export function followDocument(screen: Screen): void {
  $effect(() => screen.start());
  // Apart from all that changes often: setting `lang` anew, even to the same, styles the whole page anew.
  $effect(() => {
    document.documentElement.lang = locale.current;
  });
  $effect(() => {
    const { dataset } = document.documentElement;
    const chosen = theme.current;
    if (chosen === 'projector') dataset['theme'] = 'light';
    else dataset['theme'] = chosen === 'auto' ? (screen.dark ? 'dark' : 'light') : chosen;
    dataset['preset'] = chosen === 'projector' ? 'projector' : '';
  });
  $effect(() => {
    screen.bigger = theme.current === 'projector';
  });
  $effect(() => {
    document.documentElement.dataset['motion'] = motion.isLess(screen.lessWanted) ? 'less' : 'full';
  });
}
