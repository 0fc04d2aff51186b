// A step of the laboratory as one line: what was done to the world, not what came of it.

import { isLock } from '../../vocabulary/recipe.ts';
import type { ClientStep, LabStep, PathStep } from '../../vocabulary/steps.ts';
import { lineOf } from '../../vocabulary/zkcli/echo.ts';
import { breakWords } from '../lab/rule-words.ts';
import { m } from '../paraglide/messages.js';
import { channelWord } from './fault-words.ts';
import { shorten } from './lists.ts';
import { recipeName } from './recipe-words.ts';

const DID = {
  open: m.did_open,
  crash: m.did_crash,
  wipe: m.did_wipe,
  freeze: m.did_freeze,
  thaw: m.did_thaw,
  fullDisk: m.did_full_disk,
  freeDisk: m.did_free_disk,
  cut: m.did_cut,
  heal: m.did_heal,
  healAll: m.did_heal_all,
  closeChannel: m.did_close_channel,
  break: m.did_break,
  mend: m.did_mend,
};

/** What a button that does it says. */
const MOVE: typeof DID = {
  open: m.move_open,
  crash: m.move_crash,
  wipe: m.move_wipe,
  freeze: m.move_freeze,
  thaw: m.move_thaw,
  fullDisk: m.move_full_disk,
  freeDisk: m.move_free_disk,
  cut: m.move_cut,
  heal: m.move_heal,
  healAll: m.move_heal_all,
  closeChannel: m.move_close_channel,
  break: m.move_break,
  mend: m.move_mend,
};

export const moveWords = (step: LabStep): string => stepWords(step, MOVE);

export function stepWords(step: LabStep, words = DID): string {
  switch (step.kind) {
    case 'openServer':
      return words.open({ id: step.server });
    case 'crash':
      return words.crash({ id: step.server });
    case 'wipeDisk':
      return words.wipe({ id: step.server });
    case 'freeze':
      return step.on ? words.freeze({ id: step.server }) : words.thaw({ id: step.server });
    case 'slowDisk':
      return step.millis === 0
        ? m.did_usual_disk({ id: step.server })
        : m.did_slow_disk({ id: step.server, millis: step.millis });
    case 'fullDisk':
      return step.on ? words.fullDisk({ id: step.server }) : words.freeDisk({ id: step.server });
    case 'skewClock':
      return m.did_skew_clock({ id: step.server, percent: step.percent });
    case 'breakRule': {
      const rule = breakWords(step.rule);
      return step.on ? words.break({ rule }) : words.mend({ rule });
    }
    case 'cut':
    case 'heal':
    case 'cutWay':
    case 'partition':
    case 'healAll':
    case 'slowLink':
    case 'closeChannel':
      return pathWords(step, words);
    default:
      return clientWords(step);
  }
}

function pathWords(step: PathStep, words: typeof DID): string {
  switch (step.kind) {
    case 'cut':
      return words.cut({ a: step.a, b: step.b });
    case 'heal':
      return words.heal({ a: step.a, b: step.b });
    case 'cutWay': {
      const { from, to } = step;
      return step.on ? m.did_cut_way({ from, to }) : m.did_heal_way({ from, to });
    }
    case 'partition':
      return m.did_partition({ groups: step.groups.map((group) => group.join(' ')).join(' | ') });
    case 'healAll':
      return words.healAll();
    case 'slowLink': {
      const { a, b, millis } = step;
      return millis === 0 ? m.did_usual_link({ a, b }) : m.did_slow_link({ a, b, millis });
    }
    case 'closeChannel':
      return words.closeChannel({ a: step.a, b: step.b, channel: channelWord(step.channel) });
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
    case 'callProvider':
      return m.did_call({ number: step.client, root: shorten(step.root) });
  }
}

function didRecipe({ client, recipe, root }: LabStep & { readonly kind: 'startRecipe' }): string {
  const fields = { number: client, root: shorten(root) };
  return isLock(recipe)
    ? m.did_recipe(fields)
    : m.did_follow({ ...fields, recipe: recipeName(recipe) });
}
