// Whether what another page sends is a picture of a server or of its tree, field by field: who draws one trusts
// its types. What is drawn by its name stands in its list once, in order.

import { count, flag, listOf, moment, oneOf, orNull, recordOf, seat } from './shapes.ts';
import { server, text, vote, whole, wide, type Check } from './shapes.ts';
import type { Acl, Stat } from './stat.ts';
import type { Phase } from './trace.ts';
import type { LogCell, LostCell, NodeView, OutsideClientView, RoleView } from './view.ts';
import type { ServerView, SessionView, TreeView } from './view.ts';

/** What a calendar can say: beyond it a date has no words. */
const CALENDAR_MILLIS_MAX = 8_640_000_000_000_000;

const date: Check = (value) => moment(value) && Math.abs(value as number) <= CALENDAR_MILLIS_MAX;
const bytes: Check = (value) => value instanceof Uint8Array;

/** Ascending by this field of theirs. */
const ascendingBy = (name: string, check: Check): Check => {
  const isList = listOf(check);
  return (value) => {
    if (!isList(value)) return false;
    const items = value as readonly Readonly<Record<string, string | bigint>>[];
    return items.every((item, at) => at === 0 || isBelow(items[at - 1]?.[name], item[name]));
  };
};

const isBelow = (a: string | bigint | undefined, b: string | bigint | undefined): boolean =>
  a !== undefined && b !== undefined && a < b;

const session = recordOf<SessionView>({
  ...{ id: wide, timeoutMillis: whole, here: flag, connection: orNull(whole) },
  ...{ ephemerals: listOf(text), fuse: orNull(count) },
});

const view = recordOf<ServerView>({
  serverId: seat,
  role: oneOf<RoleView>({ looking: 0, following: 0, leading: 0, observing: 0, down: 0 }),
  phase: oneOf<Phase>({ election: 0, discovery: 0, synchronization: 0, broadcast: 0 }),
  ...{ round: wide, vote: orNull(vote), acceptedEpoch: whole, currentEpoch: whole },
  ...{ leader: orNull(server), serving: flag, trusted: flag },
  ...{ lastLogged: wide, lastDurable: wide, lastCommitted: wide, lastApplied: wide },
  log: ascendingBy(
    'zxid',
    recordOf<LogCell>({
      zxid: wide,
      state: oneOf<LogCell['state']>({ proposed: 0, logged: 0, committed: 0 }),
    }),
  ),
  lost: listOf(
    recordOf<LostCell>({ zxid: wide, by: oneOf<LostCell['by']>({ TRUNC: 0, SNAP: 0 }) }),
  ),
  sessions: listOf(session),
  watches: listOf(
    recordOf<ServerView['watches'][number]>({
      ...{ path: text, kind: oneOf({ data: 0, child: 0 }), session: wide },
    }),
  ),
  ...{ nodeCount: count, treeDigest: wide, peers: listOf(server), haltedBecause: orNull(text) },
  ...{ queuedDiskWrites: count, badFrames: count },
});

const stat = recordOf<Stat>({
  ...{ czxid: wide, mzxid: wide, ctime: date, mtime: date, version: whole, cversion: whole },
  ...{ aversion: whole, ephemeralOwner: wide, dataLength: whole, numChildren: whole, pzxid: wide },
});

const node = recordOf<NodeView>({
  ...{ path: text, data: orNull(bytes), stat },
  acl: listOf(recordOf<Acl>({ perms: whole, scheme: text, id: text })),
  kind: oneOf<NodeView['kind']>({ persistent: 0, ephemeral: 0, container: 0, ttl: 0 }),
});

const tree = recordOf<TreeView>({
  ...{ serverId: seat, zxid: wide, nodes: ascendingBy('path', node), omitted: count },
});

const outside = recordOf<OutsideClientView>({ session: wide, address: text });

export const isServerView = (value: unknown): value is ServerView => view(value);

export const isTreeView = (value: unknown): value is TreeView => tree(value);

export const isOutsideClients = (value: unknown): value is readonly OutsideClientView[] =>
  Array.isArray(value) && value.every(outside);
