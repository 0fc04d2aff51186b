// What is said beside a link or a file that carries on what somebody typed.

import { m } from '../paraglide/messages.js';
import type { Typed } from './typed.ts';

/** Empty: it carries nothing of it. */
export function typedWords(typed: Typed | null): string {
  switch (typed) {
    case null:
      return '';
    case 'room':
      return m.run_holds_room();
    case 'auth':
      return m.run_holds_auth();
    case 'data':
      return m.run_holds_data();
  }
}
