// What is known of a selection beyond the thing itself: its transactions, requests, connections, and events
// that are told apart by their place alone. It only grows.

import { NO_SESSION, type ServerId, type SessionId } from '../../vocabulary/ids.ts';
import type { OpName } from '../../vocabulary/request.ts';
import type { Traced, TraceEvent } from '../../vocabulary/trace.ts';
import type { Zxid } from '../../vocabulary/zxid.ts';
import type { Selection } from './selection.ts';

export interface Scope {
  readonly selection: Selection;
  /** Its transactions. */
  readonly zxids: Set<Zxid>;
  /** Sessions whose request a selected transaction is. */
  readonly sessions: Set<SessionId>;
  /** Its requests, by session, xid and operation. False: xids began again, so that two of that name are of
   *  different paths, and neither is known by it. */
  readonly requests: Map<string, boolean>;
  /** Its connections, by server. */
  readonly connections: Set<string>;
  /** Events that belong by their place beside another one. */
  readonly places: Set<string>;
  /** Operations that its transactions are. */
  readonly ops: Set<OpName>;
  /** Of a packet: all that could be this end of its way, and all that could be the other. */
  readonly ends: { readonly mine: Map<string, Traced>; readonly other: Map<string, Traced> };
  /** Counts up with whatever is learnt. */
  learnt: number;
}

export const scopeOf = (selection: Selection): Scope => {
  const scope: Scope = {
    selection,
    zxids: new Set(),
    sessions: new Set(),
    requests: new Map(),
    connections: new Set(),
    places: new Set(),
    ops: new Set(),
    ends: { mine: new Map(), other: new Map() },
    learnt: 0,
  };
  if (selection.kind === 'zxid') scope.zxids.add(selection.zxid);
  if (selection.kind === 'packet' || selection.kind === 'event') {
    const { event } = selection.traced;
    // A PING names whatever came last, and a read is answered at the zxid of some other transaction.
    const names = 'zxid' in event && event.kind !== 'replied' && !isPing(event);
    if (names && event.zxid > 0n) scope.zxids.add(event.zxid);
    if ('session' in event && event.session !== NO_SESSION) scope.sessions.add(event.session);
  }
  return scope;
};

const isPing = (event: TraceEvent): boolean => 'type' in event && event.type === 'PING';

export const requestKey = (session: SessionId, xid: number, op: OpName): string =>
  `${String(session)} ${String(xid)} ${op}`;

export const connectionKey = (server: ServerId, connection: number): string =>
  `${String(server)} ${String(connection)}`;
