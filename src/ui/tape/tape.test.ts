import { describe, expect, it } from 'vitest';

import { serverId } from '../../vocabulary/ids.ts';
import type { StepAt } from '../../vocabulary/lab.ts';
import type { RoomView, SeatView } from '../../vocabulary/playground.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import type { TraceEvent, Traced } from '../../vocabulary/trace.ts';
import { zxidOf } from '../../vocabulary/zxid.ts';
import { RunTapes } from '../lab/run-tapes.ts';
import {
  drawnStretches,
  markBeside,
  marksApart,
  MARKS_MAX,
  NO_TAPE,
  tapeOfRun,
  tapeOnwards,
  tapeWith,
  TICKS_EVENTS_MAX,
  ticksOf,
  type Tape,
} from './tape.ts';

interface Shown {
  readonly epoch: number | null;
  readonly killed?: readonly number[];
  readonly frozen?: readonly number[];
  readonly cuts?: number;
}

function room({ epoch, killed = [], frozen = [], cuts = 0 }: Shown): RoomView {
  const servers = [1, 2, 3].map((id): SeatView => ({
    ...{ serverId: serverId(id), role: 'participant', own: false, present: true },
    ...{ frozen: frozen.includes(id), killed: killed.includes(id), lostDisk: false },
    server: null,
    onDisk: [],
    outside: [],
  }));
  const leader = epoch === null ? null : serverId(3);
  return {
    ...{ room: 'r', seats: 3, seat: null, link: '', signalling: 'open', servers },
    cuts: Array.from({ length: cuts }, () => ({ a: serverId(1), b: serverId(2) })),
    faults: [],
    quorum: { have: 3, need: 2, serving: epoch !== null, leader, epoch: epoch ?? 1 },
    ...{ sessions: [], problems: [], gateway: { state: 'none', ports: [] } },
  };
}

function tapeOf(...shown: readonly Shown[]): Tape {
  let tape = NO_TAPE;
  let before: RoomView | null = null;
  for (const [at, one] of shown.entries()) {
    const now = room(one);
    tape = tapeWith(tape, before, { room: now, atMillis: at * 10 });
    before = now;
  }
  return tape;
}

const kinds = (tape: Tape): readonly string[] =>
  tape.marks.map(({ atMillis, kind, server }) => `${String(atMillis)} ${kind} ${String(server)}`);

describe('the tape of a room', () => {
  it('has a stretch for each epoch and one for each time without a leader', () => {
    const tape = tapeOf({ epoch: null }, { epoch: 1 }, { epoch: 1 }, { epoch: null }, { epoch: 2 });
    expect(tape.stretches).toEqual([
      { from: 0, epoch: null },
      { from: 10, epoch: 1 },
      { from: 30, epoch: null },
      { from: 40, epoch: 2 },
    ]);
    expect(kinds(tape)).toEqual(['10 leader 3', '40 leader 3']);
  });

  it('marks who went, came, froze, and the links', () => {
    const tape = tapeOf(
      { epoch: 1 },
      { epoch: 1, killed: [2] },
      { epoch: 1, frozen: [1] },
      { epoch: 1, cuts: 1 },
      { epoch: 1 },
    );
    expect(kinds(tape)).toEqual([
      ...['10 down 2', '20 frozen 1', '20 up 2', '30 thawed 1', '30 cut null', '40 healed null'],
    ]);
  });

  it('is bounded', () => {
    const flips = Array.from({ length: 2 * MARKS_MAX }, (_, at) => ({ epoch: at % 2 || null }));
    const tape = tapeOf(...flips);
    expect(tape.marks.length).toBeLessThanOrEqual(MARKS_MAX);
    expect(tape.stretches.at(-1)?.from).toBe((2 * MARKS_MAX - 1) * 10);
  });

  it('is drawn between two times, and gives the next mark on either side', () => {
    const tape = tapeOf({ epoch: null }, { epoch: 1 }, { epoch: null });
    expect(drawnStretches(tape, 5, 15)).toEqual([
      { from: 5, to: 10, epoch: null },
      { from: 10, to: 15, epoch: 1 },
    ]);
    expect(drawnStretches(tape, -20, -10)).toEqual([]);
    expect(markBeside(tape, 5, 1)?.atMillis).toBe(10);
    expect(markBeside(tape, 10, 1)).toBeNull();
    expect(markBeside(tape, 10, -1)).toBeNull();
    expect(markBeside(tape, 11, -1)?.atMillis).toBe(10);
  });
});

const told = (server: number, atMillis: number, event: TraceEvent): Traced => ({
  ...{ server: serverId(server), sequence: atMillis, atMillis, event },
});
const established = (epoch: number): TraceEvent => ({
  ...{ kind: 'leaderEstablished', epoch, lastZxid: zxidOf(0n), supporters: [] },
});
const left: TraceEvent = {
  ...{ kind: 'roleChanged', from: 'LEADING', to: 'LOOKING', leader: null, reason: 'quorumLost' },
};
const at = (millis: number, step: LabStep): StepAt => ({ at: { millis, events: 0 }, step });

describe('the tape of a run', () => {
  it('knows of a crash by its step: who is crashed tells nothing', () => {
    const tape = tapeOfRun(
      0,
      [told(3, 100, established(1)), told(2, 250, established(2))],
      [
        at(0, { kind: 'openServer', server: 3 }),
        at(200, { kind: 'crash', server: 3, silent: false }),
      ],
    );
    expect(tape.stretches).toEqual([
      { from: 0, epoch: null },
      { from: 100, epoch: 1 },
      { from: 200, epoch: null },
      { from: 250, epoch: 2 },
    ]);
    expect(kinds(tape)).toEqual(['0 up 3', '100 leader 3', '200 down 3', '250 leader 2']);
  });

  it("another server's crash or leaving ends no reign; the leader's own does", () => {
    const events = [told(3, 10, established(1)), told(2, 20, left), told(3, 40, left)];
    const tape = tapeOfRun(0, events, [at(30, { kind: 'crash', server: 1, silent: false })]);
    expect(tape.stretches.map(({ from, epoch }) => [from, epoch])).toEqual([
      ...[
        [0, null],
        [10, 1],
        [40, null],
      ],
    ]);
  });
});

describe('the tape of a run of hours', () => {
  const up = at(5, { kind: 'openServer', server: 3 });
  const nobody = { epoch: null, leader: null };

  it('stays as it was known where what was told is forgotten, and goes on from there', () => {
    const known = tapeOnwards(null, [told(3, 100, established(1))], [up], nobody);
    const crash = at(900, { kind: 'crash', server: 3, silent: false });
    const events = [told(1, 800, established(7)), told(2, 950, established(2))];
    const tape = tapeOnwards(known, events.slice(1), [up, crash], nobody);
    // The crash stands before the first event that is still told.
    expect(tape.stretches.map(({ from, epoch }) => [from, epoch])).toEqual([
      ...[
        [0, null],
        [100, 1],
        [950, 2],
      ],
    ]);
    const quiet = tapeOnwards(
      known,
      [told(2, 800, { kind: 'epochAccepted', epoch: 1 })],
      [up, crash],
      nobody,
    );
    expect(quiet.stretches).toEqual([...known.stretches, { from: 900, epoch: null }]);
    expect(kinds(quiet)).toEqual(['5 up 3', '100 leader 3', '900 down 3']);
  });

  it('begins with who serves now where nothing tells of another', () => {
    const events = [told(1, 700, { kind: 'epochAccepted', epoch: 4 })];
    const tape = tapeOnwards(null, events, [], { epoch: 4, leader: 2 });
    expect(tape.stretches).toEqual([{ from: 700, epoch: 4 }]);
    expect(tapeOnwards(null, events, [], nobody).stretches).toEqual([{ from: 0, epoch: null }]);
  });
});

describe('the tapes of the branches', () => {
  const made = (epoch: number): Tape => ({ stretches: [{ from: 0, epoch }], marks: [] });
  const ask = (tapes: RunTapes, branch: number, until: number, end: number, epoch: number): Tape =>
    tapes.at({ branch, until, end, version: until + epoch, make: () => made(epoch) });

  it('keep what was seen when somebody scrubs back, and learn what is played beyond', () => {
    const tapes = new RunTapes();
    ask(tapes, 1, 100, 100, 1);
    expect(ask(tapes, 1, 50, 100, 2)).toEqual(made(1));
    expect(ask(tapes, 1, 110, 110, 3)).toEqual(made(3));
    expect(ask(tapes, 2, 60, 60, 4)).toEqual(made(4));
    expect(ask(tapes, 1, 80, 110, 5)).toEqual(made(3));
  });

  it('know a new world by its being shorter', () => {
    const tapes = new RunTapes();
    ask(tapes, 1, 100, 100, 1);
    expect(ask(tapes, 1, 0, 0, 2)).toEqual(made(2));
  });
});

describe('the marks of what is selected', () => {
  const at = (atMillis: number, sequence: number): Traced => ({
    ...{ server: serverId(1), sequence, atMillis },
    event: { kind: 'epochAccepted', epoch: 1 },
  });

  it('are those in sight, and are counted by events, not by pixels', () => {
    const events = [at(5, 1), at(10, 2), at(10, 3), at(11, 4), at(40, 5)];
    const ticks = ticksOf(events, { from: 10, to: 30 }, (millis) => millis / 10);
    expect(ticks).toEqual({ xs: [1], count: 3 });
  });

  it('are the newest of very many', () => {
    const events = Array.from({ length: TICKS_EVENTS_MAX + 9 }, (_, sequence) => at(10, sequence));
    const ticks = ticksOf(events, { from: 0, to: 30 }, (millis) => millis);
    expect(ticks.count).toBe(TICKS_EVENTS_MAX);
  });
});

describe('the marks that are drawn', () => {
  it('are those that have room, of each kind the first one, with the leaders above', () => {
    const mark = (kind: 'up' | 'down' | 'leader', atMillis: number) =>
      ({ kind, atMillis, server: serverId(1) }) as const;
    const marks = [
      mark('up', 0),
      mark('leader', 2),
      mark('up', 4),
      mark('down', 5),
      mark('up', 12),
    ];
    const drawn = marksApart(marks, (millis) => millis, 9);
    expect(drawn.map(({ kind, atMillis }) => [kind, atMillis])).toEqual([
      ['up', 0],
      ['down', 5],
      ['up', 12],
      ['leader', 2],
    ]);
  });
});
