// What a mesh knows of one other seat.

import { isOfOnePage, type PeerLine } from './peer-line.ts';

export interface MeshPeer {
  readonly seat: number;
  line: PeerLine | null;
  /** Lines that have not been proven yet, dialled or accepted, and until when each may prove itself. */
  readonly candidates: Map<PeerLine, number>;
  /** Those of another page than the one on `line`, which can be talked to and has been asked, with this
   *  ticket, whether it is still there. */
  readonly contenders: Map<PeerLine, number>;
  probes: number;
  /** In the time that this page was awake, as `probedAtMillis`. */
  heardAtMillis: number;
  probedAtMillis: number | null;
  up: boolean;
  dials: number;
  /** It is looked for in this browser first: the last dial by way of the server had no answer. */
  dialsHere: boolean;
  dialledAtMillis: number;
  dialAgainAtMillis: number;
  backoffMillis: number;
}

export const REDIAL_MILLIS_MIN = 500;

export function newMeshPeer(seat: number): MeshPeer {
  return {
    seat,
    line: null,
    candidates: new Map(),
    contenders: new Map(),
    probes: 0,
    heardAtMillis: 0,
    probedAtMillis: null,
    up: false,
    dials: 0,
    dialsHere: false,
    dialledAtMillis: 0,
    dialAgainAtMillis: 0,
    backoffMillis: REDIAL_MILLIS_MIN,
  };
}

/** It did not prove itself in time: it is dialled in another way the next time. */
export function giveUp(peer: MeshPeer, candidate: PeerLine): void {
  if (candidate.dialled) peer.dialsHere = !peer.dialsHere;
  candidate.close('no answer');
}

/** Of the line that was just proven and the one that stands; to be asked only where one does. */
export function replaces(
  line: PeerLine,
  { line: standing, up, seat }: MeshPeer,
  own: number,
): boolean {
  // Another page sits there now (it was reloaded): the old line only does not know yet.
  if (standing === null || !isOfOnePage(line, standing)) return !up;
  if (line.dialled === standing.dialled) return line.dial > standing.dial;
  return line.dialled === own > seat;
}

/** Asks the page on the seat whether it is there; the ticket is the number of probes. */
export function probe(peer: MeshPeer): void {
  peer.probes += 1;
  peer.line?.send({ kind: 'probe', ticket: peer.probes });
}

/** Names at the signalling server are whose asks first after it was away: a standing page keeps its seat. */
export function contend(peer: MeshPeer, line: PeerLine): void {
  const standing = peer.up ? peer.line : null;
  if (standing === null || isOfOnePage(line, standing)) {
    line.admit();
    return;
  }
  // Before the question: a line that cannot take it ends in that very call.
  peer.contenders.set(line, peer.probes + 1);
  probe(peer);
}

/** The line that they were asked about stands no more. */
export function contendAgain(peer: MeshPeer): void {
  const waiting = [...peer.contenders.keys()];
  peer.contenders.clear();
  for (const line of waiting) contend(peer, line);
}

/** The page on the seat was there when it was asked with this ticket. */
export function refuseContenders({ contenders }: MeshPeer, ticket: number): void {
  for (const [line, asked] of [...contenders]) {
    if (asked > ticket) continue;
    contenders.delete(line);
    line.refuse('seatHeld');
  }
}
