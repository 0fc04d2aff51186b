// The election channels of one server (3888): at most one line to each peer, dialled when there is a
// ballot for it, and of the ballots only the newest waits. (QuorumCnxManager's queue of one.)

import { BALLOT_BYTES_MAX, encodeBallot, frame, makeFrameStream } from '../jute/election.ts';
import type { LinkId, ServerId } from '../vocabulary/ids.ts';
import type { Ballot } from '../vocabulary/packet.ts';
import type { Network } from './ports.ts';

/** Unsent bytes on a line above which a newer ballot waits instead of queueing behind them. */
const LINE_BUFFER_BYTES_MAX = 64 * 1024;
/** Between two dials to one peer. */
export const REDIAL_MILLIS = 250;
/** A dial that nobody answered by then may be repeated. */
export const DIAL_MILLIS_MAX = 5_000;

type FrameStream = ReturnType<typeof makeFrameStream>;

export interface ElectionLine {
  readonly peer: ServerId;
  readonly stream: FrameStream;
}

interface Peer {
  link: LinkId | null;
  /** The newest ballot that has not left. */
  pending: Ballot | null;
  dialling: boolean;
  dialledAtMillis: number;
}

export interface ElectionLines {
  readonly peers: Map<ServerId, Peer>;
  readonly lines: Map<LinkId, ElectionLine>;
}

export const makeElectionLines = (): ElectionLines => ({ peers: new Map(), lines: new Map() });

export function openLine(election: ElectionLines, link: LinkId, peer: ServerId): void {
  election.lines.set(link, { peer, stream: makeFrameStream(BALLOT_BYTES_MAX) });
  const state = peerOf(election, peer);
  state.link = link;
  state.dialling = false;
}

/** Forgets the line; an older one of the same peer that still lives is not taken up again. */
export function dropLine(election: ElectionLines, link: LinkId): void {
  const line = election.lines.get(link);
  if (line === undefined) return;
  election.lines.delete(link);
  const state = peerOf(election, line.peer);
  if (state.link === link) state.link = null;
}

export function queueBallot(election: ElectionLines, to: ServerId, ballot: Ballot): void {
  peerOf(election, to).pending = ballot;
}

export function dialEnded(election: ElectionLines, peer: ServerId): void {
  peerOf(election, peer).dialling = false;
}

/** Sends every waiting ballot whose line stands, and dials for the others, not too often. */
export function flushBallots(election: ElectionLines, network: Network, nowMillis: number): void {
  for (const [peer, state] of election.peers) {
    if (state.pending === null) continue;
    if (state.link === null) maybeDial(state, peer, network, nowMillis);
    else if (network.bufferedBytes(state.link) <= LINE_BUFFER_BYTES_MAX) {
      const bytes = frame(encodeBallot(state.pending));
      state.pending = null;
      network.send(state.link, bytes);
    }
  }
}

function maybeDial(state: Peer, peer: ServerId, network: Network, nowMillis: number): void {
  const waited = nowMillis - state.dialledAtMillis;
  if (waited < (state.dialling ? DIAL_MILLIS_MAX : REDIAL_MILLIS)) return;
  state.dialling = true;
  state.dialledAtMillis = nowMillis;
  network.dial('election', peer);
}

function peerOf(election: ElectionLines, peer: ServerId): Peer {
  let state = election.peers.get(peer);
  if (state === undefined) {
    state = { link: null, pending: null, dialling: false, dialledAtMillis: -DIAL_MILLIS_MAX };
    election.peers.set(peer, state);
  }
  return state;
}
