// Bytes of a link between servers become inputs: ballots of an election link, packets of a quorum link.
// It only reads; who is told, and what happens to a link whose bytes cannot be read, the host decides.

import { decodeBallot, pushFrameBytes } from '../jute/election.ts';
import { makePacketStream, pushPacketBytes } from '../jute/quorum.ts';
import type { Input } from '../vocabulary/boundary.ts';
import type { LinkId, ServerId } from '../vocabulary/ids.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';
import type { ElectionLines } from './election-lines.ts';
import { LINK_BUFFER_BYTES_MAX } from './outbox.ts';
import type { ClientEvent } from './ports.ts';

export interface QuorumLink {
  readonly peer: ServerId | null;
  readonly stream: ReturnType<typeof makePacketStream>;
  bufferBytesMax: number;
  /** A SNAP was put out since the last flush: it, and what was written while it was taken, leave at once. */
  carriesSnapshot: boolean;
}

export const newQuorumLink = (peer: ServerId | null): QuorumLink => ({
  ...{ peer, stream: makePacketStream(), carriesSnapshot: false },
  bufferBytesMax: LINK_BUFFER_BYTES_MAX,
});

/** Why a link with so many bytes that wait to be sent has to be closed; null where it may stay. */
export function excessOf(link: QuorumLink, waiting: number): string | null {
  if (link.carriesSnapshot) link.bufferBytesMax = waiting + LINK_BUFFER_BYTES_MAX;
  link.carriesSnapshot = false;
  const bound = link.bufferBytesMax;
  return waiting > bound ? `more than ${String(bound)} bytes wait to be sent` : null;
}

/** What these bytes completed, in order; nothing for a link that is not known (any more). Throws a
 *  CodecError where they cannot be read. */
export function inputsOf(
  election: ElectionLines,
  quorum: ReadonlyMap<LinkId, QuorumLink>,
  link: LinkId,
  bytes: Uint8Array,
): Input[] {
  const line = election.lines.get(link);
  if (line !== undefined) {
    const from = line.peer;
    return pushFrameBytes(line.stream, bytes).map((frame) => {
      return { kind: 'ballot', from, ballot: decodeBallot(frame) };
    });
  }
  const known = quorum.get(link);
  if (known === undefined) return [];
  return pushPacketBytes(known.stream, bytes).map((packet) => ({ kind: 'packet', link, packet }));
}

/** What a client's adapter could not read, for the trace. */
export const badFrameOf = ({ connection, reason }: ClientEvent & { kind: 'clientBadFrame' }) =>
  ({ kind: 'badFrame', from: `client ${String(connection)}`, reason }) satisfies TraceEvent;

/** A link in words, for the trace. */
export function nameOfLink(
  election: ElectionLines,
  quorum: ReadonlyMap<LinkId, QuorumLink>,
  link: LinkId,
): string {
  const line = election.lines.get(link);
  if (line !== undefined) return `server ${String(line.peer)}, election`;
  const peer = quorum.get(link)?.peer ?? null;
  return peer === null ? 'a server without a name' : `server ${String(peer)}, quorum`;
}
