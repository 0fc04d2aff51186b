// A step of the laboratory as one line: what was done to the world, not what came of it.

import { isLock } from '../../vocabulary/recipe.ts';
import type { ClientStep, LabStep, PathStep } from '../../vocabulary/steps.ts';
import { lineOf } from '../../vocabulary/zkcli/echo.ts';
import { breakWords } from '../lab/rule-words.ts';
import { m } from '../paraglide/messages.js';
import { channelWord } from './fault-words.ts';
import { shorten } from './lists.ts';
import { recipeName } from './recipe-words.ts';

export function stepWords(step: LabStep): string {
  switch (step.kind) {
    case 'openServer':
      return m.did_open({ id: step.server });
    case 'crash':
      return m.did_crash({ id: step.server });
    case 'wipeDisk':
      return m.did_wipe({ id: step.server });
    case 'freeze':
      return step.on ? m.did_freeze({ id: step.server }) : m.did_thaw({ id: step.server });
    case 'slowDisk':
      return step.millis === 0
        ? m.did_usual_disk({ id: step.server })
        : m.did_slow_disk({ id: step.server, millis: step.millis });
    case 'fullDisk':
      return step.on ? m.did_full_disk({ id: step.server }) : m.did_free_disk({ id: step.server });
    case 'skewClock':
      return m.did_skew_clock({ id: step.server, percent: step.percent });
    case 'breakRule': {
      const rule = breakWords(step.rule);
      return step.on ? m.did_break({ rule }) : m.did_mend({ rule });
    }
    case 'cut':
    case 'heal':
    case 'cutWay':
    case 'partition':
    case 'healAll':
    case 'slowLink':
    case 'closeChannel':
      return pathWords(step);
    default:
      return clientWords(step);
  }
}

function pathWords(step: PathStep): string {
  switch (step.kind) {
    case 'cut':
      return m.did_cut({ a: step.a, b: step.b });
    case 'heal':
      return m.did_heal({ a: step.a, b: step.b });
    case 'cutWay': {
      const { from, to } = step;
      return step.on ? m.did_cut_way({ from, to }) : m.did_heal_way({ from, to });
    }
    case 'partition':
      return m.did_partition({ groups: step.groups.map((group) => group.join(' ')).join(' | ') });
    case 'healAll':
      return m.did_heal_all();
    case 'slowLink': {
      const { a, b, millis } = step;
      return millis === 0 ? m.did_usual_link({ a, b }) : m.did_slow_link({ a, b, millis });
    }
    case 'closeChannel':
      return m.did_close_channel({ a: step.a, b: step.b, channel: channelWord(step.channel) });
  }
}

function clientWords(step: ClientStep): string {
  switch (step.kind) {
    case 'openClient':
      return step.server === null
        ? m.did_open_client_any()
        : m.did_open_client({ id: step.server });
    case 'resumeClient':
      return step.server === null
        ? m.did_resume_client_any()
        : m.did_resume_client({ id: step.server });
    case 'closeClient':
      return m.did_close_client({ number: step.client });
    case 'killClient':
      return m.did_kill_client({ number: step.client });
    case 'moveClient':
      return step.server === null
        ? m.did_cut_client({ number: step.client })
        : m.did_move_client({ number: step.client, id: step.server });
    case 'command':
      return m.did_command({ number: step.client, line: shorten(lineOf(step.command)) });
    case 'startRecipe':
      return didRecipe(step);
    case 'letGo':
      return step.client === null
        ? m.did_let_go_any({ root: shorten(step.root) })
        : m.did_let_go({ number: step.client, root: shorten(step.root) });
  }
}

function didRecipe({ client, recipe, root }: LabStep & { readonly kind: 'startRecipe' }): string {
  const fields = { number: client, root: shorten(root) };
  return isLock(recipe)
    ? m.did_recipe(fields)
    : m.did_follow({ ...fields, recipe: recipeName(recipe) });
}
