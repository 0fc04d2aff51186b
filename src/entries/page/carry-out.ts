// What a person's step means for the tabs of a room: orders to the tab of one server, and records about
// paths that every tab keeps. Nothing here knows how they travel.

import type { PathRecord, ServerOrder } from '../../adapters/webrtc/line-message.ts';
import { FAULT_MILLIS_MAX, type ChannelName, type Step } from '../../vocabulary/playground.ts';
import { CLOCK_PERCENT_MAX, CLOCK_PERCENT_MIN } from '../../vocabulary/steps.ts';
import { HEALTHY, type PathState, type Paths } from './paths.ts';

export interface Hands {
  readonly paths: Paths;
  readonly seats: readonly number[];
  /** Those that this page can reach, its own among them. */
  readonly presentSeats: readonly number[];
  readonly order: (server: number, order: ServerOrder) => void;
  readonly slowDisk: (server: number, millis: number) => void;
  readonly skewClock: (server: number, percent: number) => void;
  readonly setPath: (a: number, b: number, change: Partial<PathState>) => void;
  readonly closeChannel: (a: number, b: number, channel: ChannelName) => void;
}

export function carryOut(step: Step, room: Hands): void {
  switch (step.kind) {
    case 'kill':
    case 'restart':
    case 'wipe':
      room.order(step.server, step.kind);
      break;
    case 'killAll':
      for (const server of room.presentSeats) room.order(server, 'kill');
      break;
    case 'freeze':
      room.order(step.server, step.on ? 'freeze' : 'thaw');
      break;
    case 'fullDisk':
      room.order(step.server, step.on ? 'fillDisk' : 'freeDisk');
      break;
    case 'slowDisk':
      room.slowDisk(step.server, bounded(step.millis));
      break;
    case 'skewClock':
      room.skewClock(step.server, paced(step.percent));
      break;
    default:
      carryOutOnPaths(step, room);
  }
}

type PathStep = Extract<
  Step,
  { kind: 'cut' | 'heal' | 'healAll' | 'cutOff' | 'cutWay' | 'slowLink' | 'closeChannel' }
>;

function carryOutOnPaths(step: PathStep, room: Hands): void {
  const { paths, seats, setPath } = room;
  switch (step.kind) {
    case 'cut':
      setPath(step.a, step.b, { cut: true });
      break;
    case 'heal':
      setPath(step.a, step.b, { cut: false, held: [] });
      break;
    case 'healAll':
      for (const { a, b } of paths.list()) setPath(a, b, HEALTHY);
      break;
    case 'cutOff': {
      const inside = seats.filter((seat) => step.servers.some((server) => server === seat));
      const outside = seats.filter((seat) => !inside.includes(seat));
      for (const a of inside) for (const b of outside) setPath(a, b, { cut: true });
      break;
    }
    case 'cutWay':
      setPath(step.from, step.to, { held: heldAfter(step, paths) });
      break;
    case 'slowLink':
      setPath(step.a, step.b, { slowMillis: bounded(step.millis) });
      break;
    case 'closeChannel':
      room.closeChannel(step.a, step.b, step.channel);
      break;
  }
}

function heldAfter({ from, to, on }: Step & { kind: 'cutWay' }, paths: Paths): PathRecord['held'] {
  const other = paths.isHeld(to, from) ? [to] : [];
  return on ? [from, ...other].sort((one, two) => one - two) : other;
}

const bounded = (millis: number): number =>
  Math.min(Math.max(0, Math.floor(millis)), FAULT_MILLIS_MAX);

const paced = (percent: number): number =>
  Math.min(Math.max(CLOCK_PERCENT_MIN, Math.floor(percent)), CLOCK_PERCENT_MAX);
