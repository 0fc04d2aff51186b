// A lesson that somebody wrote as a link: `#lesson=` and its text, deflated, in base64url. A lesson of the
// curriculum has its name behind `#lab&lesson=` instead.

import type { Lesson } from '../../vocabulary/lesson.ts';
import { pack, unpack } from './packed.ts';

const FIELD = 'lesson';

export interface ReadLessonLink {
  readonly lesson: Lesson | null;
  /** Where the lesson is wrong; empty where the link holds no text at all. */
  readonly error: string;
}

const fieldsOf = (fragment: string): URLSearchParams =>
  new URLSearchParams(fragment.replace(/^#/, ''));

export const isLessonLink = (fragment: string): boolean => /^#?lesson=/.test(fragment);

/** Null where the lesson is too long for a link. */
export async function lessonLink(page: string, lesson: Lesson): Promise<string | null> {
  const word = await pack(JSON.stringify(lesson));
  return word === null ? null : `${page}#${FIELD}=${word}`;
}

/** Null if the link does not mean one; nothing throws. */
export async function readLessonLink(fragment: string): Promise<ReadLessonLink | null> {
  if (!isLessonLink(fragment)) return null;
  const text = await unpack(fieldsOf(fragment).get(FIELD) ?? '');
  if (text === null) return { lesson: null, error: '' };
  // What checks lessons is loaded with the first of them.
  const { lessonFrom } = await import('../../lessons/own.ts');
  const { lesson, error } = lessonFrom(text);
  return { lesson, error: error ?? '' };
}
