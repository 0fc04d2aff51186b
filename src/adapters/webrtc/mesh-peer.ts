// What a mesh knows of one other seat.

import type { PeerLine } from './peer-line.ts';

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
    dialledAtMillis: 0,
    dialAgainAtMillis: 0,
    backoffMillis: REDIAL_MILLIS_MIN,
  };
}

/** Asks the page on the seat whether it is there; the ticket is the number of probes. */
export function probe(peer: MeshPeer): void {
  peer.probes += 1;
  peer.line?.send({ kind: 'probe', ticket: peer.probes });
}

/** The page on the seat was there when it was asked with this ticket. */
export function refuseContenders({ contenders }: MeshPeer, ticket: number): void {
  for (const [line, asked] of [...contenders]) {
    if (asked > ticket) continue;
    contenders.delete(line);
    line.refuse('seatHeld');
  }
}
