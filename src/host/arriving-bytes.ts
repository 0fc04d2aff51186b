// Bytes of a link between servers become inputs: ballots of an election link, packets of a quorum link.
// It only reads; who is told, and what happens to a link whose bytes cannot be read, the host decides.

import { decodeBallot, pushFrameBytes } from '../jute/election.ts';
import { pushPacketBytes } from '../jute/quorum.ts';
import type { Input } from '../vocabulary/boundary.ts';
import type { LinkId } from '../vocabulary/ids.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';
import type { ElectionLines } from './election-lines.ts';
import type { ClientEvent } from './ports.ts';
import type { QuorumLink } from './quorum-links.ts';

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
