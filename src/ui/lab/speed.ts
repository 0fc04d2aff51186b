// The speeds that the laboratory offers, evenly far apart to the eye, and their values in words. Pure
// but for the language.

import { m } from '../paraglide/messages.js';

export const SPEEDS = [
  ...[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
  ...[1, 2, 5, 10],
] as const;

/** The stop that is nearest to a speed, by its ratio. */
export function stopOf(speed: number): number {
  let best = 0;
  SPEEDS.forEach((known, at) => {
    const other = SPEEDS[best] ?? known;
    if (Math.abs(Math.log(known / speed)) < Math.abs(Math.log(other / speed))) best = at;
  });
  return best;
}

export const speedOf = (stop: number): number =>
  SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, Math.round(stop)))] ?? 1;

/** Where there is no room for words. */
export const speedSign = (speed: number): string =>
  speed < 1 ? `1/${String(Math.round(1 / speed))}×` : `${String(Math.round(speed))}×`;

export function speedWords(speed: number): string {
  if (speed === 1) return m.lab_speed_real();
  if (speed > 1) return m.lab_speed_faster({ times: Math.round(speed) });
  return m.lab_speed_slower({ times: Math.round(1 / speed) });
}
