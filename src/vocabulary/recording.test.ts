import { describe, expect, it } from 'vitest';

import { serverId, sessionId } from './ids.ts';
import { LAB_RUN_VERSION, NO_SELECTION, type LabRun } from './lab-run.ts';
import { newestOf, readRecording, recordingText, type Recording } from './recording.ts';
import type { Traced, TraceEvent } from './trace.ts';
import { makeZxid, ZXID_ZERO } from './zxid.ts';

const told = (server: number, atMillis: number, event: TraceEvent): Traced => ({
  ...{ server: serverId(server), sequence: atMillis, atMillis, event },
});
const commit = (atMillis: number, counter: number): Traced =>
  told(3, atMillis, {
    ...{ kind: 'packetSent', peer: serverId(1), type: 'COMMIT', bytes: 20 },
    zxid: makeZxid(1, counter),
  });

const run: LabRun = {
  ...{ version: LAB_RUN_VERSION, engine: 'abc1' },
  options: { seed: 4, participants: 3, observers: 0 },
  branches: [{ parent: null, steps: [], end: { millis: 20, events: 3 }, hash: 'ab' }],
  ...{ branch: 1, now: { millis: 20, events: 3 }, selection: NO_SELECTION },
};
const recording: Recording = {
  ...{ engine: 'abc1', clock: 'virtual', run },
  seats: [
    { server: 1, role: 'participant' },
    { server: 3, role: 'observer' },
  ],
  turns: [{ atMillis: 12, kind: 'down', server: 1 }],
  events: [commit(10, 2), commit(11, 0x7fff_ffff)],
};

describe('a recording as text', () => {
  it('comes back as it was, to the last bit of a zxid', () => {
    expect(readRecording(recordingText(recording))).toEqual({ kind: 'read', recording });
  });

  it('stands in the order of its times, whoever was heard first', () => {
    const { events } = recording;
    const read = readRecording(recordingText({ ...recording, events: [...events].reverse() }));
    expect(read).toEqual({ kind: 'read', recording });
  });

  it('of the first version still opens; its clock is known by its times', () => {
    const head = '{"format":"tabkeeper-trace","version":1}';
    const lines = recordingText(recording).split('\n').slice(1);
    const first = { engine: '', seats: [], turns: [], run: null };
    expect(readRecording([head, ...lines].join('\n'))).toEqual({
      kind: 'read',
      recording: { ...first, clock: 'virtual', events: recording.events },
    });
    const live = recordingText({ ...recording, events: [commit(1_790_000_000_000, 1)] });
    const read = readRecording([head, ...live.split('\n').slice(1)].join('\n'));
    expect(read).toMatchObject({ recording: { clock: 'wall' } });
  });

  const whole = recordingText(recording);
  it.each([
    ['', 1],
    ['hello', 1],
    ['{"format":"something-else","version":2}', 1],
    [`${whole}{"server":1}`, 4],
    [`${whole}not json`, 4],
    // A server tells each thing once.
    [`${whole}${whole.split('\n')[2] ?? ''}`, 4],
    [whole.replace('"version":2', '"version":9'), 1],
  ])('names the line that is none: %j', (text, line) => {
    expect(readRecording(text)).toEqual({ kind: 'refused', line });
  });

  it('is refused with any field of its first line damaged', () => {
    const damages: readonly (readonly [string, unknown])[] = [
      ...([
        ['engine', 7],
        ['engine', 'A B'],
        ['clock', 'sun'],
        ['seats', {}],
      ] as const),
      ...([
        ['seats', [{ server: 0, role: 'participant' }]],
        ['run', {}],
        ['run', 7],
      ] as const),
      ['seats', [{ server: 1, role: 'leader' }]],
      ['seats', [...recording.seats].reverse()],
      ...([
        ['turns', null],
        ['turns', [{ atMillis: 1, kind: 'gone', server: 1 }]],
      ] as const),
      ['turns', [{ atMillis: '1', kind: 'down', server: 1 }]],
      ['turns', [{ atMillis: 1, kind: 'down', server: 'x' }]],
      ['run', { ...run, branches: [] }],
    ];
    const [head = '', ...lines] = whole.split('\n');
    const fields = JSON.parse(head) as Record<string, unknown>;
    for (const [name, value] of damages) {
      const text = [JSON.stringify({ ...fields, [name]: value }), ...lines].join('\n');
      expect([name, value, readRecording(text)]).toEqual([
        ...[name, value],
        { kind: 'refused', line: 1 },
      ]);
    }
  });
});

describe('the newest part of a recording', () => {
  const started: TraceEvent = {
    ...{ kind: 'serverStarted', acceptedEpoch: 0, currentEpoch: 0, lastZxid: ZXID_ZERO },
    ...{ snapshotZxid: null, logEntries: 0, trusted: true },
  };
  const phase = (epoch: number): TraceEvent => ({
    kind: 'phaseChanged',
    phase: 'broadcast',
    epoch,
  });
  const opened = (session: bigint): TraceEvent => ({
    ...{ kind: 'sessionOpened', session: sessionId(session), connection: 1 as never },
    timeoutMillis: 4_000,
  });

  it('begins with what tells how things stood, and nothing that is over', () => {
    const events = [
      told(1, 1, phase(1)),
      told(1, 2, started),
      told(1, 3, phase(2)),
      told(1, 4, phase(3)),
      told(1, 5, opened(5n)),
      told(1, 6, opened(6n)),
      told(1, 7, { kind: 'sessionClosed', session: sessionId(5n), ephemerals: [] }),
      commit(8, 1),
      commit(9, 2),
    ];
    expect(newestOf(events, 1).map(({ atMillis }) => atMillis)).toEqual([2, 4, 6, 9]);
    expect(newestOf(events, 99)).toEqual(events);
  });
});
