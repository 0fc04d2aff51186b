// The lesson that a laboratory's link asks for, and the way to write another into it.

import type { Lesson } from '../../vocabulary/lesson.ts';
import type { LessonHands, Lessons } from './lessons.svelte.ts';

export interface LessonLink extends LessonHands {
  readonly first: string | null;
  /** A lesson that the link holds whole, or why it holds none. */
  readonly given: { readonly lesson: Lesson | null; readonly error: string } | null;
}

/** False: it asks for none. */
export function openLinked(lessons: Lessons, link: LessonLink | null): boolean {
  const first = link?.first ?? null;
  const given = link?.given ?? null;
  if (first !== null) void lessons.open(first);
  if (given !== null && given.lesson !== null) lessons.openOwn(given.lesson);
  else if (given !== null) lessons.refuse(given.error);
  return first !== null || given !== null;
}
