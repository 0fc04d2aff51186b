// An ensemble that has lived a while, and what is taken from it into a laboratory.

import { readingOf } from '../adapters/worker/disk-reading.ts';
import { assert } from '../base/assert.ts';
import { formatSessionId } from '../vocabulary/ids.ts';
import { CREATE_FLAG, type Request } from '../vocabulary/request.ts';
import { OPEN_ACL } from '../vocabulary/stat.ts';
import type { Taken } from '../vocabulary/taken.ts';
import type { ClientActor } from './client-actor.ts';
import { askAndWait, awaitLeader, clientOf, create } from './scenes.ts';
import { World } from './world.ts';

export const TAKEN_AT_MILLIS = 1_780_000_000_000;

export interface Lived {
  readonly world: World;
  /** Both have an ephemeral znode: /one and /two. */
  readonly clients: readonly [ClientActor, ClientActor];
}

/** Three servers in their second epoch. Server 1 was killed early, with all of its log and no snapshot; the
 *  others have snapshots, and entries behind them. */
export function lived(): Lived {
  const world = new World({
    ...{ seed: 9, participants: 3, ensemble: { snapshotEveryTransactions: 8 } },
  });
  world.openAll();
  world.crash(awaitLeader(world, 2));
  awaitLeader(world, 1);
  world.openAll();
  awaitLeader(world, 2);
  const clients = [clientOf(world, 2), clientOf(world, 3)] as const;
  const ask = (client: ClientActor, request: Request): void => {
    assert(askAndWait(world, client, request).outcome === 'ok', `${request.kind} is answered`);
  };
  ask(clients[0], create('/a'));
  ask(clients[0], create('/a/line-', CREATE_FLAG.persistentSequential));
  world.run(100);
  world.crash(1);
  awaitLeader(world, 1);
  for (let count = 0; count < 11; count += 1) {
    ask(clients[1], create('/a/n-', CREATE_FLAG.persistentSequential));
  }
  ask(clients[1], {
    ...{ kind: 'createContainer', path: '/box', data: null, acl: OPEN_ACL },
    flags: CREATE_FLAG.container,
  });
  ask(clients[0], create('/one', CREATE_FLAG.ephemeral));
  ask(clients[1], create('/two', CREATE_FLAG.ephemeral));
  ask(clients[0], create('/acknowledged'));
  world.run(200);
  return { world, clients };
}

/** `going`: those of its clients that come along. */
export const takenFrom = (world: World, going: readonly ClientActor[] = []): Taken => ({
  wallMillis: TAKEN_AT_MILLIS,
  disks: world.servers.map((server) => {
    const reading = readingOf(world.seat(server).disk.recover());
    if (reading.kind !== 'read') throw new Error(reading.kind);
    return { server, up: world.seat(server).isRunning, ...reading.records };
  }),
  sessions: going.map((client) => {
    const { sessionId, timeoutMillis, attachedTo } = client.view();
    return { session: formatSessionId(sessionId), timeoutMillis, server: attachedTo };
  }),
});
