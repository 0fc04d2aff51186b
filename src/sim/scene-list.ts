// Every scene that has a golden transcript.

import { ELECTIONS, SYNCHRONIZATIONS } from './scenes-of-agreement.ts';
import { BROADCASTS, SESSIONS } from './scenes-of-service.ts';
import type { Scene } from './scenes.ts';

export const SCENES: readonly Scene[] = [
  ...ELECTIONS,
  ...SYNCHRONIZATIONS,
  ...BROADCASTS,
  ...SESSIONS,
];
