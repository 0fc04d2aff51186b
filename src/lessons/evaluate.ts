// The predicates over the trace: what is met, what is open, and what can no longer be met in this future
// and since which event. Pure: facts and a picture in, a verdict out.

import { unreachable } from '../base/assert.ts';
import type { Fact, Pattern, Predicate } from '../vocabulary/fact.ts';
import type { GoalView } from '../vocabulary/lesson.ts';
import { isEqual, match, matches, UNBOUND, type Bindings } from './match.ts';

export type Verdict = GoalView;

export interface Evidence {
  /** What happened, in its order. */
  readonly facts: readonly Fact[];
  /** How every server and client is now. Only asked for where a predicate wants it. */
  readonly picture: () => readonly Fact[];
}

type Of<Kind extends Predicate['kind']> = Extract<Predicate, { readonly kind: Kind }>;

export function evaluate(predicate: Predicate, evidence: Evidence): Verdict {
  switch (predicate.kind) {
    case 'eventually':
      return inOrder([predicate.fact], predicate.unless, evidence);
    case 'sequence':
      return inOrder(predicate.facts, predicate.unless, evidence);
    case 'never':
      return never(predicate, evidence);
    case 'count':
      return count(predicate, evidence);
    case 'before':
      return before(predicate, evidence);
    case 'commitAtQuorum':
      return commitAtQuorum(predicate, evidence);
    case 'now':
      return now(predicate, evidence);
    case 'sameTree':
      return sameTree(predicate, evidence);
    case 'all':
      return all(predicate.of.map((one) => evaluate(one, evidence)));
    case 'any':
      return any(predicate.of.map((one) => evaluate(one, evidence)));
    default:
      return unreachable(predicate, 'predicate');
  }
}

const verdict = (
  state: Verdict['state'],
  fact: Fact | null,
  have: number,
  need: number,
): Verdict => ({ state, at: fact?.at ?? null, have: Math.min(have, need), need });

function inOrder(
  patterns: readonly Pattern[],
  unless: Pattern | undefined,
  { facts }: Evidence,
): Verdict {
  const end = unless === undefined ? -1 : facts.findIndex((fact) => matches(unless, fact));
  const usable = end === -1 ? facts : facts.slice(0, end);
  const found = longest(patterns, usable, 0, UNBOUND, { left: MATCHES_MAX });
  const last = found.at(-1);
  const need = patterns.length;
  if (found.length === need) return verdict('met', last ?? null, need, need);
  if (end !== -1) return verdict('lost', facts[end] ?? null, found.length, need);
  return verdict('open', null, found.length, need);
}

/** A lesson may come from anybody: names that are the same could be looked for without an end. */
const MATCHES_MAX = 2_000_000;

/** The longest beginning of these patterns that can be found in order, with one meaning for each name. */
function longest(
  patterns: readonly Pattern[],
  facts: readonly Fact[],
  from: number,
  bound: Bindings,
  budget: { left: number },
): readonly Fact[] {
  const [first, ...rest] = patterns;
  if (first === undefined) return [];
  let best: readonly Fact[] = [];
  for (let at = from; at < facts.length; at += 1) {
    budget.left -= 1;
    if (budget.left < 0) break;
    const fact = facts[at];
    const bindings = fact === undefined ? null : match(first, fact, bound);
    if (fact === undefined || bindings === null) continue;
    const found = [fact, ...longest(rest, facts, at + 1, bindings, budget)];
    if (found.length > best.length) best = found;
    // A later one finds more only if it means something else by a name.
    if (best.length === patterns.length || bindings === bound) break;
  }
  return best;
}

function never({ fact }: Of<'never'>, { facts }: Evidence): Verdict {
  const met = facts.find((one) => matches(fact, one));
  // What must not happen is no progress as long as it does not.
  return met === undefined ? verdict('met', null, 0, 0) : verdict('lost', met, 0, 0);
}

function count({ fact, min, max, distinct }: Of<'count'>, { facts }: Evidence): Verdict {
  const seen = new Set<unknown>();
  let enough: Fact | null = null;
  for (const one of facts) {
    if (!matches(fact, one)) continue;
    seen.add(distinct === undefined ? seen.size : one.fields[distinct]);
    if (max !== undefined && seen.size > max) return verdict('lost', one, seen.size, min);
    if (seen.size >= min) enough ??= one;
  }
  return verdict(seen.size >= min ? 'met' : 'open', enough, seen.size, min);
}

function before({ first, then, by }: Of<'before'>, { facts }: Evidence): Verdict {
  const firsts: Fact[] = [];
  let seen: Fact | null = null;
  for (const one of facts) {
    if (matches(first, one)) firsts.push(one);
    if (!matches(then, one)) continue;
    const known = firsts.some(
      (other) => other !== one && by.every((name) => isEqual(other.fields[name], one.fields[name])),
    );
    if (!known) return verdict('lost', one, 0, 1);
    seen ??= one;
  }
  return seen === null ? verdict('open', null, 0, 1) : verdict('met', seen, 1, 1);
}

function commitAtQuorum({ fact }: Of<'commitAtQuorum'>, { facts }: Evidence): Verdict {
  const complete = new Map<string, boolean>();
  let seen: Fact | null = null;
  for (const one of facts) {
    const { server, zxid, have, need } = one.fields;
    const name = `${String(server)} ${String(zxid)}`;
    if (one.kind === 'ackCounted') complete.set(name, have === need);
    if (!matches(fact, one)) continue;
    if (complete.get(name) !== true) return verdict('lost', one, 0, 1);
    seen ??= one;
  }
  return seen === null ? verdict('open', null, 0, 1) : verdict('met', seen, 1, 1);
}

function now({ fact, min, max }: Of<'now'>, { picture }: Evidence): Verdict {
  const have = picture().filter((one) => matches(fact, one)).length;
  return verdict(have >= min && have <= (max ?? Infinity) ? 'met' : 'open', null, have, min);
}

function sameTree({ min }: Of<'sameTree'>, { picture }: Evidence): Verdict {
  const serving = picture().filter(
    ({ kind, fields }) => kind === 'server' && fields['serving'] === true,
  );
  const digests = serving.map(({ fields }) => fields['digest']);
  const same = digests.filter((digest) => digest === digests[0]).length;
  const met = same === serving.length && same >= min;
  return verdict(met ? 'met' : 'open', null, met ? min : Math.min(same, min - 1), min);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

function all(verdicts: readonly Verdict[]): Verdict {
  const have = sum(verdicts.map((one) => one.have));
  const need = sum(verdicts.map((one) => one.need));
  const lost = verdicts.find(({ state }) => state === 'lost');
  if (lost !== undefined) return { state: 'lost', at: lost.at, have, need };
  if (!verdicts.every(({ state }) => state === 'met'))
    return { state: 'open', at: null, have, need };
  const last = verdicts.reduce<Verdict['at']>((latest, { at }) => {
    return at !== null && (latest === null || at.events >= latest.events) ? at : latest;
  }, null);
  return { state: 'met', at: last, have, need };
}

function any(verdicts: readonly Verdict[]): Verdict {
  const met = verdicts.find(({ state }) => state === 'met');
  if (met !== undefined) return met;
  const open = verdicts.filter(({ state }) => state === 'open');
  const best = [...(open.length > 0 ? open : verdicts)].sort(
    (a, b) => b.have / Math.max(1, b.need) - a.have / Math.max(1, a.need),
  )[0];
  return best ?? verdict('open', null, 0, 1);
}
