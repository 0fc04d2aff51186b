// A number stays with the word that it belongs to, wherever the line ends. Pure.

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
const BEFORE_NUMBER = new RegExp(`(${WORDS.join('|')}) (?=\\d)`, 'gi');
const NO_BREAK_SPACE = '\u00A0';

export const tied = (text: string): string => text.replace(BEFORE_NUMBER, `$1${NO_BREAK_SPACE}`);
