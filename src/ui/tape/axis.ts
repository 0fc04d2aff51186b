// The axis that the tape and the space-time diagram above it share: which of their pixels is which moment. One
// function for both, so that what happened once stands at one x. Pure.

export interface Axis {
  /** At the left end and at the right one. Milliseconds, or steps where the diagram's spacing is causal. */
  readonly from: number;
  readonly to: number;
  /** Pixels. */
  readonly left: number;
  readonly right: number;
}

/** Pixels beside an axis. */
export interface Insets {
  readonly left: number;
  readonly right: number;
}

/** Half of a slider's own knob: a tape alone begins and ends where its middle can stand. */
export const KNOB = 7;
export const ALONE: Insets = { left: KNOB, right: KNOB };
/** Below the diagram, whose lanes have heads. */
export const UNDER_LANES: Insets = { left: 64, right: 14 };

export const axisOf = (
  { from, to }: { readonly from: number; readonly to: number },
  width: number,
  { left, right }: Insets,
): Axis => ({ from, to, left, right: Math.max(left, width - right) });

export const scaleOf = ({ from, to, left, right }: Axis): number =>
  (right - left) / Math.max(1, to - from);

export const xOn = (axis: Axis, position: number): number =>
  axis.left + (position - axis.from) * scaleOf(axis);

/** Which moment a pixel is; null beside the axis, or where it has no pixels. */
export function positionAt(axis: Axis, x: number): number | null {
  const scale = scaleOf(axis);
  if (scale === 0 || x < axis.left || x > axis.right) return null;
  return axis.from + (x - axis.left) / scale;
}

/** By how many pixels it lies before the axis (negative) or behind it. */
export const beyond = ({ left, right }: Axis, x: number): number =>
  Math.min(0, x - left) + Math.max(0, x - right);
