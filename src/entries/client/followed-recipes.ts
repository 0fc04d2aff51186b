// What a client of a page follows by itself: the recipes of `client/recipes`, with its own requests.

import {
  isSettled,
  makeRecipe,
  nodesOfOthers,
  shownOf,
  stepRecipe,
  type RecipeInput,
  type RecipeState,
} from '../../client/recipes/recipe.ts';
import type { RequestResult } from '../../client/client.ts';
import { isOver, type RecipeName, type RecipeView } from '../../vocabulary/recipe.ts';
import type { Request, WatcherEvent } from '../../vocabulary/request.ts';
import { AsyncQueue } from './async-queue.ts';

export interface RecipesOwner {
  readonly ask: (request: Request) => Promise<RequestResult>;
  readonly onChanged: () => void;
  readonly onSaid?: (view: RecipeView) => void;
}

/** What a recipe said that nobody has read. */
const SAID_MAX = 1_000;

interface Followed {
  readonly recipe: RecipeState;
  readonly said: AsyncQueue<RecipeView>;
}

export class FollowedRecipes {
  readonly #owner: RecipesOwner;
  #followed: Followed[] = [];
  #ended = false;

  constructor(owner: RecipesOwner) {
    this.#owner = owner;
  }

  /** What goes on, and the newest even if it is over. */
  get views(): readonly RecipeView[] {
    return shownOf(this.#followed.map(({ recipe }) => recipe));
  }

  /** What it says of itself, each once, until the session has ended. */
  follow(name: RecipeName, root: string): AsyncIterable<RecipeView> {
    const followed = {
      recipe: makeRecipe(name, root),
      said: new AsyncQueue<RecipeView>(SAID_MAX),
    };
    if (this.#ended) followed.said.end();
    if (this.#ended) return followed.said;
    this.#forgetOld();
    this.#followed.push(followed);
    this.#step(followed, { kind: 'begin' });
    return followed.said;
  }

  /** Gives up all that it has or wants there. */
  letGo(root: string): void {
    for (const followed of this.#followed) {
      if (followed.recipe.view.root === root) this.#step(followed, { kind: 'letGo' });
    }
  }

  heard(event: WatcherEvent): void {
    for (const followed of this.#followed) this.#step(followed, { kind: 'watch', event });
  }

  /** The session has a connection, for the first time or again. */
  connected(): void {
    for (const followed of [...this.#followed]) this.#step(followed, { kind: 'connected' });
  }

  /** The session is over, and with it all of this. */
  end(): void {
    this.#ended = true;
    for (const { said } of this.#followed.splice(0)) said.end();
  }

  /** What is over is shown until something else begins. */
  #forgetOld(): void {
    this.#followed = this.#followed.filter(({ recipe, said }) => {
      if (isOver(recipe.view.says)) said.end();
      return !isSettled(recipe);
    });
  }

  #step(followed: Followed, input: RecipeInput): void {
    for (const action of stepRecipe(followed.recipe, input)) {
      if (action.kind === 'says') {
        followed.said.push(action.view);
        this.#owner.onSaid?.(action.view);
        this.#owner.onChanged();
        continue;
      }
      const { request } = action;
      void this.#owner.ask(request).then((result) => {
        if (!this.#followed.includes(followed)) return;
        const all = this.#followed.map(({ recipe }) => recipe);
        const others = nodesOfOthers(all, followed.recipe);
        this.#step(followed, { kind: 'answered', request, result, others });
      });
    }
  }
}
