// What a screen reader says of a chair: all that is drawn of it, in both languages.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { serverId } from '../../vocabulary/ids.ts';
import type { Vote } from '../../vocabulary/packet.ts';
import type { SeatView } from '../../vocabulary/playground.ts';
import type { ServerView } from '../../vocabulary/view.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import { unvoted } from '../../zab/vote.ts';
import { overwriteGetLocale } from '../paraglide/runtime.js';
import { seatName, voteLine } from './seat-words.ts';

const zxid = makeZxid(3, 4);
const vote: Vote = { leader: serverId(3), zxid, peerEpoch: 3n };

/** What the words are made of. */
const server = (fields: Partial<ServerView>): ServerView =>
  ({
    ...{ serverId: serverId(2), role: 'following', phase: 'broadcast', round: 5n, vote },
    ...{ currentEpoch: 3, lastLogged: zxid, haltedBecause: null, ...fields },
  }) as ServerView;

const LOOKING = server({ role: 'looking', phase: 'election' });

const seat = (shown: ServerView | null, fields: Partial<SeatView> = {}): SeatView => ({
  ...{ serverId: serverId(2), role: 'participant', own: false, present: true, frozen: false },
  ...{ killed: false, lostDisk: false, server: shown, onDisk: [], outside: [], ...fields },
});

beforeEach(() => {
  overwriteGetLocale(() => 'en');
});
afterEach(() => {
  overwriteGetLocale(() => 'en');
});

describe('the name of a seat', () => {
  test.each<[what: string, seat: SeatView, name: readonly string[]]>([
    ['one that follows', seat(server({})), [numbers('following'), 'Phase: broadcast']],
    [
      'one that looks',
      seat(LOOKING),
      [numbers('looking'), 'Phase: election', 'votes for 3 · round 5'],
    ],
    [
      'one that must not win',
      seat(server({ role: 'looking', phase: 'election', vote: unvoted() })),
      [numbers('looking'), 'Phase: election', 'no vote of its own · round 5'],
    ],
    [
      'one that has said nothing',
      seat(server({ role: 'looking', phase: 'election', vote: null })),
      [numbers('looking'), 'Phase: election'],
    ],
    ['one that is killed', seat(LOOKING, { killed: true }), ['Server 2: killed']],
    ['one that connects', seat(null), ['Server 2: connecting']],
    ['an empty one', seat(null, { present: false }), ['Seat 2: empty']],
    [
      'an empty one of an observer',
      seat(null, { present: false, role: 'observer' }),
      ['Seat 2: empty', 'observer'],
    ],
  ])('says of %s what is drawn', (_, shown, name) => {
    expect(seatName(shown, [])).toEqual(name);
  });

  test('says what is wrong last', () => {
    const name = seatName(seat(LOOKING), [{ kind: 'fullDisk', server: serverId(2) }]);
    expect(name).toHaveLength(4);
    expect(name[3]).toBe('Disk of 2 is full');
  });

  test('is said in Chinese too', () => {
    overwriteGetLocale(() => 'zh-CN');
    expect(seatName(seat(LOOKING), [])).toEqual([
      ...[
        '服务器 2：寻找 LOOKING，纪元 3，最后 zxid 0x300000004',
        '阶段：选举 election',
        '投给 3 · 第 5 轮',
      ],
    ]);
  });
});

test.each([
  ['follows', seat(server({}))],
  ['stands still', seat(LOOKING, { frozen: true })],
  ['stopped by itself', seat({ ...LOOKING, haltedBecause: 'no disk' })],
])('a server that %s shows no vote', (_, shown) => {
  expect(voteLine(shown)).toBeNull();
});

function numbers(role: string): string {
  return `Server 2: ${role}, epoch 3, last zxid 0x300000004`;
}
