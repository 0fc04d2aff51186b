// Bugs planted inside the engine, by replacing one function of one module in a world of its own, and the
// rule that must speak. The judge is never replaced.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { encodePacket } from '../jute/quorum.ts';
import type { QuorumPacket, Vote } from '../vocabulary/packet.ts';
import { epochOf } from '../vocabulary/zxid.ts';
import { judge } from './checkers/all.ts';
import type { World } from './world.ts';

const rulesOf = (world: World): string[] => [
  ...new Set(judge(world.history).map(({ rule }) => rule)),
];

/** The scenes and the world over an engine that is loaded anew. */
async function freshEngine() {
  const scenes = await import('./scenes.ts');
  const { World: FreshWorld } = await import('./world.ts');
  return { ...scenes, makeWorld: () => new FreshWorld({ seed: 11, participants: 3 }) };
}

afterEach(() => {
  vi.doUnmock('../zab/vote.ts');
  vi.doUnmock('../vocabulary/zxid.ts');
  vi.resetModules();
});

/** Server 3 missed a write of the epoch that all are in; 1 has it; then 1 and 3 begin anew. */
async function dayOfTheVote(): Promise<World> {
  const { makeWorld, awaitLeader, write } = await freshEngine();
  const world = makeWorld();
  world.openServer(1);
  world.openServer(2);
  awaitLeader(world, 1);
  world.openServer(3);
  awaitLeader(world, 2);
  world.crash(3);
  write(world, 1, ['/missed-by-3']);
  for (const server of world.servers) world.crash(server);
  world.run(50);
  world.openServer(1);
  world.openServer(3);
  world.run(2_000);
  return world;
}

/** The others go on without leader 3; in epoch 2 server 1 is sent one proposal of epoch 1 once more, as
 *  it was then, and its commit. */
async function dayOfTheOldProposal(sendsIt: boolean): Promise<World> {
  const { makeWorld, awaitLeader, write, clientOf, create } = await freshEngine();
  const world = makeWorld();
  let old: QuorumPacket | null = null;
  let sent = false;
  world.filterPackets((_from, to, packet) => {
    if (packet.type === 'PROPOSAL' && epochOf(packet.zxid) === 1) old = packet;
    if (packet.type !== 'COMMIT' || epochOf(packet.zxid) !== 2 || to !== 1) return [packet];
    if (!sendsIt || sent || old === null) return [packet];
    sent = true;
    return [packet, old, { ...packet, zxid: old.zxid }];
  }, encodePacket);
  world.openAll();
  awaitLeader(world, 2);
  write(world, 1, ['/a']);
  world.crash(3);
  awaitLeader(world, 1);
  clientOf(world, 2).ask(create('/b'));
  world.run(300);
  expect(sent).toBe(sendsIt);
  return world;
}

describe('bugs planted in the engine', () => {
  it('a vote that ignores the zxid: Z21 speaks', async () => {
    vi.resetModules();
    vi.doMock('../zab/vote.ts', async (original) => ({
      ...(await original<object>()),
      compareVotes: (a: Vote, b: Vote) =>
        a.peerEpoch === b.peerEpoch ? a.leader - b.leader : a.peerEpoch > b.peerEpoch ? 1 : -1,
    }));
    expect(rulesOf(await dayOfTheVote())).toContain('Z21 the elected has the most');
  });

  it('the same day with the true order of votes: nobody speaks', async () => {
    expect(judge((await dayOfTheVote()).history)).toEqual([]);
  });

  it("an old epoch's proposal is accepted: Z14 speaks of the log, Z5 of the delivery", async () => {
    vi.resetModules();
    vi.doMock('../vocabulary/zxid.ts', async (original) => ({
      ...(await original<object>()),
      follows: () => true,
    }));
    const rules = rulesOf(await dayOfTheOldProposal(true));
    expect(rules).toContain('Z14 no holes');
    expect(rules).toContain('Z5 global primary order');
  });

  it('the same proposal at an engine that refuses it: nothing is delivered out of order', async () => {
    expect(rulesOf(await dayOfTheOldProposal(true))).toEqual([]);
    expect(rulesOf(await dayOfTheOldProposal(false))).toEqual([]);
  });
});
