// A page that shows what was told elsewhere: a file that it is given, or what a shared run brought along where
// this engine goes another way.

import type { Recording } from '../../vocabulary/recording.ts';
import { engineMark } from './engine-mark.ts';
import { inspectEvent } from './inspect.ts';
import type { SharedRun } from './run-link.ts';
import { isFramed, show, wholePage } from './screen.ts';

type Notice = 'engine' | 'altered';

export async function showRecording(
  recording: Recording,
  why: Notice | null = null,
  again: (() => void) | null = null,
): Promise<() => void> {
  if (isFramed) {
    const { default: Recorded } = await import('../../ui/embed/Recorded.svelte');
    const props = { recording, inspect: inspectEvent, why, ownEngine: engineMark };
    return show(Recorded, { ...props, whole: wholePage });
  }
  const { default: Viewer } = await import('../../ui/recording/Viewer.svelte');
  return show(Viewer, { recording, inspect: inspectEvent, why, ownEngine: engineMark, again });
}

/** `openRun` plays a file's run where it has one. */
export async function openRecording(openRun: (shared: SharedRun) => Promise<void>): Promise<void> {
  const { default: OpenRecording } = await import('../../ui/recording/OpenRecording.svelte');
  const close = show(OpenRecording, {
    onopen: async (recording: Recording) => {
      const { run } = recording;
      if (run === null) await showRecording(recording);
      else await openRun({ run, recording });
      close();
    },
  });
}
