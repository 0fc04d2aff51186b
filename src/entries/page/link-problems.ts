// What a laboratory's link asks for and cannot be: said in a sentence, and no longer said by the address.

import type { RoomProblem } from '../../vocabulary/playground.ts';
import type { ReadLessonLink } from './lesson-link.ts';
import { asLabLink, trueLink, type LabLink } from './mode.ts';
import type { ReadRunLink } from './run-link.ts';

export interface OpenedBy {
  readonly link: LabLink;
  readonly run: ReadRunLink;
  readonly lesson: ReadLessonLink | null;
  /** The fragment, where it says neither room nor laboratory. */
  readonly strange: string | null;
  /** In a frame nothing else says what is wrong with a lesson. */
  readonly framed: boolean;
}

export function linkProblems(by: OpenedBy): readonly RoomProblem[] {
  const { link, run, lesson, strange, framed } = by;
  const isBad = framed && lesson !== null && lesson.lesson === null;
  return [
    ...(strange === null ? [] : [{ kind: 'strangeLink', link: strange } as const]),
    // A run has a world of its own.
    ...(link.wrong.length === 0 || run.kind === 'run'
      ? []
      : [{ kind: 'labFields', fields: link.wrong } as const]),
    ...(isBad ? [{ kind: 'badLesson', complaint: lesson.error } as const] : []),
  ];
}

/** The fragment that is so; null: that is what the address says. */
export function mendedLink({ link, run, lesson, strange }: OpenedBy): string | null {
  if (run.kind === 'run') return strange === null ? null : asLabLink(strange);
  const isTrue = link.wrong.length === 0 && strange === null && run.kind === 'none';
  return isTrue && (lesson === null || lesson.lesson !== null) ? null : trueLink(link);
}
