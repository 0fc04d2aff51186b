// The curriculum in its order, without the lessons' contents: each is loaded when it is opened.

import type { Lesson } from '../vocabulary/lesson.ts';

export interface CatalogueEntry {
  readonly id: string;
  /** Its number in the curriculum. */
  readonly number: number;
  readonly title: Readonly<Record<'en' | 'zh-CN', string>>;
  readonly load: () => PromiseLike<{ readonly default: Lesson }>;
}

export const CATALOGUE: readonly CatalogueEntry[] = [
  {
    ...{ id: 'one-by-one', number: 1, title: { en: 'One by one', 'zh-CN': '逐台上线' } },
    load: () => import('./curriculum/one-by-one.ts'),
  },
];

export const entryOf = (id: string): CatalogueEntry | null =>
  CATALOGUE.find((entry) => entry.id === id) ?? null;
