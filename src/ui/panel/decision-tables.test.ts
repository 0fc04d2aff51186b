import { describe, expect, test } from 'vitest';

import { decideSync } from '../../zab/sync-decision.ts';
import { serverId } from '../../vocabulary/ids.ts';
import { makeZxid, ZXID_ZERO } from '../../vocabulary/zxid.ts';
import { syncTableOf } from './decision-tables.ts';

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
