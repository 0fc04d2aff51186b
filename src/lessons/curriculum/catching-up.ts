// Lesson 10: a server that was away: DIFF, an empty DIFF, or SNAP, by how much it missed.

import type { Lesson } from '../../vocabulary/lesson.ts';
import {
  act,
  all,
  client,
  crash,
  create,
  fact,
  now,
  open,
  run,
  sameTree,
  eventually,
} from '../write.ts';
import { atLeast, sequence, serving, set, until, upAndServing, wait } from '../write.ts';

const writes = (count: number) => Array.from({ length: count }, () => run(1, set('/n', 'x')));
const away = fact('crashed', { server: 5 });
const synced = (mode: string, proposals: number) =>
  fact('syncDecided', { learner: 5, mode, proposals });
const rejoined = until(now(serving(), 5));

const lesson: Lesson = {
  id: 'catching-up',
  formatVersion: 1,
  world: {
    ...{ seed: 10, participants: 5, observers: 0 },
    knobs: { committedLogEntriesMax: 8, snapshotEveryTransactions: 10 },
  },
  speed: 0.2,
  setup: [
    ...upAndServing([1, 2, 3]),
    ...upAndServing([4, 5]),
    until(now(serving(), 5)),
    ...client(1, 1),
    act(run(1, create('/n'))),
    until(atLeast(5, fact('applied', { path: '/n' }), 'server')),
    wait(100),
  ],
  bet: {
    settled: eventually(fact('syncDecided', { learner: 5, proposals: 5 })),
    options: [
      {
        id: 'everything',
        when: eventually(fact('syncDecided', { learner: 5, proposals: { min: 6 } })),
      },
      { id: 'five', when: eventually(synced('DIFF', 5)) },
      { id: 'tree', when: eventually(fact('syncDecided', { learner: 5, mode: 'SNAP' })) },
    ],
  },
  moves: [
    { id: 'kill', steps: [crash(5)] },
    { id: 'five', steps: writes(5) },
    { id: 'twelve', steps: writes(12) },
    { id: 'open', steps: [open(5)] },
  ],
  goals: [
    sequence(away, synced('DIFF', 5)),
    sequence(away, synced('DIFF', 0)),
    sequence(
      away,
      fact('syncDecided', { learner: 5, mode: 'SNAP' }),
      fact('snapshotInstalled', { server: 5 }),
    ),
    all(eventually(fact('syncDecided', { learner: 5, mode: 'SNAP' })), sameTree(5)),
  ],
  forbidden: [],
  breakRule: null,
  par: 23,
  solution: [
    act(crash(5)),
    wait(50),
    ...writes(5).map(act),
    wait(150),
    act(open(5)),
    rejoined,
    wait(50),
    act(crash(5)),
    wait(100),
    act(open(5)),
    rejoined,
    wait(50),
    act(crash(5)),
    wait(50),
    ...writes(12).map(act),
    wait(200),
    act(open(5)),
    rejoined,
    wait(100),
  ],
  wrong: [
    act(crash(5)),
    wait(50),
    ...writes(5).map(act),
    wait(150),
    act(open(5)),
    rejoined,
    wait(200),
  ],
  text: {
    en: {
      title: 'Catching up',
      hook:
        'Server 5 goes away and returns. The leader keeps its newest committed proposals at hand: 500 ' +
        'in a real server, only 8 in this one. By them and the last zxid of 5 it decides what to send.',
      question: 'Server 5 misses five writes. What does the leader send it?',
      options: {
        everything: 'The whole log, from the first entry',
        five: 'A DIFF with just these five',
        tree: 'A SNAP of the tree: that is simplest',
      },
      task: 'Three rounds of kill 5, write, open 5: with five writes, with none, and with twelve.',
      moves: {
        kill: 'Kill 5',
        five: '5 writes',
        twelve: '12 writes',
        open: 'Open 5',
      },
      goals: [
        'Five missed: a DIFF with five proposals',
        'None missed: an empty DIFF',
        'More missed than the leader keeps: a SNAP, and 5 installs it',
        'In the end all five have the same tree',
      ],
      forbidden: [],
      hints: [
        'Why, under Sync, gives the window: the smallest and the greatest zxid that the leader has at hand.',
        'Wait until 5 serves before the next round, and until the writes are done before you open it.',
        'Kill, 5 writes, open. Kill, open. Kill, 12 writes, open.',
      ],
      moral:
        'The leader compares the learner’s last zxid with its window of committed proposals. Inside: ' +
        'DIFF, each missing proposal with its COMMIT. Equal: an empty DIFF. Before the window: SNAP, ' +
        'the tree itself. So a returning server replays its own log, not everybody’s; and SNAP costs ' +
        'as much as the tree is big, however little was missed.',
      breakRule: null,
    },
    'zh-CN': {
      title: '追赶进度',
      hook:
        '服务器 5 离开又回来。领导者 leader 手边留着最近提交的提议：真实服务器留 500 条，这里只留 8 条。' +
        '它拿这个窗口和 5 的最后 zxid 一比，决定发什么。',
      question: '服务器 5 错过了五次写入。领导者给它发什么？',
      options: {
        everything: '从头到尾的整个日志',
        five: '一个 DIFF，就这五条',
        tree: '整棵树的 SNAP，最省事',
      },
      task: '“杀死 5、写入、启动 5”做三轮：一轮写五次，一轮不写，一轮写十二次。',
      moves: { kill: '杀死 5', five: '写 5 次', twelve: '写 12 次', open: '启动 5' },
      goals: [
        '错过五次：DIFF，带五个提议',
        '一次没错过：空的 DIFF',
        '错过的比领导者手边的还多：SNAP，由 5 安装',
        '最后五台的树完全一样',
      ],
      forbidden: [],
      hints: [
        '“缘由”里只看同步，会写出窗口：领导者手边最小和最大的 zxid。',
        '等 5 开始服务了再做下一轮；等写入完成了再启动它。',
        '杀死、写 5 次、启动；杀死、启动；杀死、写 12 次、启动。',
      ],
      moral:
        '领导者拿对方的最后 zxid 和自己的已提交窗口比：落在窗口里，发 DIFF，缺的提议逐条带上 COMMIT；' +
        '相等，发空的 DIFF；在窗口之前，发 SNAP，也就是整棵树。所以归来者只回放自己的日志，不是所有人的；' +
        '而 SNAP 的代价取决于树有多大，与错过多少无关。',
      breakRule: null,
    },
  },
};

export default lesson;
