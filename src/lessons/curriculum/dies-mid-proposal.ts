// Lesson 8: the leader dies in the middle of a proposal. Three futures of one past: kept, lost, and kept
// although nobody was ever told COMMIT.

import type { Lesson } from '../../vocabulary/lesson.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import {
  act,
  all,
  atLeast,
  back,
  client,
  crash,
  create,
  eventually,
  fact,
  mark,
  never,
} from '../write.ts';
import { now, run, sequence, serving, until, upAndServing, wait } from '../write.ts';

const X = { path: '/x' } as const;
const CUT: LabStep = { kind: 'partition', groups: [[5], [2, 3, 4]], silent: true };
const DEAF: readonly LabStep[] = [2, 3, 4].map((from) => ({
  kind: 'cutWay',
  from,
  to: 5,
  on: true,
}));
const HEAL: LabStep = { kind: 'healAll' };
const died = fact('crashed', { server: 5 });
const logged = (server: number) => sequence(fact('proposalLogged', { ...X, server }), died);
const inTheNewEpoch = fact('applied', X);

const lesson: Lesson = {
  id: 'dies-mid-proposal',
  formatVersion: 1,
  world: { seed: 8, participants: 5, observers: 0 },
  speed: 0.05,
  setup: [
    ...upAndServing([1, 2, 3, 4, 5]),
    ...client(1, 5),
    act(run(1, create('/before'))),
    until(atLeast(5, fact('applied', { path: '/before' }), 'server')),
    wait(100),
  ],
  bet: {
    settled: sequence(fact('proposalLogged', { ...X, server: 1 }), died, fact('leaderEstablished')),
    options: [
      {
        id: 'lost',
        when: all(
          sequence(died, fact('leaderEstablished', { server: { not: 1 } })),
          never(inTheNewEpoch),
        ),
      },
      { id: 'kept', when: sequence(died, fact('leaderEstablished', { server: 1 })) },
    ],
  },
  moves: [
    { id: 'cut', steps: [CUT] },
    { id: 'deaf', steps: DEAF },
    { id: 'create', steps: [run(1, create('/x'))] },
    { id: 'kill-5', steps: [crash(5)] },
    { id: 'kill-1', steps: [crash(1)] },
    { id: 'heal', steps: [HEAL] },
  ],
  goals: [
    all(
      logged(1),
      sequence(died, fact('leaderEstablished', { server: 1 })),
      never(fact('crashed', { server: 1 })),
      atLeast(3, inTheNewEpoch, 'server'),
    ),
    all(
      logged(1),
      sequence(fact('crashed', { server: 1 }), fact('leaderEstablished', { server: 4 })),
      never(inTheNewEpoch),
      now(serving(), 3),
    ),
    all(
      ...[2, 3, 4].map(logged),
      never(fact('committed', { ...X, server: 5 })),
      sequence(died, fact('leaderEstablished')),
      atLeast(3, inTheNewEpoch, 'server'),
    ),
    eventually(fact('answered', { client: 1, ...X, outcome: 'unknown' })),
  ],
  forbidden: [],
  breakRule: {
    rule: 'ackBeforeDisk',
    then: [act(run(1, create('/x'))), wait(100), act(crash(5)), wait(800)],
  },
  par: 12,
  solution: [
    mark('before'),
    wait(20),
    // A: 1 alone has it, and takes part.
    act(CUT),
    act(run(1, create('/x'))),
    until(eventually(fact('proposalLogged', { ...X, server: 1 }))),
    wait(20),
    act(crash(5)),
    mark('dead'),
    wait(20),
    act(HEAL),
    until(now(serving(), 4)),
    wait(50),
    // B: the same past, but 1 does not take part.
    back('dead'),
    act(crash(1)),
    wait(20),
    act(HEAL),
    until(now(serving(), 3)),
    wait(50),
    // C: all log it, the leader hears of none.
    back('before'),
    ...DEAF.map(act),
    act(run(1, create('/x'))),
    until(atLeast(3, fact('proposalLogged', X), 'server')),
    wait(50),
    act(crash(5)),
    wait(20),
    act(HEAL),
    until(now(serving(), 4)),
    wait(50),
  ],
  wrong: [act(run(1, create('/x'))), wait(100), act(crash(5)), wait(3_000)],
  text: {
    en: {
      title: 'The leader dies mid-proposal',
      hook:
        'Leader 5 proposes /x and dies before it could commit. The client gets ConnectionLoss and ' +
        'knows nothing. Is /x there tomorrow? In three futures you will see both answers, and why.',
      question:
        'Only server 1 has logged /x when the leader dies, and 1 takes part in the election. What becomes of /x?',
      options: {
        lost: 'It is gone: it never had a quorum',
        kept: 'It is there: server 1 brings it along',
      },
      task:
        'A: cut 5 off from 2, 3, 4, create /x, kill 5, heal.\n' +
        'B: go back before the healing and kill 1 as well.\n' +
        'C: go back to the beginning, make 5 deaf instead of cutting it off, and do it again.',
      moves: {
        cut: 'Cut 5 | 2 3 4',
        deaf: '5 no longer hears 2, 3, 4',
        create: 'create /x at the leader',
        'kill-5': 'Kill 5',
        'kill-1': 'Kill 1',
        heal: 'Heal all links',
      },
      goals: [
        'A: 1 alone has logged /x; it wins the election by its zxid, and /x is applied by a quorum',
        'B: 1 does not take part; 4 leads, and /x is nowhere',
        'C: all had logged /x, nobody was told COMMIT, and /x survives whoever leads',
        'The client was told neither: ConnectionLoss',
      ],
      forbidden: [],
      hints: [
        'Only 1 can hear 5 after the cut, so only 1 logs. Wait until it has before you kill 5.',
        'Goals that you met in one future stay met: go back and make another.',
        'Heal a moment after 5 is dead. Before that, healing would deliver what waits in the links.',
      ],
      moral:
        'What a quorum has logged is never lost, told or not: every future quorum contains one that has ' +
        'it, and the highest zxid wins. What fewer have logged may live or die, by who takes part. So ' +
        'ConnectionLoss means unknown: read before you retry, or make the operation safe to repeat.',
      breakRule:
        'From the beginning again, but disks answer before they have written. Create /x, kill 5 at once, and see what an ACK is then worth.',
    },
    'zh-CN': {
      title: '提议途中，领导者死了',
      hook:
        '领导者 leader 5 提议了 /x，还没来得及提交就死了。客户端得到 ConnectionLoss，什么都不知道。' +
        '明天 /x 还在吗？你会在三个未来（分支）里看到两种答案，以及原因。',
      question: '领导者死时只有服务器 1 把 /x 写进了日志，而且 1 参加了选举。/x 会怎样？',
      options: {
        lost: '没了：它从未过半',
        kept: '还在：服务器 1 把它带过去',
      },
      task:
        'A：切断 5 与 2、3、4，创建 /x，杀死 5，恢复全部链路。\n' +
        'B：退回到恢复之前，把 1 也杀死。\n' +
        'C：退回到最初，这次不切断，而是让 5 听不见别人，再来一遍。',
      moves: {
        cut: '切断 5 | 2 3 4',
        deaf: '5 听不见 2、3、4',
        create: '在领导者上 create /x',
        'kill-5': '杀死 5',
        'kill-1': '杀死 1',
        heal: '恢复全部链路',
      },
      goals: [
        'A：只有 1 记下了 /x；它凭 zxid 赢得选举，过半服务器应用了 /x',
        'B：1 没有参加；4 成为领导者，哪里都没有 /x',
        'C：人人都记下了 /x，却没人收到 COMMIT；不管谁领导，/x 都还在',
        '客户端什么准信都没有：ConnectionLoss',
      ],
      forbidden: [],
      hints: [
        '切断之后只有 1 听得到 5，所以只有 1 会写日志。等它写完再杀 5。',
        '在某个未来里达成的目标不会丢：退回去，另开一个未来。',
        '杀死 5 之后稍等片刻再恢复链路。否则堵在链路里的东西会送达。',
      ],
      moral:
        '法定人数 quorum 已经写进日志的，绝不会丢，不管有没有告知过谁：以后任何一个法定人数里都有人持有它，' +
        '而 zxid 最大者当选。没有过半的，是死是活要看谁来参加。所以 ConnectionLoss 的意思是“不知道”：' +
        '重试之前先读一下，或者让操作本身可以安全地重复。',
      breakRule: '回到起点，但磁盘没写完就应答。创建 /x，立刻杀死 5，看看这样的 ACK 还值什么。',
    },
  },
};

export default lesson;
