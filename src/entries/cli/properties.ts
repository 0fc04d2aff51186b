// A file of Java's properties, as zoo.cfg is one: which of its lines belong together, and what is key and value.

/** What a person has to change; the message is the whole sentence. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** A backslash at the end, unless another one is before it, goes on with the next line. */
export interface LogicalLine {
  /** What was drawn together, without the blanks around it. */
  readonly text: string;
  /** The physical lines, counted from 1; `last` is `first` where nothing goes on. */
  readonly first: number;
  readonly last: number;
}

export const physicalLines = (text: string): string[] => text.split(/\r\n|\n|\r/);

/** No comments, and nothing empty. */
export function logicalLines(text: string): LogicalLine[] {
  const lines: { text: string; first: number; last: number }[] = [];
  let open = false;
  for (const [index, raw] of physicalLines(text).entries()) {
    const before = open ? lines.at(-1) : undefined;
    const part = raw.trimStart();
    const begins = before === undefined || before.text === '';
    open = false;
    if (begins && (part === '' || part.startsWith('#') || part.startsWith('!'))) continue;
    open = ((/\\*$/.exec(part)?.[0].length ?? 0) & 1) === 1;
    const own = open ? part.slice(0, -1) : part;
    if (before === undefined) lines.push({ text: own, first: index + 1, last: index + 1 });
    else Object.assign(before, { text: before.text + own, last: index + 1 });
  }
  return lines.filter((line) => line.text !== '');
}

export interface Property {
  readonly key: string;
  readonly value: string;
}

/** `=`, `:` or blanks end the key, unless a backslash is before them. */
const PROPERTY = /^((?:\\.|[^\\=: \t\f])+)(?:[ \t\f]*[=:]|[ \t\f])[ \t\f]*(.*)$/s;

/** Without the blanks around them, as Apache's servers take them. Null for what is not of the form key=value. */
export function propertyOf(line: LogicalLine): Property | null {
  const [, key, value] = PROPERTY.exec(line.text) ?? [];
  if (key === undefined || value === undefined) return null;
  return { key: unescaped(key, line).trim(), value: unescaped(value, line).trim() };
}

const ESCAPED = new Map([
  ...[['t', '\t'] as const, ['n', '\n'] as const, ['r', '\r'] as const, ['f', '\f'] as const],
]);

const unescaped = (text: string, { first }: LogicalLine): string =>
  text.replaceAll(/\\(?:u([0-9A-Fa-f]{4})|(.))/gs, (_all, hex?: string, one = '') => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (one !== 'u') return ESCAPED.get(one) ?? one;
    const why = '\\u needs four hexadecimal digits; a backslash itself is written \\\\';
    throw new ConfigError(`line ${String(first)}: ${why}`);
  });

/** A value in a line that is written, e.g. a path of Windows. */
export const escaped = (value: string): string => value.replaceAll('\\', '\\\\');

/** The text with other lines in the place of each logical line, or with the line as it stands where `instead` says null. */
export function withLines(
  text: string,
  instead: (property: Property) => readonly string[] | null,
): string[] {
  const lines: (readonly string[])[] = physicalLines(text).map((line) => [line]);
  for (const line of logicalLines(text)) {
    const property = propertyOf(line);
    const others = property === null ? null : instead(property);
    if (others === null) continue;
    for (let at = line.first; at <= line.last; at += 1) lines[at - 1] = [];
    lines[line.first - 1] = others;
  }
  return lines.flat();
}
