// Recipes that a client can follow by itself, and what it says of itself while it does.

export const RECIPE_NAMES = [
  /** A queue of ephemeral sequential znodes, each waiting for the one before it. */
  'lock',
  /** All want one ephemeral znode and watch it: every release wakes everybody. */
  'herdLock',
  'readLock',
  'writeLock',
] as const;

export type RecipeName = (typeof RECIPE_NAMES)[number];

export const isRecipeName = (value: unknown): value is RecipeName =>
  RECIPE_NAMES.some((name) => name === value);

/** `failed`: a request ended in a way that the recipe cannot go on from. */
export type RecipeSays = 'begins' | 'waits' | 'woken' | 'holds' | 'released' | 'failed';

export interface RecipeView {
  readonly recipe: RecipeName;
  readonly root: string;
  readonly says: RecipeSays;
  /** Its own znode, once it has one. */
  readonly node: string | null;
  /** The znode it waits for. */
  readonly behind: string | null;
}
