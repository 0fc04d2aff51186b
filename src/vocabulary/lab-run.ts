// A laboratory world as it is shared: a seed, its branches with their steps, the moment that was looked at,
// what was selected, and of each branch a hash of all that was observed. The same world anywhere, or it can be
// seen that it is another.

import { LIFE_MILLIS_MAX, type StepAt } from './lab.ts';
import { readOptions, readStep, type LabOptions, type Moment } from './steps.ts';

/** A branch as it is played again: from the beginning, by all of its steps. Branches are numbered from 1. */
export interface RunBranch {
  /** Where it left which earlier branch; null for the first. */
  readonly parent: { readonly branch: number; readonly at: Moment } | null;
  readonly steps: readonly StepAt[];
  readonly end: Moment;
  /** Of the run up to its end, as the one who shared it saw it. */
  readonly hash: string;
}

/** What stood in the stage's place. */
export const RUN_VIEWS = ['stage', 'spaceTime', 'charts', 'compare'] as const;
export type RunView = (typeof RUN_VIEWS)[number];

/** What is selected everywhere and is no single event. Numbers of 64 bits are text, as ZooKeeper prints them. */
export type RunFollowed =
  | { readonly kind: 'server'; readonly server: number }
  | { readonly kind: 'zxid' | 'session'; readonly id: string }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'watch'; readonly id: string; readonly path: string };

export interface RunSelection {
  readonly view: RunView;
  readonly server: number | null;
  /** The client of the command line, and the znode of the tree. */
  readonly session: number;
  readonly path: string;
  /** The event that was chosen, by its place in its server's own trace, and when: a server that comes back
   *  counts anew. */
  readonly event: {
    readonly server: number;
    readonly sequence: number;
    readonly atMillis: number;
  } | null;
  readonly followed: RunFollowed | null;
  /** The branches that lay side by side. */
  readonly compared: { readonly left: number; readonly right: number } | null;
}

export interface LabRun {
  readonly version: typeof LAB_RUN_VERSION;
  /** The checksum of the engine that played it; empty: nobody wrote it down. */
  readonly engine: string;
  readonly options: LabOptions;
  readonly branches: readonly RunBranch[];
  /** The branch and the moment that were looked at. */
  readonly branch: number;
  readonly now: Moment;
  readonly selection: RunSelection;
}

export const NO_SELECTION: RunSelection = {
  ...{ view: 'stage', server: null, session: 1, path: '/' },
  ...{ event: null, followed: null, compared: null },
};

export const LAB_RUN_VERSION = 2;
export const RUN_BRANCHES_MAX = 12;
const STEPS_MAX = 2_000;
const EVENTS_MAX = 1_000_000_000;
const SERVERS_MAX = 255;
const CLIENTS_MAX = 1_000;
const PATH_MAX = 4_096;
const HASH = /^[0-9a-f]{1,32}$/;
const ENGINE = /^[0-9a-z]{0,64}$/;
const NUMBER = /^0x[0-9a-f]{1,16}$/;

/** The run that this value is, or null: it comes from a link or a file, and nothing throws. */
export function readRun(value: unknown): LabRun | null {
  if (!isRecord(value)) return null;
  const options = readOptions(value['options']);
  if (options === null) return null;
  if (value['version'] === 1) return readFirst(value, options);
  if (value['version'] !== LAB_RUN_VERSION) return null;
  const { engine, branches: given, branch: chosen } = value;
  const now = readMoment(value['now']);
  if (!isEngine(engine) || now === null) return null;
  const branches = readBranches(given);
  if (branches === null || !isWhole(chosen, branches.length)) return null;
  const end = branches[chosen - 1]?.end;
  if (end === undefined || isBefore(end, now)) return null;
  const selection = readSelection(value['selection'], branches.length);
  if (selection === null) return null;
  const version = LAB_RUN_VERSION;
  return { version, engine, options, branches, branch: chosen, now, selection };
}

/** The first version: one branch, seen at its end, and no engine by name. */
function readFirst(value: Readonly<Record<string, unknown>>, options: LabOptions): LabRun | null {
  const branch = readBranch({ ...value, parent: null });
  if (branch === null) return null;
  return {
    ...{ version: LAB_RUN_VERSION, engine: '', options, branches: [branch], branch: 1 },
    ...{ now: branch.end, selection: NO_SELECTION },
  };
}

/** Null too where they are no tree: a branch begins with what was done in the one that it left. */
function readBranches(value: unknown): RunBranch[] | null {
  if (!Array.isArray(value) || value.length === 0 || value.length > RUN_BRANCHES_MAX) return null;
  const branches: RunBranch[] = [];
  for (const one of value) {
    const branch = readBranch(one);
    if (branch === null || !isGrownFrom(branch, branches)) return null;
    branches.push(branch);
  }
  return branches;
}

function isGrownFrom({ parent, steps, end }: RunBranch, earlier: readonly RunBranch[]): boolean {
  if (parent === null) return earlier.length === 0;
  const left = earlier[parent.branch - 1];
  if (left === undefined || isBefore(left.end, parent.at) || isBefore(end, parent.at)) return false;
  const isCommon = (step: StepAt): boolean => step.at.events < parent.at.events;
  const [mine, theirs] = [steps.filter(isCommon), left.steps.filter(isCommon)];
  return JSON.stringify(mine) === JSON.stringify(theirs);
}

function readBranch(value: unknown): RunBranch | null {
  if (!isRecord(value)) return null;
  const { steps: given, hash } = value;
  const end = readMoment(value['end']);
  const parent = readParent(value['parent']);
  if (end === null || parent === undefined || !isHash(hash)) return null;
  if (!Array.isArray(given) || given.length > STEPS_MAX) return null;
  const steps: StepAt[] = [];
  let before: Moment = { millis: 0, events: 0 };
  for (const one of given) {
    const step = readStepAt(one);
    if (step === null || isBefore(step.at, before) || isBefore(end, step.at)) return null;
    before = step.at;
    steps.push(step);
  }
  return { parent, steps, end, hash };
}

/** Undefined: it is none. */
function readParent(value: unknown): RunBranch['parent'] | undefined {
  if (value === null) return null;
  if (!isRecord(value)) return undefined;
  const { branch } = value;
  const at = readMoment(value['at']);
  return isWhole(branch, RUN_BRANCHES_MAX) && at !== null ? { branch, at } : undefined;
}

function readSelection(value: unknown, branches: number): RunSelection | null {
  if (!isRecord(value)) return null;
  const { server, session, path, event, followed, compared } = value;
  const view = RUN_VIEWS.find((name) => name === value['view']);
  if (view === undefined || !isWhole(session, CLIENTS_MAX) || !isPath(path)) return null;
  if (server !== null && !isWhole(server, SERVERS_MAX)) return null;
  if (event !== null && !isEventPlace(event)) return null;
  if (followed !== null && !isFollowed(followed)) return null;
  if (compared !== null && !isPair(compared, branches)) return null;
  return { view, server, session, path, event, followed, compared };
}

const isEventPlace = (value: unknown): value is NonNullable<RunSelection['event']> =>
  isRecord(value) &&
  isWhole(value['server'], SERVERS_MAX) &&
  isWhole(value['sequence'], Number.MAX_SAFE_INTEGER) &&
  isWhole(value['atMillis'], LIFE_MILLIS_MAX);

const isFollowed = (value: unknown): value is RunFollowed => {
  if (!isRecord(value)) return false;
  const { kind, server, id, path } = value;
  const isNumber = typeof id === 'string' && NUMBER.test(id);
  switch (kind) {
    case 'server':
      return isWhole(server, SERVERS_MAX);
    case 'path':
      return isPath(path);
    case 'watch':
      return isNumber && isPath(path);
    default:
      return (kind === 'zxid' || kind === 'session') && isNumber;
  }
};

const isPair = (value: unknown, max: number): value is NonNullable<RunSelection['compared']> =>
  isRecord(value) && isWhole(value['left'], max) && isWhole(value['right'], max);

function readStepAt(value: unknown): StepAt | null {
  if (!isRecord(value)) return null;
  const at = readMoment(value['at']);
  const step = readStep(value['step']);
  return at === null || step === null ? null : { at, step };
}

function readMoment(value: unknown): Moment | null {
  if (!isRecord(value)) return null;
  const { millis, events } = value;
  return isWhole(millis, LIFE_MILLIS_MAX) && isWhole(events, EVENTS_MAX)
    ? { millis, events }
    : null;
}

const isBefore = (a: Moment, b: Moment): boolean => a.millis < b.millis || a.events < b.events;

const isHash = (value: unknown): value is string => typeof value === 'string' && HASH.test(value);

const isEngine = (value: unknown): value is string =>
  typeof value === 'string' && ENGINE.test(value);

const isPath = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= PATH_MAX;

const isWhole = (value: unknown, max: number): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
