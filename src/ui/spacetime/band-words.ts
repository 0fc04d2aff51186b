// What a stretch of a lane is called: its phase with the epoch, an election with its round.

import { m } from '../paraglide/messages.js';
import { phaseWord } from '../words/role-words.ts';
import type { Band } from './bands.ts';

export function bandWords({ phase, epoch, round }: Band): string {
  if (phase === 'down') return m.space_down();
  const words = phaseWord(phase);
  if (round !== null) return m.space_round({ phase: words, round: String(round) });
  return epoch > 0 ? `${words} · ${String(epoch)}` : words;
}
