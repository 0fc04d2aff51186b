// Times of day as they are read beside events: to the millisecond, the same in every language.

const two = (value: number): string => String(value).padStart(2, '0');

export function clockTime(millis: number): string {
  const date = new Date(millis);
  const seconds = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
