// A moment of virtual time as it is read: hours where there are some, minutes, seconds and milliseconds since the
// world began. Pure.

export function momentText(millis: number): string {
  const whole = Math.max(0, Math.floor(millis));
  return `${timeText(whole)}.${String(whole % 1_000).padStart(3, '0')}`;
}

/** The seconds that have passed. */
export function timeText(millis: number): string {
  const hours = Math.floor(millis / 3_600_000);
  const minutes = Math.floor(millis / 60_000) % 60;
  const seconds = String(Math.floor(millis / 1_000) % 60).padStart(2, '0');
  if (hours === 0) return `${String(minutes)}:${seconds}`;
  return `${String(hours)}:${String(minutes).padStart(2, '0')}:${seconds}`;
}
