// What of a Chinese text stays together, wherever the line ends: a number and the whole word that it belongs to. Pure.

const WORDS = [
  ...[
    'server',
    'client',
    'epoch',
    'leader',
    'broker',
    'kill',
    'open',
    'restart',
    'reader',
    'writer',
  ],
  ...['服务器', '客户端', '读者', '写者', '提供者', '领导者', '跟随者', '纪元', '启动', '杀死'],
];
const ALL = WORDS.join('|');
const BEFORE_NUMBER = new RegExp(`(${ALL}) (?=\\d)`, 'gi');
const NO_BREAK_SPACE = '\u00A0';
/** Between two Chinese characters a line may end anywhere. */
const WITH_NUMBER = new RegExp(`再?(?:${ALL})${NO_BREAK_SPACE}\\d+`, 'gi');

export const tied = (text: string): string => text.replace(BEFORE_NUMBER, `$1${NO_BREAK_SPACE}`);

export interface Part {
  readonly text: string;
  readonly together: boolean;
}

/** Of a text that is tied: its parts are the text again. */
export function partsOf(text: string): readonly Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const { index, 0: whole } of text.matchAll(WITH_NUMBER)) {
    if (index > from) parts.push({ text: text.slice(from, index), together: false });
    parts.push({ text: whole, together: true });
    from = index + whole.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), together: false });
  return parts;
}
