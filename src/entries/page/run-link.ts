// A laboratory run as a link: its JSON, deflated, in base64url. Whoever opens it gets the same run, or is
// told that it is another one, or that the link is none.

import { LAB_RUN_VERSION, readRun, type LabRun } from '../../vocabulary/lab-run.ts';
import type { LabView } from '../../vocabulary/lab.ts';
import { pack, unpack } from './packed.ts';

const FIELD = 'run';

/** The run of the present branch up to the present moment. */
export function runOf({ options, branches, branch, now, hash }: LabView): LabRun {
  const steps = branches.find(({ id }) => id === branch)?.steps ?? [];
  const done = steps.filter(({ at }) => at.events <= now.events && at.millis <= now.millis);
  return { version: LAB_RUN_VERSION, options, steps: done, end: now, hash };
}

/** Null where the run is too long for a link. */
export async function runLink(page: string, run: LabRun): Promise<string | null> {
  const word = await pack(JSON.stringify(run));
  return word === null ? null : `${page}#lab&${FIELD}=${word}`;
}

export type ReadRunLink =
  | { readonly kind: 'none' }
  | { readonly kind: 'bad' }
  | { readonly kind: 'run'; readonly run: LabRun };

export async function readRunLink(fragment: string): Promise<ReadRunLink> {
  const word = new URLSearchParams(fragment.replace(/^#/, '')).get(FIELD);
  if (word === null) return { kind: 'none' };
  const run = readJson(await unpack(word));
  return run === null ? { kind: 'bad' } : { kind: 'run', run };
}

function readJson(json: string | null): LabRun | null {
  try {
    return json === null ? null : readRun(JSON.parse(json));
  } catch {
    return null;
  }
}
