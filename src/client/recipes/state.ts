// What every recipe is made of: its state, what goes in and what comes out.

import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import type { RecipeName, RecipeSays, RecipeView } from '../../vocabulary/recipe.ts';
import type { Request, WatcherEvent } from '../../vocabulary/request.ts';
import { OPEN_ACL } from '../../vocabulary/stat.ts';
import type { RequestResult } from '../state.ts';

/** Of a double barrier. */
export interface Round {
  /** The version of the root's data: the last one to leave raises it. */
  readonly version: number;
  readonly size: number;
  /** `ending`: all who were inside are gone, and nobody has said so yet. */
  place: 'outside' | 'gathering' | 'inside' | 'leaving' | 'ending';
}

export interface RecipeState {
  view: RecipeView;
  /** A missing znode above its own, while it is being made. */
  making: string | null;
  makings: number;
  /** It was told to stop while a request was on its way. */
  leaving: boolean;
  /** A candidate's claim to be the master is on its way. */
  claiming: boolean;
  round: Round | null;
  /** Requests whose answers were lost: they are asked again, or looked up, when there is a connection. */
  lost: Lost[];
  /** Those of them that are being looked up, the first one now. */
  doubts: Request[];
  /** Answers that were lost, in all. */
  losses: number;
  /** Its own znode after its end, for as long as it is not known to be gone. */
  leftover: string | null;
  /** Requests without an answer. */
  open: number;
}

export interface Lost {
  readonly request: Request;
  /** It was sent, so it may have been done. */
  readonly mayBeDone: boolean;
}

/** `connected`: the session has a connection, for the first time or again. `ended`: it never will. */
export type RecipeInput = { readonly kind: 'connected' | 'ended' } | MachineInput;

/** What a single recipe's machine is given: what was lost with a connection it never sees. */
export type MachineInput =
  | { readonly kind: 'begin' | 'letGo' }
  /** `others`: znodes of other recipes that the same session follows. */
  | {
      readonly kind: 'answered';
      readonly request: Request;
      readonly result: RequestResult;
      readonly others?: readonly string[];
    }
  | { readonly kind: 'watch'; readonly event: WatcherEvent };

export type RecipeAction =
  | { readonly kind: 'ask'; readonly request: Request }
  | { readonly kind: 'says'; readonly view: RecipeView };

export const makeRecipe = (recipe: RecipeName, root: string): RecipeState => ({
  view: { recipe, root, says: 'begins', node: null, behind: null },
  ...{ making: null, makings: 0, leaving: false, claiming: false, round: null },
  ...{ lost: [], doubts: [], losses: 0, leftover: null, open: 0 },
});

export const ask = (request: Request): RecipeAction => ({ kind: 'ask', request });

export function say(
  state: RecipeState,
  says: RecipeSays,
  change: Partial<Pick<RecipeView, 'node' | 'behind' | 'found'>>,
): RecipeAction {
  state.view = { ...state.view, ...change, says };
  return { kind: 'says', view: state.view };
}

export const create = (path: string, flags: number): Request & { readonly kind: 'create' } => ({
  ...{ kind: 'create', path, data: null, acl: OPEN_ACL, flags },
});

export const remove = (path: string): Request & { readonly kind: 'delete' } => ({
  ...{ kind: 'delete', path, version: -1 },
});

/** A znode that was made while it was let go. It is this recipe's own until it is gone, and nobody else's. */
export function takeBackOwn(state: RecipeState, path: string): RecipeAction {
  state.view = { ...state.view, node: path };
  return ask(remove(path));
}

/** Null if it was done. A multi has failed with the operation that stopped it. */
export function codeOf(result: RequestResult): number | null {
  if (result.outcome !== 'ok') return result.code;
  if (result.response.kind !== 'multi') return null;
  const errors = result.response.results.flatMap((one) => (one.kind === 'error' ? [one.err] : []));
  const stopped = errors.find((err) => err !== 0 && err !== ERROR_CODE.RuntimeInconsistency);
  return stopped ?? null;
}

/** The server's ten digits at the end, or null for what is none of a queue. */
export function numberOf(name: string): number | null {
  const digits = /-(-?\d{10,11})$/.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}
