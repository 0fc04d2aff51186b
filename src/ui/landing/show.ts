// Plays the newcomer's world for as long as it is shown.

import type { LabControls } from '../../vocabulary/lab.ts';
import type { RoomView } from '../../vocabulary/playground.ts';
import {
  firstScene,
  LANDING_SPEED,
  LANDING_WORLD,
  nextScene,
  openingSteps,
  type Scene,
} from './director.ts';

const LOOK_MILLIS = 200;

export function beginShow(controls: LabControls, seed: number): void {
  const world = { ...LANDING_WORLD, seed };
  controls.open(world);
  controls.setSpeed(LANDING_SPEED);
  for (const step of openingSteps(world)) controls.act(step);
  controls.play();
}

/** Goes on until the returned function is called. While it is paused nothing happens, and a world that
 *  has become as old as it may is followed by the next. */
export function runShow(controls: LabControls, room: () => RoomView): () => void {
  let scene: Scene = firstScene(performance.now());
  let { seed } = LANDING_WORLD;
  beginShow(controls, seed);
  const timer = setInterval(() => {
    const { running, full } = controls.lab();
    if (full) {
      seed += 1;
      scene = firstScene(performance.now());
      beginShow(controls, seed);
      return;
    }
    if (!running) {
      scene = { ...scene, sinceMillis: scene.sinceMillis + LOOK_MILLIS };
      return;
    }
    const next = nextScene(scene, room(), performance.now());
    scene = next.scene;
    if (next.step !== null) controls.act(next.step);
  }, LOOK_MILLIS);
  return () => {
    clearInterval(timer);
  };
}
