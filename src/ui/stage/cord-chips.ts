// The chips at the end of a server's cords: this page's sessions, clients from outside, and how many more.

import { m } from '../paraglide/messages.js';
import type { Attached } from './clients.ts';

export interface Chip {
  /** The same wherever its client hangs. */
  readonly key: string;
  readonly text: string;
  readonly kind: 'own' | 'outside' | 'rest';
  readonly mark: 'key' | 'hourglass' | null;
  /** Its server is gone: the cord hangs loose. */
  readonly loose: boolean;
}

const OWN_MAX = 2;
const OUTSIDE_MAX = 3;

export function chipsOf({ server, own, others, holding, waiting, outside }: Attached): Chip[] {
  const chips = own.slice(0, OWN_MAX).map((number): Chip => {
    const waits = waiting.includes(number) ? 'hourglass' : null;
    return {
      ...{ key: `own ${String(number)}`, text: m.client_number({ number }), kind: 'own' },
      ...{ mark: holding.includes(number) ? 'key' : waits, loose: false },
    };
  });
  for (const { session, name, lock, attached } of outside.slice(0, OUTSIDE_MAX)) {
    const waits = lock?.says === 'waits' ? 'hourglass' : null;
    chips.push({
      ...{ key: `outside ${String(session)}`, text: m.client_outside({ name }), kind: 'outside' },
      ...{ mark: lock?.says === 'holds' ? 'key' : waits, loose: !attached },
    });
  }
  const count = own.length + outside.length + others - chips.length;
  if (count > 0) {
    const text = m.clients_more({ count });
    chips.push({ key: `rest ${String(server)}`, text, kind: 'rest', mark: null, loose: false });
  }
  return chips;
}
