import { describe, expect, it } from 'vitest';

import { serverId } from '../../vocabulary/ids.ts';
import type { Traced, TraceEvent } from '../../vocabulary/trace.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import type { Tape } from './tape.ts';
import { tapeAsTold } from './told-tape.ts';

const at = (server: number, atMillis: number, event: TraceEvent): Traced => ({
  ...{ server: serverId(server), sequence: atMillis, atMillis, event },
});
const established = (epoch: number): TraceEvent => ({
  ...{ kind: 'leaderEstablished', epoch, lastZxid: makeZxid(0, 0), supporters: [] },
});
/** As the page saw it: each some time after it happened. */
const tape: Tape = {
  stretches: [
    { from: 0, epoch: null },
    { from: 1_100, epoch: 1 },
    { from: 5_080, epoch: null },
    { from: 6_200, epoch: 2 },
  ],
  marks: [
    { atMillis: 1_100, kind: 'leader', server: 3 },
    { atMillis: 5_080, kind: 'down', server: 3 },
    { atMillis: 6_200, kind: 'leader', server: 2 },
  ],
};

describe('a tape as the servers told it', () => {
  it('has its turns where their events stand', () => {
    const told = tapeAsTold(tape, [
      at(3, 1_000, established(1)),
      at(1, 1_005, { kind: 'serverHalted', reason: 'another' }),
      at(3, 5_000, { kind: 'serverHalted', reason: 'stopped' }),
      at(2, 6_150, established(2)),
    ]);
    expect(told.stretches.map(({ from }) => from)).toEqual([0, 1_000, 5_000, 6_150]);
    // What was done to a server is told by nobody else.
    expect(told.marks.map(({ atMillis }) => atMillis)).toEqual([1_000, 5_080, 6_150]);
  });

  it('is as it was seen where nothing is told, as of a leader that was killed', () => {
    expect(tapeAsTold(tape, [])).toEqual(tape);
    const told = tapeAsTold(tape, [at(3, 1_000, established(1))]);
    expect(told.stretches.map(({ from }) => from)).toEqual([0, 1_000, 5_080, 6_200]);
  });

  it('has nobody lead before somebody does again, where the page saw both after that', () => {
    const late: Tape = {
      stretches: [
        { from: 0, epoch: null },
        { from: 1_100, epoch: 1 },
        { from: 5_080, epoch: null },
        { from: 5_100, epoch: 2 },
      ],
      marks: [{ atMillis: 5_100, kind: 'leader', server: 2 }],
    };
    const told = tapeAsTold(late, [at(3, 1_000, established(1)), at(2, 5_070, established(2))]);
    expect(told.stretches.map(({ from }) => from)).toEqual([0, 1_000, 5_050, 5_070]);
    expect(told.marks.map(({ atMillis }) => atMillis)).toEqual([5_070]);
    // Not where the reign before would have no time at all.
    const short = tapeAsTold(late, [at(3, 1_000, established(1)), at(2, 1_000, established(2))]);
    expect(short.stretches.map(({ from }) => from)).toEqual([0, 1_000, 5_080, 5_100]);
  });

  it('keeps its order where a clock goes wrong', () => {
    const told = tapeAsTold(tape, [at(3, 9_000, established(1)), at(2, 4_000, established(2))]);
    expect(told).toEqual(tape);
  });
});
