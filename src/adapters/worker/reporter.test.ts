import { describe, expect, it, vi } from 'vitest';

import type { Host } from '../../host/host.ts';
import { serverId, sessionId } from '../../vocabulary/ids.ts';
import type { Traced, TraceEvent } from '../../vocabulary/trace.ts';
import { zxidOf } from '../../vocabulary/zxid.ts';
import type { FromWorker } from './messages.ts';
import { Reporter } from './reporter.ts';

const traced = (event: TraceEvent, sequence: number): Traced => ({
  server: serverId(1),
  sequence,
  atMillis: sequence,
  event,
});

const told = (events: readonly TraceEvent[]): readonly TraceEvent[] => {
  const messages: FromWorker[] = [];
  const reporter = new Reporter((message) => {
    messages.push(message);
  });
  reporter.trace(events.map((event, at) => traced(event, at + 1)));
  reporter.flush();
  return messages
    .flatMap((message) => (message.kind === 'trace' ? message.events : []))
    .map(({ event }) => event);
};

describe('what a worker tells its page', () => {
  it('tells every decision, however many writes come with it', () => {
    const decision: TraceEvent = { kind: 'phaseChanged', phase: 'broadcast', epoch: 2 };
    const writes = Array.from({ length: 500 }, (_, at): TraceEvent => ({
      kind: 'proposalLogged',
      zxid: zxidOf(BigInt(at)),
      count: 1,
    }));
    const events = told([...writes, decision]);
    expect(events.some(({ kind }) => kind === 'phaseChanged')).toBe(true);
    expect(events.length).toBeLessThan(310);
  });

  it('tells of a client frame its bytes alone', () => {
    const messages: FromWorker[] = [];
    const reporter = new Reporter((message) => {
      messages.push(message);
    });
    const event: TraceEvent = {
      ...{ kind: 'requestReceived', session: sessionId(1n), xid: 2, op: 'getData', path: '/a' },
    };
    reporter.trace([{ ...traced(event, 1), frame: Uint8Array.of(0xab, 0xcd) }]);
    reporter.flush();
    expect(messages).toEqual([
      { kind: 'trace', events: [{ ...traced(event, 1), wire: '00000002abcd' }] },
    ]);
  });

  it('tells what a few writes at once repeat whole, and of a flood a bounded part', () => {
    const messages: FromWorker[] = [];
    const reporter = new Reporter((message) => {
      messages.push(message);
    });
    const written = (count: number): TraceEvent[] =>
      Array.from({ length: count }, (_, at) => ({
        ...{ kind: 'proposalLogged', zxid: zxidOf(BigInt(at)), count: 1 },
      }));
    const toldAfter = (millis: number, count: number): readonly [number, boolean] => {
      messages.length = 0;
      vi.advanceTimersByTime(millis);
      reporter.trace(written(count).map((event, at) => traced(event, at + 1)));
      vi.advanceTimersByTime(40);
      reporter.flush();
      const events = messages.flatMap((message) =>
        message.kind === 'trace' ? message.events : [],
      );
      const kept = events.filter(({ event }) => event.kind !== 'traceDropped');
      return [kept.length, kept.length < events.length];
    };
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      // Of one write, a leader of five tells 24 of these.
      expect(toldAfter(1_000, 10 * 24)).toEqual([240, false]);
      expect(toldAfter(1_000, 10 * 24)).toEqual([240, false]);
      let told = 0;
      for (let period = 0; period < 100; period += 1) told += toldAfter(0, 500)[0];
      expect(told).toBeLessThanOrEqual(300 + 4_000 * 0.75);
      expect(told).toBeGreaterThan(4_000 * 0.75);
    } finally {
      vi.useRealTimers();
    }
  });

  it('says how many it left out', () => {
    const writes = Array.from({ length: 500 }, (_, at): TraceEvent => ({
      kind: 'proposalLogged',
      zxid: zxidOf(BigInt(at)),
      count: 1,
    }));
    const events = told(writes);
    const left = events.at(-1);
    expect(left).toEqual({ kind: 'traceDropped', count: 500 - (events.length - 1) });
  });

  it('gathers signs of life for longer, and draws no picture for them', () => {
    const messages: FromWorker[] = [];
    const reporter = new Reporter((message) => {
      messages.push(message);
    });
    const host = { view: () => ({ sessions: [] }) } as unknown as Host;
    reporter.attach(host, () => null);
    const ping: TraceEvent = {
      ...{ kind: 'packetSent', peer: serverId(2), type: 'PING', zxid: zxidOf(0n), bytes: 9 },
    };
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const kinds = (millis: number, ...events: readonly TraceEvent[]): string[] => {
        messages.length = 0;
        vi.advanceTimersByTime(millis);
        reporter.trace(events.map((event, at) => traced(event, at + 1)));
        reporter.flush();
        return messages.map(({ kind }) => kind);
      };
      expect(kinds(2_000, ping)).toEqual(['trace', 'view']);
      expect(kinds(100, ping)).toEqual([]);
      expect(kinds(100, ping)).toEqual([]);
      expect(kinds(100, ping)).toEqual(['trace']);
      expect(messages).toMatchObject([{ events: [{}, {}, {}] }]);
      const news: TraceEvent = { kind: 'phaseChanged', phase: 'broadcast', epoch: 2 };
      expect(kinds(100, ping)).toEqual([]);
      expect(kinds(0, news)).toEqual(['trace', 'view']);
      expect(kinds(700)).toEqual([]);
      expect(kinds(400)).toEqual(['view']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('leaves nothing out for signs of life: one write among the pings of nine servers is told whole', () => {
    const messages: FromWorker[] = [];
    const reporter = new Reporter((message) => {
      messages.push(message);
    });
    const write: TraceEvent[] = [
      { kind: 'requestReceived', session: sessionId(1n), xid: 1, op: 'create', path: '/a' },
      { kind: 'committed', zxid: zxidOf(1n), voters: [] },
      { kind: 'replied', session: sessionId(1n), xid: 1, op: 'create', zxid: zxidOf(1n), err: 0 },
    ];
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      for (let turn = 0; turn < 40; turn += 1) {
        vi.advanceTimersByTime(50);
        reporter.trace(
          Array.from({ length: 8 }, (_, peer) =>
            (['packetSent', 'packetReceived'] as const).map((kind) => ({
              ...{ kind, peer: serverId(peer + 2), type: 'PING', zxid: zxidOf(0n), bytes: 9 },
            })),
          )
            .flat()
            .map((event, at) => traced(event as TraceEvent, turn * 100 + at)),
        );
        const one = write[turn - 18];
        if (one !== undefined) reporter.trace([traced(one, turn * 100 + 50)]);
        reporter.flush();
      }
    } finally {
      vi.useRealTimers();
    }
    const events = messages.flatMap((message) => (message.kind === 'trace' ? message.events : []));
    const kinds = events.map(({ event }) => event.kind);
    expect(kinds).not.toContain('traceDropped');
    expect(kinds.filter((kind) => !kind.startsWith('packet'))).toEqual(
      write.map(({ kind }) => kind),
    );
  });
});
