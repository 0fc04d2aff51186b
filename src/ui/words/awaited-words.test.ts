import { expect, test } from 'vitest';

import { serverId } from '../../vocabulary/ids.ts';
import type { Standing, TraceEvent, VoterStanding } from '../../vocabulary/trace.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import { traceWords } from './trace-words.ts';

const voter = (id: number, standing: Standing, silentMillis: number | null): VoterStanding => ({
  ...{ server: serverId(id), standing, silentMillis },
});

const WAIT = {
  ...{ have: 2, need: 3, waitedMillis: 120 },
  standings: [
    voter(1, 'answered', null),
    voter(2, 'silent', 130),
    voter(3, 'answered', null),
    voter(4, 'cutOff', null),
  ],
};

const said = (event: TraceEvent) =>
  traceWords({ server: serverId(3), sequence: 1, atMillis: 1, event });

test('says how many of how many, and of each that is missing why', () => {
  expect(said({ kind: 'commitAwaited', zxid: makeZxid(1, 5), ...WAIT })).toEqual({
    line: 'No commit of 0x100000005 at 3: 2 of 3',
    why: '2 did not ack: silent for 130 ms; 4 did not ack: cut off',
  });
});

test('an epoch without a quorum: too few have registered, or too few have promised', () => {
  expect(said({ kind: 'epochAwaited', epoch: null, ...WAIT })).toEqual({
    line: 'No new epoch at 3: 2 of 3 registered',
    why: '2 did not register: silent for 130 ms; 4 did not register: cut off',
  });
  expect(said({ kind: 'epochAwaited', epoch: 7, ...WAIT })?.line).toBe(
    'Epoch 7 of 3 lacks a quorum: 2 of 3',
  );
  expect(said({ kind: 'newLeaderAwaited', epoch: 7, ...WAIT })?.line).toBe(
    '3 is not established in epoch 7: 2 of 3',
  );
});
