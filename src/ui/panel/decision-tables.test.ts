import { describe, expect, test } from 'vitest';

import { decideSync } from '../../zab/sync-decision.ts';
import { compareVotes, decidingRule, unvoted } from '../../zab/vote.ts';
import { serverId } from '../../vocabulary/ids.ts';
import type { Vote } from '../../vocabulary/packet.ts';
import type { TraceEvent } from '../../vocabulary/trace.ts';
import { makeZxid, ZXID_ZERO } from '../../vocabulary/zxid.ts';
import {
  epochTableOf,
  quorumTableOf,
  reachedTableOf,
  syncTableOf,
  voteTableOf,
} from './decision-tables.ts';

const z = (counter: number, epoch = 1) => makeZxid(epoch, counter);
const COMMITTED = [z(5), z(6), z(7)];

const vote = (leader: number, zxid = z(7), peerEpoch = 1n): Vote => ({
  ...{ leader: serverId(leader), zxid, peerEpoch },
});

/** What a server says that weighs these as the engine does. */
function weighed(mine: Vote, theirs: Vote): TraceEvent {
  const rule = decidingRule(mine, theirs);
  const from = serverId(2);
  return compareVotes(theirs, mine) > 0
    ? { kind: 'voteChanged', because: from, from: mine, to: theirs, rule, round: 1n }
    : { kind: 'voteKept', against: from, mine, theirs, rule };
}

describe('the table of two votes', () => {
  const MINE = vote(2);

  test.each([
    ['epoch', 'voteChanged', vote(1, z(1), 2n), ['2', '0x100000001', '1']],
    ['zxid', 'voteChanged', vote(1, z(9)), ['1', '0x100000009', '1']],
    ['id', 'voteChanged', vote(3), ['1', '0x100000007', '3']],
    ['epoch', 'voteKept', vote(3, z(9), 0n), ['0', '0x100000009', '3']],
    ['zxid', 'voteKept', vote(3, z(6)), ['1', '0x100000006', '3']],
    ['id', 'voteKept', vote(1), ['1', '0x100000007', '1']],
  ] as const)('rings %s of the three where it decides: %s', (rule, kind, other, theirs) => {
    const event = weighed(MINE, other);
    expect(event.kind).toBe(kind);
    const rows = voteTableOf(event) ?? [];
    expect(rows.map((row) => row.rule)).toEqual(['epoch', 'zxid', 'id']);
    expect(rows.map((row) => row.mine)).toEqual(['1', '0x100000007', '2']);
    expect(rows.map((row) => row.theirs)).toEqual(theirs);
    expect(rows.filter(({ decides }) => decides).map((row) => row.rule)).toEqual([rule]);
  });

  test('rings nothing where both are the same', () => {
    const rows = voteTableOf(weighed(MINE, MINE));
    expect(rows?.map(({ decides }) => decides)).toEqual([false, false, false]);
  });

  test('shows no numbers of a vote for nobody', () => {
    const rows = voteTableOf(weighed(unvoted(), MINE));
    expect(rows?.map(({ mine }) => mine)).toEqual(['–', '–', '–']);
    expect(rows?.map(({ decides }) => decides)).toEqual([true, false, false]);
  });

  test('other events have none', () => {
    expect(voteTableOf({ kind: 'committed', zxid: ZXID_ZERO, voters: [] })).toBeNull();
  });
});

describe('the table of a synchronization', () => {
  test.each([
    [z(7), 'learner = leader'],
    [z(9), 'learner > max'],
    [z(6), 'min ≤ learner ≤ max, learner ∈ H'],
    [z(2), 'learner < min'],
    [z(0, 2), 'learner ∉ H'],
  ])('of %s rings the row that the engine went by', (learnerZxid, when) => {
    const question = { committed: COMMITTED, floor: z(4), leaderZxid: z(7), learnerZxid };
    const { mode, rule, target } = decideSync(question);
    const table = syncTableOf({
      ...{ kind: 'syncDecided', server: serverId(2), mode, rule, target, learnerZxid },
      ...{ leaderZxid: z(7), committedMin: z(5), committedMax: z(7), proposals: 0 },
    });
    expect(table?.rows.filter(({ decides }) => decides)).toEqual([
      { when, then: mode, decides: true },
    ]);
  });

  test('other events have none', () => {
    expect(syncTableOf({ kind: 'committed', zxid: ZXID_ZERO, voters: [] })).toBeNull();
  });
});

describe('the table of a quorum that is missing', () => {
  const wait = {
    ...{ have: 1, need: 2, waitedMillis: 120 },
    standings: [
      { server: serverId(1), standing: 'answered', silentMillis: null },
      { server: serverId(2), standing: 'silent', silentMillis: 140 },
    ],
  } as const;

  test.each([
    [{ kind: 'commitAwaited', zxid: z(3), ...wait }, 'ACK'],
    [{ kind: 'newLeaderAwaited', epoch: 2, ...wait }, 'ACK NEWLEADER'],
    [{ kind: 'epochAwaited', epoch: 2, ...wait }, 'ACKEPOCH'],
    [{ kind: 'epochAwaited', epoch: null, ...wait }, 'FOLLOWERINFO'],
  ] as const)('of %o counts %s', (event, asked) => {
    expect(quorumTableOf(event)).toEqual({
      ...{ asked, have: 1, need: 2, waitedMillis: 120, rows: wait.standings },
    });
  });

  test('other events have none', () => {
    expect(quorumTableOf({ kind: 'committed', zxid: ZXID_ZERO, voters: [] })).toBeNull();
  });
});

test.each([
  [{ kind: 'committed', zxid: z(3), voters: [1, 3].map(serverId) }, 'ACK'],
  [
    { kind: 'leaderEstablished', epoch: 2, lastZxid: z(3), supporters: [1, 3].map(serverId) },
    'ACK NEWLEADER',
  ],
  [{ kind: 'quorumChecked', have: 2, need: 2, servers: [1, 3].map(serverId) }, 'PING'],
  [
    { kind: 'voteCounted', leader: serverId(3), have: 2, need: 2, voters: [1, 3].map(serverId) },
    'notification',
  ],
] as const)('the table of the quorum of %o says who answered: %s', (event, asked) => {
  expect(reachedTableOf(event)).toEqual({ asked, servers: [1, 3] });
  expect(reachedTableOf({ kind: 'epochAccepted', epoch: 1 } as never)).toBeNull();
});

test('the table of a new epoch rings the highest that was accepted', () => {
  const accepted = [1, 4, 4].map((epoch, at) => ({ server: serverId(at + 1), epoch }));
  const table = epochTableOf({ kind: 'epochProposed', epoch: 5, have: 3, need: 2, accepted });
  expect(table?.rows.map(({ decides }) => decides)).toEqual([false, true, false]);
  expect(table?.proposed).toBe(5);
});
