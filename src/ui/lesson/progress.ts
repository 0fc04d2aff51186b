// Which lessons were done, as this browser keeps it and as a file carries it. Pure; foreign text is
// checked field by field, and what is not known of it is left out.

/** `none`: the lesson asks for no bet. */
const BETS = ['right', 'wrong', 'none'] as const;

export interface DoneLesson {
  /** The fewest steps so far. */
  readonly steps: number;
  readonly bet: (typeof BETS)[number];
  readonly hints: number;
}

export type Progress = ReadonlyMap<string, DoneLesson>;

export const NO_PROGRESS: Progress = new Map();

const FORMAT = 'tabkeeper-lessons';
const VERSION = 1;
const LESSONS_MAX = 200;
const COUNT_MAX = 100_000;

/** The better of what was and what is: fewer steps, and with them their bet and hints. */
export function withDone(progress: Progress, id: string, done: DoneLesson): Progress {
  const known = progress.get(id);
  if (known !== undefined && known.steps <= done.steps) return progress;
  return new Map([...progress, [id, done]]);
}

export const merged = (one: Progress, other: Progress): Progress =>
  [...other].reduce((all, [id, done]) => withDone(all, id, done), one);

export function writeProgress(progress: Progress): string {
  const done = [...progress].map(([id, one]) => ({ id, ...one }));
  return JSON.stringify({ format: FORMAT, version: VERSION, done }, null, 2);
}

/** Null if this text is no progress at all. */
export function readProgress(text: string): Progress | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(value) || value['format'] !== FORMAT || value['version'] !== VERSION) return null;
  const list = value['done'];
  if (!Array.isArray(list) || list.length > LESSONS_MAX) return null;
  let progress = NO_PROGRESS;
  for (const one of list as unknown[]) {
    const read = readDone(one);
    if (read !== null) progress = withDone(progress, ...read);
  }
  return progress;
}

function readDone(value: unknown): readonly [string, DoneLesson] | null {
  if (!isObject(value)) return null;
  const { id, steps, bet, hints } = value;
  if (typeof id !== 'string' || !/^[a-z][a-z0-9-]{1,40}$/.test(id)) return null;
  const known = BETS.find((one) => one === bet);
  if (!isCount(steps) || !isCount(hints) || known === undefined) return null;
  return [id, { steps, bet: known, hints }];
}

const isCount = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= COUNT_MAX;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
