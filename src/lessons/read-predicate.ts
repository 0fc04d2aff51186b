// A predicate out of a file.

import type { Predicate } from '../vocabulary/fact.ts';
import { fail, list, number, object, oneOf, text, type Reader } from './readers.ts';

const TIMES_MAX = 10_000;
const NAME_MAX = 60;
const TEXT_MAX = 400;

const scalar: Reader = (value, at) => {
  if (typeof value === 'string' && value.length <= TEXT_MAX) return;
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return;
  fail(at, 'a number, a text, true, false or null');
};

const amount = number(-1e9, 1e9);
const MATCHES: readonly Reader[] = [
  object({}, { min: amount, max: amount }),
  object({ oneOf: list(scalar, 1, 16) }),
  object({ not: scalar }),
  object({ has: scalar }),
  object({ same: text(NAME_MAX) }),
];
const NAMES = ['min', 'oneOf', 'not', 'has', 'same'] as const;

const match: Reader = (value, at) => {
  if (typeof value !== 'object' || value === null) {
    scalar(value, at);
    return;
  }
  const which = NAMES.findIndex((name) => Object.hasOwn(value, name));
  (MATCHES[Math.max(0, which)] ?? fail(at, 'a match'))(value, at);
};

const where: Reader = (value, at) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(at, 'an object');
  for (const [name, wanted] of Object.entries(value as object)) match(wanted, `${at}.${name}`);
};

export const pattern = object({ kind: text(NAME_MAX), where });
const times = number(0, TIMES_MAX);

type Fields = readonly [Readonly<Record<string, Reader>>, Readonly<Record<string, Reader>>?];

const DEPTH_MAX = 4;

const fieldsOf = (depth: number): Readonly<Record<Predicate['kind'], Fields>> => {
  const several = { of: list(nested(depth + 1), 1, 8) };
  return {
    eventually: [{ fact: pattern }, { unless: pattern }],
    never: [{ fact: pattern }],
    count: [
      { fact: pattern, min: times },
      { max: times, distinct: text(NAME_MAX) },
    ],
    sequence: [{ facts: list(pattern, 1, 12) }, { unless: pattern }],
    before: [{ first: pattern, then: pattern, by: list(text(NAME_MAX), 0, 6) }],
    commitAtQuorum: [{ fact: pattern }],
    now: [{ fact: pattern, min: times }, { max: times }],
    sameTree: [{ min: times }],
    all: [several],
    any: [several],
  };
};

function nested(depth: number): Reader {
  return (value, at) => {
    if (depth > DEPTH_MAX) fail(at, 'predicates nested less deeply');
    const kind = (value as { readonly kind?: unknown } | null)?.kind;
    const known = fieldsOf(depth);
    if (typeof kind !== 'string' || !Object.hasOwn(known, kind)) {
      fail(`${at}.kind`, `one of ${Object.keys(known).join(', ')}`);
    }
    const [fields, optional] = known[kind as Predicate['kind']];
    object({ kind: oneOf([kind]), ...fields }, optional)(value, at);
  };
}

export const predicate: Reader = nested(0);
