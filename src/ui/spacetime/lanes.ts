// Which lanes there are and where: the servers in the order of their ids, then the clients that were busy
// last, in the order of their sessions. Pure.

import type { ServerId, SessionId } from '../../vocabulary/ids.ts';
import type { Causality } from './causality.ts';

export interface Lane {
  readonly key: string;
  readonly owner:
    | { readonly kind: 'server'; readonly server: ServerId }
    | { readonly kind: 'client'; readonly session: SessionId };
  readonly y: number;
}

/** A page has as many sessions as its person opens, and those of other pages and programs. */
export const CLIENT_LANES_MAX = 4;
/** A client's lane has no bands. */
const CLIENT_LANE = 0.55;
/** The words above the first band. */
const TOP = 12;

export interface Lanes {
  readonly lanes: readonly Lane[];
  /** Pixels from one server's lane to the next. */
  readonly pitch: number;
  readonly otherClients: number;
}

export function lanesOf(
  { servers, sessions }: Causality,
  { height, clients }: { readonly height: number; readonly clients: boolean },
): Lanes {
  const shown = clients ? [...sessions.slice(0, CLIENT_LANES_MAX)].sort(byNumber) : [];
  const units = servers.length + shown.length * CLIENT_LANE;
  const pitch = units === 0 ? 0 : Math.max(0, height - TOP) / units;
  const ofServers = servers.map((server, at): Lane => {
    const y = TOP + pitch * (at + 0.5);
    return { key: `server ${String(server)}`, owner: { kind: 'server', server }, y };
  });
  const ofClients = shown.map((session, at): Lane => {
    const y = TOP + pitch * (servers.length + CLIENT_LANE * (at + 0.5));
    return { key: `client ${String(session)}`, owner: { kind: 'client', session }, y };
  });
  const otherClients = clients ? sessions.length - shown.length : 0;
  return { lanes: [...ofServers, ...ofClients], pitch, otherClients };
}

const byNumber = (a: SessionId, b: SessionId): number => {
  if (a === b) return 0;
  return BigInt.asUintN(64, a) < BigInt.asUintN(64, b) ? -1 : 1;
};
