// Small checks of foreign values. Each either returns or says where what was expected.

export type Reader = (value: unknown, at: string) => void;

export class ReadError extends Error {}

export function fail(at: string, expected: string): never {
  throw new ReadError(`${at}: expected ${expected}`);
}

export const text =
  (max: number): Reader =>
  (value, at) => {
    if (typeof value !== 'string' || value === '' || value.length > max) {
      fail(at, `a text of at most ${String(max)} characters`);
    }
  };

/** It may be left empty. */
export const maybeText =
  (max: number): Reader =>
  (value, at) => {
    if (value !== '') text(max)(value, at);
  };

export const number =
  (low: number, high: number): Reader =>
  (value, at) => {
    if (typeof value !== 'number' || !(value >= low && value <= high)) {
      fail(at, `a number from ${String(low)} to ${String(high)}`);
    }
  };

export const oneOf =
  (known: readonly (string | number)[]): Reader =>
  (value, at) => {
    if (!known.some((one) => one === value)) fail(at, `one of ${known.join(', ')}`);
  };

export const nullable =
  (reader: Reader): Reader =>
  (value, at) => {
    if (value !== null) reader(value, at);
  };

export const list =
  (reader: Reader, min: number, max: number): Reader =>
  (value, at) => {
    if (!Array.isArray(value) || value.length < min || value.length > max) {
      fail(at, `a list of ${String(min)} to ${String(max)}`);
    }
    value.forEach((one, index) => {
      reader(one, `${at}[${String(index)}]`);
    });
  };

/** Just these fields; those of `optional` may be missing. */
export const object =
  (
    fields: Readonly<Record<string, Reader>>,
    optional: Readonly<Record<string, Reader>> = {},
  ): Reader =>
  (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(at, 'an object');
    const own = new Map<string, unknown>(Object.entries(value as object));
    for (const name of own.keys()) {
      if (!Object.hasOwn(fields, name) && !Object.hasOwn(optional, name)) {
        fail(`${at}.${name}`, 'no such field');
      }
    }
    for (const [name, reader] of Object.entries(fields)) {
      if (!own.has(name)) fail(`${at}.${name}`, 'this field');
      reader(own.get(name), `${at}.${name}`);
    }
    for (const [name, reader] of Object.entries(optional)) {
      if (own.has(name)) reader(own.get(name), `${at}.${name}`);
    }
  };
