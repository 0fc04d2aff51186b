// One server in words: why it is as it is, and its numbers.

import type { SeatView } from '../../vocabulary/playground.ts';
import type { Traced, TraceKind } from '../../vocabulary/trace.ts';
import type { ServerView } from '../../vocabulary/view.ts';
import { namesNobody } from '../../vocabulary/packet.ts';
import { formatZxid } from '../../vocabulary/zxid.ts';
import { m } from '../paraglide/messages.js';
import type { FeedLine } from '../state/feed.ts';
import { listOf, shorten } from '../words/lists.ts';
import { phaseWord } from '../words/role-words.ts';
import { traceWords, type Words } from '../words/trace-words.ts';

/** The events that made a server what it is. */
const TURNS = new Set<TraceKind>([
  ...(['serverStarted', 'serverHalted', 'roleChanged', 'roundStarted'] as const),
  ...(['electionDecided', 'leaderEstablished', 'synchronised', 'diskFailed'] as const),
]);

/** Why it is as it is; with the event that made it so, where one is known. */
export interface ServerWhy extends Words {
  readonly turn: Traced | null;
}

export function serverWhy(seat: SeatView, feed: readonly FeedLine[]): ServerWhy | null {
  const words = seatWords(seat);
  if (words !== null) return { ...words, turn: null };
  const turn = feed.findLast(
    ({ traced }) => traced.server === seat.serverId && TURNS.has(traced.event.kind),
  );
  const told = turn === undefined ? null : traceWords(turn.traced);
  return turn === undefined || told === null ? null : { ...told, turn: turn.traced };
}

function seatWords(seat: SeatView): Words | null {
  if (!seat.present) return { line: m.why_empty(), why: null };
  if (seat.killed && seat.lostDisk) return { line: m.why_disk_lost(), why: null };
  if (seat.killed) return { line: m.why_killed(), why: null };
  if (seat.frozen) return { line: m.why_frozen(), why: null };
  if (seat.server?.haltedBecause !== null && seat.server?.haltedBecause !== undefined) {
    return { line: m.server_halted({ reason: shorten(seat.server.haltedBecause) }), why: null };
  }
  return null;
}

export interface ServerFact {
  readonly name: string;
  readonly value: string;
  readonly mono: boolean;
}

const code = (name: string, value: string): ServerFact => ({ name, value, mono: true });
const word = (name: string, value: string): ServerFact => ({ name, value, mono: false });

export function serverFacts(server: ServerView): ServerFact[] {
  const { leader, vote } = server;
  const voted =
    vote === null || namesNobody(vote)
      ? m.none()
      : `(${String(vote.peerEpoch)}, ${formatZxid(vote.zxid)}, ${String(vote.leader)})`;
  // A recording knows nothing of the tree: no tree is without its first znodes.
  const ofTree =
    server.nodeCount === 0
      ? []
      : [
          code(m.server_sessions(), String(server.sessions.length)),
          code(m.server_nodes(), String(server.nodeCount)),
          code(m.server_digest(), `0x${BigInt.asUintN(64, server.treeDigest).toString(16)}`),
          code(m.server_queue(), String(server.queuedDiskWrites)),
        ];
  return [
    word(m.phase_label(), phaseWord(server.phase)),
    word(m.server_leader(), leader === null ? m.none() : String(leader)),
    code(m.server_round(), String(server.round)),
    code(m.server_vote(), voted),
    code(m.server_accepted(), String(server.acceptedEpoch)),
    code(m.server_current(), String(server.currentEpoch)),
    code(m.server_logged(), formatZxid(server.lastLogged)),
    code(m.server_durable(), formatZxid(server.lastDurable)),
    code(m.server_committed(), formatZxid(server.lastCommitted)),
    code(m.server_applied(), formatZxid(server.lastApplied)),
    word(m.server_peers(), listOf(server.peers)),
    ...ofTree,
    word(m.server_trusted(), server.trusted ? m.server_trusted_yes() : m.server_trusted_no()),
    ...(server.badFrames > 0 ? [code(m.server_bad_frames(), String(server.badFrames))] : []),
  ];
}
