// The tools of the chaos palette: what each is aimed at, whether it can be done in this mode, and the
// step that it is. The same in a room and in a laboratory.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { ChannelName, SeatView, Step } from '../../vocabulary/playground.ts';

const ON_SERVERS = [
  'crash',
  'restart',
  'freeze',
  'wipe',
  'slowDisk',
  'fullDisk',
  'skewClock',
] as const;
export type ServerTool = (typeof ON_SERVERS)[number];
export type LinkTool = 'cut' | 'cutWay' | 'slowLink' | 'closeChannel';
export type ToolName = ServerTool | LinkTool | 'cutOff' | 'killAll';

export const TOOLS: readonly ToolName[] = [
  ...(['crash', 'restart', 'freeze', 'wipe', 'slowDisk', 'fullDisk'] as const),
  ...(['cut', 'cutWay', 'cutOff', 'slowLink', 'closeChannel', 'skewClock', 'killAll'] as const),
];

/** `way`: a link, from one end to the other. */
export type Aim = 'server' | 'link' | 'way' | 'group' | 'room';

export function aimOf(tool: ToolName): Aim {
  if (isServerTool(tool)) return 'server';
  if (tool === 'cutWay') return 'way';
  if (tool === 'cutOff') return 'group';
  return tool === 'killAll' ? 'room' : 'link';
}

export const isServerTool = (tool: ToolName): tool is ServerTool =>
  ON_SERVERS.some((name) => name === tool);

/** How much: milliseconds of a disk or a link, percent of a clock. The first is the usual choice. */
export const AMOUNTS = {
  slowDisk: [500, 100, 2_000],
  slowLink: [300, 100, 1_000],
  skewClock: [200, 50, 120, 500],
} as const satisfies Partial<Record<ToolName, readonly number[]>>;

export const amountsOf = (tool: ToolName): readonly number[] =>
  tool === 'slowDisk' || tool === 'slowLink' || tool === 'skewClock' ? AMOUNTS[tool] : [];

/** A laboratory's clients sit at no server, and it is looked at without channels. */
export const isChannelPossible = (channel: ChannelName, laboratory: boolean): boolean =>
  !laboratory || channel === 'election' || channel === 'quorum';

/** Whether the tool does anything to this server as it is now. */
export function canAim(tool: ToolName, seat: SeatView, laboratory: boolean): boolean {
  const runs = seat.present && !seat.killed;
  switch (tool) {
    case 'crash':
      return runs;
    case 'freeze':
      return runs && !seat.frozen;
    case 'restart':
      return seat.present || laboratory;
    case 'wipe':
    case 'slowDisk':
    case 'fullDisk':
    case 'skewClock':
    case 'closeChannel':
      return seat.present || laboratory;
    default:
      return true;
  }
}

export function stepOnServer(tool: ServerTool, server: ServerId, amount: number): Step {
  switch (tool) {
    case 'crash':
      return { kind: 'kill', server };
    case 'restart':
      return { kind: 'restart', server };
    case 'freeze':
      return { kind: 'freeze', server, on: true };
    case 'wipe':
      return { kind: 'wipe', server };
    case 'slowDisk':
      return { kind: 'slowDisk', server, millis: amount };
    case 'fullDisk':
      return { kind: 'fullDisk', server, on: true };
    case 'skewClock':
      return { kind: 'skewClock', server, percent: amount };
  }
}

export function stepOnLink(
  tool: LinkTool,
  [a, b]: readonly [ServerId, ServerId],
  { amount, channel }: { readonly amount: number; readonly channel: ChannelName },
): Step {
  switch (tool) {
    case 'cut':
      return { kind: 'cut', a, b };
    case 'cutWay':
      return { kind: 'cutWay', from: a, to: b, on: true };
    case 'slowLink':
      return { kind: 'slowLink', a, b, millis: amount };
    case 'closeChannel':
      return { kind: 'closeChannel', a, b, channel };
  }
}
