import { describe, expect, test } from 'vitest';

import { decideSync } from '../../zab/sync-decision.ts';
import { serverId } from '../../vocabulary/ids.ts';
import { makeZxid, ZXID_ZERO } from '../../vocabulary/zxid.ts';
import { epochTableOf, quorumTableOf, syncTableOf } from './decision-tables.ts';

const z = (counter: number, epoch = 1) => makeZxid(epoch, counter);
const COMMITTED = [z(5), z(6), z(7)];

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

test('the table of a new epoch rings the highest that was accepted', () => {
  const accepted = [1, 4, 4].map((epoch, at) => ({ server: serverId(at + 1), epoch }));
  const table = epochTableOf({ kind: 'epochProposed', epoch: 5, have: 3, need: 2, accepted });
  expect(table?.rows.map(({ decides }) => decides)).toEqual([false, true, false]);
  expect(table?.proposed).toBe(5);
});
