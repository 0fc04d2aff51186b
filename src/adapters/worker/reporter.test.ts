import { describe, expect, it } from 'vitest';

import { serverId } from '../../vocabulary/ids.ts';
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
    expect(events.length).toBeLessThan(50);
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
});
