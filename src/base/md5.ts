// MD5 (RFC 1321), which SASL's DIGEST-MD5 is made of. Kept for that mechanism alone: nothing here may decide
// whom to trust by a bare MD5.

const BLOCK_BYTES = 64;
const INITIAL = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476] as const;
const SHIFTS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;
const ROUNDS_EACH = 16;
/** The sines of 1 to 64, as the RFC has them. */
const CONSTANTS = Int32Array.from([
  ...[
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
  ],
  ...[
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
  ],
  ...[
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
  ],
  ...[
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
  ],
  ...[
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
  ],
  ...[
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
  ],
  ...[
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
  ],
  ...[
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
  ],
]);

/** The 16 bytes of MD5 over `message`. */
export function md5(message: Uint8Array): Uint8Array {
  const view = paddedBlocks(message);
  const state = Int32Array.from(INITIAL);
  for (let offset = 0; offset < view.byteLength; offset += BLOCK_BYTES) {
    compress(state, view, offset);
  }
  const digest = new DataView(new ArrayBuffer(16));
  state.forEach((word, index) => {
    digest.setInt32(index * 4, word, true);
  });
  return new Uint8Array(digest.buffer);
}

/** As for SHA, but the length stands there with its lowest byte first. */
function paddedBlocks(message: Uint8Array): DataView {
  const blocks = Math.floor((message.length + 8) / BLOCK_BYTES) + 1;
  const padded = new Uint8Array(blocks * BLOCK_BYTES);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, (message.length << 3) >>> 0, true);
  view.setUint32(padded.length - 4, Math.floor(message.length / 0x2000_0000), true);
  return view;
}

function compress(state: Int32Array, view: DataView, offset: number): void {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  for (let t = 0; t < CONSTANTS.length; t += 1) {
    const round = Math.floor(t / ROUNDS_EACH);
    const word = view.getInt32(offset + wordOf(round, t) * 4, true);
    const sum = (a + mix(round, b, c, d) + word + (CONSTANTS[t] ?? 0)) | 0;
    const shift = SHIFTS[round]?.[t % 4] ?? 0;
    [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
  }
  [a, b, c, d].forEach((word, index) => {
    state[index] = (state[index] ?? 0) + word;
  });
}

function wordOf(round: number, t: number): number {
  if (round === 0) return t;
  if (round === 1) return (5 * t + 1) % ROUNDS_EACH;
  return round === 2 ? (3 * t + 5) % ROUNDS_EACH : (7 * t) % ROUNDS_EACH;
}

function mix(round: number, b: number, c: number, d: number): number {
  if (round === 0) return (b & c) | (~b & d);
  if (round === 1) return (d & b) | (~d & c);
  return round === 2 ? b ^ c ^ d : c ^ (b | ~d);
}
