// Runs that are shared: how a laboratory's page gives its own away, and what becomes of one that it was opened
// by. Where the engine has changed since, the steps lead elsewhere: then what was told is shown instead.

import type { LabControls } from '../../vocabulary/lab.ts';
import type { RunSelection } from '../../vocabulary/lab-run.ts';
import type { Recording } from '../../vocabulary/recording.ts';
import type { SharedRuns } from '../../ui/lab/shared-runs.ts';
import { engineMark } from './engine-mark.ts';
import { runLink, runOf, type ReadRunLink, type SharedRun } from './run-link.ts';

/** `page`: its address without a fragment. */
export function sharedRuns(
  page: string,
  lab: Pick<LabControls, 'lab'>,
  shared: ReadRunLink,
): SharedRuns {
  return {
    badLink: shared.kind === 'bad',
    selection: shared.kind === 'run' ? shared.run.selection : null,
    recorded: shared.kind === 'run' && isRecorded(shared),
    engineChanged: shared.kind === 'run' && shared.run.engine !== engineMark,
    share: (selection: RunSelection, told: Recording) =>
      runLink(page, runOf(lab.lab(), selection), told),
    save: async (selection: RunSelection, told: Recording) => {
      const { recordingText } = await import('../../vocabulary/recording.ts');
      return recordingText({ ...told, run: runOf(lab.lab(), selection) });
    },
  };
}

const isRecorded = ({ recording }: Pick<SharedRun, 'recording'>): boolean =>
  recording !== null && recording.events.length > 0;

/** Plays it. `onOther`: this engine went another way, and this is what was told where it was shared. */
export function openShared(
  lab: Pick<LabControls, 'openRun' | 'subscribeLab'>,
  { run, recording }: SharedRun,
  onOther: (recording: Recording) => void,
): void {
  lab.openRun(run);
  if (recording === null || !isRecorded({ recording })) return;
  const stop = lab.subscribeLab((change) => {
    if (change.kind !== 'lab' || change.lab.shared === null) return;
    stop();
    if (change.lab.shared === 'other') onOther(recording);
  });
}
