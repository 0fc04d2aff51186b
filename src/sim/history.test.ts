import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestFields } from '../jute/client-fields.ts';
import { readWire } from '../jute/wire.ts';
import type { LabStep } from '../vocabulary/steps.ts';
import type { TraceKind } from '../vocabulary/trace.ts';
import { LabHistory } from './history.ts';

const OPTIONS = { seed: 3, participants: 5, observers: 0 };

const set = (client: number, data: string): LabStep => ({
  ...{ kind: 'command', client },
  command: { kind: 'set', path: '/zookeeper', data, version: -1 },
});

/** Five servers, three clients that write ten times a second, a crash and a return now and then. */
function busyRun(seconds: number): LabHistory {
  const history = new LabHistory(OPTIONS);
  for (const server of [1, 2, 3, 4, 5]) history.act({ kind: 'openServer', server });
  for (const server of [1, 2, 3]) {
    history.act({ kind: 'openClient', server, timeoutMillis: 2_000 });
  }
  for (let millis = 100; millis <= seconds * 1_000; millis += 300) {
    if (millis % 9_000 === 1_000) history.act({ kind: 'crash', server: 5, silent: false });
    if (millis % 9_000 === 4_000) history.act({ kind: 'openServer', server: 5 });
    for (const client of [1, 2, 3]) history.act(set(client, String(millis)));
    history.run(millis);
  }
  history.run(seconds * 1_000);
  return history;
}

const prepared = (history: LabHistory): LabHistory => {
  while (history.prepare(5_000));
  return history;
};

describe('a laboratory history', () => {
  it('replays to the same run: the hash of all that was observed is equal', () => {
    const first = busyRun(6);
    expect(busyRun(6).hash).toBe(first.hash);
    const { hash, now } = first;
    const told = first.told().length;
    first.seek(0);
    expect(first.told().every(({ atMillis }) => atMillis === 0)).toBe(true);
    first.seek(now.millis);
    expect({ hash: first.hash, now: first.now }).toEqual({ hash, now });
    expect(first.told()).toHaveLength(told);
  });

  it('seek to any moment, then run on, is the run', () => {
    const history = busyRun(6);
    const { hash, now } = history;
    const at = fc.integer({ min: 0, max: now.millis });
    fc.assert(
      fc.property(at, at, fc.boolean(), (one, other, prepares) => {
        history.seek(one);
        if (prepares) history.prepare(2_000);
        history.seek(other);
        expect(history.now.millis).toBeLessThanOrEqual(other);
        history.run(now.millis);
        expect({ hash: history.hash, now: history.now }).toEqual({ hash, now });
      }),
      { numRuns: 15 },
    );
  });

  it('seek to where it was before is the very moment, also between two events', () => {
    const history = busyRun(3);
    for (let millis = 1; millis < 3_000; millis += 37) {
      history.seek(millis);
      const at = history.now;
      expect(at.millis).toBe(millis);
      history.seek(0);
      history.seek(at.millis, at.events);
      expect(history.now).toEqual(at);
    }
  });

  it('seek to an event, step, and the same event comes again', () => {
    const history = busyRun(3);
    const { events } = history.now;
    history.seek(3_000, Math.floor(events / 2));
    expect(history.now.events).toBe(Math.floor(events / 2));
    const [next] = history.stepDecision(1_000);
    const hash = history.hash;
    history.seek(3_000, Math.floor(events / 2));
    expect(history.stepDecision(1_000)[0]).toEqual(next);
    expect(history.hash).toBe(hash);
  });

  it('goes on by one event: what is told next, of one moment, until all was told', () => {
    const history = busyRun(1);
    const all = history.told();
    history.seek(700);
    const known = history.told().length;
    expect(known).toBeGreaterThan(0);
    for (let next = known; next < known + 40;) {
      const before = history.now;
      const told = history.stepEvent(1_000);
      expect(told.length).toBeGreaterThan(0);
      expect(told).toEqual(all.slice(next, next + told.length));
      expect(new Set(told.map(({ moment }) => moment.events))).toEqual(
        new Set([history.now.events]),
      );
      expect(history.now.events).toBeGreaterThan(before.events);
      next += told.length;
    }
    // A decision comes seldom: steps from one to the next leave out what is none.
    history.seek(700);
    expect(history.stepDecision(1_000).length).toBeGreaterThan(1);
  });

  it('to act in the past begins a branch and leaves the other future alone', () => {
    const history = busyRun(4);
    const { hash, now } = history;
    const told = history.told();
    history.seek(2_000);
    expect(history.act({ kind: 'crash', server: 4, silent: false })).toBe(true);
    history.run(4_000);
    expect(history.branches()).toHaveLength(2);
    expect(history.branches()[1]?.parent).toMatchObject({ branch: 1 });
    expect(history.hash).not.toBe(hash);
    history.selectBranch(1);
    expect({ hash: history.hash, now: history.now }).toEqual({ hash, now });
    expect(history.told()).toEqual(told);
    history.selectBranch(2);
    expect(history.lab.world.seat(4).isRunning).toBe(false);
  });

  it('goes anywhere in sixty busy seconds by a short replay, once it is prepared', () => {
    const history = prepared(busyRun(60));
    const { millis } = history.now;
    const took: number[] = [];
    for (let count = 0; count < 12; count += 1) {
      const to = (count * 7_919 + 4_999) % millis;
      const from = performance.now();
      history.seek(to);
      took.push(performance.now() - from);
      expect(history.now.millis).toBe(to);
      // Worlds are parked every 2.5 of the 60 seconds.
      expect(history.replayedMillis).toBeLessThanOrEqual(2_500);
      prepared(history);
    }
    took.sort((a, b) => a - b);
    console.info(`seek: median ${took[6]!.toFixed(0)} ms, slowest ${took.at(-1)!.toFixed(0)} ms`);
  });

  it('tells what crosses at the client port with its bytes, and no password', () => {
    const history = new LabHistory(OPTIONS);
    for (const server of [1, 2, 3, 4, 5]) history.act({ kind: 'openServer', server });
    history.act({ kind: 'openClient', server: 2, timeoutMillis: 2_000 });
    history.run(2_000);
    const command = { kind: 'get', path: '/zookeeper', watch: true } as const;
    history.act({ kind: 'command', client: 1, command });
    history.run(2_500);
    history.act(set(1, 'hello'));
    history.run(3_500);
    const wireOf = (kind: TraceKind): string[] =>
      history.told().flatMap(({ event, wire }) => (event.kind === kind ? [wire ?? 'none'] : []));
    const fieldsOf = (wire: string | undefined) => requestFields(readWire(wire)!.bytes);
    const asked = wireOf('requestReceived').map(fieldsOf);
    expect(asked.map((fields) => fields[2]?.value)).toEqual(['4 (getData)', '5 (setData)']);
    expect(asked[1]).toContainEqual(
      expect.objectContaining({ name: 'request.data', value: 'hello' }),
    );
    expect(wireOf('replied').every((wire) => /^[0-9a-f]{40,}$/.test(wire))).toBe(true);
    expect(wireOf('watchFired')).toHaveLength(1);
    expect(wireOf('watchFired')[0]).toMatch(/^[0-9a-f]{40,}$/);
    for (const wire of wireOf('sessionOpened')) {
      expect(wire).toMatch(/^[0-9a-f]{48}(\?\?){16}(00)?$/);
    }
  });

  it('is bounded: no more branches than it has room for', () => {
    const history = busyRun(1);
    for (let count = 0; count < 20; count += 1) {
      history.seek(500);
      history.act({ kind: 'freeze', server: 1, on: true });
      history.run(700);
    }
    expect(history.branches().length).toBe(12);
  });
});
