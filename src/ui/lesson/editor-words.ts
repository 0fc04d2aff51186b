// What the lesson's editor says of a recording, of groups of goals, and of what is missing.

import type { Missing } from '../../lessons/draft.ts';
import type { RecordingProblem } from '../../lessons/recording.ts';
import type { ObservedGroup } from '../../vocabulary/lesson.ts';
import { m } from '../paraglide/messages.js';

export function recordingWords(problem: RecordingProblem): string {
  switch (problem) {
    case 'taken':
      return m.editor_taken();
    case 'tooLate':
      return m.editor_too_late();
    case 'tooLong':
      return m.editor_too_long();
    case 'elsewhere':
      return m.editor_elsewhere();
    case 'nothing':
      return m.editor_nothing();
  }
}

export function groupWords(group: ObservedGroup): string {
  switch (group) {
    case 'servers':
      return m.editor_group_servers();
    case 'agreement':
      return m.editor_group_agreement();
    case 'writes':
      return m.editor_group_writes();
    case 'clients':
      return m.editor_group_clients();
  }
}

export function missingWords(missing: Missing): string {
  switch (missing) {
    case 'solution':
      return m.editor_missing_solution();
    case 'goals':
      return m.editor_missing_goals();
    case 'title':
      return m.editor_text_title();
    case 'task':
      return m.editor_text_task();
  }
}
