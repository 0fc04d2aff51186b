// Does a fact fit a pattern? `same` names are bound as they are met: the bindings go in and come out.

import type { Fact, FactScalar, FactValue, Match, Pattern } from '../vocabulary/fact.ts';

export type Bindings = ReadonlyMap<string, FactValue>;
export const UNBOUND: Bindings = new Map();

/** The bindings after it, or null if it does not fit. */
export function match(pattern: Pattern, fact: Fact, bound: Bindings = UNBOUND): Bindings | null {
  if (fact.kind !== pattern.kind) return null;
  let bindings = bound;
  for (const [name, wanted] of Object.entries(pattern.where)) {
    if (!Object.hasOwn(fact.fields, name)) return null;
    const value = fact.fields[name];
    if (value === undefined) return null;
    if (!isObject(wanted) || !('same' in wanted)) {
      if (!fits(wanted, value)) return null;
      continue;
    }
    if (!bindings.has(wanted.same)) bindings = new Map([...bindings, [wanted.same, value]]);
    else if (!isEqual(bindings.get(wanted.same), value)) return null;
  }
  return bindings;
}

export const matches = (pattern: Pattern, fact: Fact): boolean => match(pattern, fact) !== null;

const isObject = (wanted: Match): wanted is Exclude<Match, FactScalar> =>
  typeof wanted === 'object' && wanted !== null;

function fits(wanted: Exclude<Match, { readonly same: string }>, value: FactValue): boolean {
  if (!isObject(wanted)) return value === wanted;
  if ('oneOf' in wanted) return wanted.oneOf.some((one) => one === value);
  if ('not' in wanted) return value !== wanted.not;
  if ('has' in wanted) return Array.isArray(value) && value.includes(wanted.has);
  if (typeof value !== 'number') return false;
  return value >= (wanted.min ?? -Infinity) && value <= (wanted.max ?? Infinity);
}

export function isEqual(a: FactValue | undefined, b: FactValue | undefined): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((one, at) => one === b[at]);
}
