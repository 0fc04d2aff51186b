// The lessons of the guide, ticked off by what really happened in the room. Pure: what is known so far
// and what is seen now give what is known next.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { ClientCommand, CommandResult, RoomView } from '../../vocabulary/playground.ts';

export const GUIDE_STEPS = [
  ...(['quorum', 'create', 'ephemeral', 'watch', 'fired'] as const),
  ...(['kill', 'elect', 'rejoin', 'cut', 'heal'] as const),
] as const;
export type GuideStep = (typeof GUIDE_STEPS)[number];

export interface GuideProgress {
  readonly done: ReadonlySet<GuideStep>;
  /** The last leader that served while it was up. */
  readonly lastLeader: ServerId | null;
  /** The leader that was killed, once one was. */
  readonly killed: ServerId | null;
}

export const NO_PROGRESS: GuideProgress = { done: new Set(), lastLeader: null, killed: null };

export interface Seen {
  readonly room: RoomView;
  readonly commands: readonly {
    readonly command: ClientCommand;
    readonly result: CommandResult | null;
  }[];
  readonly watchesFired: number;
}

/** The same object if nothing new was learnt. */
export function guideAfter(before: GuideProgress, seen: Seen): GuideProgress {
  const { room } = seen;
  const done = new Set(before.done);
  const lost = room.servers.find((seat) => seat.serverId === before.lastLeader);
  const killed = lost?.killed === true ? lost.serverId : before.killed;
  if (killed !== null) done.add('kill');
  if (room.quorum.serving) done.add('quorum');
  for (const step of stepsOfCommands(seen.commands)) done.add(step);
  if (seen.watchesFired > 0) done.add('fired');
  if (killed !== null && room.quorum.serving && !isKilled(room, room.quorum.leader)) {
    if (room.quorum.leader !== killed) done.add('elect');
  }
  if (done.has('elect') && servesAgain(room, killed)) done.add('rejoin');
  if (minorityCutOff(room)) done.add('cut');
  if (done.has('cut') && room.cuts.length === 0 && room.quorum.serving) done.add('heal');
  const leads = room.quorum.serving && !isKilled(room, room.quorum.leader);
  const lastLeader = leads ? room.quorum.leader : before.lastLeader;
  const same =
    done.size === before.done.size && lastLeader === before.lastLeader && killed === before.killed;
  return same ? before : { done, lastLeader, killed };
}

export const nextStep = (progress: GuideProgress): GuideStep | null =>
  GUIDE_STEPS.find((step) => !progress.done.has(step)) ?? null;

function stepsOfCommands(commands: Seen['commands']): GuideStep[] {
  const steps: GuideStep[] = [];
  for (const { command, result } of commands) {
    if (result === null) continue;
    const absent =
      command.kind === 'stat' && result.outcome === 'failed' && result.name === 'NoNode';
    if ('watch' in command && command.watch && (result.outcome === 'ok' || absent)) {
      steps.push('watch');
    }
    if (command.kind !== 'create' || result.outcome !== 'ok') continue;
    steps.push(command.ephemeral ? 'ephemeral' : 'create');
  }
  return steps;
}

const isKilled = (room: RoomView, server: ServerId | null): boolean =>
  room.servers.some((seat) => seat.serverId === server && seat.killed);

const servesAgain = (room: RoomView, server: ServerId | null): boolean =>
  room.servers.some(
    (seat) =>
      seat.serverId === server && seat.present && !seat.killed && seat.server?.serving === true,
  );

/** True if cuts part some of the present voters, too few to be a quorum, from all the others. */
function minorityCutOff(room: RoomView): boolean {
  const voters = room.servers
    .filter((seat) => seat.present && !seat.killed && seat.role === 'participant')
    .map((seat) => seat.serverId);
  return voters.some((server) => {
    const side = reachable(server, voters, room);
    return side.size < voters.length && side.size < room.quorum.need;
  });
}

function reachable(
  from: ServerId,
  servers: readonly ServerId[],
  { cuts }: RoomView,
): ReadonlySet<ServerId> {
  const reached = new Set([from]);
  for (const at of reached) {
    for (const other of servers) {
      const cut = cuts.some(({ a, b }) => (a === at && b === other) || (a === other && b === at));
      if (!cut) reached.add(other);
    }
  }
  return reached;
}
