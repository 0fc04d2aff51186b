// What is seen, as the log that ShiViz draws. Pure. A recording's own file is vocabulary/recording.ts.

import type { Traced } from '../../vocabulary/trace.ts';
import { clocksOf, type Causality } from './causality.ts';

/** Two lines an event: `words`, then the host and its vector clock, as ShiViz's default parser wants. */
export function shiViz(causality: Causality, words: (traced: Traced) => string): string {
  const clockOf = clocksOf(causality);
  return causality.events
    .map((traced, index) => {
      const clock = clockOf(index).map(
        ([server, count]) => `"server-${String(server)}":${String(count)}`,
      );
      const line = words(traced).replaceAll(/\s+/g, ' ');
      return `${line}\nserver-${String(traced.server)} {${clock.join(', ')}}\n`;
    })
    .join('');
}
