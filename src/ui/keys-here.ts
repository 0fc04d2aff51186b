// Which of the single keys does something on which page. Pure: the keys' acts are in shortcuts.ts, their words on
// the help sheet.

export type Place = 'room' | 'lab' | 'recording';

/** Nothing can be done to a recording, and neither a tree nor a client's answers are told. */
const OF_RECORDINGS = new Set([
  'w',
  's',
  'd',
  'g',
  'Shift+?',
  '1',
  '2',
  '3',
  '4',
  '5',
  '6',
  '7',
  '8',
  '9',
]);
const OF_LABORATORIES = new Set(['l']);

export function isKeyOf(place: Place, key: string): boolean {
  if (place === 'recording') return OF_RECORDINGS.has(key);
  return place === 'lab' || !OF_LABORATORIES.has(key);
}
