import { describe, expect, it } from 'vitest';
import { serverId } from '../../vocabulary/ids.ts';
import type { TraceEvent, Traced } from '../../vocabulary/trace.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import {
  BEHIND_MILLIS,
  epochHue,
  FLIGHT_MILLIS,
  FLIGHTS_MAX,
  flightsWith,
  isStranded,
  NO_FLIGHTS,
  standingParts,
  wayInPicture,
} from './flights.ts';

import { flightPath, stageLayout } from './layout.ts';

const traced = (server: number, event: TraceEvent): Traced => ({
  server: serverId(server),
  sequence: 1,
  atMillis: 0,
  event,
});
const proposal = (to: number, counter = 7): Traced =>
  traced(3, {
    kind: 'packetSent',
    peer: serverId(to),
    type: 'PROPOSAL',
    zxid: makeZxid(2, counter),
    bytes: 40,
  });

describe('flightsWith', () => {
  it('what is told in a flood moves with the pictures until it lands, whatever is told then', () => {
    const flood = flightsWith(NO_FLIGHTS, [proposal(1)], 1_000, true);
    const [first] = flood.list;
    expect(first).toMatchObject({ withPictures: true });
    // It is seen at once, and not twice at the same place.
    expect(wayInPicture(first!, flood.atMillis)?.opacity).toBeGreaterThan(0.5);
    const later = flightsWith(flood, [proposal(2)], 1_000 + FLIGHT_MILLIS / 2);
    expect(later.list.map((flight) => wayInPicture(flight, later.atMillis)?.part)).toEqual([
      ...[0.5, undefined],
    ]);
    const [delayed] = flightsWith(NO_FLIGHTS, [proposal(1)], 2_000, true).list;
    expect(wayInPicture(delayed!, 1_900)?.opacity).toBe(0);
  });

  it('a proposal flies with its epoch and counter', () => {
    const { list } = flightsWith(NO_FLIGHTS, [proposal(1)], 0);
    expect(list).toHaveLength(1);
    expect(list[0]).toMatchObject({ glyph: 'PROPOSAL', from: 3, to: 1, epoch: 2, mark: '7' });
  });

  it('a burst of one kind on one way flies as one with a count; other ways fly for themselves', () => {
    const first = flightsWith(NO_FLIGHTS, [proposal(1, 1), proposal(2, 1)], 0);
    const { list } = flightsWith(first, [proposal(1, 2), proposal(1, 3)], 100);
    expect(list.map(({ to, times }) => [to, times])).toEqual([
      [1, 3],
      [2, 1],
    ]);
  });

  it('what leaves together on one way flies one behind the other, and not for long', () => {
    const packet = (type: 'COMMIT' | 'INFORM' | 'SYNC' | 'UPTODATE' | 'DIFF'): Traced =>
      traced(3, { kind: 'packetSent', peer: serverId(1), type, zxid: makeZxid(2, 7), bytes: 20 });
    const together = [
      ...[proposal(1), packet('COMMIT'), packet('INFORM'), packet('SYNC')],
      ...[packet('UPTODATE'), packet('DIFF'), proposal(2)],
    ];
    const { list } = flightsWith(NO_FLIGHTS, together, 1_000);
    expect(list.map(({ bornMillis }) => bornMillis)).toEqual([
      ...[1_000, 1_160, 1_320, 1_480, 1_640, 1_800],
      1_000,
    ]);
    const later = flightsWith({ nextKey: 9, list, atMillis: 0 }, [{ ...packet('COMMIT') }], 2_200);
    expect(later.list.at(-1)).toMatchObject({ bornMillis: 2_200, delayMillis: 0 });
    // Still ones stand side by side, and each way has a middle of its own.
    expect([...standingParts(list).values()]).toEqual([0.5, 0.36, 0.64, 0.22, 0.78, 0.5, 0.5]);
  });

  it('also on a small stage what leaves a leader together can be told apart', () => {
    for (const size of [
      ...[
        { width: 680, height: 530 },
        { width: 390, height: 400 },
        { width: 390, height: 304 },
      ],
    ]) {
      const layout = stageLayout(5, size);
      const [leader, ...followers] = layout.seats;
      const ways = followers.flatMap((other) => {
        const ends = { seat: leader!, other, toClient: false, cut: false };
        return flightPath(ends, size, layout) ?? [];
      });
      for (const [at, { from, to }] of ways.entries()) {
        const length = Math.hypot(to.x - from.x, to.y - from.y);
        // A shape is 22 wide: what is inside the one before is not covered.
        expect(length * (BEHIND_MILLIS / FLIGHT_MILLIS)).toBeGreaterThan(9);
        for (const other of ways.slice(at + 1)) {
          const apart = Math.hypot(from.x - other.from.x, from.y - other.from.y);
          expect(apart).toBeGreaterThan(17);
        }
      }
    }
  });

  it('lands after its time, and what is in the air is bounded', () => {
    const burst = Array.from({ length: 200 }, (_, at) => proposal(at + 10));
    const flying = flightsWith(NO_FLIGHTS, burst, 0);
    expect(flying.list).toHaveLength(FLIGHTS_MAX);
    expect(flightsWith(flying, [], FLIGHT_MILLIS - 1).list).toHaveLength(FLIGHTS_MAX);
    expect(flightsWith(flying, [], FLIGHT_MILLIS).list).toHaveLength(0);
  });

  it('the steps of the handshake on one way fly for themselves', () => {
    const step = (type: 'FOLLOWERINFO' | 'ACKEPOCH'): Traced =>
      traced(1, {
        ...{ kind: 'packetSent', peer: serverId(3), type, zxid: makeZxid(2, 0), bytes: 40 },
      });
    const { list } = flightsWith(NO_FLIGHTS, [step('FOLLOWERINFO'), step('ACKEPOCH')], 0);
    expect(list.map(({ glyph, times }) => [glyph, times])).toEqual([
      ['FOLLOWERINFO', 1],
      ['ACKEPOCH', 1],
    ]);
  });

  it('does not fly on to a server that is gone, or from one; a vote is told to every chair', () => {
    const [flight] = flightsWith(NO_FLIGHTS, [proposal(1)], 0).list;
    const without = (gone: number) => (server: number) => server !== gone;
    expect(isStranded(flight!, () => true)).toBe(false);
    expect(isStranded(flight!, without(1))).toBe(true);
    expect(isStranded(flight!, without(3))).toBe(true);
    expect(isStranded({ ...flight!, glyph: 'ballot' }, without(1))).toBe(false);
    expect(isStranded({ ...flight!, to: null }, without(1))).toBe(false);
  });

  it('pings and what a server says to itself are not drawn', () => {
    const ping = traced(3, {
      kind: 'packetSent',
      peer: serverId(1),
      type: 'PING',
      zxid: makeZxid(2, 7),
      bytes: 20,
    });
    expect(flightsWith(NO_FLIGHTS, [ping, proposal(3)], 0).list).toHaveLength(0);
  });
});

describe('epochHue', () => {
  it('cycles by four, beginning with the first epoch', () => {
    expect([1, 2, 3, 4, 5, 9].map(epochHue)).toEqual([0, 1, 2, 3, 0, 0]);
  });
});
