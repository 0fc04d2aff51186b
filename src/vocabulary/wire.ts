// What crossed between two servers, as it is shown to people: its first bytes, and which of them are which
// field. Every byte that is shown belongs to exactly one field.

/** So many bytes of a packet go along with its trace event. */
export const WIRE_BYTES_MAX = 256;

export interface WireField {
  /** As in zookeeper.jute: `data.hdr.zxid`. */
  readonly name: string;
  /** A number, an id, a text; the same in every language. Empty for bytes that are not read here. */
  readonly value: string;
  /** The first byte, and the one behind the last. */
  readonly from: number;
  readonly to: number;
}

export interface WireView {
  readonly bytes: Uint8Array;
  /** On the wire; more than `bytes` holds where its end was left out. */
  readonly total: number;
  readonly fields: readonly WireField[];
}
