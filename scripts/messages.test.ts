import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { checkMessages, faultsOf } from './messages.mjs';

test('the languages of this page are equals', () => {
  checkMessages();
});

test('a hole, an empty message and a place that one does not fill are seen', () => {
  const en = { a: 'A {x}', b: 'B', c: 'C', e: '{x} {y}' };
  const zh = { a: '甲 {x}', c: '', d: '丁', e: '{y}{x}{y}' };
  expect(faultsOf({ en, 'zh-CN': zh })).toEqual([
    'zh-CN has no b',
    'zh-CN has no c',
    'en has no d',
  ]);
  expect(faultsOf({ en: { a: '{x}' }, 'zh-CN': { a: '{z}' } })).toEqual([
    'a: en has {x}, zh-CN {z}',
  ]);
  expect(faultsOf({ en: { a: 'A' }, 'zh-CN': { a: '{z}' } })).toEqual([
    'a: en has none, zh-CN {z}',
  ]);
});

const inChinese = JSON.parse(readFileSync('messages/zh-CN.json', 'utf8')) as Record<string, string>;
const chinese = Object.entries(inChinese);

test.each([
  ['watch', /Watch(?!ed)|监视/],
  ['实况', /实时(?:房间|集群)/],
  ['存疑者', /嫌疑者|可疑者/],
  ['领导者 leader', /(?<!领导者 |[\w{])leader(?!\w|}| oracle)/],
  ['纪元 epoch', /(?<!纪元 |[\w{(])epoch(?![\w}])/],
])('in Chinese one thing has one name: %s', (_, otherName) => {
  expect(chinese.filter(([, said]) => otherName.test(said))).toEqual([]);
});

const PAIRS = {
  ...{ leader: '领导者 leader', epoch: '纪元 epoch', quorum: '法定人数 quorum' },
  ...{ zxid: '事务号 zxid', ballot: '选票 ballot', observer: '观察者 observer' },
} as const;
type Pair = keyof typeof PAIRS;

test.each<[string, string, readonly Pair[]]>([
  ['the landing', 'landing_electing', ['leader', 'ballot', 'quorum']],
  ['the landing', 'landing_serving', ['epoch', 'zxid', 'quorum', 'leader']],
  ['the header', 'leader_chip', ['leader']],
  ['the header', 'no_leader', ['leader']],
  ['the header', 'epoch_chip', ['epoch']],
  ['the banner', 'quorum_ok', ['quorum']],
  ['the banner', 'quorum_none', ['quorum']],
  ['the guide', 'guide_alone_text', ['quorum', 'leader']],
  ['why', 'ev_leaderEstablished', ['epoch', 'leader']],
  ['why', 'ev_voteCounted', ['quorum']],
  ['a decision', 'field_epoch', ['epoch']],
  ['a decision', 'field_zxid', ['zxid']],
  ['the server', 'server_accepted', ['epoch']],
  ['the server', 'server_leader', ['leader']],
  ['the log', 'log_label', ['zxid']],
  ['the tape', 'tape_serving', ['epoch']],
  ['the tape', 'tape_key', ['epoch', 'leader']],
  ['the lamp', 'invariant_leadership2', ['epoch', 'leader']],
  ['the legend', 'legend_hue', ['epoch', 'zxid']],
  ['the charts', 'chart_commit', ['quorum']],
  ['the chaos palette', 'chaos_channel_quorum', ['quorum']],
  ['a new world', 'lab_world_help', ['observer', 'leader', 'quorum']],
])('in Chinese %s keeps the English of its terms: %s', (_, name, pairs) => {
  for (const pair of pairs) expect(inChinese[name]).toContain(PAIRS[pair]);
});

test('who has no JavaScript is told so in both languages', () => {
  const [, told = ''] =
    /<noscript>(.*)<\/noscript>/s.exec(readFileSync('index.html', 'utf8')) ?? [];
  expect(told).toMatch(/needs JavaScript.*lang="zh-CN">.*需要启用 JavaScript/s);
});
