// The room as this page knows it: plain data that everything else writes into, and the one picture of
// it that the interface gets.

import type { TabStatus } from '../../adapters/webrtc/line-message.ts';
import { seatCount, type RoomAddress } from '../../adapters/webrtc/room.ts';
import { serverId } from '../../vocabulary/ids.ts';
import type {
  ClientSessionView,
  FaultView,
  RoomProblem,
  RoomView,
  SeatView,
  SignallingState,
  GatewayView,
} from '../../vocabulary/playground.ts';
import { cellsOnDisk, type LogCell } from '../../vocabulary/view.ts';
import type { OutsideClientView, ServerView } from '../../vocabulary/view.ts';
import type { Paths } from './paths.ts';
import { NO_GATEWAY } from './page-gateway.ts';

export interface SeatState {
  up: boolean;
  status: TabStatus | null;
  view: ServerView | null;
  /** What its disk keeps, as its server last told: what was on its way there is not counted. */
  onDisk: readonly LogCell[];
  outside: readonly OutsideClientView[];
  /** As its page said or its server was last seen: it stays so while that server is down. */
  lostDisk: boolean;
}

export interface RoomState {
  readonly address: RoomAddress;
  readonly link: string;
  /** Null before this tab has a seat, and after it had to give it back. */
  seat: number | null;
  signalling: SignallingState;
  readonly seats: Map<number, SeatState>;
  readonly paths: Paths;
  readonly problems: RoomProblem[];
  gateway: GatewayView;
}

export const emptySeat = (): SeatState => ({
  ...{ up: false, status: null, view: null, onDisk: [], outside: [], lostDisk: false },
});

export function makeRoomState(address: RoomAddress, link: string, paths: Paths): RoomState {
  const seats = new Map<number, SeatState>();
  for (let seat = 1; seat <= seatCount(address.seats); seat += 1) {
    seats.set(seat, emptySeat());
  }
  const room = { address, link, seats, paths, problems: [] };
  return { ...room, seat: null, signalling: 'connecting', gateway: NO_GATEWAY };
}

/** A problem is said once; a newer one of its kind replaces it. */
export function addProblem(state: RoomState, problem: RoomProblem): void {
  removeProblem(state, problem.kind);
  state.problems.push(problem);
}

export function removeProblem(state: RoomState, kind: RoomProblem['kind']): boolean {
  const at = state.problems.findIndex((known) => known.kind === kind);
  if (at >= 0) state.problems.splice(at, 1);
  return at >= 0;
}

/** Its server runs, as far as its page says. */
export const isAlive = (seat: SeatState | undefined): boolean =>
  seat?.up === true && seat.status !== null && seat.status.server !== null;

/** What the page on a seat says of its server. */
export function takeStatus(seat: SeatState, status: TabStatus): void {
  seat.status = status;
  if (status.server === null && seat.view !== null) {
    seat.onDisk = cellsOnDisk(seat.view);
    seat.view = null;
  }
  if (!status.lostDisk) return;
  seat.lostDisk = true;
  seat.onDisk = [];
}

/** What the server on a seat says of itself. */
export function takeView(
  seat: SeatState,
  view: ServerView,
  outside: readonly OutsideClientView[],
): void {
  seat.view = view;
  seat.outside = outside;
  seat.lostDisk = !view.trusted;
}

export function roomView(state: RoomState, sessions: readonly ClientSessionView[]): RoomView {
  return {
    room: state.address.room,
    seats: state.address.seats,
    seat: state.seat === null ? null : serverId(state.seat),
    link: state.link,
    signalling: state.signalling,
    servers: [...state.seats].flatMap(([seat, known]) => seatView(state, seat, known) ?? []),
    cuts: state.paths
      .list()
      .filter(({ cut }) => cut)
      .map(({ a, b }) => ({ a: serverId(a), b: serverId(b) })),
    faults: faultsOf(state),
    quorum: quorumView(state),
    sessions,
    problems: [...state.problems],
    gateway: gatewayView(state),
  };
}

/** Seats that do not vote are named while somebody sits there. */
function gatewayView({ gateway, address, seats }: RoomState): GatewayView {
  const ports = gateway.ports.filter(
    ({ server }) => server <= address.seats || seats.get(server)?.up === true,
  );
  return { ...gateway, ports };
}

function faultsOf(state: RoomState): FaultView[] {
  const ofServers = [...state.seats].flatMap(([seat, { up, status }]): FaultView[] => {
    if (!up || status === null) return [];
    const { slowDiskMillis: millis, fullDisk, clockPercent: percent } = status;
    const server = serverId(seat);
    return [
      ...(millis > 0 ? [{ kind: 'slowDisk' as const, server, millis }] : []),
      ...(fullDisk ? [{ kind: 'fullDisk' as const, server }] : []),
      ...(percent === 100 ? [] : [{ kind: 'skewClock' as const, server, percent }]),
    ];
  });
  const ofLinks = state.paths.list().flatMap((record): FaultView[] => {
    const [a, b] = [serverId(record.a), serverId(record.b)];
    const { held, slowMillis: millis } = record;
    const ways = held.map((seat) => (seat === record.a ? { from: a, to: b } : { from: b, to: a }));
    return [
      ...ways.map((way) => ({ kind: 'cutWay' as const, ...way })),
      ...(millis > 0 ? [{ kind: 'slowLink' as const, a, b, millis }] : []),
    ];
  });
  return [...ofServers, ...ofLinks];
}

function seatView(state: RoomState, seat: number, known: SeatState): SeatView | null {
  const observer = seat > state.address.seats;
  if (observer && !known.up) return null;
  const alive = isAlive(known);
  return {
    serverId: serverId(seat),
    role: observer ? 'observer' : 'participant',
    own: seat === state.seat,
    present: known.up,
    frozen: alive && known.status?.frozen === true,
    killed: known.up && known.status !== null && !alive,
    lostDisk: known.lostDisk,
    server: known.view,
    onDisk: known.up && !alive ? known.onDisk : [],
    outside: known.up && alive ? known.outside : [],
  };
}

function quorumView(state: RoomState): RoomView['quorum'] {
  const need = Math.floor(state.address.seats / 2) + 1;
  const leader = leaderSeen(state);
  let have = 0;
  for (let seat = 1; seat <= state.address.seats; seat += 1) {
    const known = state.seats.get(seat);
    if (known === undefined || !isAlive(known) || known.lostDisk) continue;
    const counts =
      leader === null
        ? state.seat === null || seat === state.seat || !state.paths.isCut(seat, state.seat)
        : known.view?.leader === leader.serverId && known.view.serving;
    if (counts) have += 1;
  }
  const own = state.seat === null ? null : (state.seats.get(state.seat)?.view ?? null);
  return {
    have,
    need,
    serving: leader !== null,
    leader: leader?.serverId ?? null,
    epoch: leader?.currentEpoch ?? own?.currentEpoch ?? 0,
  };
}

/** The leader that serves: of two that both think so, the later epoch's. */
function leaderSeen(state: RoomState): ServerView | null {
  let best: ServerView | null = null;
  for (const known of state.seats.values()) {
    const { view } = known;
    if (!isAlive(known) || view?.role !== 'leading' || !view.serving) continue;
    if (best === null || view.currentEpoch > best.currentEpoch) best = view;
  }
  return best;
}
