// How far somebody is in a lesson: what was bet, which goals were met in any of the futures, what the
// bet's answer was, and whether all of it is done. Pure: the standing before and the evidence now give
// the standing after.

import { NO_BET, type GoalView, type Lesson } from '../vocabulary/lesson.ts';
import type { Fact } from '../vocabulary/fact.ts';
import type { Moment } from '../vocabulary/steps.ts';
import { evaluate, type Evidence, type Verdict } from './evaluate.ts';

export interface Standing {
  readonly bet: string | null;
  readonly answer: string | null;
  /** By the goals: as they are shown. One that was met stays so in every future. */
  readonly goals: readonly GoalView[];
  readonly forbidden: readonly (Moment | null)[];
  readonly passed: boolean;
  /** By every rule that was broken alone in some future: which lamp was the first to turn red in it. A bet or
   *  a goal may ask about all of them at once. */
  readonly lit: readonly Fact[];
}

export function beginning(lesson: Lesson): Standing {
  return {
    ...{ bet: lesson.bet === null ? NO_BET : null, answer: null, passed: false, lit: [] },
    goals: lesson.goals.map(() => ({ state: 'open', at: null, have: 0, need: 1 })),
    forbidden: lesson.forbidden.map(() => null),
  };
}

/** A bet is placed once, before anything happens. */
export function withBet(standing: Standing, lesson: Lesson, option: string): Standing {
  const known = lesson.bet?.options.some(({ id }) => id === option) === true;
  return standing.bet === null && known ? { ...standing, bet: option } : standing;
}

export function standingAfter(before: Standing, lesson: Lesson, seen: Evidence): Standing {
  const lit = litAfter(before.lit, seen);
  const evidence: Evidence = { facts: seen.facts, picture: () => [...seen.picture(), ...lit] };
  const goals = lesson.goals.map((goal, at): GoalView => {
    const known = before.goals[at];
    return known?.state === 'met' ? known : evaluate(goal, evidence);
  });
  const forbidden = lesson.forbidden.map((one) => metAt(evaluate(one, evidence)));
  const answer = before.answer ?? answerOf(lesson, evidence);
  const done = goals.every(({ state }) => state === 'met') && forbidden.every((at) => at === null);
  return { bet: before.bet, answer, goals, forbidden, passed: before.passed || done, lit };
}

function litAfter(lit: readonly Fact[], { facts, picture }: Evidence): readonly Fact[] {
  const rules = new Set(facts.filter(isBreaking).map(({ fields }) => fields['rule']));
  const [rule] = rules;
  if (rule === undefined || rules.size > 1 || lit.some(({ fields }) => fields['rule'] === rule)) {
    return lit;
  }
  const lamp = picture().find(({ kind }) => kind === 'lamp');
  const first = lamp?.fields['first'] ?? null;
  if (lamp === undefined || first === null) return lit;
  return [...lit, { kind: 'lit', at: lamp.at, fields: { rule, first } }];
}

const isBreaking = ({ kind, fields }: Fact): boolean =>
  kind === 'did' && fields['step'] === 'breakRule' && fields['on'] === true;

const START: Moment = { millis: 0, events: 0 };

const metAt = ({ state, at }: Verdict): Moment | null => (state === 'met' ? (at ?? START) : null);

function answerOf(lesson: Lesson, evidence: Evidence): string | null {
  const { bet } = lesson;
  if (bet === null || evaluate(bet.settled, evidence).state !== 'met') return null;
  const right = bet.options.find(({ when }) => evaluate(when, evidence).state === 'met');
  return right?.id ?? null;
}

/** The goal to say something about: one that this future has lost, else the first that is not met, for
 *  they stand in the order of the story. */
export function nearestUnmet(goals: readonly GoalView[]): number | null {
  const lost = goals.findIndex(({ state }) => state === 'lost');
  const at = lost === -1 ? goals.findIndex(({ state }) => state !== 'met') : lost;
  return at === -1 ? null : at;
}
