// The twelve items in the order in which they are asked.

import { AGREEMENT } from './agreement.ts';
import { CLIENTS } from './clients.ts';
import type { QuizItem } from './quiz.ts';

export const ITEMS: readonly QuizItem[] = [...AGREEMENT, ...CLIENTS];
