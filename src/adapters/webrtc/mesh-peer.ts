// What a mesh knows of one other seat.

import type { PeerLine } from './peer-line.ts';

export interface MeshPeer {
  readonly seat: number;
  line: PeerLine | null;
  /** Lines that have not been proven yet, dialled or accepted, and until when each may prove itself. */
  readonly candidates: Map<PeerLine, number>;
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
    heardAtMillis: 0,
    probedAtMillis: null,
    up: false,
    dials: 0,
    dialledAtMillis: 0,
    dialAgainAtMillis: 0,
    backoffMillis: REDIAL_MILLIS_MIN,
  };
}
