// A lesson that somebody wrote, as a text that can be kept and sent. Its id is made from what it says, so
// that its progress is nobody else's, whatever id the text claims. Pure.

import { sha256 } from '../base/sha256.ts';
import { encodeUtf8 } from '../base/utf8.ts';
import type { Lesson } from '../vocabulary/lesson.ts';
import { readLesson, type ReadLesson } from './read.ts';

/** No lesson of the curriculum is called so. */
const PREFIX = 'own-';
const ID_BYTES = 8;
export const LESSON_CHARACTERS_MAX = 400_000;

export const isOwnId = (id: string): boolean => id.startsWith(PREFIX);

/** Called by what it says. */
export function withOwnId(lesson: Lesson): Lesson {
  const digest = sha256(encodeUtf8(canonical({ ...lesson, id: '' })));
  const hex = [...digest.slice(0, ID_BYTES)].map((byte) => byte.toString(16).padStart(2, '0'));
  return { ...lesson, id: PREFIX + hex.join('') };
}

export const writeLesson = (lesson: Lesson): string => JSON.stringify(lesson, null, 2);

/** Of a foreign text; nothing throws. */
export function lessonFrom(text: string): ReadLesson {
  if (text.length > LESSON_CHARACTERS_MAX) {
    const most = `at most ${String(LESSON_CHARACTERS_MAX)} characters`;
    return { lesson: null, error: `lesson: expected ${most}` };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { lesson: null, error: 'lesson: expected JSON' };
  }
  const read = readLesson(value);
  return read.lesson === null ? read : { lesson: withOwnId(read.lesson), error: null };
}

/** JSON whatever the order in which the fields of an object stand. What was read is not nested deeply. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, of]) => `${JSON.stringify(name)}:${canonical(of)}`).join()}}`;
}
