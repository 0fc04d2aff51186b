// What a person, a lesson or a link can do to a laboratory ensemble, as plain data, and the check that
// what came from outside is such data. A step changes the world at one moment of virtual time; nothing
// here knows how.

import { RECIPE_NAMES, type RecipeName } from './recipe.ts';
import { isSessionText, isTaken, type Taken } from './taken.ts';
import type { ClientCommand } from './zkcli/command.ts';
import { isCommand } from './zkcli/read-command.ts';

/** Servers and clients are plain numbers here: a step may come from a file. */
export type LabStep =
  | { readonly kind: 'openServer'; readonly server: number }
  /** `silent`: the peers do not hear the links break. */
  | { readonly kind: 'crash'; readonly server: number; readonly silent: boolean }
  /** Of a server that is down. */
  | { readonly kind: 'wipeDisk'; readonly server: number }
  | { readonly kind: 'freeze'; readonly server: number; readonly on: boolean }
  /** Every write takes so long; 0 is the disk's usual time. */
  | { readonly kind: 'slowDisk'; readonly server: number; readonly millis: number }
  | { readonly kind: 'fullDisk'; readonly server: number; readonly on: boolean }
  /** `silent`: bytes wait and nobody is told; else the links break. */
  | { readonly kind: 'cut'; readonly a: number; readonly b: number; readonly silent: boolean }
  | { readonly kind: 'heal'; readonly a: number; readonly b: number }
  /** What `from` sends to `to` waits; the other direction works. */
  | { readonly kind: 'cutWay'; readonly from: number; readonly to: number; readonly on: boolean }
  /** Servers of different groups do not hear each other. */
  | {
      readonly kind: 'partition';
      readonly groups: readonly (readonly number[])[];
      readonly silent: boolean;
    }
  | { readonly kind: 'healAll' }
  /** So many milliseconds more on the path; 0 is the usual time. */
  | { readonly kind: 'slowLink'; readonly a: number; readonly b: number; readonly millis: number }
  /** The links of one purpose break; nothing keeps new ones from coming. */
  | {
      readonly kind: 'closeChannel';
      readonly a: number;
      readonly b: number;
      readonly channel: LabChannel;
    }
  /** From now on its clock goes at so many percent of the others'; 100 is the usual pace. What it has
   *  gained or lost by then it keeps. */
  | { readonly kind: 'skewClock'; readonly server: number; readonly percent: number }
  /** The next client, numbered from 1. `server` null: any. */
  | {
      readonly kind: 'openClient';
      readonly server: number | null;
      readonly timeoutMillis: number;
    }
  /** The next client too; it goes on with a session that the trees have, from wherever it can. */
  | {
      readonly kind: 'resumeClient';
      /** The server that it tries first; null: any. */
      readonly server: number | null;
      readonly timeoutMillis: number;
      /** Its id, as ZooKeeper prints it. */
      readonly session: string;
    }
  | { readonly kind: 'closeClient'; readonly client: number }
  /** The process is gone without a word: its session is left to its timeout. */
  | { readonly kind: 'killClient'; readonly client: number }
  /** Its connection breaks; it can reach only this server, or with null none at all. */
  | { readonly kind: 'moveClient'; readonly client: number; readonly server: number | null }
  | { readonly kind: 'command'; readonly client: number; readonly command: ClientCommand }
  /** From now on the client follows a recipe under this znode. */
  | {
      readonly kind: 'startRecipe';
      readonly client: number;
      readonly recipe: RecipeName;
      readonly root: string;
    }
  /** It gives up what it holds there; `client` null: the first that holds. */
  | { readonly kind: 'letGo'; readonly client: number | null; readonly root: string }
  /** A consumer calls the next provider on the list that it has, itself: no server has a part in it. */
  | { readonly kind: 'callProvider'; readonly client: number; readonly root: string }
  | { readonly kind: 'breakRule'; readonly rule: RuleName; readonly on: boolean };

/** Of clients. */
export type ClientStep = Extract<
  LabStep,
  {
    kind:
      | ('openClient' | 'resumeClient' | 'closeClient' | 'killClient' | 'moveClient' | 'command')
      | ('startRecipe' | 'letGo' | 'callProvider');
  }
>;

/** Of the ways between servers. */
export type PathStep = Extract<
  LabStep,
  {
    kind: 'cut' | 'heal' | 'cutWay' | 'partition' | 'healAll' | 'slowLink' | 'closeChannel';
  }
>;

/** What two servers of a laboratory have between them. */
export const LAB_CHANNELS = ['election', 'quorum'] as const;
export type LabChannel = (typeof LAB_CHANNELS)[number];

export const RULE_NAMES = [
  /** The disk answers before it has written. */
  'ackBeforeDisk',
  /** TRUNC is answered and not done. */
  'forgetTruncation',
  /** Followers are told COMMIT together with PROPOSAL. */
  'commitWithProposal',
  /** A leader commits as soon as one disk has the proposal, its own or a follower's. */
  'commitOnFirstAck',
  /** A watch event comes after the data that it announces. */
  'dataBeforeWatch',
  /** A watch event comes when the change is in the log, before it is applied or even committed. */
  'watchBeforeApply',
  /** A server forgets to ask what a client has seen elsewhere. */
  'forgetLastZxidSeen',
  /** Of two votes of one epoch the higher id wins, whatever the zxids. */
  'votesWithoutZxid',
  /** One server fewer than a majority is enough: 2 of 5. */
  'smallQuorum',
] as const;

/** The switches of a world that is broken on purpose. */
export type RuleName = (typeof RULE_NAMES)[number];

/** Where in a run: after how many events of the virtual world, and at which millisecond. */
export interface Moment {
  readonly millis: number;
  readonly events: number;
}

/** Settings of the ensemble that a world may have its own of. */
export interface LabKnobs {
  readonly finalizeWaitMillis?: number;
  /** Committed proposals that a leader keeps at hand for a DIFF. */
  readonly committedLogEntriesMax?: number;
  readonly snapshotEveryTransactions?: number;
}

export interface LabOptions {
  readonly seed: number;
  readonly participants: number;
  readonly observers: number;
  readonly knobs?: LabKnobs;
  /** The live ensemble that the world goes on from. */
  readonly taken?: Taken;
}

export const SERVERS_MAX = 9;
export const CLIENTS_MAX = 16;
export const STEP_MILLIS_MAX = 600_000;
export const CLOCK_PERCENT_MIN = 10;
export const CLOCK_PERCENT_MAX = 1_000;
const TEXT_MAX = 4_096;
const SEED_MAX = 0xffff_ffff;

/** The step that this value is, or null: whatever a file or a link says, nothing throws. */
export function readStep(value: unknown): LabStep | null {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  const kind = fields.get('kind');
  if (typeof kind !== 'string' || !Object.hasOwn(SHAPES, kind)) return null;
  const shape = SHAPES[kind as LabStep['kind']];
  const names = Object.keys(shape);
  if (fields.size !== names.length + 1) return null;
  const good = names.every((name) => shape[name]?.(fields.get(name)) === true);
  return good ? (value as LabStep) : null;
}

export function readOptions(value: unknown): LabOptions | null {
  const fields = fieldsOf(value);
  const knobs = fields?.get('knobs');
  const taken = fields?.get('taken');
  const extras = [knobs, taken].filter((extra) => extra !== undefined).length;
  if (fields?.size !== 3 + extras) return null;
  const participants = fields.get('participants');
  const observers = fields.get('observers');
  const seed = fields.get('seed');
  if (!isWhole(seed, 0, SEED_MAX) || !isWhole(participants, 1, SERVERS_MAX)) return null;
  if (!isWhole(observers, 0, SERVERS_MAX - participants)) return null;
  if (knobs !== undefined && !isKnobs(knobs)) return null;
  if (taken !== undefined && !isTaken(taken, participants + observers)) return null;
  return {
    ...{ seed, participants, observers },
    ...(knobs === undefined ? {} : { knobs }),
    ...(taken === undefined ? {} : { taken }),
  };
}

const KNOB_MAX = 10_000;
const KNOBS: readonly string[] = [
  ...['finalizeWaitMillis', 'committedLogEntriesMax', 'snapshotEveryTransactions'],
];

function isKnobs(value: unknown): value is LabKnobs {
  const fields = fieldsOf(value);
  if (fields === null) return false;
  return [...fields].every(([name, knob]) => KNOBS.includes(name) && isWhole(knob, 1, KNOB_MAX));
}

type Check = (value: unknown) => boolean;

const server: Check = (value) => isWhole(value, 1, SERVERS_MAX);
const client: Check = (value) => isWhole(value, 1, CLIENTS_MAX);
const millis: Check = (value) => isWhole(value, 0, STEP_MILLIS_MAX);
const serverOrNull: Check = (value) => value === null || server(value);
const clientOrNull: Check = (value) => value === null || client(value);
const flag: Check = (value) => typeof value === 'boolean';
const text: Check = (value) => typeof value === 'string' && value.length <= TEXT_MAX;
const groups: Check = (value) =>
  Array.isArray(value) &&
  value.length <= SERVERS_MAX &&
  value.every((group) => Array.isArray(group) && group.length > 0 && group.every(server)) &&
  new Set(value.flat()).size === value.flat().length;

type Shapes<Kind extends string> = Readonly<Record<Kind, Readonly<Record<string, Check>>>>;

const SHAPES: Shapes<LabStep['kind']> = {
  openServer: { server },
  crash: { server, silent: flag },
  wipeDisk: { server },
  freeze: { server, on: flag },
  slowDisk: { server, millis },
  fullDisk: { server, on: flag },
  cut: { a: server, b: server, silent: flag },
  heal: { a: server, b: server },
  cutWay: { from: server, to: server, on: flag },
  partition: { groups, silent: flag },
  healAll: {},
  slowLink: { a: server, b: server, millis },
  closeChannel: {
    a: server,
    b: server,
    channel: (value) => LAB_CHANNELS.some((name) => name === value),
  },
  skewClock: {
    server,
    percent: (value) => isWhole(value, CLOCK_PERCENT_MIN, CLOCK_PERCENT_MAX),
  },
  openClient: { server: serverOrNull, timeoutMillis: millis },
  resumeClient: { server: serverOrNull, timeoutMillis: millis, session: isSessionText },
  closeClient: { client },
  killClient: { client },
  moveClient: { client, server: serverOrNull },
  command: { client, command: isCommand },
  startRecipe: {
    client,
    recipe: (value) => RECIPE_NAMES.some((name) => name === value),
    root: text,
  },
  letGo: { client: clientOrNull, root: text },
  callProvider: { client, root: text },
  breakRule: { rule: (value) => RULE_NAMES.some((name) => name === value), on: flag },
};

function isWhole(value: unknown, low: number, high: number): value is number {
  return Number.isInteger(value) && (value as number) >= low && (value as number) <= high;
}

/** Own fields only: what a prototype says is not said. */
function fieldsOf(value: unknown): ReadonlyMap<string, unknown> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return new Map(Object.entries(value));
}
