// What somebody typed and a link or a file carries on: it is said where one is made. Pure.

import type { ClientCommand } from '../../vocabulary/zkcli/command.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import type { Lesson } from '../../vocabulary/lesson.ts';
import type { LabView } from '../../vocabulary/lab.ts';

/** `room`: all that a live room had; `auth`: what proves who somebody is; `data`: of znodes. */
export type Typed = 'room' | 'auth' | 'data';

/** The most telling of it; null: nothing. */
export function typedInRun({
  options,
  branches,
}: Pick<LabView, 'options' | 'branches'>): Typed | null {
  if (options.taken !== undefined) return 'room';
  return typedInSteps(branches.flatMap(({ steps }) => steps.map(({ step }) => step)));
}

export function typedInLesson({ setup, moves, solution }: Lesson): Typed | null {
  const scripted = [...setup, ...solution].flatMap((line) =>
    line.do === 'step' ? [line.step] : [],
  );
  return typedInSteps([...scripted, ...moves.flatMap(({ steps }) => steps)]);
}

function typedInSteps(steps: readonly LabStep[]): 'auth' | 'data' | null {
  const commands = steps.flatMap((step) => (step.kind === 'command' ? [step.command] : []));
  if (commands.some(({ kind }) => kind === 'addauth')) return 'auth';
  return commands.some(hasData) ? 'data' : null;
}

const hasData = (command: ClientCommand): boolean =>
  'data' in command && command.data !== null && command.data !== '';
