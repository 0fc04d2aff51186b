import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { serverId } from '../../vocabulary/ids.ts';
import type { PacketName } from '../../vocabulary/packet.ts';
import type { Traced, TraceEvent } from '../../vocabulary/trace.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import { causalityOf, clocksOf, levelsOf, pastOf, serversIn } from './causality.ts';

const packet = (
  kind: 'packetSent' | 'packetReceived',
  peer: number,
  type: PacketName,
  counter: number,
): TraceEvent => ({ kind, peer: serverId(peer), type, zxid: makeZxid(1, counter), bytes: 40 });

const at = (server: number, sequence: number, atMillis: number, event: TraceEvent): Traced => ({
  server: serverId(server),
  sequence,
  atMillis,
  event,
});

const logged = (counter: number): TraceEvent => ({
  kind: 'proposalLogged',
  zxid: makeZxid(1, counter),
  count: 1,
});

/** 3 proposes to 1 and 2, 1 logs and acknowledges, 2 never hears it. */
const write = [
  at(3, 1, 10, packet('packetSent', 1, 'PROPOSAL', 7)),
  at(3, 2, 10, packet('packetSent', 2, 'PROPOSAL', 7)),
  at(1, 1, 12, packet('packetReceived', 3, 'PROPOSAL', 7)),
  at(1, 2, 14, logged(7)),
  at(1, 3, 14, packet('packetSent', 3, 'ACK', 7)),
  at(2, 1, 15, logged(6)),
  at(3, 3, 16, packet('packetReceived', 1, 'ACK', 7)),
];

describe('causality', () => {
  it('joins each receiving with its sending, and nothing else', () => {
    const { events, senderOf } = causalityOf(write);
    const joined = events.flatMap(({ server }, index) => {
      const sender = events[senderOf[index] ?? -1];
      return sender === undefined ? [] : [[sender.server, server]];
    });
    expect(joined).toEqual([
      [3, 1],
      [1, 3],
    ]);
  });

  it('the past of an acknowledgement holds the proposal and the disk, not the server that heard nothing', () => {
    const causality = causalityOf(write);
    const last = causality.events.length - 1;
    const past = pastOf(causality, last);
    expect(past.size).toBe(6);
    const servers = causality.events.filter((_, index) => past.has(index));
    expect(servers.some(({ server }) => server === 2)).toBe(false);
    expect(serversIn(causality, past)).toBe(2);
  });

  it('a packet that was never received is passed over', () => {
    const { events, senderOf } = causalityOf([
      at(3, 1, 1, packet('packetSent', 1, 'COMMIT', 1)),
      at(3, 2, 2, packet('packetSent', 1, 'COMMIT', 2)),
      at(1, 1, 3, packet('packetReceived', 3, 'COMMIT', 2)),
    ]);
    expect(events[senderOf[2] ?? -1]?.sequence).toBe(2);
  });

  it('a clock that runs behind does not turn an arrow round', () => {
    const causality = causalityOf([
      at(3, 1, 100, packet('packetSent', 1, 'COMMIT', 1)),
      at(1, 1, 40, packet('packetReceived', 3, 'COMMIT', 1)),
    ]);
    const levels = levelsOf(causality);
    const received = causality.events.findIndex(({ server }) => server === 1);
    expect(levels[received]).toBe(1);
    expect(levels[1 - received]).toBe(0);
  });

  it('whatever is traced: levels and clocks rise along every edge', () => {
    const event = fc.record({
      server: fc.integer({ min: 1, max: 3 }),
      peer: fc.integer({ min: 1, max: 3 }),
      sent: fc.boolean(),
      counter: fc.integer({ min: 1, max: 3 }),
      atMillis: fc.integer({ min: 0, max: 20 }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (drawn) => {
        // Sent no later than received: then happened-before has no circle.
        const traced = drawn.map(({ server, peer, sent, counter, atMillis }, index) =>
          at(
            server,
            index,
            sent ? atMillis : atMillis + 40,
            packet(sent ? 'packetSent' : 'packetReceived', peer, 'COMMIT', counter),
          ),
        );
        const causality = causalityOf(traced);
        const levels = levelsOf(causality);
        const clockOf = clocksOf(causality);
        const clocks = causality.events.map((_, index) => new Map(clockOf(index)));
        return causality.events.every(({ server }, index) =>
          [causality.previous[index] ?? -1, causality.senderOf[index] ?? -1]
            .filter((before) => before >= 0)
            .every(
              (before) =>
                (levels[before] ?? 0) < (levels[index] ?? 0) &&
                [...(clocks[before] ?? [])].every(
                  ([other, count]) => count <= (clocks[index]?.get(other) ?? 0),
                ) &&
                (clocks[index]?.get(server) ?? 0) > (clocks[before]?.get(server) ?? 0),
            ),
        );
      }),
    );
  });
});
