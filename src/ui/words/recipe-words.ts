// What a client that follows a recipe says of itself, in words.

import { isLock, type RecipeName, type RecipeView } from '../../vocabulary/recipe.ts';
import { m } from '../paraglide/messages.js';

const NAMES: Readonly<Record<RecipeName, () => string>> = {
  lock: m.recipe_name_lock,
  herdLock: m.recipe_name_herd_lock,
  readLock: m.recipe_name_read_lock,
  writeLock: m.recipe_name_write_lock,
  master: m.recipe_name_master,
  barrier: m.recipe_name_barrier,
  doubleBarrier: m.recipe_name_double_barrier,
  queuePut: m.recipe_name_queue_put,
  queueTake: m.recipe_name_queue_take,
  member: m.recipe_name_member,
  provider: m.recipe_name_provider,
  consumer: m.recipe_name_consumer,
  nextId: m.recipe_name_next_id,
};

export const recipeName = (recipe: RecipeName): string => NAMES[recipe]();

/** What somebody should know of it before it is started; null where its name says it. */
export function recipeHint(recipe: RecipeName): string | null {
  if (recipe === 'master') return m.recipe_hint_master();
  return recipe === 'provider' || recipe === 'consumer' ? m.recipe_hint_service() : null;
}

export function recipeWords(view: RecipeView): string {
  const state = stateWords(view);
  const { called, answered } = view;
  if (called === undefined) return state;
  if (called === null) return m.recipe_called_none({ state });
  const words = { state, address: called };
  return answered === true ? m.recipe_called(words) : m.recipe_called_in_vain(words);
}

function stateWords(view: RecipeView): string {
  const { recipe, root, says } = view;
  switch (says) {
    case 'begins':
      return isLock(recipe)
        ? m.recipe_begins({ root })
        : m.recipe_works({ recipe: recipeName(recipe), root });
    case 'woken':
      return m.recipe_woken({ root });
    case 'waits':
      return waitsWords(view);
    case 'holds':
      return holdsWords(view);
    case 'took':
      return m.recipe_took({ node: view.node ?? root });
    case 'released':
      if (isLock(recipe)) return m.recipe_released({ root });
      return m.recipe_left({ recipe: recipeName(recipe), root });
    case 'done':
      return doneWords(view);
    case 'failed':
      return m.recipe_failed({ root });
  }
}

function waitsWords({ recipe, root, behind, found = [] }: RecipeView): string {
  if (recipe === 'master') return candidateWords(root, behind ?? root, found[0] ?? null);
  if (recipe === 'consumer') return m.recipe_no_provider({ root });
  if (recipe === 'barrier') return m.recipe_at_barrier({ root });
  if (recipe === 'queueTake') return m.recipe_for_item({ root });
  if (recipe === 'doubleBarrier') return m.recipe_at_double({ root, behind: behind ?? root });
  return m.recipe_waits({ behind: behind ?? root });
}

/** Whom it watches, and who the master was when it looked. */
function candidateWords(root: string, behind: string, master: string | null): string {
  if (behind === `${root}/${master ?? ''}`) return m.recipe_watches_master({ behind });
  return master === null
    ? m.recipe_watches({ behind })
    : m.recipe_watches_other({ behind, master: `${root}/${master}` });
}

function holdsWords({ recipe, root, node, found = [] }: RecipeView): string {
  if (recipe === 'master') return m.recipe_is_master({ root, node: node ?? root });
  if (recipe === 'provider') {
    return m.recipe_provides({ root, address: node?.slice(node.lastIndexOf('/') + 1) ?? root });
  }
  if (recipe === 'consumer') return m.recipe_providers({ root, list: found.join(', ') });
  if (recipe === 'doubleBarrier') return m.recipe_inside({ root });
  if (recipe === 'member') return m.recipe_member({ root, node: node ?? root });
  return m.recipe_holds({ node: node ?? root });
}

function doneWords({ recipe, root, node }: RecipeView): string {
  if (recipe === 'queuePut') return m.recipe_put({ node: node ?? root });
  if (recipe === 'nextId') return m.recipe_id({ id: node?.slice(-10) ?? root });
  return m.recipe_passed({ root });
}
