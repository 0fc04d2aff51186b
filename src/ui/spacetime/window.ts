// Which part of the axis diagram and tape show, as whoever looks moves it or goes to another moment. Pure. What is
// read stands still: the window moves only where the moment that is looked at would leave it.

/** The moment that is shown, as a timeline says it. */
export interface Head {
  readonly now: number;
  readonly live: boolean;
  readonly plays: boolean;
}

export interface Window {
  /** The right edge where it stands; null: it ends at the newest, and goes along. */
  readonly edge: number | null;
  /** The right edge where it is now. */
  readonly to: number;
  readonly span: number;
  /** Whoever looks put it there: it does not go along by itself. */
  readonly held: boolean;
}

/** A moment that is gone to from outside has so much of the window on its other side. */
const AROUND = 0.25;

export const edgeAtFirst = (
  { live, now }: Pick<Head, 'live' | 'now'>,
  span: number,
): number | null => (live ? null : now + AROUND * span);

/** Which of these spans (ascending) shows all of a time that is short, at most the usual one. */
export function spanAtFirst(spans: readonly number[], usual: number, total: number): number {
  const fits = spans.findIndex((span) => span >= total);
  return fits < 0 ? usual : Math.min(fits, usual);
}

/** The right edge once another moment is shown. */
export function edgeWith(
  { edge, to, span, held }: Window,
  before: Head,
  after: Head,
): number | null {
  const from = to - span;
  const inside = (now: number): boolean => now >= from && now <= to;
  const brought = (): number =>
    after.now > to ? after.now + AROUND * span : after.now + (1 - AROUND) * span;
  if (after.live && !before.live) return null;
  if (edge === null) {
    if (after.live && after.now >= before.now) return null;
    if (before.live && after.now > to) return to; // It stands still at what was the newest.
    if (inside(after.now)) return to;
    return after.plays && !inside(before.now) ? null : brought();
  }
  if (inside(after.now)) return edge;
  if (after.plays && !inside(before.now)) return edge; // Somebody looks elsewhere meanwhile.
  if (after.live && after.now > to && after.now >= before.now) {
    return held && after.plays ? edge : null;
  }
  return brought();
}

/** What can be gone to by moving the window. */
export interface Reach {
  readonly oldest: number;
  /** The right edge where it goes along. */
  readonly newest: number;
  /** The end of what is known to come; before `newest` where nothing is. */
  readonly end: number;
}

/** The right edge after moving the window there; null where it goes along again. Something of what can be gone to
 *  stays in sight. */
export function movedTo(edge: number, span: number, { oldest, newest, end }: Reach): number | null {
  const limit = Math.max(newest, end);
  if (edge >= limit) return end > newest ? limit : null;
  return Math.max(edge, Math.min(oldest + AROUND * span, limit));
}

/** The right edge with another span, where this position keeps its place. */
export const edgeAround = (to: number, span: number, next: number, position: number): number =>
  position + ((to - position) * next) / span;
