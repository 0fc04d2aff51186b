// Which facts a lesson's conditions can ask about: whoever writes down a run that never rests keeps no others. Pure.

import type { Fact, Pattern, Predicate } from '../vocabulary/fact.ts';
import type { Lesson, Script } from '../vocabulary/lesson.ts';
import { matches } from './match.ts';

export class Wanted {
  readonly #byKind = new Map<string, Pattern[]>();

  constructor(predicates: readonly Predicate[]) {
    for (const pattern of predicates.flatMap(patternsOf)) {
      this.#byKind.set(pattern.kind, [...(this.#byKind.get(pattern.kind) ?? []), pattern]);
    }
  }

  /** Of an event by its kind alone, before anything is made of it. */
  mayBe(kind: string): boolean {
    return this.#byKind.has(kind);
  }

  has(fact: Fact): boolean {
    return this.#byKind.get(fact.kind)?.some((pattern) => matches(pattern, fact)) === true;
  }
}

export const conditionsOf = ({ goals, forbidden, bet }: Lesson): readonly Predicate[] => [
  ...goals,
  ...forbidden,
  ...(bet === null ? [] : [bet.settled, ...bet.options.map(({ when }) => when)]),
];

export const conditionsOfScript = (script: Script): readonly Predicate[] =>
  script.flatMap((line) => (line.do === 'until' ? [line.holds] : []));

function patternsOf(predicate: Predicate): readonly Pattern[] {
  switch (predicate.kind) {
    case 'eventually':
      return [predicate.fact, ...unlessOf(predicate)];
    case 'sequence':
      return [...predicate.facts, ...unlessOf(predicate)];
    case 'never':
    case 'count':
      return [predicate.fact];
    case 'before':
      return [predicate.first, predicate.then];
    case 'commitAtQuorum':
      return [predicate.fact, acksOf(predicate.fact)];
    case 'all':
    case 'any':
      return predicate.of.flatMap(patternsOf);
    // Both ask the picture of one moment.
    case 'now':
    case 'sameTree':
      return [];
  }
}

const unlessOf = ({ unless }: { readonly unless?: Pattern }): readonly Pattern[] =>
  unless === undefined ? [] : [unless];

/** The acks that such commits are compared with: of an ack the path is known, where the commit's is asked for. */
function acksOf({ where }: Pattern): Pattern {
  const { path } = where;
  return { kind: 'ackCounted', where: path === undefined ? {} : { path } };
}
