// UTF-8 without the platform's TextEncoder, which the pure floors do not have. Lone surrogates and
// malformed bytes become U+FFFD, as Java's decoder does.

const REPLACEMENT = 0xfffd;
const CHUNK = 4096;

/** The bytes that `text` takes. */
export function utf8Length(text: string): number {
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) length += 1;
    else if (unit < 0x800) length += 2;
    else if (isPair(text, at)) {
      length += 4;
      at += 1;
    } else length += 3;
  }
  return length;
}

const isPair = (text: string, at: number): boolean =>
  (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;

function writePoint(point: number, into: Uint8Array, at: number): number {
  if (point < 0x80) {
    into[at] = point;
    return at + 1;
  }
  if (point < 0x800) {
    into[at] = 0xc0 | (point >> 6);
    into[at + 1] = 0x80 | (point & 0x3f);
    return at + 2;
  }
  if (point < 0x1_0000) {
    into[at] = 0xe0 | (point >> 12);
    into[at + 1] = 0x80 | ((point >> 6) & 0x3f);
    into[at + 2] = 0x80 | (point & 0x3f);
    return at + 3;
  }
  into[at] = 0xf0 | (point >> 18);
  into[at + 1] = 0x80 | ((point >> 12) & 0x3f);
  into[at + 2] = 0x80 | ((point >> 6) & 0x3f);
  into[at + 3] = 0x80 | (point & 0x3f);
  return at + 4;
}

/** Writes `text` into `into` from `start`; gives the offset behind it. */
export function writeUtf8(text: string, into: Uint8Array, start: number): number {
  let at = start;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) {
      into[at] = unit;
      at += 1;
      continue;
    }
    const point = text.codePointAt(index) ?? REPLACEMENT;
    if (point > 0xffff) index += 1;
    at = writePoint(point >= 0xd800 && point < 0xe000 ? REPLACEMENT : point, into, at);
  }
  return at;
}

export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text));
  writeUtf8(text, bytes, 0);
  return bytes;
}

function isAscii(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += 1) {
    if ((bytes[at] ?? 0) >= 0x80) return false;
  }
  return true;
}

/** Bytes of the sequence that starts with `first`, 0 if none does, and its bits. */
function sequence(first: number): readonly [length: number, bits: number] {
  if (first < 0x80) return [1, first];
  if (first >= 0xc2 && first < 0xe0) return [2, first & 0x1f];
  if (first >= 0xe0 && first < 0xf0) return [3, first & 0x0f];
  if (first >= 0xf0 && first < 0xf5) return [4, first & 0x07];
  return [0, 0];
}

const SMALLEST = [0, 0, 0x80, 0x800, 0x1_0000];

function readPoint(bytes: Uint8Array, at: number): readonly [point: number, length: number] {
  const [length, bits] = sequence(bytes[at] ?? 0);
  if (length === 0) return [REPLACEMENT, 1];
  let point = bits;
  for (let offset = 1; offset < length; offset += 1) {
    const next = bytes[at + offset] ?? 0;
    if ((next & 0xc0) !== 0x80) return [REPLACEMENT, offset];
    point = (point << 6) | (next & 0x3f);
  }
  const surrogate = point >= 0xd800 && point < 0xe000;
  if (surrogate || point > 0x10_ffff || point < (SMALLEST[length] ?? 0))
    return [REPLACEMENT, length];
  return [point, length];
}

export function decodeUtf8(bytes: Uint8Array): string {
  // Not spread: that goes through the array's iterator, and every path of every request comes by here.
  if (bytes.length <= CHUNK && isAscii(bytes)) {
    return Reflect.apply(String.fromCharCode, null, bytes);
  }
  const parts: string[] = [];
  let points: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const [point, length] = readPoint(bytes, at);
    at += length;
    points.push(point);
    if (points.length === CHUNK) {
      parts.push(String.fromCodePoint(...points));
      points = [];
    }
  }
  parts.push(String.fromCodePoint(...points));
  return parts.join('');
}
