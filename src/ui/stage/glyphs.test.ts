import { describe, expect, it } from 'vitest';

import { serverId, sessionId } from '../../vocabulary/ids.ts';
import { PACKET_TYPE, type PacketName } from '../../vocabulary/packet.ts';
import type { TraceEvent } from '../../vocabulary/trace.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import { GLYPHS_OF_PHASE, SHAPES, signOf } from './glyphs.ts';

const TYPES = Object.keys(PACKET_TYPE) as PacketName[];
const packet = (type: PacketName): TraceEvent => ({
  ...{ kind: 'packetSent', peer: serverId(2), type, zxid: makeZxid(3, 7), bytes: 20 },
});

describe('glyphs', () => {
  it('every type of packet has one of its own', () => {
    const glyphs = TYPES.map((type) => signOf(packet(type))?.glyph);
    expect(new Set(glyphs).size).toBe(TYPES.length);
    expect(glyphs).not.toContain(undefined);
  });

  it('no two look alike: packets, ballots, requests, answers and watch events', () => {
    const looks = Object.values(SHAPES).map(({ d, filled, stroke, step }) =>
      [d, filled, stroke, step].join(' '),
    );
    expect(looks.length).toBe(TYPES.length + 4);
    expect(new Set(looks).size).toBe(looks.length);
  });

  it('all of them stand in the legend, each once', () => {
    const listed = Object.values(GLYPHS_OF_PHASE).flat();
    expect([...listed].sort()).toEqual(Object.keys(SHAPES).sort());
  });

  it('a packet has its epoch and its counter, or the step of the handshake', () => {
    expect(signOf(packet('PROPOSAL'))).toEqual({ glyph: 'PROPOSAL', epoch: 3, mark: '7' });
    expect(signOf(packet('ACKEPOCH'))).toEqual({ glyph: 'ACKEPOCH', epoch: 3, mark: '3' });
    expect(signOf(packet('SYNC'))).toEqual({ glyph: 'SYNC', epoch: null, mark: '' });
  });

  it('what is no message has none', () => {
    const session = sessionId(1n);
    expect(signOf({ kind: 'sessionMoved', session })).toBeNull();
  });
});
