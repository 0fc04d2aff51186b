// Assertions that stay on in production. A failed one is a bug of ours: it throws, and the message
// names the rule. Wrong input from outside is never an assertion: it is a value (an error code) or a
// closed link.

export class RuleBroken extends Error {
  constructor(rule: string) {
    super(`rule broken: ${rule}`);
    this.name = 'RuleBroken';
  }
}

/** Throws {@link RuleBroken} naming `rule` unless `condition` holds. */
export function assert(condition: boolean, rule: string): asserts condition {
  if (!condition) throw new RuleBroken(rule);
}

/** Marks the default of an exhaustive switch. */
export function unreachable(value: never, where: string): never {
  throw new RuleBroken(`${where}: unexpected ${JSON.stringify(value)}`);
}

/** The value, or a broken rule when it is null or undefined. */
export function present<T>(value: T | null | undefined, rule: string): T {
  if (value === null || value === undefined) throw new RuleBroken(rule);
  return value;
}

/** What went wrong in one line: a broken rule says it itself, other errors with their names. */
export function reasonOf(error: unknown): string {
  if (error instanceof RuleBroken) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
