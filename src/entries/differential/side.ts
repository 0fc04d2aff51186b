// One of the two systems of a run with all that is connected to it: its clients, and those connections that
// only look how far a server is or wake it up. It compares nothing.

import { setTimeout as pause } from 'node:timers/promises';

import { decodeReply, encodeRequest } from '../../jute/client.ts';
import type { Names } from './seen.ts';
import type { Client } from './step.ts';
import { connectFrame, Wire } from './wire.ts';

export interface System {
  readonly name: string;
  readonly clientPorts: readonly number[];
  readonly portNames: ReadonlyMap<string, string>;
}

export interface Side {
  readonly system: System;
  readonly names: Names;
  readonly wires: Map<Client, Wire>;
  /** One connection to each server that only waits. */
  readonly watchers: Wire[];
  /** And one that only wakes it up. */
  readonly nudgers: Wire[];
  zxidMax: bigint;
}

/** No session of these goes while there is a run. */
const ONLOOKER_MILLIS = 600_000;
const APPLIED_ROUNDS_MAX = 2_000;

export const makeSide = (system: System): Side => ({
  system,
  names: { base: 0n, sessions: new Map(), ports: system.portNames },
  ...{ wires: new Map(), watchers: [], nudgers: [], zxidMax: 0n },
});

/** Opens what looks on, and counts zxids from here. No other client is there yet. */
export async function beginSide(side: Side): Promise<void> {
  for (const port of side.system.clientPorts) {
    for (const wires of [side.watchers, side.nudgers]) wires.push(await openOnlooker(side, port));
  }
  await applied(side);
  side.names.base = side.zxidMax;
}

export async function openOnlooker(side: Side, port: number): Promise<Wire> {
  const wire = new Wire(port, side.names);
  wire.onLate = () => {
    nudge(side);
  };
  const none = { timeoutMillis: ONLOOKER_MILLIS };
  wire.send(connectFrame(0n, new Uint8Array(16), none), null);
  await wire.answered();
  return wire;
}

/** Until every server that is looked at has applied the newest that anybody was told. */
export async function applied(side: Side): Promise<void> {
  for (const wire of side.wires.values()) {
    for (const { zxid } of wire.seen.slice(-8)) if (zxid > side.zxidMax) side.zxidMax = zxid;
  }
  for (let round = 0; ; round += 1) {
    const zxids = await Promise.all(side.watchers.map((watcher) => zxidOfServer(side, watcher)));
    for (const zxid of zxids) if (zxid > side.zxidMax) side.zxidMax = zxid;
    if (zxids.every((zxid) => zxid === side.zxidMax)) return;
    if (round > APPLIED_ROUNDS_MAX) throw new Error(`${side.system.name}: a server lags for good`);
    await pause(1);
  }
}

export function endSide({ wires, watchers, nudgers }: Side): void {
  for (const wire of [...wires.values(), ...watchers, ...nudgers]) wire.drop();
}

/** How far the tree of a server is. */
export async function zxidOfServer({ system }: Side, watcher: Wire): Promise<bigint> {
  const frame = await watcher.ask(encodeRequest(1, { kind: 'exists', path: '/', watch: false }));
  watcher.seen.length = 0;
  if (frame === null) throw new Error(`${system.name}: a server does not answer any more`);
  return decodeReply(frame).header.zxid;
}

/** Apache's CommitProcessor now and then sleeps on a commit until another request comes, or another commit
 *  (ZOOKEEPER-4537): a sync is committed too, and takes no zxid. */
export function nudge({ nudgers }: Side): void {
  for (const nudger of nudgers) {
    nudger.seen.length = 0;
    nudger.send(encodeRequest(-2, { kind: 'ping' }), { label: 'nudge', kind: 'ping' });
    const sync = encodeRequest(1, { kind: 'sync', path: '/' });
    nudger.send(sync, { label: 'nudge', kind: 'sync' });
  }
}
