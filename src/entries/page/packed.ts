// JSON as a word of a link: deflated, in base64url, bounded both ways.

const CHARACTERS_MAX = 60_000;
const BYTES_MAX = 2 * 1024 * 1024;

/** Null where it is too long for a link. */
export async function pack(json: string): Promise<string | null> {
  const bytes = new TextEncoder().encode(json);
  if (bytes.length > BYTES_MAX) return null;
  const packed = await through(bytes, new CompressionStream('deflate-raw'));
  if (packed === null) return null;
  let text = '';
  for (const byte of packed) text += String.fromCharCode(byte);
  const word = btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return word.length > CHARACTERS_MAX ? null : word;
}

/** Null where the word is none; nothing throws. */
export async function unpack(word: string): Promise<string | null> {
  if (word.length > CHARACTERS_MAX || !/^[A-Za-z0-9_-]+$/.test(word)) return null;
  try {
    const packed = atob(word.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(packed, (char) => char.charCodeAt(0));
    const json = await through(bytes, new DecompressionStream('deflate-raw'));
    return json === null ? null : new TextDecoder().decode(json);
  } catch {
    return null;
  }
}

/** Null when more comes out than that: a link of a few bytes must not fill the memory. */
async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array | null> {
  const source = new Blob([bytes]).stream().pipeThrough(stream);
  const pieces: Uint8Array[] = [];
  let length = 0;
  const reader = source.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const piece = next.value as Uint8Array;
    length += piece.byteLength;
    if (length > BYTES_MAX) {
      await reader.cancel();
      return null;
    }
    pieces.push(piece);
  }
  return new Uint8Array(await new Blob(pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}
