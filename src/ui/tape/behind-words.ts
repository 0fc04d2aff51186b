// How far behind, as it is read: coarser the longer it is.

import { m } from '../paraglide/messages.js';

export function behindWords(millis: number): string {
  const whole = Math.max(0, Math.round(millis));
  if (whole < 1_000) return m.behind_millis({ count: whole });
  const seconds = Math.round(whole / 1_000);
  if (seconds < 60) return m.behind_seconds({ count: seconds });
  return m.behind_minutes({ minutes: Math.floor(seconds / 60), seconds: seconds % 60 });
}
