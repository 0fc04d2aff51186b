// Is this value, from a link or a file, a command? Whatever it is, nothing throws.

import { ADD_WATCH_MODES, QUOTA_LIMITS } from './command.ts';
import type { ClientCommand, CommandKind, MultiPart } from './command.ts';

type Check = (value: unknown) => boolean;
interface Shape {
  readonly needed: Readonly<Record<string, Check>>;
  /** Fields that may be missing. */
  readonly free?: Readonly<Record<string, Check>>;
}

const TEXT_MAX = 4_096;
const INT_MIN = -0x8000_0000;
const INT_MAX = 0x7fff_ffff;
const TTL_MILLIS_MAX = 0xff_ffff_ffff;
const PARTS_MAX = 16;

const isWhole = (value: unknown, low: number, high: number): boolean =>
  Number.isInteger(value) && (value as number) >= low && (value as number) <= high;
const oneOf =
  (words: readonly (string | null)[]): Check =>
  (value) =>
    words.some((word) => word === value);

const text: Check = (value) => typeof value === 'string' && value.length <= TEXT_MAX;
const textOrNull: Check = (value) => value === null || text(value);
const flag: Check = (value) => typeof value === 'boolean';
const set: Check = (value) => value === true;
const int: Check = (value) => isWhole(value, INT_MIN, INT_MAX);
const path = text;

const SHAPES: Readonly<Record<CommandKind, Shape>> = {
  create: {
    needed: { path, data: textOrNull, ephemeral: flag, sequential: flag },
    free: { container: set, ttlMillis: (value) => isWhole(value, 1, TTL_MILLIS_MAX), acl: text },
  },
  get: { needed: { path, watch: flag }, free: { stat: set } },
  set: { needed: { path, data: text, version: int }, free: { stat: set } },
  ls: { needed: { path, watch: flag }, free: { stat: set, recursive: set } },
  stat: { needed: { path, watch: flag } },
  delete: { needed: { path, version: int } },
  deleteall: { needed: { path }, free: { batch: int } },
  sync: { needed: { path } },
  getAllChildrenNumber: { needed: { path } },
  listquota: { needed: { path } },
  getAcl: { needed: { path }, free: { stat: set } },
  setAcl: { needed: { path, acl: text, version: int }, free: { stat: set, recursive: set } },
  addauth: { needed: { scheme: text, auth: textOrNull } },
  getEphemerals: { needed: { path: textOrNull } },
  whoami: { needed: {} },
  version: { needed: {} },
  config: { needed: { watch: flag }, free: { client: set, stat: set } },
  addWatch: { needed: { path, mode: oneOf(ADD_WATCH_MODES) } },
  removewatches: { needed: { path, type: oneOf(['any', 'children', 'data']) } },
  setquota: {
    needed: {
      path,
      limit: oneOf(QUOTA_LIMITS),
      value: (value) => isWhole(value, 0, Number.MAX_SAFE_INTEGER),
    },
  },
  delquota: { needed: { path, limit: oneOf([...QUOTA_LIMITS, null]) } },
  reconfig: {
    needed: {
      ...{ joining: text, leaving: text, members: text },
      version: (value) => typeof value === 'string' && /^[+-]?[0-9a-f]{1,16}$/.test(value),
    },
    free: { stat: set },
  },
  multi: {
    needed: {
      parts: (value) =>
        Array.isArray(value) &&
        isWhole(value.length, 1, PARTS_MAX) &&
        value.every((part) => isMultiPart(part)),
    },
  },
};

const PARTS: Readonly<Record<MultiPart['kind'], Shape>> = {
  create: { needed: { path, data: textOrNull, ephemeral: flag, sequential: flag } },
  set: { needed: { path, data: text, version: int } },
  delete: { needed: { path, version: int } },
  check: { needed: { path, version: int } },
};

const isMultiPart: Check = (value) => isOf(PARTS, value);

export const isCommand = (value: unknown): value is ClientCommand => isOf(SHAPES, value);

function isOf(shapes: Readonly<Record<string, Shape>>, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  // Own fields only: what a prototype says is not said.
  const fields = new Map<string, unknown>(Object.entries(value));
  const kind = fields.get('kind');
  const shape = typeof kind === 'string' && Object.hasOwn(shapes, kind) ? shapes[kind] : undefined;
  if (shape === undefined) return false;
  const { needed, free = {} } = shape;
  fields.delete('kind');
  const allNeeded = Object.entries(needed).every(
    ([name, check]) => fields.has(name) && check(fields.get(name)),
  );
  const noneElse = [...fields].every(([name, field]) => {
    if (Object.hasOwn(needed, name)) return true;
    return Object.hasOwn(free, name) && free[name]?.(field) === true;
  });
  return allNeeded && noneElse;
}
