import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { CATALOGUE } from '../../lessons/catalogue.ts';
import type { LessonLocale, LessonText } from '../../vocabulary/lesson.ts';
import { splitTerms, termsIn } from './split-terms.ts';
import { formsOf, TERM_IDS } from './terms.ts';
import { hugged } from './hugged.ts';
import { partsOf, tied } from './tied.ts';

const LOCALES = ['en', 'zh-CN'] as const;

/** With its terms in brackets. */
const marked = (text: string, locale: LessonLocale = 'en'): string =>
  splitTerms(text, locale)
    .map((piece) => (piece.term === null ? piece.text : `[${piece.term}:${piece.text}]`))
    .join('');

test.each([
  ['a quorum of ACKs', 'a [quorum:quorum] of [ack:ACKs]'],
  [
    'The leader’s window, the voters’ disks',
    'The [leader:leader]’s window, the [voter:voters]’ disks',
  ],
  ['LOOKING: it votes.', '[looking:LOOKING]: it [vote:votes].'],
  ['(epoch, zxid, id)', '([epoch:epoch], [zxid:zxid], id)'],
  ['Leader 5 proposes /x', '[leader:Leader] 5 [proposal:proposes] /x'],
])('terms are found with their punctuation left out: %s', (text, split) => {
  expect(marked(text)).toBe(split);
});

test.each([
  ['leadership, epochal, syncLimits, unwatched', 'inside a longer word'],
  ['/watch /controller_epoch /a/leader get -watch', 'in a path or an option'],
  ['mid-proposal, leader-elect', 'in a compound'],
  ['Kafka’s controller epoch', 'of another system'],
  ['Leader.propose, session.ts', 'in a name in code'],
  ['acks and looking, LEADINGS', 'in another spelling'],
])('no term in %s: %s', (text) => {
  expect(termsIn([text], 'en')).toEqual([]);
});

test('a capital is taken where a sentence begins, and is a name elsewhere', () => {
  expect(marked('In Why, under Sync.')).toBe('In Why, under Sync.');
  expect(marked('Read. Sync first: “Watches fire.”')).toBe(
    'Read. [sync:Sync] first: “[watch:Watches] fire.”',
  );
});

test('the longest form wins', () => {
  expect(marked('a persistent recursive watch, a fuzzy snapshot')).toBe(
    'a [addWatch:persistent recursive watch], a [snapshot:fuzzy snapshot]',
  );
  expect(marked('sequential consistency is no two-phase commit in an election round')).toBe(
    '[sequentialConsistency:sequential consistency] is no [twoPhaseCommit:two-phase commit] ' +
      'in an [round:election round]',
  );
});

test.each([
  ['要有领导者 leader，必须过半', '要有[leader:领导者 leader]，必须过半'],
  ['事务号zxid与事务', '[zxid:事务号]zxid与[transaction:事务]'],
  ['投票者把选票投给它', '[voter:投票者]把[ballot:选票]投给它'],
  ['各自创建一个临时顺序节点', '各自创建一个[ephemeral:临时][sequential:顺序节点]'],
  [
    '顺序一致性，不是两阶段提交',
    '[sequentialConsistency:顺序一致性]，不是[twoPhaseCommit:两阶段提交]',
  ],
  ['处于 LOOKING 状态，只watch一次', '处于 [looking:LOOKING] 状态，只[watch:watch]一次'],
  ['对 /watch 设置了持久递归 watch', '对 /watch 设置了[addWatch:持久递归 watch]'],
])('Chinese needs no spaces: %s', (text, split) => {
  expect(marked(text, 'zh-CN')).toBe(split);
});

test('each term is marked once in a paragraph, in whatever form', () => {
  expect(marked('A vote, votes, a leader, leaders, the vote')).toBe(
    'A [vote:vote], votes, a [leader:leader], leaders, the vote',
  );
  expect(termsIn(['a vote for a leader', 'an epoch and a vote'], 'en')).toEqual([
    ...['vote', 'leader', 'epoch'],
  ]);
});

test('no form belongs to two terms, or holds what a pattern would take for a sign', () => {
  for (const locale of LOCALES) {
    const forms = TERM_IDS.flatMap((term) => formsOf(term, locale));
    expect(new Set(forms).size).toBe(forms.length);
    for (const form of forms) expect(form).toMatch(/^[\p{L} -]+$/u);
  }
});

const wordsOf = (text: LessonText): string[] =>
  JSON.stringify(text)
    .split(/(?<!\\)"/)
    .filter((_, at) => at % 2 === 1)
    .map((word) => JSON.parse(`"${word}"`) as string);

/** Everything that the page can say, but for the definitions; packets are named as they fly. */
const said = async (locale: LessonLocale): Promise<string[]> => {
  const file = readFileSync(`messages/${locale}.json`, 'utf8');
  const messages = Object.entries(JSON.parse(file) as Record<string, string>)
    .filter(([name]) => !name.startsWith('term_'))
    .map(([, words]) => words);
  const lessons = await Promise.all(CATALOGUE.map(({ load }) => load()));
  return [
    ...messages,
    ...lessons.flatMap(({ default: { text } }) => wordsOf(text[locale])),
    'PING',
  ];
};

test.each(LOCALES)('whatever the page says is whole when it is split: %s', async (locale) => {
  for (const text of await said(locale)) {
    expect(
      splitTerms(text, locale)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
  }
});

test('every term of the glossary is said somewhere', async () => {
  const found = new Set(
    (await Promise.all(LOCALES.map(async (locale) => termsIn(await said(locale), locale)))).flat(),
  );
  expect(TERM_IDS.filter((term) => !found.has(term))).toEqual([]);
});

test.each([
  ['Run create /a 1. Then get -w /w and wait', ['create /a 1', 'get -w /w'], 'en'],
  ['create -s gives one each, and job-0000000000 is free', ['create -s', 'job-0000000000'], 'en'],
  ['set /w 2 and get /w; read/write, and/or, 1/2', ['set /w 2', 'get /w'], 'en'],
  ['Type “create /app hello” below', ['create /app hello'], 'en'],
  ['the set of /brokers/ids/1 is a get away', ['/brokers/ids/1'], 'en'],
  [
    '执行 create /next 1。把 3 隔离，执行get /a，在 /q 下',
    ['create /next 1', 'get /a', '/q'],
    'zh-CN',
  ],
] as const)('what can be typed stands out: %s', (text, code, locale) => {
  const pieces = splitTerms(text, locale);
  expect(pieces.map((piece) => piece.text).join('')).toBe(text);
  expect(pieces.flatMap((piece) => (piece.code === true ? [piece.text] : []))).toEqual(code);
});

test('a number is not torn from its word', () => {
  expect(tied('Kill 2: client 1 reads, 纪元 epoch 2，服务器 3')).toBe(
    'Kill\u00A02: client\u00A01 reads, 纪元 epoch\u00A02，服务器\u00A03',
  );
  expect(marked('epoch\u00A02')).toBe('[epoch:epoch]\u00A02');
  const parts = partsOf(tied('先再启动 5，服务器 12 和 3'));
  expect(parts.filter(({ together }) => together).map((part) => part.text)).toEqual([
    '再启动\u00A05',
    '服务器\u00A012',
  ]);
  expect(parts.map((part) => part.text).join('')).toBe(tied('先再启动 5，服务器 12 和 3'));
});

test('the marks that touch what is typed go with it', () => {
  const text = '输入“create /app hello”，再 get /data，会怎样？';
  const pieces = hugged(splitTerms(text, 'zh-CN'));
  expect(pieces.map(({ before, text: own, after }) => [before, own, after].join('')).join('')).toBe(
    text,
  );
  const typed = pieces.filter(({ code }) => code === true);
  expect(typed.map(({ before, text: own, after }) => `${before}|${own}|${after}`)).toEqual([
    '“|create /app hello|”，',
    '|get /data|，',
  ]);
});
