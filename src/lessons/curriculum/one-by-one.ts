// Lesson 1: when a leader can exist at all, and why a later, bigger id does not take over.

import type { Lesson } from '../../vocabulary/lesson.ts';
import {
  act,
  all,
  eventually,
  exactly,
  fact,
  never,
  now,
  open,
  until,
  wait,
  serving,
} from '../write.ts';

const threeLead = fact('leaderEstablished', { server: 3 });

const lesson: Lesson = {
  id: 'one-by-one',
  formatVersion: 1,
  world: { seed: 1, participants: 5, observers: 0 },
  speed: 0.2,
  setup: [],
  bet: {
    settled: now(serving(), 5),
    options: [
      { id: 'two', when: now(serving({ role: 'leading', server: 2 })) },
      { id: 'three', when: now(serving({ role: 'leading', server: 3 })) },
      { id: 'five', when: now(serving({ role: 'leading', server: 5 })) },
    ],
  },
  moves: [1, 2, 3, 4, 5].map((server) => ({ id: `open-${String(server)}`, steps: [open(server)] })),
  goals: [
    eventually(fact('voteChanged', { server: 1, to: 2, rule: 'id' }), threeLead),
    eventually(fact('electionDecided', { server: 3, leader: 3 })),
    eventually(fact('leaderEstablished', { server: 3, supportersCount: 3 })),
    all(
      eventually(fact('electionDecided', { server: 4, leader: 3, how: 'joinedEstablished' })),
      eventually(fact('electionDecided', { server: 5, leader: 3, how: 'joinedEstablished' })),
    ),
    all(
      now(serving(), 5),
      exactly(1, fact('leaderEstablished')),
      never(fact('voteChanged', { server: { oneOf: [1, 2, 3] }, to: { oneOf: [4, 5] } })),
    ),
  ],
  forbidden: [eventually(fact('leaderEstablished', { server: { not: 3 } }))],
  breakRule: null,
  par: 5,
  solution: [
    act(open(1)),
    wait(200),
    act(open(2)),
    until(eventually(fact('voteChanged', { server: 1, to: 2 }))),
    wait(300),
    act(open(3)),
    until(now(serving(), 3)),
    act(open(4)),
    until(now(serving(), 4)),
    act(open(5)),
    until(now(serving(), 5)),
    wait(100),
  ],
  wrong: [...[1, 2, 3, 4, 5].map((server) => act(open(server))), wait(3_000)],
  text: {
    en: {
      title: 'One by one',
      hook:
        'Five chairs, all empty. A ZooKeeper server that starts alone is LOOKING: it votes for ' +
        'itself and waits. A leader needs more than half of all five votes, whoever is up.',
      question:
        'You open servers 1, 2, 3, then 4, then 5, with time in between. Who leads at the end?',
      options: { two: 'Server 2', three: 'Server 3', five: 'Server 5: the highest id wins' },
      task: 'Open 1 and 2 and see how they vote. Open 3. When it leads, open 4, and then 5.',
      moves: {
        'open-1': 'Open 1',
        'open-2': 'Open 2',
        'open-3': 'Open 3',
        'open-4': 'Open 4',
        'open-5': 'Open 5',
      },
      goals: [
        'Server 1 gives up its own vote for 2: same epoch, same zxid, higher id',
        'Server 3 wins: three of five votes are a quorum',
        'Server 3 leads with exactly three supporters, itself included',
        'Servers 4 and 5 find a leader at work and follow it',
        'All five serve, 3 was the only leader, and nobody of 1 to 3 changed its vote for 4 or 5',
      ],
      forbidden: ['Another server than 3 became the leader.'],
      hints: [
        'Two of five are no quorum: 1 and 2 agree on 2, and nothing comes of it.',
        'Open 4 only when 3 leads. An election that is still going on takes every better ballot.',
        'All in order: 1, 2, wait for 1 to change its vote, 3, wait until three serve, 4, 5.',
      ],
      moral:
        'The id is only the last tie-break, and it counts only while people are looking. The third ' +
        'server makes the quorum, so the best of those three wins. Who comes later asks, hears ' +
        'FOLLOWING and LEADING from a quorum, and follows: a bigger id does not depose a leader.',
      breakRule: null,
    },
    'zh-CN': {
      title: '逐台上线',
      hook:
        '五个席位，全部空着。单独启动的 ZooKeeper 服务器处于 LOOKING 状态：先投自己一票，然后等。' +
        '要有领导者 leader，必须拿到全部五票中的过半数，和此刻有几台在线无关。',
      question: '依次启动 1、2、3，隔一会儿启动 4，再启动 5。最后谁是领导者？',
      options: { two: '服务器 2', three: '服务器 3', five: '服务器 5：id 最大的赢' },
      task: '启动 1 和 2，观察它们的投票。再启动 3。等 3 成为领导者之后启动 4，最后是 5。',
      moves: {
        'open-1': '启动 1',
        'open-2': '启动 2',
        'open-3': '启动 3',
        'open-4': '启动 4',
        'open-5': '启动 5',
      },
      goals: [
        '服务器 1 改投 2：纪元 epoch 相同、事务号 zxid 相同，id 更大',
        '服务器 3 当选：五票中的三票就是法定人数 quorum',
        '服务器 3 确立时恰好有三个支持者（含自己）',
        '服务器 4、5 发现已有领导者在工作，直接跟随',
        '五台都在服务，领导者从头到尾只有 3，而且 1～3 没有谁改投 4 或 5',
      ],
      forbidden: ['3 以外的服务器当上了领导者。'],
      hints: [
        '五台里的两台不够法定人数：1 和 2 都同意选 2，但选不出结果。',
        '等 3 当上领导者再启动 4。选举还没结束时，更优的选票随时会被采纳。',
        '完整顺序：1、2，等 1 改票，然后 3，等三台都开始服务，再 4、5。',
      ],
      moral:
        'id 只是最后一级的平局裁决，而且只在大家都 LOOKING 时才起作用。第三台凑齐法定人数，' +
        '所以赢的是这三台里最优的那个。后来者一问，得到的是过半数的 FOLLOWING 和 LEADING 应答，' +
        '于是直接跟随：id 再大也不会把现任领导者赶下台。',
      breakRule: null,
    },
  },
};

export default lesson;
