// One shape for each kind of message, the same on the stage, in the story of an event, in its details and in the
// legend: kind is the shape, epoch the hue, and what stands inside is the counter. Pure.

import { namesNobody, type PacketName } from '../../vocabulary/packet.ts';
import type { TraceEvent } from '../../vocabulary/trace.ts';
import { counterOf, epochOf } from '../../vocabulary/zxid.ts';

/** Not of the quorum port. */
export type OtherGlyph = 'ballot' | 'request' | 'reply' | 'watch';
export type Glyph = OtherGlyph | PacketName;

export interface Shape {
  /** Around 0, within 14 to every side. */
  readonly d: string;
  readonly filled: boolean;
  /** Lines beside or inside it. */
  readonly stroke?: string;
  /** Always the same inside it: the step of the handshake. */
  readonly step?: string;
  /** Room for a short text inside. */
  readonly marked?: true;
}

const HEXAGON = 'M-5.500 -10H5.500L11 0 5.500 10H-5.500L-11 0Z';
const DIAMOND = 'M0 -12 12 0 0 12 -12 0Z';
const INNER_DIAMOND = 'M0 -9 9 0 0 9 -9 0Z';
const OUTER_DIAMOND = 'M0 -13.500 13.500 0 0 13.500 -13.500 0Z';
const TRIANGLE = 'M-8 -9 10 0 -8 9Z';

export const SHAPES: Readonly<Record<Glyph, Shape>> = {
  ballot: { d: 'M-9 -9H9V9H-9Z', filled: true, marked: true },
  FOLLOWERINFO: { d: HEXAGON, filled: true, step: '1' },
  /** Hollow, as an observer counts for nothing. */
  OBSERVERINFO: { d: HEXAGON, filled: false, step: '1' },
  LEADERINFO: { d: HEXAGON, filled: true, step: '2' },
  ACKEPOCH: { d: HEXAGON, filled: true, step: '3' },
  DIFF: { d: 'M-10 -4 0 -9 10 -4 0 1Z', filled: true, stroke: 'M-10 1 0 6 10 1M-10 5 0 10 10 5' },
  TRUNC: {
    d: 'M0 0',
    filled: false,
    stroke: 'M-8 -7 7 5M-8 7 7 -5M-8 -7a2.500 2.500 0 1 0 .1 0M-8 7a2.500 2.500 0 1 1 .1 0',
  },
  SNAP: {
    d: 'M-11 -5H-5L-3 -8H3L5 -5H11V8H-11Z',
    filled: false,
    stroke: 'M0 -2.500a3.800 3.800 0 1 1 -.1 0',
  },
  NEWLEADER: { d: 'M-6 -10 8 -5 -6 0Z', filled: true, stroke: 'M-6 -10V11' },
  UPTODATE: { d: 'M-10 -10H10V10H-10Z', filled: false, stroke: 'M-5 0 -1 4 6 -4' },
  PROPOSAL: { d: 'M0 -11a11 11 0 1 1 -.1 0Z', filled: true, marked: true },
  ACK: { d: 'M0 -10a10 10 0 1 1 -.1 0Z', filled: false, stroke: 'M-4.500 0 -1 3.500 5 -4' },
  COMMIT: { d: DIAMOND, filled: true, marked: true },
  INFORM: { d: DIAMOND, filled: false, marked: true },
  /** With an edge around it: the members are others from here on. */
  COMMITANDACTIVATE: { d: INNER_DIAMOND, filled: true, stroke: OUTER_DIAMOND, marked: true },
  INFORMANDACTIVATE: { d: INNER_DIAMOND, filled: false, stroke: OUTER_DIAMOND, marked: true },
  /** A client's request on its way to the leader. */
  REQUEST: { d: TRIANGLE, filled: true, stroke: 'M-12.500 -9V9' },
  SYNC: { d: 'M0 0', filled: false, stroke: 'M-9 -4H9L4.500 -8.500M9 4H-9L-4.500 8.500' },
  /** A key: whose session is it. */
  REVALIDATE: {
    d: 'M-10 0a4.500 4.500 0 1 1 9 0a4.500 4.500 0 1 1 -9 0Z',
    filled: false,
    stroke: 'M-1 0H10V5M5.500 0V4',
  },
  PING: { d: 'M0 -3a3 3 0 1 1 -.1 0Z', filled: true },
  request: { d: TRIANGLE, filled: false },
  reply: { d: 'M-6 -6H6a6 6 0 0 1 0 12H-6a6 6 0 0 1 0 -12Z', filled: false },
  watch: {
    d: 'M-8 6C-6 4 -6 1 -6 -2a6 6 0 0 1 12 0C6 1 6 4 8 6Z',
    filled: true,
    stroke: 'M-2.500 9a2.600 2.600 0 0 0 5 0',
  },
};

/** By the phase that they belong to. */
export const GLYPHS_OF_PHASE = {
  election: ['ballot'],
  discovery: ['FOLLOWERINFO', 'OBSERVERINFO', 'LEADERINFO', 'ACKEPOCH'],
  synchronization: ['DIFF', 'TRUNC', 'SNAP', 'NEWLEADER', 'UPTODATE'],
  broadcast: [
    ...(['PROPOSAL', 'ACK', 'COMMIT', 'INFORM', 'COMMITANDACTIVATE', 'INFORMANDACTIVATE'] as const),
    ...(['REQUEST', 'SYNC', 'REVALIDATE', 'PING'] as const),
  ],
  clients: ['request', 'reply', 'watch'],
} as const satisfies Readonly<Record<string, readonly Glyph[]>>;

/** A message as it is drawn. */
export interface Sign {
  readonly glyph: Glyph;
  /** Null where the epoch says nothing (requests, watches). */
  readonly epoch: number | null;
  /** Inside the glyph, where there is room: a vote's leader, a counter. */
  readonly mark: string;
}

/** Of those the zxid is no transaction's. */
const WITHOUT_ZXID: readonly PacketName[] = ['REQUEST', 'SYNC', 'REVALIDATE'];

/** Null for what is no message. */
export function signOf(event: TraceEvent): Sign | null {
  switch (event.kind) {
    case 'ballotSent':
    case 'ballotReceived': {
      const { vote } = event.ballot;
      if (namesNobody(vote)) return { glyph: 'ballot', epoch: null, mark: '–' };
      const epoch = vote.peerEpoch < 0n ? null : Number(vote.peerEpoch);
      return { glyph: 'ballot', epoch, mark: String(vote.leader) };
    }
    case 'packetSent':
    case 'packetReceived': {
      const { type, zxid } = event;
      if (WITHOUT_ZXID.includes(type)) return { glyph: type, epoch: null, mark: '' };
      return {
        glyph: type,
        epoch: epochOf(zxid),
        mark: SHAPES[type].step ?? String(counterOf(zxid)),
      };
    }
    case 'requestReceived':
      return { glyph: 'request', epoch: null, mark: '' };
    case 'replied':
      return { glyph: 'reply', epoch: null, mark: '' };
    case 'watchFired':
      return { glyph: 'watch', epoch: null, mark: '' };
    default:
      return null;
  }
}
