// A laboratory run as it is shared: a seed, the steps with their moments, how far it went, and a hash of
// all that was observed. The same run anywhere, or it can be seen that it is another one.

import type { StepAt } from './lab.ts';
import { readOptions, readStep, type LabOptions, type Moment } from './steps.ts';

export interface LabRun {
  readonly version: typeof LAB_RUN_VERSION;
  readonly options: LabOptions;
  readonly steps: readonly StepAt[];
  readonly end: Moment;
  /** Of the run up to its end, as the one who shared it saw it. */
  readonly hash: string;
}

export const LAB_RUN_VERSION = 1;
const STEPS_MAX = 2_000;
const MILLIS_MAX = 1_800_000;
const EVENTS_MAX = 50_000_000;

/** The run that this value is, or null: it comes from a link, and nothing throws. */
export function readRun(value: unknown): LabRun | null {
  if (!isRecord(value) || value['version'] !== LAB_RUN_VERSION) return null;
  const { steps: given, hash } = value;
  const options = readOptions(value['options']);
  const end = readMoment(value['end']);
  if (options === null || end === null || !Array.isArray(given) || given.length > STEPS_MAX) {
    return null;
  }
  if (typeof hash !== 'string' || !/^[0-9a-f]{1,32}$/.test(hash)) return null;
  const steps = given.map(readStepAt);
  let before: Moment = { millis: 0, events: 0 };
  for (const step of steps) {
    if (step === null || isBefore(step.at, before) || isBefore(end, step.at)) return null;
    before = step.at;
  }
  return {
    version: LAB_RUN_VERSION,
    options,
    steps: steps.filter((step) => step !== null),
    end,
    hash,
  };
}

function readStepAt(value: unknown): StepAt | null {
  if (!isRecord(value)) return null;
  const at = readMoment(value['at']);
  const step = readStep(value['step']);
  return at === null || step === null ? null : { at, step };
}

function readMoment(value: unknown): Moment | null {
  if (!isRecord(value)) return null;
  const { millis, events } = value;
  return isWhole(millis, MILLIS_MAX) && isWhole(events, EVENTS_MAX) ? { millis, events } : null;
}

const isBefore = (a: Moment, b: Moment): boolean => a.millis < b.millis || a.events < b.events;

const isWhole = (value: unknown, max: number): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
