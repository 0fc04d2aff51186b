// Whether two values of plain data say the same.

/** Arrays and records by their parts, all else by itself. A part whose key `passedOver` has is not looked at. */
export function isSame(
  a: unknown,
  b: unknown,
  passedOver: ReadonlySet<string> = new Set(),
): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((part, at) => isSame(part, b[at], passedOver));
  }
  const [left, right] = [a as Readonly<Record<string, unknown>>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every(
    (key) => key in right && (passedOver.has(key) || isSame(left[key], right[key], passedOver)),
  );
}
