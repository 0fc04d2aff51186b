// Lesson 1: when a leader can exist at all, and why a later, bigger id does not take over.

import type { Lesson } from '../../vocabulary/lesson.ts';
import {
  act,
  all,
  back,
  crash,
  eventually,
  exactly,
  fact,
  mark,
  never,
  now,
  open,
  until,
  wait,
  serving,
} from '../write.ts';

const threeLead = fact('leaderEstablished', { server: 3 });
/** Three votes are a quorum, and whoever counts them waits for a better ballot. */
const threeAgreeOn3 = fact('voteCounted', { leader: 3, have: 3 });

const lesson: Lesson = {
  id: 'one-by-one',
  formatVersion: 1,
  // ZooKeeper's own 200 ms, where a laboratory has 20: two seconds at this speed, time enough to open another.
  world: { seed: 1, participants: 5, observers: 0, knobs: { finalizeWaitMillis: 200 } },
  speed: 0.1,
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
    {
      ...{ kind: 'sequence', unless: threeLead },
      facts: [
        threeAgreeOn3,
        fact('voteChanged', { server: 3, to: 4, rule: 'id' }),
        fact('leaderEstablished', { server: 4 }),
      ],
    },
  ],
  forbidden: [eventually(fact('leaderEstablished', { server: { oneOf: [1, 2, 5] } }))],
  breakRule: {
    rule: 'smallQuorum',
    then: [
      ...[act(open(1)), act(open(2)), until(now(serving(), 2)), wait(100)],
      ...[act(crash(1)), act(crash(2)), wait(100)],
      ...[act(open(4)), act(open(5)), until(now(serving(), 2)), wait(100)],
    ],
  },
  par: 7,
  solution: [
    act(open(1)),
    wait(200),
    act(open(2)),
    until(eventually(fact('voteChanged', { server: 1, to: 2 }))),
    wait(300),
    mark('two'),
    wait(20),
    act(open(3)),
    until(now(serving(), 3)),
    act(open(4)),
    until(now(serving(), 4)),
    act(open(5)),
    until(now(serving(), 5)),
    wait(100),
    back('two'),
    act(open(3)),
    until(eventually(threeAgreeOn3)),
    wait(50),
    act(open(4)),
    until(now(serving(), 4)),
    wait(50),
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
      task:
        'Open 1 and 2 and see how they vote. Open 3. When it leads, open 4, and then 5.\n' +
        'Then go back on the time tape to before 3 was there. Open 3 again, and 4 within the two seconds in which ' +
        'nobody leads yet: who wins now?',
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
        'In another future 4 comes while three still wait for a better vote: they change it, and 4 leads',
      ],
      forbidden: ['Another server than 3 or 4 became the leader.'],
      hints: [
        'Two of five are no quorum: 1 and 2 agree on 2, and nothing comes of it.',
        'Open 4 only when 3 leads. An election that is still going on takes every better ballot.',
        'All in order: 1, 2, wait for 1 to change its vote, 3, wait until three serve, 4, 5.',
        'In the other future, from 1 and 2 alone: 3, and as soon as three vote for 3, 4. A pause stops the clock.',
      ],
      moral:
        'The id is only the last tie-break, and it counts only while people are looking. The third ' +
        'server makes the quorum, so the best of those three wins. Who comes later asks, hears ' +
        'FOLLOWING and LEADING from a quorum, and follows: a bigger id does not depose a leader. But whoever ' +
        'has a quorum waits 200 ms (finalizeWait) for a better ballot, and who comes in that time can win.',
      breakRule:
        'From the beginning again, with two of five for a quorum. Open 1 and 2: they have a leader at once. Kill both ' +
        'at their seats, and open 4 and 5, who never heard of them. Invariants, at the top, sees two leaders of one epoch.',
    },
    'zh-CN': {
      title: '逐台上线',
      hook:
        '五个席位，全部空着。单独启动的 ZooKeeper 服务器处于“寻找 LOOKING”状态：先投自己一票，然后等。' +
        '要有领导者 leader，必须拿到全部五票中的过半数，和此刻有几台在线无关。',
      question: '依次启动 1、2、3，隔一会儿启动 4，再启动 5。最后谁是领导者？',
      options: { two: '服务器 2', three: '服务器 3', five: '服务器 5：id 最大的赢' },
      task:
        '启动 1 和 2，观察它们的投票。再启动 3。等 3 成为领导者之后启动 4，最后是 5。\n' +
        '然后把时间带拉回 3 还没启动的时候。再启动 3，趁还没人当上领导者的那两秒启动 4：这回谁赢？',
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
        '五台都在服务，领导者从头到尾只有 3，而且 1 至 3 没有谁改投 4 或 5',
        '另一个未来：三台还在等更优的选票，4 到了，它们改投 4，4 成为领导者',
      ],
      forbidden: ['3 和 4 以外的服务器当上了领导者。'],
      hints: [
        '五台里的两台不够法定人数：1 和 2 都同意选 2，但选不出结果。',
        '等 3 当上领导者再启动 4。选举还没结束时，更优的选票随时会被采纳。',
        '完整顺序：1、2，等 1 改票，然后 3，等三台都开始服务，再 4、5。',
        '另一个未来，从只有 1 和 2 的时候开始：启动 3，等三台都投 3，马上启动 4。来不及就先暂停。',
      ],
      moral:
        'id 只是最后一级的平局裁决，而且只在大家都 LOOKING 时才起作用。第三台凑齐法定人数，' +
        '所以赢的是这三台里最优的那个。后来者一问，得到的是过半数的 FOLLOWING 和 LEADING 应答，' +
        '于是直接跟随：id 再大也不会把现任领导者赶下台。' +
        '不过凑齐法定人数之后，还要等 200 毫秒（finalizeWait）看有没有更优的选票，这段时间里来的仍可能赢。',
      breakRule:
        '回到起点，但五台里两台就算法定人数。启动 1 和 2：马上就有领导者。在席位上把两台都杀死，再启动从没听说过它们的 4 和 5。' +
        '上方的“不变式”会看到：一个纪元里有了两个领导者。',
    },
  },
};

export default lesson;
