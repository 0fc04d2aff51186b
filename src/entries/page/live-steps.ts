// A lesson's step, done to a room of tabs by one of its pages. The lesson's clients are sessions of this page, under
// their own numbers.

import { serverId, type ServerId } from '../../vocabulary/ids.ts';
import type { Playground, RoomView, Step } from '../../vocabulary/playground.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import type { PageSessions } from './page-sessions.ts';

export interface LiveHands extends Pick<
  Playground,
  'room' | 'subscribe' | 'step' | 'run' | 'openSession' | 'follow' | 'letGo' | 'openSeat'
> {
  readonly sessions: Pick<
    PageSessions,
    'lend' | 'takeBack' | 'kill' | 'limit' | 'close' | 'hear' | 'views'
  >;
}

/** What a tab can do; all else is a laboratory's. */
const DONE_LIVE: ReadonlySet<LabStep['kind']> = new Set([
  ...(['openServer', 'crash', 'wipeDisk', 'freeze', 'slowDisk', 'fullDisk'] as const),
  'skewClock',
  ...(['cut', 'heal', 'cutWay', 'partition', 'healAll', 'slowLink', 'closeChannel'] as const),
  ...(['openClient', 'closeClient', 'killClient', 'moveClient', 'command'] as const),
  ...(['startRecipe', 'letGo'] as const),
]);

export const isLiveStep = ({ kind }: LabStep): boolean => DONE_LIVE.has(kind);

/** Troubles of paths and disks are told to other tabs: what is done next waits so long. */
export const TOLD_MILLIS = 120;
export const isTold = ({ kind }: LabStep): boolean =>
  ['partition', 'cutWay', 'cut', 'slowLink', 'slowDisk', 'fullDisk', 'skewClock'].includes(kind);

/** Resolves when it is done as far as this page does it. Rejects where no session could be opened. */
export async function doLive(step: LabStep, hands: LiveHands): Promise<void> {
  switch (step.kind) {
    case 'openServer':
      openServer(serverId(step.server), hands);
      return;
    case 'openClient':
      await hands.openSession(step.timeoutMillis, nullable(step.server) ?? undefined);
      return;
    case 'closeClient':
      await hands.sessions.close(step.client);
      return;
    case 'killClient':
      hands.sessions.kill(step.client);
      return;
    case 'moveClient':
      hands.sessions.limit(step.client, nullable(step.server));
      return;
    case 'command':
      // Its answer is heard; nobody waits for it here.
      void hands.run(step.client, step.command);
      return;
    case 'startRecipe':
      hands.follow(step.client, step.recipe, step.root);
      return;
    case 'letGo': {
      const client = step.client ?? holderOf(step.root, hands.room());
      if (client !== null) hands.letGo(client, step.root);
      return;
    }
    default:
      for (const one of roomSteps(step)) hands.step(one);
  }
}

const nullable = (server: number | null): ServerId | null =>
  server === null ? null : serverId(server);

/** A tab that sits there starts its server; an empty seat wants a tab. */
function openServer(server: ServerId, hands: LiveHands): void {
  const seat = hands.room().servers.find(({ serverId: id }) => id === server);
  if (seat?.present !== true) hands.openSeat(server);
  else if (seat.killed) hands.step({ kind: 'restart', server });
}

const holderOf = (root: string, { sessions }: RoomView): number | null =>
  sessions.find(({ recipes }) =>
    recipes.some((recipe) => recipe.root === root && recipe.says === 'holds'),
  )?.number ?? null;

function roomSteps(step: LabStep): readonly Step[] {
  switch (step.kind) {
    case 'crash':
      return [{ kind: 'kill', server: serverId(step.server) }];
    case 'wipeDisk':
      return [{ kind: 'wipe', server: serverId(step.server) }];
    case 'freeze':
    case 'fullDisk':
      return [{ ...step, server: serverId(step.server) }];
    case 'slowDisk':
      return [{ ...step, server: serverId(step.server) }];
    case 'skewClock':
      return [{ ...step, server: serverId(step.server) }];
    case 'cut':
    case 'heal':
    case 'slowLink':
    case 'closeChannel':
      return pathSteps(step);
    case 'cutWay':
      return [{ ...step, from: serverId(step.from), to: serverId(step.to) }];
    case 'partition':
      return step.groups.flatMap((group, at) =>
        group.flatMap((a) =>
          step.groups
            .slice(at + 1)
            .flat()
            .flatMap((b) => parted(a, b, step.silent)),
        ),
      );
    case 'healAll':
      return [step];
    default:
      return [];
  }
}

function pathSteps(
  step: LabStep & { readonly kind: 'cut' | 'heal' | 'slowLink' | 'closeChannel' },
): readonly Step[] {
  const [a, b] = [serverId(step.a), serverId(step.b)];
  switch (step.kind) {
    case 'cut':
      return parted(a, b, step.silent);
    case 'heal':
      return [{ kind: 'heal', a, b }];
    case 'slowLink':
      return [{ ...step, a, b }];
    case 'closeChannel':
      return [{ ...step, a, b }];
  }
}

/** Silent: nothing arrives either way, and nobody is told. */
const parted = (one: number, other: number, silent: boolean): readonly Step[] => {
  const [a, b] = [serverId(one), serverId(other)];
  if (!silent) return [{ kind: 'cut', a, b }];
  return [
    { kind: 'cutWay', from: a, to: b, on: true },
    { kind: 'cutWay', from: b, to: a, on: true },
  ];
};
