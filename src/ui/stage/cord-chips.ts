// The chips at the end of a server's cords: this page's sessions, clients from outside, and how many more;
// where there is no room for cords, one sign that says the same of all of them.

import { m } from '../paraglide/messages.js';
import type { OutsideClient } from '../state/outside.ts';
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

/** What a session's chip wears: see MARKS, and how much of its fuse is left. */
export interface Face {
  readonly session: bigint;
  readonly mark: number;
  readonly fuse: number | null;
}

/** Around 0 0: whoever has the key holds a lock or is the master, whoever has the hourglass waits. */
export const SIGNS = {
  key: 'M-1.800 0a2 2 0 1 1-.01-.01M-1.800 0H4.500V2.200M2.300 0V1.800',
  hourglass: 'M-2.500-4h5L-2.500 4h5z',
} as const;
/** Soon the leader gives a session up whose fuse is as short. */
export const FUSE_LOW = 0.4;

const OWN_MAX = 2;
const OUTSIDE_MAX = 3;

export function chipsOf(attached: Attached): Chip[] {
  const { server, own, adrift, outside, others } = attached;
  const chips = [
    ...ownChips(attached).slice(0, OWN_MAX),
    ...outside.slice(0, OUTSIDE_MAX).map(outsideChip),
  ];
  const count = own.length + adrift.length + outside.length + others - chips.length;
  if (count > 0) {
    const text = chips.length === 0 ? clientsWord(count) : m.clients_more({ count });
    chips.push({ key: `rest ${String(server)}`, text, kind: 'rest', mark: null, loose: false });
  }
  return chips;
}

const clientsWord = (count: number): string =>
  count === 1 ? m.clients_one() : m.clients_some({ count });

const ownChips = ({ own, adrift, holding, waiting }: Attached): Chip[] =>
  [...own, ...adrift].map((number) => {
    const waits = waiting.includes(number) ? 'hourglass' : null;
    return {
      ...{ key: `own ${String(number)}`, text: m.client_number({ number }), kind: 'own' },
      ...{ mark: holding.includes(number) ? 'key' : waits, loose: adrift.includes(number) },
    };
  });

function outsideChip({ session, name, lock, attached }: OutsideClient): Chip {
  const waits = lock?.says === 'waits' ? 'hourglass' : null;
  return {
    ...{ key: `outside ${String(session)}`, text: m.client_outside({ name }), kind: 'outside' },
    ...{ mark: lock?.says === 'holds' ? 'key' : waits, loose: !attached },
  };
}

/** All of a server's clients in one: who they are, the first marks, the key before the hourglass, and the
 *  shortest fuse. */
export interface ClientsSign {
  readonly count: number;
  /** Which of this page's clients, and how many others. */
  readonly text: string;
  /** Nobody of them has a server now. */
  readonly loose: boolean;
  readonly faces: readonly Face[];
  readonly mark: Chip['mark'];
  readonly fuse: number | null;
  /** Who holds and who waits. */
  readonly says: readonly string[];
}

const FACES_MAX = 2;
const NUMBERS_MAX = 2;

/** A number alone would be read as a client's. */
function signText(own: readonly number[], others: number): string {
  const named = own.length > NUMBERS_MAX ? own.slice(0, 1) : own;
  const count = own.length - named.length + others;
  const names = named.map((number) => m.client_short({ number }));
  if (names.length === 0) return m.clients_count({ count });
  return [...names, ...(count > 0 ? [m.clients_more({ count })] : [])].join(' ');
}

export function signOf(attached: Attached, known: ReadonlyMap<string, Face>): ClientsSign {
  const { own, adrift, others } = attached;
  const there = attached.outside.filter((client) => client.attached);
  const chips = [...ownChips(attached), ...there.map(outsideChip)];
  const faces = chips.flatMap(({ key }) => known.get(key) ?? []);
  const fuses = faces.flatMap(({ fuse }) => fuse ?? []);
  const marked = (mark: Chip['mark']): readonly Chip[] =>
    chips.filter((chip) => chip.mark === mark);
  const [holds, waits] = [marked('key'), marked('hourglass')];
  return {
    count: own.length + adrift.length + there.length + others,
    text: signText([...own, ...adrift], there.length + others),
    loose: own.length + there.length + others === 0,
    faces: faces.slice(0, FACES_MAX),
    mark: (holds[0] ?? waits[0])?.mark ?? null,
    fuse: fuses.length === 0 ? null : Math.min(...fuses),
    says: [
      ...holds.map(({ text }) => m.client_holds({ client: text })),
      ...waits.map(({ text }) => m.client_waits({ client: text })),
    ],
  };
}
