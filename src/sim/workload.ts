// What the clients of a storm do: a stream of writes and reads on few paths, so that they meet.

import { nextBelow, nextChance, type Random } from '../base/random.ts';
import { encodeUtf8 } from '../base/utf8.ts';
import { CREATE_FLAG, type Request } from '../vocabulary/request.ts';
import { OPEN_ACL } from '../vocabulary/stat.ts';
import type { ClientActor } from './client-actor.ts';

const PATHS = 4;
/** Requests of one client without an answer yet. */
const OPEN_MAX = 8;

export function askSomething(client: ClientActor, random: Random, number: number): void {
  if (client.open >= OPEN_MAX) return;
  client.ask(nextRequest(random, number));
}

function nextRequest(random: Random, number: number): Request {
  const path = `/p${String(nextBelow(random, PATHS))}`;
  const data = encodeUtf8(`${String(number)} ${'.'.repeat(nextBelow(random, 40))}`);
  const watch = nextChance(random, 30);
  switch (nextBelow(random, 9)) {
    case 0:
      return { kind: 'create', path, data, acl: OPEN_ACL, flags: CREATE_FLAG.persistent };
    case 1:
      return { kind: 'create', path: '/s-', data, acl: OPEN_ACL, flags: sequential(random) };
    case 2:
    case 3:
    case 4:
      return { kind: 'setData', path, data, version: -1 };
    case 5:
      return nextChance(random, 30)
        ? { kind: 'delete', path, version: -1 }
        : { kind: 'sync', path: '/' };
    case 6:
      return { kind: 'multi', operations: multiOf(path, data, random) };
    case 7:
      return { kind: 'exists', path, watch };
    default:
      return { kind: 'getData', path, watch };
  }
}

const sequential = (random: Random): number =>
  nextChance(random, 50) ? CREATE_FLAG.ephemeralSequential : CREATE_FLAG.persistentSequential;

function multiOf(path: string, data: Uint8Array, random: Random) {
  return [
    { kind: 'check', path, version: -1 },
    { kind: 'setData', path, data, version: -1 },
    { kind: 'create', path: '/m-', data, acl: OPEN_ACL, flags: sequential(random) },
  ] as const;
}
