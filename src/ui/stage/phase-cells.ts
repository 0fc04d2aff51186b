// ZAB's four phases in their order, as the cells of a bar: the present one is marked. Pure.

import type { Phase } from '../../vocabulary/trace.ts';
import { m } from '../paraglide/messages.js';

export interface PhaseCell {
  readonly phase: Phase;
  readonly letter: string;
  readonly isNow: boolean;
}

export function phaseCells(now: Phase): PhaseCell[] {
  const letters: Readonly<Record<Phase, string>> = {
    election: m.phase_e(),
    discovery: m.phase_d(),
    synchronization: m.phase_s(),
    broadcast: m.phase_b(),
  };
  return PHASES.map((phase) => ({ phase, letter: letters[phase], isNow: phase === now }));
}

const PHASES: readonly Phase[] = ['election', 'discovery', 'synchronization', 'broadcast'];
