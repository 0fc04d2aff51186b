// What goes on in the world that a newcomer sees first: servers elect, the leader serves a few writes, then
// it is killed, and comes back as a follower. Pure: from what is seen and since when to what is done next.

import type { RoomView } from '../../vocabulary/playground.ts';
import type { LabOptions, LabStep } from '../../vocabulary/steps.ts';

export const LANDING_WORLD: LabOptions = { seed: 1, participants: 5, observers: 0 };
/** Virtual time for one of ours: an election, some tens of milliseconds long, can be followed by eye. */
export const LANDING_SPEED = 0.02;

/** In our time. */
const BETWEEN_WRITES_MILLIS = 1_500;
const WRITES_MAX = 3;
const BACK_AFTER_MILLIS = 2_500;
const REIGN_MILLIS = 8_000;
/** Longer than any session lives there by itself. */
const CLIENT_TIMEOUT_MILLIS = 40_000;

export interface Scene {
  readonly serving: boolean;
  /** When it began to be so. */
  readonly sinceMillis: number;
  readonly writes: number;
  /** The server that was killed and has not come back. */
  readonly down: number | null;
}

export const firstScene = (nowMillis: number): Scene => ({
  ...{ serving: false, sinceMillis: nowMillis, writes: 0, down: null },
});

export const openingSteps = ({ participants }: LabOptions): readonly LabStep[] => [
  ...Array.from({ length: participants }, (_, at): LabStep => ({
    ...{ kind: 'openServer', server: at + 1 },
  })),
  { kind: 'openClient', server: null, timeoutMillis: CLIENT_TIMEOUT_MILLIS },
];

export function nextScene(
  scene: Scene,
  { quorum }: Pick<RoomView, 'quorum'>,
  nowMillis: number,
): { readonly scene: Scene; readonly step: LabStep | null } {
  const { serving, leader } = quorum;
  if (serving !== scene.serving) {
    return { scene: { ...scene, serving, sinceMillis: nowMillis, writes: 0 }, step: null };
  }
  const passed = nowMillis - scene.sinceMillis;
  if (!serving || leader === null) return { scene, step: null };
  if (scene.down !== null && passed >= BACK_AFTER_MILLIS) {
    return { scene: { ...scene, down: null }, step: { kind: 'openServer', server: scene.down } };
  }
  if (passed >= REIGN_MILLIS) {
    const step: LabStep = { kind: 'crash', server: leader, silent: false };
    // Its reign is over, also where the room does not show it yet.
    return { scene: { ...firstScene(nowMillis), down: leader }, step };
  }
  if (scene.writes < WRITES_MAX && passed >= (scene.writes + 1) * BETWEEN_WRITES_MILLIS) {
    return { scene: { ...scene, writes: scene.writes + 1 }, step: WRITE };
  }
  return { scene, step: null };
}

const WRITE: LabStep = {
  kind: 'command',
  client: 1,
  command: { kind: 'create', path: '/hello-', data: '', ephemeral: false, sequential: true },
};
