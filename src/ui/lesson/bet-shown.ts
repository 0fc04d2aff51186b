// The bet as it is drawn on the scene: what was bet, on which servers, and whether it came so. Pure.

import type { Pattern, Predicate } from '../../vocabulary/fact.ts';
import { serverId, type ServerId } from '../../vocabulary/ids.ts';
import type { Lesson, LessonText, LessonView } from '../../vocabulary/lesson.ts';

export interface BetShown {
  readonly text: string;
  /** The servers that it says something of, ascending; none where it is about no one server. */
  readonly servers: readonly ServerId[];
  /** `open`: not known yet. */
  readonly came: 'open' | 'right' | 'wrong';
}

/** Null before the bet, and in a lesson without one. */
export function betShown(
  { bet }: Lesson,
  text: LessonText,
  { bet: chosen, answer }: LessonView,
): BetShown | null {
  const option = bet?.options.find(({ id }) => id === chosen);
  if (option === undefined) return null;
  const named = text.options[option.id] ?? option.id;
  const servers = [...new Set(factsOf(option.when).flatMap(serversIn))].sort((a, b) => a - b);
  const came = answer === null ? 'open' : answer === chosen ? 'right' : 'wrong';
  return { text: named, servers, came };
}

/** What has to be so for the bet to be right; not what must not be. */
function factsOf(predicate: Predicate): readonly Pattern[] {
  switch (predicate.kind) {
    case 'eventually':
    case 'now':
    case 'commitAtQuorum':
      return [predicate.fact];
    case 'count':
      return predicate.max === 0 ? [] : [predicate.fact];
    case 'sequence':
      return predicate.facts;
    case 'before':
      return [predicate.first, predicate.then];
    case 'all':
    case 'any':
      return predicate.of.flatMap(factsOf);
    case 'never':
    case 'sameTree':
      return [];
  }
}

/** What is done to a server is no bet on it, nor what comes of it. */
const DONE: readonly string[] = ['did', 'started', 'crashed', 'halted', 'diskLost'];
const LOST = 'quorumLost';

function serversIn({ kind, where }: Pattern): ServerId[] {
  if (DONE.includes(kind) || where['reason'] === LOST) return [];
  // Who synchronises a learner is not what is bet on.
  const named = where['learner'] ?? where['server'];
  return typeof named === 'number' ? [serverId(named)] : [];
}
