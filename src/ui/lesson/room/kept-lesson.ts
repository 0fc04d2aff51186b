// What of a room's lesson outlives its page, in this tab alone: the bet, what was met, and how many hints were read.
// Text that is none of that is as if nothing were kept.

import type { LiveLessonKept } from '../../../vocabulary/live-lesson.ts';

const KEY = 'tabkeeper-room-lesson';
const COUNT_MAX = 100;
const STEPS_MAX = 1_000_000;

export interface KeptLesson extends LiveLessonKept {
  readonly room: string;
  readonly id: string;
  readonly hints: number;
  readonly steps: number;
  /** What came of the bet's question; null: not known. */
  readonly answer: string | null;
}

/** Throws where storage is off. */
export type TabShelf = () => Pick<Storage, 'getItem' | 'setItem'>;

export function keepLesson(shelf: TabShelf, kept: KeptLesson): void {
  try {
    shelf().setItem(KEY, JSON.stringify(kept));
  } catch {
    // Then it lasts as long as the page.
  }
}

/** Null: nothing of this lesson in this room. */
export function keptLesson(shelf: TabShelf, room: string, id: string): KeptLesson | null {
  let value: unknown;
  try {
    value = JSON.parse(shelf().getItem(KEY) ?? 'null');
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { bet, met, hints, steps, answer, ...of } = value as Record<string, unknown>;
  if (of['room'] !== room || of['id'] !== id || !isCount(hints) || !Array.isArray(met)) return null;
  if (bet !== null && typeof bet !== 'string') return null;
  if (!isCount(steps, STEPS_MAX) || (answer !== null && typeof answer !== 'string')) return null;
  const places = (met as unknown[]).filter((place) => isCount(place));
  return { room, id, hints, bet, steps, answer, met: places };
}

const isCount = (value: unknown, most = COUNT_MAX): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;
