// However a trace comes in, what is joined is what the whole of it says.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { serverId, sessionId } from '../../vocabulary/ids.ts';
import type { Traced, TraceEvent } from '../../vocabulary/trace.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import { GrowingCausality } from './growing-causality.ts';

const packet = (
  kind: 'packetSent' | 'packetReceived',
  peer: number,
  counter: number,
): TraceEvent => ({
  kind,
  peer: serverId(peer),
  type: 'COMMIT',
  zxid: makeZxid(1, counter),
  bytes: 9,
});

const anyEvent = (pick: number, peer: number, counter: number): TraceEvent => {
  if (pick === 0) return packet('packetSent', peer, counter);
  if (pick === 1) return packet('packetReceived', peer, counter);
  if (pick === 2) return { kind: 'phaseChanged', phase: 'election', epoch: counter };
  const session = sessionId(BigInt(counter));
  return { kind: 'requestReceived', session, xid: 1, op: 'exists', path: '/' };
};

const arbitraryTrace = fc
  .array(
    fc.record({
      server: fc.integer({ min: 1, max: 3 }),
      peer: fc.integer({ min: 1, max: 3 }),
      pick: fc.integer({ min: 0, max: 3 }),
      counter: fc.integer({ min: 1, max: 3 }),
      // Some of it comes far too late.
      atMillis: fc.integer({ min: 0, max: 40_000 }),
    }),
    { maxLength: 60 },
  )
  .map((drawn) =>
    drawn.map(({ server, peer, pick, counter, atMillis }, sequence): Traced => {
      const event = anyEvent(pick, peer, counter);
      return { server: serverId(server), sequence, atMillis, event };
    }),
  );

const whole = (traced: readonly Traced[]) => new GrowingCausality().after(traced);

describe('a trace that grows', () => {
  it('is joined as if it had come at once', () => {
    fc.assert(
      fc.property(arbitraryTrace, fc.array(fc.integer({ min: 1, max: 20 })), (trace, steps) => {
        const growing = new GrowingCausality();
        let until = 0;
        for (const step of steps) {
          until = Math.min(until + step, trace.length);
          expect(growing.after(trace.slice(0, until))).toEqual(whole(trace.slice(0, until)));
        }
        expect(growing.after(trace)).toEqual(whole(trace));
      }),
    );
  });

  it('may be one list that becomes longer where it is', () => {
    fc.assert(
      fc.property(arbitraryTrace, fc.integer({ min: 1, max: 20 }), (trace, step) => {
        const growing = new GrowingCausality();
        const list: Traced[] = [];
        for (let from = 0; from < trace.length; from += step) {
          list.push(...trace.slice(from, from + step));
          expect(growing.after(list)).toEqual(whole(list));
        }
      }),
    );
  });

  it('may forget its oldest part, and become another one', () => {
    fc.assert(
      fc.property(arbitraryTrace, arbitraryTrace, (trace, other) => {
        const growing = new GrowingCausality();
        growing.after(trace);
        const rest = trace.slice(trace.length / 2);
        expect(growing.after(rest)).toEqual(whole(rest));
        expect(growing.after(other)).toEqual(whole(other));
        expect(growing.after([])).toEqual(whole([]));
      }),
    );
  });

  it('what was given away stays as it is', () => {
    const growing = new GrowingCausality();
    const sent = Array.from({ length: 3_000 }, (_, index): Traced => {
      const event = packet('packetSent', 2, index);
      return { server: serverId(1), sequence: index, atMillis: index * 10, event };
    });
    const first = growing.after(sent.slice(0, 1_500));
    const kept = { ...first, previous: [...first.previous], senderOf: [...first.senderOf] };
    growing.after(sent);
    expect({ ...first, previous: [...first.previous], senderOf: [...first.senderOf] }).toEqual(
      kept,
    );
  });
});
