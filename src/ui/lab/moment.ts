// A moment of virtual time as it is read: seconds and milliseconds since the world began. Pure.

export function momentText(millis: number): string {
  const whole = Math.max(0, Math.floor(millis));
  return `${timeText(whole)}.${String(whole % 1_000).padStart(3, '0')}`;
}

/** The seconds that have passed. */
export function timeText(millis: number): string {
  const minutes = Math.floor(millis / 60_000);
  const seconds = Math.floor(millis / 1_000) % 60;
  return `${String(minutes)}:${String(seconds).padStart(2, '0')}`;
}
