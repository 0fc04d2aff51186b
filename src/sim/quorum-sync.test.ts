// The classic stale read: a leader that is cut off, with a clock that is slow, does not know yet that the others
// have another one. A client on its side asks for a sync and reads.

import { describe, expect, test } from 'vitest';

import { decodeUtf8, encodeUtf8 } from '../base/utf8.ts';
import type { RequestResult } from '../client/client.ts';
import { judge } from './checkers/all.ts';
import type { ClientActor } from './client-actor.ts';
import { askAndWait, awaitLeader, clientOf, create } from './scenes.ts';
import { World } from './world.ts';

const WAIT_MILLIS_MAX = 20_000;
/** Of the old leader's clock: what it takes for a second is five. */
const PACE_PERCENT = 20;
/** Far longer than a sync takes with a quorum, and shorter than the slow leader goes on. */
const ANSWER_MILLIS = 300;

const set = (text: string) =>
  ({ kind: 'setData', path: '/a', data: encodeUtf8(text), version: -1 }) as const;

interface Split {
  readonly world: World;
  readonly reader: ClientActor;
}

/** Five servers; 5 leads, and is cut off together with 4. The others have written "new" under a leader of their
 *  own. The reader is at `server`, which is on the old side. */
function split(quorumSync: boolean, server: number): Split {
  const world = new World({ seed: 7, participants: 5, config: { quorumSync } });
  world.openAll();
  expect(awaitLeader(world, 4)).toBe(5);
  const reader = clientOf(world, server, 20_000);
  askAndWait(world, reader, create('/a'));
  askAndWait(world, reader, set('old'));
  world.seat(5).setClockPace(PACE_PERCENT);
  world.seat(4).setClockPace(PACE_PERCENT);
  world.partition([4, 5], [1, 2, 3], 'silent');
  const leads = (id: number): boolean => {
    const view = world.view(id);
    return view?.role === 'leading' && view.serving;
  };
  const elected = (): boolean => [1, 2, 3].some(leads);
  expect(world.runUntil(elected, WAIT_MILLIS_MAX)).toBe(true);
  const writer = clientOf(world, [1, 2, 3].find(leads) ?? 0);
  expect(askAndWait(world, writer, set('new')).outcome).toBe('ok');
  expect(leads(5)).toBe(true);
  return { world, reader };
}

/** Sends both at once, as a client does that wants to see the latest. */
function syncAndRead({ world, reader }: Split): { sync: string | null; data: string | null } {
  const seen: { sync: string | null; data: string | null } = { sync: null, data: null };
  reader.ask({ kind: 'sync', path: '/a' }, ({ outcome }) => (seen.sync = outcome));
  reader.ask({ kind: 'getData', path: '/a', watch: false }, (result) => {
    seen.data = dataOf(result);
  });
  world.runUntil(() => seen.data !== null, ANSWER_MILLIS);
  return { ...seen };
}

function dataOf(result: RequestResult): string {
  if (result.outcome !== 'ok' || result.response?.kind !== 'data') return result.outcome;
  return decodeUtf8(result.response.data ?? new Uint8Array());
}

describe.each([
  ['at the old leader', 5],
  ['at its follower', 4],
])('%s', (_where, server) => {
  test('without tabkeeper.quorumSync a sync is answered, and the read behind it is stale', () => {
    const before = split(false, server);
    expect(syncAndRead(before)).toEqual({ sync: 'ok', data: 'old' });
    expect(judge(before.world.history)).toEqual([]);
  });

  test('with it the sync is not answered before a quorum agrees, and nothing stale is read', () => {
    const before = split(true, server);
    const { world } = before;
    expect(syncAndRead(before)).toEqual({ sync: null, data: null });
    world.healAll();
    awaitLeader(world, 4);
    world.run(1_000);
    const again = clientOf(world, server);
    expect(askAndWait(world, again, { kind: 'sync', path: '/a' }).outcome).toBe('ok');
    const read = askAndWait(world, again, { kind: 'getData', path: '/a', watch: false });
    expect(dataOf(read)).toBe('new');
    expect(judge(world.history)).toEqual([]);
  });
});

test('with it a sync in a whole ensemble takes one zxid and changes nothing', () => {
  const world = new World({ seed: 8, participants: 3, config: { quorumSync: true } });
  world.openAll();
  const leader = awaitLeader(world, 2);
  for (const server of [1, 2, 3]) {
    const client = clientOf(world, server);
    askAndWait(world, client, create(`/n${String(server)}`));
    const before = world.view(leader);
    const sync = askAndWait(world, client, { kind: 'sync', path: '/' });
    expect(sync).toMatchObject({ outcome: 'ok', response: { kind: 'path', path: '/' } });
    world.run(50);
    const after = world.view(leader);
    expect((after?.lastApplied ?? 0n) - (before?.lastApplied ?? 0n)).toBe(1n);
    expect(after?.treeDigest).toBe(before?.treeDigest);
  }
  expect(judge(world.history)).toEqual([]);
});
