// A moment as Java's Date prints it, in this machine's own zone: Mon Nov 30 09:26:19 UTC 2026.

export function javaDateHere(millis: number): string {
  const date = new Date(millis);
  const [weekday = '', month = '', day = '', year = ''] = date.toDateString().split(' ');
  const [clock = ''] = date.toTimeString().split(' ');
  const zone =
    new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' })
      .formatToParts(date)
      .find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC';
  return `${weekday} ${month} ${day} ${clock} ${zone} ${year}`;
}
