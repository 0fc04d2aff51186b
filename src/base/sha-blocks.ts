// What SHA-1 and SHA-256 share (FIPS 180-4, 5.1.1): the message in whole blocks of 64 bytes, and the
// state's words as bytes.

export const BLOCK_BYTES = 64;

/** The message, one bit, zeroes, and its length in bits behind them. */
export function paddedBlocks(message: Uint8Array): DataView {
  const blocks = Math.floor((message.length + 8) / BLOCK_BYTES) + 1;
  const padded = new Uint8Array(blocks * BLOCK_BYTES);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(message.length / 0x2000_0000));
  view.setUint32(padded.length - 4, (message.length << 3) >>> 0);
  return view;
}

export function digestOf(state: Int32Array): Uint8Array {
  const digest = new Uint8Array(state.length * 4);
  const view = new DataView(digest.buffer);
  state.forEach((word, index) => {
    view.setInt32(index * 4, word);
  });
  return digest;
}
