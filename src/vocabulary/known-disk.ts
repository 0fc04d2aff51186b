// A disk as others know it: by its name, without what it holds.
//
// A room may be begun twice, by tabs that could not know of each other: then there are two histories behind one
// link, and a disk of the one says nothing of the other. A history is known by its origin, the disk of the
// leader under whom it began.

export interface LostDisk {
  readonly diskId: string;
  /** How many disks of its seat were lost before it, as far as it was told. */
  readonly generation: number;
  /** Of its history; left out where it is not known. */
  readonly origin?: string;
}

/** The disk that was last met on a seat. */
export interface KnownDisk extends LostDisk {
  readonly seat: number;
}

/** Two histories; false where either is not known. */
export const isOtherHistory = (
  one: string | null | undefined,
  other: string | null | undefined,
): boolean => typeof one === 'string' && typeof other === 'string' && one !== other;
