// Whether the diagram looks at what was told again, and where it then looks. Pure.

export interface Told {
  /** Counts up when there is more of it, or another. */
  readonly version: number;
  /** Counts up when it is another: time went elsewhere. */
  readonly jumps: number;
  /** Counts up when more of what was before is known. */
  readonly recalls: number;
}

/** `stands`: somebody looks at a part that must not move away. What was told in another time is no part of
 *  this one, and what was before stands to the left of it. */
export function isLookedAtAgain(known: Told | null, told: Told, stands: boolean): boolean {
  if (known === null) return true;
  if (told.version === known.version) return false;
  return !stands || told.jumps !== known.jumps || told.recalls !== known.recalls;
}

/** The right edge after that: whoever looked only at what this time has not reached goes along again. */
export function edgeAfter(
  known: Told | null,
  told: Told,
  { edge, span }: { readonly edge: number | null; readonly span: number },
  end: number,
): number | null {
  const jumped = known !== null && known.jumps !== told.jumps;
  return jumped && edge !== null && edge - span > end ? null : edge;
}
