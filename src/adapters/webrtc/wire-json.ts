// Trace, views and trees as they travel between pages: JSON in which 64-bit numbers and bytes keep
// their kind. No ZooKeeper record goes this way; those are jute.

const BIGINT_KEY = '$n';
const BYTES_KEY = '$b';
const BASE64_STRIDE = 0x8000;

export function encodeWire(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(marked(value)));
}

/** Undefined for bytes that are no such text. */
export function decodeWire(bytes: Uint8Array): unknown {
  try {
    return revived(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    return undefined;
  }
}

// JSON's own replacer and reviver would do the same in a multiple of the time: with one of them engines
// leave their fast way, and this is done in the page for everything that any server traces.

/** The value with a mark in the place of each 64-bit number and of bytes. */
function marked(value: unknown): unknown {
  if (typeof value === 'bigint') return { [BIGINT_KEY]: value.toString() };
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return { [BYTES_KEY]: toBase64(value) };
  if (Array.isArray(value)) return value.map(marked);
  const copy: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, part] of Object.entries(value)) copy[key] = marked(part);
  return copy;
}

/** The parsed value itself, its marks replaced. */
function revived(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (const [index, part] of value.entries()) value[index] = revived(part);
    return value;
  }
  const record = value as Record<string, unknown>;
  const { [BIGINT_KEY]: number, [BYTES_KEY]: bytes } = record;
  if (typeof number === 'string') return BigInt(number);
  if (typeof bytes === 'string') return Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0));
  for (const [key, part] of Object.entries(record)) {
    // What is no object stands as it is, a key like __proto__ too, which must not be assigned.
    if (typeof part === 'object' && part !== null) define(record, key, revived(part));
  }
  return record;
}

function define(record: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(record, key, { value, enumerable: true });
  else record[key] = value;
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.byteLength; at += BASE64_STRIDE) {
    text += String.fromCharCode(...bytes.subarray(at, at + BASE64_STRIDE));
  }
  return btoa(text);
}
