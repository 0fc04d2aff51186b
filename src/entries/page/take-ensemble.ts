// The room's ensemble as it is now, for the laboratory: what every disk that can be asked would give back,
// the sessions that clients are connected with, and what is made worse: cuts, slow links, frozen servers.
//
// The disks are read one after the other while the servers go on, so what was read is no moment of the
// room. That an entry is on one disk and not yet on the other is nothing new: so does every server lag.
// But of an epoch that begins meanwhile one half could be taken and the other not, and the laboratory would
// then begin that epoch a second time. So all disks are read twice: if no epoch was accepted between, all
// of them stood together at the moment between the two.

import type { DiskReading } from '../../adapters/worker/disk-reading.ts';
import { formatSessionId, sessionId } from '../../vocabulary/ids.ts';
import type { FaultView } from '../../vocabulary/playground.ts';
import { SERVERS_MAX, type LabStep } from '../../vocabulary/steps.ts';
import {
  EMPTY_UNTRUSTED,
  TAKEN_BYTES_MAX,
  TAKEN_SESSIONS_MAX,
  takenBytes,
  type Taken,
  type TakenDisk,
  type TakenSession,
} from '../../vocabulary/taken.ts';
import { hasMetDisk } from './disk-memory.ts';
import { isAlive, roomView, type RoomState } from './room-state.ts';

export type HandOver =
  | {
      readonly kind: 'taken';
      readonly participants: number;
      readonly observers: number;
      readonly taken: Taken;
      /** What is wrong with links and disks, to be done before a server opens. */
      readonly steps: readonly LabStep[];
      readonly frozen: readonly number[];
      /** Servers whose disk was there once and could not be read. */
      readonly unread: readonly number[];
      /** Sessions without a client in the laboratory. */
      readonly sessionsLeft: number;
    }
  | { readonly kind: 'tooLarge'; readonly bytes: number }
  /** Epochs came too fast. */
  | { readonly kind: 'unsteady' }
  /** Nobody sits in this page. */
  | { readonly kind: 'noSeat' };

type Ask = (seat: number) => Promise<DiskReading>;
type Readings = ReadonlyMap<number, DiskReading>;

const LOOKS_MAX = 6;

export async function takeEnsemble(state: RoomState, ask: Ask): Promise<HandOver> {
  let before: Readings | null = null;
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    const readings = await readAll(state, ask, before);
    const bytes = bytesOf(readings);
    if (bytes > TAKEN_BYTES_MAX) return { kind: 'tooLarge', bytes };
    if (before !== null && isSameEpochs(before, readings)) return handOverOf(state, readings);
    before = readings;
  }
  return { kind: 'unsteady' };
}

/** Who did not answer before is not waited for again. */
async function readAll(state: RoomState, ask: Ask, before: Readings | null): Promise<Readings> {
  const reading = async (seat: number): Promise<DiskReading> => {
    const earlier = before?.get(seat);
    return earlier?.kind === 'unreadable' ? earlier : ask(seat);
  };
  const seats = presentSeats(state);
  return new Map(
    await Promise.all(seats.map(async (seat) => [seat, await reading(seat)] as const)),
  );
}

/** A laboratory has no more seats than that. */
const presentSeats = ({ seats }: RoomState): readonly number[] =>
  [...seats].filter(([seat, { up }]) => up && seat <= SERVERS_MAX).map(([seat]) => seat);

function bytesOf(readings: Readings): number {
  let sum = 0;
  for (const reading of readings.values()) {
    if (reading.kind === 'tooLarge') sum += reading.bytes;
    else if (reading.kind === 'read') sum += takenBytes(reading.records);
  }
  return sum;
}

/** Of all that was read now. */
const isSameEpochs = (before: Readings, now: Readings): boolean =>
  [...now].every(([seat, reading]) => {
    const earlier = before.get(seat);
    if (reading.kind !== 'read') return true;
    return (
      earlier?.kind === 'read' && earlier.records.acceptedEpoch === reading.records.acceptedEpoch
    );
  });

function handOverOf(state: RoomState, readings: Readings): HandOver {
  const { address, seats } = state;
  const servers = Math.max(address.seats, ...presentSeats(state));
  const disks: TakenDisk[] = [];
  const unread: number[] = [];
  for (let server = 1; server <= servers; server += 1) {
    const reading = readings.get(server);
    if (reading?.kind === 'read') {
      disks.push({ server, up: isAlive(seats.get(server)), ...reading.records });
    } else if (reading !== undefined || hasMetDisk(address.room, server)) {
      // It may have voted and acknowledged: an empty disk in its place must not pass for its own.
      disks.push({ server, up: false, ...EMPTY_UNTRUSTED });
      unread.push(server);
    }
  }
  const { sessions, left: sessionsLeft } = sessionsOf(state, servers);
  const { cuts, faults, servers: views } = roomView(state, []);
  return {
    ...{ kind: 'taken', participants: address.seats, observers: servers - address.seats },
    taken: { wallMillis: Date.now(), disks, sessions },
    steps: [
      ...cuts.map(({ a, b }): LabStep => ({ kind: 'cut', a, b, silent: false })),
      ...faults.map(stepOf),
    ],
    frozen: views.filter(({ frozen }) => frozen).map(({ serverId }) => serverId),
    ...{ unread, sessionsLeft },
  };
}

const stepOf = (fault: FaultView): LabStep =>
  fault.kind === 'fullDisk' || fault.kind === 'cutWay' ? { ...fault, on: true } : fault;

/** Whose client is connected somewhere goes on, this page's first. The others are left to their timeouts. */
function sessionsOf(
  { seat: own, seats }: RoomState,
  servers: number,
): { readonly sessions: readonly TakenSession[]; readonly left: number } {
  const all = new Set<bigint>();
  const connected = new Map<bigint, TakenSession>();
  const alive = [...seats].filter(([seat, known]) => seat <= servers && isAlive(known));
  for (const [server, { view }] of alive.sort(
    ([a], [b]) => Number(b === own) - Number(a === own),
  )) {
    for (const { id, timeoutMillis, here } of view?.sessions ?? []) {
      all.add(id);
      if (!here || connected.has(id)) continue;
      connected.set(id, { session: formatSessionId(sessionId(id)), timeoutMillis, server });
    }
  }
  const sessions = [...connected.values()].slice(0, TAKEN_SESSIONS_MAX);
  return { sessions, left: all.size - sessions.length };
}
