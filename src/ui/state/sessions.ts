// Who a session is and how it does, wherever it is shown: its name, its mark, and how much of its fuse is
// left. Pure.

import type { RoomView } from '../../vocabulary/playground.ts';
import { FUSE_PARTS } from '../../vocabulary/view.ts';
import { m } from '../paraglide/messages.js';
import { shortName, type OutsideClient } from './outside.ts';

export interface SessionFace {
  readonly name: string;
  /** One of MARKS: a shape and a tint of its own. */
  readonly mark: number;
}

/** Paths around 0 0, at most 4 from it. */
export const MARKS = [
  'M-3.500 0a3.500 3.500 0 1 0 7 0a3.500 3.500 0 1 0-7 0z',
  'M-3.200-3.200h6.400v6.400h-6.400z',
  'M0-4 3.800 3.200h-7.600z',
  'M0-4 4 0 0 4-4 0z',
] as const;

interface Known {
  readonly sessions: RoomView['sessions'];
  readonly outside: readonly OutsideClient[];
}

/** Sessions that a server opens one after another have different marks, and so have the first of each server. */
function markOf(session: bigint): number {
  const id = BigInt.asUintN(64, session);
  return Number((id ^ (id >> 56n)) % BigInt(MARKS.length));
}

export function sessionFace(session: bigint, { sessions, outside }: Known): SessionFace {
  return { name: nameOf(session, { sessions, outside }), mark: markOf(session) };
}

function nameOf(session: bigint, { sessions, outside }: Known): string {
  const own = sessions.find((known) => known.sessionId === session);
  if (own !== undefined) return m.client_number({ number: own.number });
  const client = outside.find((known) => known.session === session);
  if (client !== undefined) return m.client_outside({ name: client.name });
  return `#${shortName(session)}`;
}

export interface Fuse {
  /** 0 to 1. */
  readonly left: number;
  readonly leftMillis: number;
}

/** Of every session, as the leader counts; nobody counts where nobody leads. */
export function fusesOf({ servers }: RoomView): ReadonlyMap<bigint, Fuse> {
  const fuses = new Map<bigint, Fuse>();
  for (const { present, killed, server } of servers) {
    if (!present || killed || server === null || server.role !== 'leading') continue;
    for (const { id, fuse, timeoutMillis } of server.sessions) {
      if (fuse === null) continue;
      const left = fuse / FUSE_PARTS;
      fuses.set(id, { left, leftMillis: left * timeoutMillis });
    }
  }
  return fuses;
}
