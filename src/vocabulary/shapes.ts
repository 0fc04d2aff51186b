// What a value from outside must be made of: checks of single fields, and how checks of records, lists and
// choices are made of them. They never throw; the compiler asks for a check of each field that a type has.

import type { Vote } from './packet.ts';

export type Check = (value: unknown) => boolean;

/** A check for each field: the compiler asks for those that a record has, and for no others. */
export type Fields<T> = { readonly [Name in keyof T]-?: Check };

const TEXT_CHARS_MAX = 1_048_576;
const SERVERS_MAX = 255;
const LIST_MAX = 100_000;
const UINT64_MAX = 0xffff_ffff_ffff_ffffn;
const INT64_MIN = -0x8000_0000_0000_0000n;

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const whole: Check = (value) => Number.isSafeInteger(value);
export const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
export const wide: Check = (value) =>
  typeof value === 'bigint' && value >= INT64_MIN && value <= UINT64_MAX;
export const flag: Check = (value) => typeof value === 'boolean';
export const text: Check = (value) => typeof value === 'string' && value.length <= TEXT_CHARS_MAX;
/** A vote may name nobody, by any number of 64 bits. */
export const server: Check = (value) => Number.isInteger(value);
export const seat: Check = (value) => count(value) && (value as number) <= SERVERS_MAX;
export const moment: Check = (value) => typeof value === 'number' && Number.isFinite(value);

export const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

export const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.length <= LIST_MAX && value.every(check);

/** One of these names; each of them, and no other, is asked for by the compiler. */
export const oneOf = <Name extends string>(names: Readonly<Record<Name, unknown>>): Check => {
  const known = new Set(Object.keys(names));
  return (value) => typeof value === 'string' && known.has(value);
};

export const recordOf = <T>(fields: Fields<T>): Check => {
  const checks = Object.entries<Check>(fields);
  return (value) =>
    isRecord(value) &&
    checks.every(([name, check]) => Object.hasOwn(value, name) && check(value[name]));
};

export const vote: Check = recordOf<Vote>({ leader: server, zxid: wide, peerEpoch: wide });
