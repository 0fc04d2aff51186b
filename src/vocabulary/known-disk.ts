// A disk as others know it: by its name, without what it holds.

export interface LostDisk {
  readonly diskId: string;
  /** How many disks of its seat were lost before it, as far as it was told. */
  readonly generation: number;
}

/** The disk that was last met on a seat. */
export interface KnownDisk extends LostDisk {
  readonly seat: number;
}
