// The turns' marks on the tape, around 0 0.

import type { MarkKind } from './tape.ts';

export const MARK_SHAPES: Readonly<Record<MarkKind, string>> = {
  leader: 'M-4 3.500 0-3.500 4 3.500z',
  down: 'M-3-3 3 3M3-3-3 3',
  up: 'M-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0',
  frozen: 'M-1.800-3v6M1.800-3v6',
  thawed: 'M-2-3.200 3 0-2 3.200z',
  cut: 'M-4 0h8',
  healed: 'M-4-1.600h8M-4 1.600h8',
};
