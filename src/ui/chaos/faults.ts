// What is wrong in a room now, as one list with the step that heals each. Nothing here acts.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { FaultView, RoomView, Step } from '../../vocabulary/playground.ts';

export type ActiveFault =
  | FaultView
  | { readonly kind: 'killed' | 'frozen'; readonly server: ServerId }
  | { readonly kind: 'cut'; readonly a: ServerId; readonly b: ServerId };

export type LinkFault = Exclude<ActiveFault, { readonly server: ServerId }>;
export const isLinkFault = (fault: ActiveFault): fault is LinkFault => !('server' in fault);

/** Disks come before servers that are down: one that starts on a full disk halts again. */
export function activeFaults(room: Pick<RoomView, 'servers' | 'cuts' | 'faults'>): ActiveFault[] {
  const servers = room.servers.filter(({ present }) => present);
  const frozen = servers.filter((seat) => seat.frozen);
  const killed = servers.filter(
    ({ killed: down, server }) => down || (server?.haltedBecause ?? null) !== null,
  );
  return [
    ...room.cuts.map(({ a, b }) => ({ kind: 'cut' as const, a, b })),
    ...room.faults,
    ...frozen.map(({ serverId: server }) => ({ kind: 'frozen' as const, server })),
    ...killed.map(({ serverId: server }) => ({ kind: 'killed' as const, server })),
  ];
}

/** The two ends of a link's fault; of a way that is held, from and to. */
export const endsOf = (fault: LinkFault): readonly [ServerId, ServerId] =>
  fault.kind === 'cutWay' ? [fault.from, fault.to] : [fault.a, fault.b];

/** The links that something is wrong with. */
export function faultsByPair(
  room: Pick<RoomView, 'servers' | 'cuts' | 'faults'>,
): ReadonlyMap<string, readonly LinkFault[]> {
  const found = new Map<string, LinkFault[]>();
  for (const fault of activeFaults(room).filter(isLinkFault)) {
    const key = [...endsOf(fault)].sort((a, b) => a - b).join('-');
    found.set(key, [...(found.get(key) ?? []), fault]);
  }
  return found;
}

/** What `from` sends to `to` does not get there now: the link is cut, or that way of it is. */
export const isStopped = (
  { cuts, faults }: Pick<RoomView, 'cuts' | 'faults'>,
  from: ServerId,
  to: ServerId,
): boolean =>
  cuts.some(({ a, b }) => (a === from && b === to) || (a === to && b === from)) ||
  faults.some((fault) => fault.kind === 'cutWay' && fault.from === from && fault.to === to);

/** Distinct for every fault of a room. */
export const faultKey = (fault: ActiveFault): string =>
  [fault.kind, ...(isLinkFault(fault) ? endsOf(fault) : [fault.server])].join('-');

/** Only what `fault` is about: a link that is cut and slow is healed of one and keeps the other. */
export function healing(fault: ActiveFault, room: Pick<RoomView, 'faults'>): readonly Step[] {
  switch (fault.kind) {
    case 'killed':
      return [{ kind: 'restart', server: fault.server }];
    case 'frozen':
      return [{ kind: 'freeze', server: fault.server, on: false }];
    case 'slowDisk':
      return [{ ...fault, millis: 0 }];
    case 'fullDisk':
      return [{ ...fault, on: false }];
    case 'skewClock':
      return [{ ...fault, percent: 100 }];
    case 'slowLink':
      return [{ ...fault, millis: 0 }];
    case 'cutWay':
      return [{ ...fault, on: false }];
    case 'cut': {
      const { a, b } = fault;
      // Healing a link opens both its ways: those that were held on their own stay held.
      const held = room.faults.filter(
        (other) =>
          other.kind === 'cutWay' &&
          ((other.from === a && other.to === b) || (other.from === b && other.to === a)),
      );
      return [
        { kind: 'heal', a, b },
        ...held.flatMap((way): Step[] => (way.kind === 'cutWay' ? [{ ...way, on: true }] : [])),
      ];
    }
  }
}

/** Everything, servers that are down last. */
export function healingAll(room: Pick<RoomView, 'servers' | 'cuts' | 'faults'>): readonly Step[] {
  const faults = activeFaults(room);
  const atServers = faults.filter((fault) => !isLinkFault(fault));
  const steps = atServers.flatMap((fault) => healing(fault, room));
  return faults.length > atServers.length ? [{ kind: 'healAll' }, ...steps] : steps;
}
