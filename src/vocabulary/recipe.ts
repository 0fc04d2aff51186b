// Recipes that a client can follow by itself, and what it says of itself while it does.

export const RECIPE_NAMES = [
  /** A queue of ephemeral sequential znodes, each waiting for the one before it. */
  'lock',
  /** All want one ephemeral znode and watch it: every release wakes everybody. */
  'herdLock',
  'readLock',
  'writeLock',
  /** The lowest of the candidates' ephemeral sequential znodes is the master's, who writes down who it is. */
  'master',
  /** Everybody waits while a znode is there. */
  'barrier',
  /** So many enter together and leave together; the root's data says how many. */
  'doubleBarrier',
  /** One element behind all that are there. */
  'queuePut',
  /** Element by element, the first one first, each for one consumer. */
  'queueTake',
  /** An ephemeral znode says that the client is there; it watches who else is. */
  'member',
  /** Its address is an ephemeral znode below the service's `providers`. */
  'provider',
  /** It lists the providers of a service, and again whenever they change. */
  'consumer',
  /** A number that nobody else is given. */
  'nextId',
] as const;

export type RecipeName = (typeof RECIPE_NAMES)[number];

const LOCK_NAMES = ['lock', 'herdLock', 'readLock', 'writeLock'] as const satisfies RecipeName[];

export type LockName = (typeof LOCK_NAMES)[number];

export const isLock = (recipe: RecipeName): recipe is LockName =>
  LOCK_NAMES.some((name) => name === recipe);

export const isRecipeName = (value: unknown): value is RecipeName =>
  RECIPE_NAMES.some((name) => name === value);

/** `took`: an element of a queue, and goes on. `done`: it has what it came for, and there is nothing to let
 *  go. `failed`: a request ended in a way that the recipe cannot go on from. */
export type RecipeSays =
  'begins' | 'waits' | 'woken' | 'holds' | 'took' | 'released' | 'done' | 'failed';

/** Nothing more comes of it. */
export const isOver = (says: RecipeSays): boolean =>
  says === 'released' || says === 'done' || says === 'failed';

export interface RecipeView {
  readonly recipe: RecipeName;
  readonly root: string;
  readonly says: RecipeSays;
  /** Its own znode, once it has one; of a queue, the element. */
  readonly node: string | null;
  /** The znode it waits for. */
  readonly behind: string | null;
  /** What it found when it looked last: the master's znode, or the addresses of the providers. */
  readonly found?: readonly string[];
  /** Whom a consumer called last, null if its list was empty, and whether somebody answered. */
  readonly called?: string | null;
  readonly answered?: boolean;
}
