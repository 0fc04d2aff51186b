// Each invariant is seen red once, by a breach planted in a small true story; and what was not heard breaks
// nothing.

import { describe, expect, it } from 'vitest';
import { serverId, type ServerId, type SessionId } from '../vocabulary/ids.ts';
import type { InvariantName } from '../vocabulary/lamp.ts';
import type { Request, Response } from '../vocabulary/request.ts';
import type { Stat } from '../vocabulary/stat.ts';
import type { Traced, TraceEvent } from '../vocabulary/trace.ts';
import type { ServerView } from '../vocabulary/view.ts';
import { makeZxid, ZXID_ZERO, type Zxid } from '../vocabulary/zxid.ts';
import { InvariantJudge } from './judge.ts';
import { TRANSACTIONS_MAX } from './state.ts';

const SESSION = 7n as SessionId;
const OTHER = 8n as SessionId;

/** Servers that tell, each with its own numbers. */
class Story {
  readonly judge: InvariantJudge;
  readonly #next = new Map<ServerId, number>();
  #millis = 1_000;
  #ticket = 0;

  constructor(ordered = false) {
    this.judge = new InvariantJudge({ ordered });
  }

  tell(server: number, ...events: readonly TraceEvent[]): this {
    for (const event of events) {
      const id = serverId(server);
      const sequence = event.kind === 'serverStarted' ? 1 : (this.#next.get(id) ?? 1);
      this.#next.set(id, sequence + 1);
      this.#millis += 1;
      const traced: Traced = { server: id, sequence, atMillis: this.#millis, event };
      this.judge.trace(traced, { millis: this.#millis, events: 0 });
    }
    return this;
  }

  /** So many of its events are never heard of. */
  miss(server: number, count: number): this {
    const id = serverId(server);
    this.#next.set(id, (this.#next.get(id) ?? 1) + count);
    return this;
  }

  see(server: number, lastApplied: Zxid, treeDigest: bigint): this {
    const view = { serving: true, trusted: true, lastApplied, treeDigest, nodeCount: 1 };
    const whole = { ...view, serverId: serverId(server) } as unknown as ServerView;
    this.judge.view(whole, { millis: this.#millis, events: 0 });
    return this;
  }

  answer(request: Request, zxid: Zxid, response: Response = { kind: 'nothing' }): this {
    this.#ticket += 1;
    const answer = { client: 1, session: SESSION, ticket: this.#ticket, request, zxid, response };
    this.judge.answered(answer, { millis: this.#millis, events: 0 });
    return this;
  }

  get broken(): string[] {
    return this.judge.breaches.map(({ rule }) => rule);
  }

  count(name: InvariantName): { checked: number; unjudged: number } {
    const row = this.judge.lamp().invariants.find(({ rule }) => rule === name);
    return { checked: row?.checked ?? 0, unjudged: row?.unjudged ?? 0 };
  }
}

const z = makeZxid;

const started: TraceEvent = {
  ...{ kind: 'serverStarted', acceptedEpoch: 0, currentEpoch: 0, lastZxid: ZXID_ZERO },
  ...{ snapshotZxid: null, logEntries: 0, trusted: true },
};
const snapshot = (zxid: Zxid): TraceEvent => ({ kind: 'snapshotInstalled', zxid, bytes: 1 });
const applied = (zxid: Zxid, session = SESSION, op: 'setData' | 'multi' | 'error' = 'setData') =>
  ({ kind: 'applied', zxid, session, op, path: '/a', err: 0 }) satisfies TraceEvent;
const proposed = (zxid: Zxid, session = SESSION, op: 'setData' | 'multi' = 'setData') =>
  ({ kind: 'proposed', zxid, session, cxid: 1, op, path: '/a' }) satisfies TraceEvent;
const replied = (xid: number, zxid: Zxid, op: 'setData' | 'getData' = 'setData') =>
  ({ kind: 'replied', session: SESSION, xid, op, zxid, err: 0 }) satisfies TraceEvent;
const resumed = {
  ...({ kind: 'sessionResumed', session: SESSION, timeoutMillis: 4_000 } as const),
  connection: 1 as never,
} satisfies TraceEvent;
const established = (epoch: number, lastZxid: Zxid): TraceEvent => ({
  ...{ kind: 'leaderEstablished', epoch, lastZxid, supporters: [] },
});
const role = (to: 'LOOKING' | 'LEADING' | 'FOLLOWING'): TraceEvent => ({
  ...{ kind: 'roleChanged', from: 'LOOKING', to, leader: null, reason: 'electionWon' },
});
const phase = (name: 'synchronization' | 'broadcast', epoch: number): TraceEvent => ({
  ...{ kind: 'phaseChanged', phase: name, epoch },
});
const stat = (mzxid: Zxid): Stat => ({
  ...{ czxid: z(1, 1), mzxid, ctime: 0, mtime: 0, version: 0, cversion: 0, aversion: 0 },
  ...{ ephemeralOwner: 0n, dataLength: 0, numChildren: 0, pzxid: z(1, 1) },
});
const set: Request = { kind: 'setData', path: '/a', data: null, version: -1 };
const get: Request = { kind: 'getData', path: '/a', watch: false };
const multi: Request = { kind: 'multi', operations: [] };

/** Server 1 leads epoch 1; both deliver what it broadcasts, up to (1, 3). */
function trueStory(ordered = false): Story {
  const story = new Story(ordered);
  for (const server of [1, 2]) story.tell(server, started);
  story.tell(1, role('LEADING'), phase('synchronization', 1), established(1, ZXID_ZERO));
  story.tell(1, phase('broadcast', 1)).tell(2, role('FOLLOWING'), phase('broadcast', 1));
  story.tell(1, resumed);
  for (const counter of [1, 2, 3]) {
    story.tell(1, proposed(z(1, counter)), applied(z(1, counter)), replied(counter, z(1, counter)));
    story.tell(2, applied(z(1, counter)));
  }
  return story;
}

const PLANTED: readonly (readonly [InvariantName, (story: Story) => unknown])[] = [
  ['Leadership1', (story) => story.tell(2, role('LEADING'), phase('synchronization', 1))],
  ['Leadership2', (story) => story.tell(2, established(1, z(1, 3)))],
  ['Leadership2', (story) => story.tell(2, proposed(z(1, 4)))],
  [
    'PrefixConsistency',
    (story) => story.tell(1, applied(z(1, 4))).tell(2, applied(z(1, 4), OTHER)),
  ],
  ['PrefixConsistency', (story) => story.see(1, z(1, 3), 5n).see(2, z(1, 3), 6n)],
  ['Integrity', (story) => story.tell(2, applied(z(1, 3)))],
  ['Integrity', (story) => story.tell(1, proposed(z(1, 4))).tell(2, applied(z(1, 4), OTHER))],
  ['Integrity', (story) => story.tell(2, applied(z(1, 4), OTHER)).tell(1, proposed(z(1, 4)))],
  ['Integrity', (story) => story.tell(1, role('LOOKING')).tell(2, applied(z(1, 4)))],
  ['Integrity', (story) => story.tell(2, applied(z(1, 4))).tell(1, role('LOOKING'))],
  [
    'Agreement',
    (story) =>
      story
        .tell(1, applied(z(1, 4)), applied(z(1, 6)))
        .tell(2, applied(z(1, 5)), applied(z(1, 7)))
        .tell(1, applied(z(1, 8))),
  ],
  ['TotalOrder', (story) => story.tell(1, applied(z(1, 4))).tell(2, applied(z(2, 1)))],
  ['TotalOrder', (story) => story.tell(2, applied(z(2, 1))).tell(1, applied(z(1, 4)))],
  ['TotalOrder', (story) => story.tell(2, applied(z(1, 2)))],
  ['LocalPrimaryOrder', (story) => story.tell(2, applied(z(1, 5)))],
  ['LocalPrimaryOrder', (story) => story.tell(1, proposed(z(1, 5)))],
  ['GlobalPrimaryOrder', (story) => story.tell(2, applied(z(2, 1)), applied(z(1, 4)))],
  ['PrimaryIntegrity', (story) => story.tell(2, established(2, z(1, 2)))],
  ['PrimaryIntegrity', (story) => story.tell(2, established(2, z(1, 3))).tell(1, applied(z(1, 4)))],
  ['SequentialConsistency', (story) => story.tell(1, replied(5, z(1, 2), 'getData'))],
  ['SequentialConsistency', (story) => story.tell(1, replied(2, z(1, 4)))],
  ['SequentialConsistency', (story) => story.answer(set, z(1, 3)).answer(set, z(1, 3))],
  [
    'SequentialConsistency',
    (story) =>
      story
        .answer(set, z(1, 3), { kind: 'stat', stat: stat(z(1, 3)) })
        .answer(get, z(1, 3), { kind: 'data', data: null, stat: stat(z(1, 2)) }),
  ],
  [
    'Atomicity',
    (story) =>
      story.answer(multi, z(1, 3), {
        ...{ kind: 'multi', results: [{ kind: 'delete' }, { kind: 'error', err: -101 }] },
      }),
  ],
  [
    'Atomicity',
    (story) =>
      story
        .tell(1, proposed(z(1, 4), SESSION, 'multi'), applied(z(1, 4), SESSION, 'error'))
        .answer(get, z(1, 5), { kind: 'data', data: null, stat: stat(z(1, 4)) }),
  ],
  [
    'Atomicity',
    (story) =>
      story
        .tell(1, proposed(z(1, 4), SESSION, 'multi'), applied(z(1, 4), SESSION, 'multi'))
        .tell(2, applied(z(1, 4), SESSION, 'error')),
  ],
  ['SingleSystemImage', (story) => story.answer(get, z(1, 3)).answer(get, z(1, 2))],
  ['Reliability', (story) => story.tell(2, established(2, z(1, 2)))],
  ['Reliability', (story) => story.tell(2, established(2, z(1, 3))).answer(set, z(1, 4))],
  ['Reliability', (story) => story.answer(set, z(1, 4)).tell(2, applied(z(2, 1)))],
  [
    'Reliability',
    (story) => story.tell(2, { kind: 'historyTruncated', to: z(1, 2), removed: [z(1, 3)] }),
  ],
];

describe('a planted breach', () => {
  it.each(PLANTED)('of %s is found', (name, plant) => {
    const story = trueStory();
    expect(story.broken).toEqual([]);
    plant(story);
    expect(story.broken).toContain(name);
  });

  it('is told with the event that proves it, and where to go', () => {
    const story = trueStory();
    story.tell(2, applied(z(1, 5)));
    const { first } = story.judge.lamp();
    expect(first).toMatchObject({ server: 2, traced: { event: { kind: 'applied' } } });
    expect(first?.moment.millis).toBe(first?.traced?.atMillis);
  });

  it('of Agreement is found at once where all is told in order', () => {
    const story = trueStory(true)
      .tell(1, applied(z(1, 4)))
      .tell(2, applied(z(2, 1)));
    expect(story.broken).toContain('Agreement');
  });

  it('of Integrity is found at once where all is told in order', () => {
    expect(trueStory(true).tell(2, applied(z(1, 4))).broken).toContain('Integrity');
  });
});

describe('what holds', () => {
  it('is counted, each by its own', () => {
    const story = trueStory();
    story.answer(multi, z(1, 3), { kind: 'multi', results: [{ kind: 'delete' }] });
    const counted = story.judge.lamp().invariants.filter(({ checked }) => checked > 0);
    expect(counted.map(({ rule }) => rule)).toEqual(
      story.judge.lamp().invariants.map(({ rule }) => rule),
    );
    expect(story.broken).toEqual([]);
    expect(story.judge.lamp().lagMillis?.most).toBeGreaterThan(0);
  });

  it('also through another epoch, a restart from a snapshot, and a SNAP', () => {
    const story = trueStory().tell(1, role('LOOKING')).tell(2, role('LEADING'));
    story.tell(2, phase('synchronization', 2), established(2, z(1, 3)), phase('broadcast', 2));
    story.tell(2, proposed(z(2, 1)), applied(z(2, 1)));
    story.tell(1, { ...started, snapshotZxid: z(1, 2) }, applied(z(1, 3)), applied(z(2, 1)));
    story.tell(3, started, snapshot(z(1, 3)), applied(z(2, 1)));
    expect(story.broken).toEqual([]);
  });
});

describe('what was not heard', () => {
  it('breaks nothing: behind a gap the next delivery is not judged by the one before it', () => {
    const story = trueStory();
    const before = story.count('TotalOrder');
    story.miss(2, 40).tell(2, applied(z(1, 9)));
    expect(story.broken).toEqual([]);
    const after = story.count('TotalOrder');
    expect(after).toEqual({ checked: before.checked, unjudged: before.unjudged + 1 });
  });

  it('is a gap too where the number of the left out stands behind later events', () => {
    const story = trueStory();
    story
      .tell(2, { kind: 'traceDropped', count: 9 })
      .miss(2, 8)
      .tell(2, applied(z(1, 9)));
    story.tell(2, { kind: 'traceDropped', count: 9 }).tell(2, applied(z(1, 12)));
    expect(story.broken).toEqual([]);
  });

  it('may be all that was before this page came: a follower delivers what nobody here proposed', () => {
    const story = new Story().miss(2, 500).miss(1, 900);
    story.tell(2, applied(z(4, 77)), applied(z(4, 78))).tell(1, applied(z(4, 78)));
    story.tell(1, proposed(z(4, 80)), replied(3, z(4, 78)));
    expect(story.broken).toEqual([]);
    expect(story.count('SequentialConsistency').unjudged).toBe(1);
  });

  it('a leader that left unheard is no leader of its epoch that is still there', () => {
    const story = trueStory().miss(1, 10).tell(1, role('LOOKING'), started);
    story.tell(2, role('LEADING'), phase('synchronization', 2), established(2, z(1, 3)));
    expect(story.broken).toEqual([]);
  });
});

describe('what is kept', () => {
  it('is bounded, and what was forgotten breaks nothing', () => {
    const story = trueStory();
    for (let counter = 4; counter < TRANSACTIONS_MAX * 3; counter += 1) {
      story.tell(
        1,
        proposed(z(1, counter)),
        applied(z(1, counter)),
        replied(counter, z(1, counter)),
      );
    }
    // Server 2 comes far behind, with what is forgotten.
    for (let counter = 4; counter < TRANSACTIONS_MAX; counter += 1)
      story.tell(2, applied(z(1, counter)));
    expect(story.broken).toEqual([]);
    expect(story.count('PrefixConsistency').unjudged).toBeGreaterThan(0);
    story.tell(2, snapshot(z(1, TRANSACTIONS_MAX * 3 - 1)));
    story.tell(1, applied(z(1, TRANSACTIONS_MAX * 3))).tell(2, applied(z(1, TRANSACTIONS_MAX * 3)));
    expect(story.broken).toEqual([]);
  });
});
