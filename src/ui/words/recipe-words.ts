// What a client that follows a recipe says of itself, in words.

import type { RecipeView } from '../../vocabulary/recipe.ts';
import { m } from '../paraglide/messages.js';

export function recipeWords({ root, says, node, behind }: RecipeView): string {
  switch (says) {
    case 'begins':
      return m.recipe_begins({ root });
    case 'woken':
      return m.recipe_woken({ root });
    case 'waits':
      return m.recipe_waits({ behind: behind ?? root });
    case 'holds':
      return m.recipe_holds({ node: node ?? root });
    case 'released':
      return m.recipe_released({ root });
    case 'failed':
      return m.recipe_failed({ root });
  }
}
