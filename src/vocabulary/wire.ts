// What crossed between two servers, or between a client and its server, as it is shown to people: its first
// bytes, and which of them are which field. Every byte that is shown belongs to exactly one field.

/** So many bytes of a packet or a frame go along with its trace event. */
export const WIRE_BYTES_MAX = 256;

export interface WireField {
  /** As in zookeeper.jute: `data.hdr.zxid`. */
  readonly name: string;
  /** A number, an id, a text; the same in every language. Empty for bytes that are not read here. */
  readonly value: string;
  /** The first byte, and the one behind the last. */
  readonly from: number;
  readonly to: number;
  /** Its bytes are not there, only their places: they are a secret, or nobody kept them. */
  readonly missing?: Missing;
}

export type Missing = 'secret' | 'notKept';

export interface WireView {
  /** Zeros where bytes are missing. */
  readonly bytes: Uint8Array;
  /** On the wire; more than `bytes` holds where its end was left out. Null: nobody kept how many. */
  readonly total: number | null;
  readonly fields: readonly WireField[];
}
