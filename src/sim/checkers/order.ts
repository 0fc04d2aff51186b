// Z1, Z2, Z4, Z5, Z6: what is delivered, and in which order. (Zab paper: integrity, total order, local
// and global primary order, primary integrity.)

import { sameBytes } from '../../base/sha256.ts';
import type { ServerId } from '../../vocabulary/ids.ts';
import {
  counterOf,
  epochOf,
  follows,
  formatZxid,
  ZXID_ZERO,
  type Zxid,
} from '../../vocabulary/zxid.ts';
import { entryOn } from '../disk-image.ts';
import type { Observation } from '../observation.ts';
import { diskAt, type CheckerDefinition, type Ghost } from './ghost.ts';

interface Traced<Kind extends string> {
  readonly server: ServerId;
  readonly zxid: Zxid;
  readonly kind: Kind;
}

/** The zxid of an `applied` or `proposed` event, or null for anything else. */
function eventOf<Kind extends 'applied' | 'proposed'>(
  observation: Observation,
  kind: Kind,
): Traced<Kind> | null {
  if (observation.at !== 'server' || observation.what.kind !== 'traced') return null;
  const { event } = observation.what;
  if (event.kind !== 'applied' && event.kind !== 'proposed') return null;
  return event.kind === kind ? { server: observation.server, zxid: event.zxid, kind } : null;
}

const lastOf = (ghost: Ghost, server: ServerId): Zxid => ghost.trees.get(server)?.last ?? ZXID_ZERO;

export const integrity: CheckerDefinition = {
  rule: 'Z1 integrity',
  sees: ['proposed', 'applied'],
  make: (report) => {
    const broadcast = new Set<Zxid>();
    return {
      observe: (observation, ghost) => {
        const proposed = eventOf(observation, 'proposed');
        if (proposed !== null) broadcast.add(proposed.zxid);
        const applied = eventOf(observation, 'applied');
        if (applied === null) return;
        const { server, zxid } = applied;
        const who = `server ${String(server)} delivered ${formatZxid(zxid)}`;
        const earlier = zxid <= ghost.before.upTo || ghost.before.logged.has(zxid);
        if (!broadcast.has(zxid) && !earlier) {
          report(observation.millis, `${who}, which nobody broadcast`);
        }
        if (zxid <= lastOf(ghost, server)) report(observation.millis, `${who} a second time`);
        const own = entryOn(diskAt(ghost, server), zxid);
        const first = ghost.canonBytes.get(zxid);
        if (own === null) report(observation.millis, `${who}, which is not in its durable log`);
        else if (first !== undefined && !sameBytes(own.bytes, first)) {
          report(observation.millis, `${who} with other bytes than it was first delivered with`);
        }
      },
    };
  },
};

export const totalOrder: CheckerDefinition = {
  rule: 'Z2 total order',
  sees: ['applied'],
  make: (report) => ({
    observe: (observation, ghost) => {
      const applied = eventOf(observation, 'applied');
      if (applied === null) return;
      const { server, zxid } = applied;
      const { canon, before: earlier } = ghost;
      if (zxid <= earlier.upTo) return;
      const last = lastOf(ghost, server);
      const before = canonIndexOf(ghost, last);
      const who = `server ${String(server)} delivered ${formatZxid(zxid)} after ${formatZxid(last)}`;
      if (before === undefined) {
        report(observation.millis, `${who}, and the latter was never delivered anywhere`);
        return;
      }
      const due = canon[before + 1];
      if (due === undefined) {
        if (!follows(last, zxid)) report(observation.millis, `${who}: a hole in the order`);
      } else if (due !== zxid) {
        report(observation.millis, `${who} where others delivered ${formatZxid(due)}`);
      }
    },
  }),
};

/** Where a tree's end stands in the canon: before all of it (-1), or nowhere (undefined). The zero of
 *  an epoch is no transaction: it stands for everything before the epoch. */
function canonIndexOf(ghost: Ghost, zxid: Zxid): number | undefined {
  if (zxid <= ghost.before.upTo) return -1;
  if (counterOf(zxid) !== 0) return ghost.canonIndex.get(zxid);
  return ghost.canon.findLastIndex((other) => other < zxid);
}

export const localPrimaryOrder: CheckerDefinition = {
  rule: 'Z4 local primary order',
  sees: ['proposed', 'applied'],
  make: (report) => {
    /** What the primary of each epoch broadcast, in its order. */
    const broadcast = new Map<number, Zxid[]>();
    return {
      observe: (observation, ghost) => {
        const proposed = eventOf(observation, 'proposed');
        if (proposed !== null) {
          const epoch = epochOf(proposed.zxid);
          const list = broadcast.get(epoch) ?? [];
          broadcast.set(epoch, list);
          list.push(proposed.zxid);
        }
        const applied = eventOf(observation, 'applied');
        if (applied === null) return;
        const list = broadcast.get(epochOf(applied.zxid)) ?? [];
        const at = indexIn(list, applied.zxid);
        const earlier = list[at - 1];
        const last = lastOf(ghost, applied.server);
        if (at > 0 && earlier !== undefined && last < earlier) {
          const who = `server ${String(applied.server)} delivered ${formatZxid(applied.zxid)}`;
          const says = `${who} without ${formatZxid(earlier)}, broadcast before it`;
          report(observation.millis, says);
        }
      },
    };
  },
};

/** Broadcast lists are ascending unless a primary breaks the rule; then the slow way still answers. */
function indexIn(list: readonly Zxid[], zxid: Zxid): number {
  const [first] = list;
  const guess = first === undefined ? -1 : Number(zxid - first);
  return list[guess] === zxid ? guess : list.indexOf(zxid);
}

export const globalPrimaryOrder: CheckerDefinition = {
  rule: 'Z5 global primary order',
  sees: ['applied'],
  make: (report) => ({
    observe: (observation, ghost) => {
      const applied = eventOf(observation, 'applied');
      if (applied === null) return;
      const last = lastOf(ghost, applied.server);
      if (epochOf(applied.zxid) >= epochOf(last)) return;
      const who = `server ${String(applied.server)} delivered ${formatZxid(applied.zxid)}`;
      report(observation.millis, `${who} of an older epoch after ${formatZxid(last)}`);
    },
  }),
};

export const primaryIntegrity: CheckerDefinition = {
  rule: 'Z6 primary integrity',
  sees: ['proposed'],
  make: (report) => {
    const began = new Map<number, { server: ServerId; had: Zxid; millis: number }>();
    return {
      observe: (observation, ghost) => {
        const proposed = eventOf(observation, 'proposed');
        if (proposed === null) return;
        const epoch = epochOf(proposed.zxid);
        if (began.has(epoch)) return;
        const { server } = proposed;
        began.set(epoch, { server, had: lastOf(ghost, server), millis: observation.millis });
      },
      finish: (ghost) => {
        for (const [epoch, { server, had, millis }] of began) {
          const missed = ghost.canon.find((zxid) => epochOf(zxid) < epoch && zxid > had);
          if (missed === undefined) continue;
          const who = `server ${String(server)} broadcast in epoch ${String(epoch)}`;
          report(millis, `${who} without having delivered ${formatZxid(missed)}`);
        }
      },
    };
  },
};
