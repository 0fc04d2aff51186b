// A laboratory world as a link: its JSON, deflated, in base64url, and beside it what was told last, as far as there
// is room. Whoever opens it gets the same world; where the engine has changed since, what was told can still be
// looked at; and a link that is none is said to be none.

import {
  LAB_RUN_VERSION,
  NO_SELECTION,
  readRun,
  type LabRun,
  type RunSelection,
} from '../../vocabulary/lab-run.ts';
import type { LabView } from '../../vocabulary/lab.ts';
import type { Recording } from '../../vocabulary/recording.ts';
import { engineMark } from './engine-mark.ts';
import { pack, unpack } from './packed.ts';

const RUN = 'run';
const RECORDED = 'told';
/** What was told has so much room in a link; a file has all of it. */
export const LINK_TOLD_CHARACTERS_MAX = 32_000;
/** More than fits in any case: the first guess. */
const EVENTS_MAX = 8_000;
const GUESSES = 6;

/** The whole world as it is looked at. */
export function runOf(
  { options, branches, branch, now }: Pick<LabView, 'options' | 'branches' | 'branch' | 'now'>,
  selection: RunSelection = NO_SELECTION,
): LabRun {
  return {
    ...{ version: LAB_RUN_VERSION, engine: engineMark, options, branch, now, selection },
    branches: branches.map(({ parent, steps, end, hash }) => ({ parent, steps, end, hash })),
  };
}

/** Null where the run is too long for a link. `told`: up to the moment that is looked at. */
export async function runLink(
  page: string,
  run: LabRun,
  told: Recording | null = null,
): Promise<string | null> {
  const word = await pack(JSON.stringify(run));
  if (word === null) return null;
  const link = `${page}#lab&${RUN}=${word}`;
  const recorded = told === null ? null : await packNewest(told);
  return recorded === null ? link : `${link}&${RECORDED}=${recorded}`;
}

/** As much of the newest as there is room for; null where that is nothing. */
async function packNewest(recording: Recording): Promise<string | null> {
  const { newestOf, recordingText } = await import('../../vocabulary/recording.ts');
  const events = recording.events.map(({ server, sequence, atMillis, event }) => ({
    ...{ server, sequence, atMillis, event },
  }));
  let count = Math.min(events.length, EVENTS_MAX);
  for (let guess = 0; guess < GUESSES && count > 0; guess += 1) {
    // The run stands beside it.
    const text = recordingText({ ...recording, run: null, events: newestOf(events, count) });
    const word = await pack(text);
    if (word !== null && word.length <= LINK_TOLD_CHARACTERS_MAX) return word;
    const over = word === null ? 2 : word.length / LINK_TOLD_CHARACTERS_MAX;
    count = Math.floor(count / (over * 1.1));
  }
  return null;
}

export interface SharedRun {
  readonly run: LabRun;
  /** What was told where it was shared; null: nothing of it was kept. */
  readonly recording: Recording | null;
}

export type ReadRunLink =
  { readonly kind: 'none' } | { readonly kind: 'bad' } | ({ readonly kind: 'run' } & SharedRun);

/** A link with a damaged part is none, whichever part it is. */
export async function readRunLink(fragment: string): Promise<ReadRunLink> {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const word = fields.get(RUN);
  if (word === null) return { kind: 'none' };
  const run = readJson(await unpack(word));
  if (run === null) return { kind: 'bad' };
  const told = fields.get(RECORDED);
  if (told === null) return { kind: 'run', run, recording: null };
  const text = await unpack(told);
  if (text === null) return { kind: 'bad' };
  const { readRecording } = await import('../../vocabulary/recording.ts');
  const read = readRecording(text);
  return read.kind === 'read' ? { kind: 'run', run, recording: read.recording } : { kind: 'bad' };
}

function readJson(json: string | null): LabRun | null {
  try {
    return json === null ? null : readRun(JSON.parse(json));
  } catch {
    return null;
  }
}
