// What a client that follows a recipe says of itself, in words.

import { isLock, type RecipeName, type RecipeView } from '../../vocabulary/recipe.ts';
import { m } from '../paraglide/messages.js';

const NAMES: Readonly<Record<RecipeName, () => string>> = {
  lock: m.recipe_name_lock,
  herdLock: m.recipe_name_herd_lock,
  readLock: m.recipe_name_read_lock,
  writeLock: m.recipe_name_write_lock,
  barrier: m.recipe_name_barrier,
  doubleBarrier: m.recipe_name_double_barrier,
  queuePut: m.recipe_name_queue_put,
  queueTake: m.recipe_name_queue_take,
  member: m.recipe_name_member,
  nextId: m.recipe_name_next_id,
};

export const recipeName = (recipe: RecipeName): string => NAMES[recipe]();

export function recipeWords(view: RecipeView): string {
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

function waitsWords({ recipe, root, behind }: RecipeView): string {
  if (recipe === 'barrier') return m.recipe_at_barrier({ root });
  if (recipe === 'queueTake') return m.recipe_for_item({ root });
  if (recipe === 'doubleBarrier') return m.recipe_at_double({ root, behind: behind ?? root });
  return m.recipe_waits({ behind: behind ?? root });
}

function holdsWords({ recipe, root, node }: RecipeView): string {
  if (recipe === 'doubleBarrier') return m.recipe_inside({ root });
  if (recipe === 'member') return m.recipe_member({ root, node: node ?? root });
  return m.recipe_holds({ node: node ?? root });
}

function doneWords({ recipe, root, node }: RecipeView): string {
  if (recipe === 'queuePut') return m.recipe_put({ node: node ?? root });
  if (recipe === 'nextId') return m.recipe_id({ id: node?.slice(-10) ?? root });
  return m.recipe_passed({ root });
}
