// Trace, views and trees as they travel between pages: JSON in which 64-bit numbers and bytes keep
// their kind. No ZooKeeper record goes this way; those are jute.

const BIGINT_KEY = '$n';
const BYTES_KEY = '$b';
const BASE64_STRIDE = 0x8000;

export function encodeWire(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value, replace));
}

/** Undefined for bytes that are no such text. */
export function decodeWire(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes), revive);
  } catch {
    return undefined;
  }
}

function replace(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return { [BIGINT_KEY]: value.toString() };
  if (value instanceof Uint8Array) return { [BYTES_KEY]: toBase64(value) };
  return value;
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { [BIGINT_KEY]: number, [BYTES_KEY]: bytes } = value as Readonly<Record<string, unknown>>;
  if (typeof number === 'string') return BigInt(number);
  if (typeof bytes === 'string') return Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0));
  return value;
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.byteLength; at += BASE64_STRIDE) {
    text += String.fromCharCode(...bytes.subarray(at, at + BASE64_STRIDE));
  }
  return btoa(text);
}
