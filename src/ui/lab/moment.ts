// A moment of virtual time as it is read: seconds and milliseconds since the world began. Pure.

export function momentText(millis: number): string {
  const whole = Math.max(0, Math.floor(millis));
  const minutes = Math.floor(whole / 60_000);
  const seconds = Math.floor(whole / 1_000) % 60;
  const rest = String(whole % 1_000).padStart(3, '0');
  return `${String(minutes)}:${String(seconds).padStart(2, '0')}.${rest}`;
}
