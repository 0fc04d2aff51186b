// What page and laboratory worker say to each other. Plain data both ways.

import type { Comparison, LabView } from '../../vocabulary/lab.ts';
import type { LabRun } from '../../vocabulary/lab-run.ts';
import type { Lesson, Rehearsed } from '../../vocabulary/lesson.ts';
import type { ClientCommand, CommandResult, RoomView } from '../../vocabulary/playground.ts';
import type { WatcherEvent } from '../../vocabulary/request.ts';
import type { LabOptions, LabStep } from '../../vocabulary/steps.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import type { TreeView } from '../../vocabulary/view.ts';

export type ToLab =
  | { readonly kind: 'open'; readonly options: LabOptions }
  | { readonly kind: 'openRun'; readonly run: LabRun }
  | { readonly kind: 'stopRun' }
  | { readonly kind: 'openLesson'; readonly lesson: Lesson }
  | { readonly kind: 'placeBet'; readonly option: string }
  | { readonly kind: 'showSolution' }
  | { readonly kind: 'begin' | 'play' | 'pause' | 'stepEvent' | 'stepDecision' }
  | { readonly kind: 'setSpeed'; readonly speed: number }
  | { readonly kind: 'seek'; readonly millis: number; readonly events: number | null }
  | { readonly kind: 'selectBranch'; readonly branch: number }
  | { readonly kind: 'compare'; readonly ticket: number; readonly left: number; right: number }
  | { readonly kind: 'rehearse'; readonly ticket: number; readonly lesson: Lesson }
  | { readonly kind: 'act'; readonly step: LabStep }
  | {
      readonly kind: 'command';
      readonly ticket: number;
      readonly client: number;
      readonly command: ClientCommand;
    }
  | { readonly kind: 'recallAll'; readonly ticket: number }
  | { readonly kind: 'watchTree'; readonly server: number };

/** What moves the world: nothing of it before a lesson's bet, nor while a shared run is played or somebody goes back. */
export const MOVING = new Set<ToLab['kind']>([
  ...(['begin', 'play', 'stepEvent', 'stepDecision', 'seek', 'selectBranch', 'act'] as const),
  'command',
]);

/** Who goes back may go elsewhere instead. */
export const ELSEWHERE = new Set<ToLab['kind']>(['seek', 'selectBranch']);

/** Who does one of these leads: a script that is played ends. */
export const LEADING = new Set<ToLab['kind']>([
  ...(['seek', 'selectBranch', 'act', 'command'] as const),
]);

export type FromLab =
  /** `known`: of each branch so many steps were told before, and stand here no more; left out, none. */
  | {
      readonly kind: 'lab';
      readonly lab: LabView;
      readonly room: RoomView;
      readonly known?: readonly number[];
    }
  | { readonly kind: 'told'; readonly events: readonly Traced[] }
  | { readonly kind: 'earlier'; readonly events: readonly Traced[] }
  | {
      readonly kind: 'jumped';
      readonly events: readonly Traced[];
      readonly landedMillis: number;
    }
  | { readonly kind: 'refused'; readonly step: LabStep }
  /** Its setup stands at that line without an end: the world is as it was. */
  | { readonly kind: 'lessonRefused'; readonly line: number }
  | { readonly kind: 'rehearsed'; readonly ticket: number; readonly rehearsed: Rehearsed | null }
  /** What was taken from a live ensemble is damaged: its world has begun without it. */
  | { readonly kind: 'damaged' }
  | { readonly kind: 'tree'; readonly tree: TreeView }
  | { readonly kind: 'watch'; readonly session: number; readonly event: WatcherEvent }
  | { readonly kind: 'answered'; readonly ticket: number; readonly result: CommandResult }
  /** All that was told up to here has been told again, as far as it is kept. */
  | { readonly kind: 'recalled'; readonly ticket: number }
  | { readonly kind: 'compared'; readonly ticket: number; readonly comparison: Comparison | null };
