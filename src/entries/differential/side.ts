// One of the two systems of a run with all that is connected to it: its clients, and those connections that
// only look how far a server is or wake it up. It compares nothing.

import { decodeReply, encodeRequest } from '../../jute/client.ts';
import type { Names } from './seen.ts';
import type { Client } from './step.ts';
import type { Wire } from './wire.ts';

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
