// Standard base64 with padding (RFC 4648), without the platform's atob and btoa, which the pure floors do
// not have.

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES: ReadonlyMap<number, number> = new Map(
  [...LETTERS].map((letter, value) => [letter.charCodeAt(0), value]),
);
const PADDING = '=';
const GROUP_LETTERS = 4;
const GROUP_BYTES = 3;

export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += GROUP_BYTES) {
    const word = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const given = bytes.length - at;
    text += LETTERS.charAt((word >> 18) & 0x3f) + LETTERS.charAt((word >> 12) & 0x3f);
    text += given > 1 ? LETTERS.charAt((word >> 6) & 0x3f) : PADDING;
    text += given > 2 ? LETTERS.charAt(word & 0x3f) : PADDING;
  }
  return text;
}

/** How many bytes a text of that length stands for, if it is one. */
export const base64Bytes = (text: string): number =>
  (text.length / GROUP_LETTERS) * GROUP_BYTES - paddingOf(text);

/** Null for what is not the one text of some bytes. */
export function fromBase64(text: string): Uint8Array | null {
  if (text.length % GROUP_LETTERS !== 0) return null;
  const padding = paddingOf(text);
  const bytes = new Uint8Array(base64Bytes(text));
  let word = 0;
  let to = 0;
  for (let at = 0; at < text.length; at += 1) {
    const isPadding = at >= text.length - padding;
    const value = isPadding ? 0 : VALUES.get(text.charCodeAt(at));
    if (value === undefined) return null;
    word = (word << 6) | value;
    if (at % GROUP_LETTERS !== GROUP_LETTERS - 1) continue;
    for (let shift = 16; shift >= 0; shift -= 8) {
      const byte = (word >> shift) & 0xff;
      if (to < bytes.length) bytes[to] = byte;
      else if (byte !== 0) return null;
      to += 1;
    }
    word = 0;
  }
  return bytes;
}

function paddingOf(text: string): number {
  if (text.endsWith(PADDING + PADDING)) return 2;
  return text.endsWith(PADDING) ? 1 : 0;
}
