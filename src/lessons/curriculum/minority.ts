// Lesson 7: a cut with the leader on the smaller side. Both sides get a write; one of them happens.

import type { Lesson } from '../../vocabulary/lesson.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import { act, all, atLeast, client, create, eventually, fact, never, now, run } from '../write.ts';
import { sameTree, sequence, serving, until, upAndServing, wait } from '../write.ts';

const CUT: LabStep = {
  kind: 'partition',
  groups: [
    [1, 3],
    [2, 4, 5],
  ],
  silent: true,
};
const HEAL: LabStep = { kind: 'healAll' };
const LEFT = { path: '/left' } as const;
const RIGHT = { path: '/right' } as const;
const cut = fact('did', { step: 'partition' });

const lesson: Lesson = {
  id: 'minority',
  formatVersion: 1,
  world: { seed: 7, participants: 5, observers: 0 },
  speed: 0.1,
  setup: [
    ...upAndServing([1, 2, 3]),
    ...upAndServing([4, 5]),
    until(now(serving(), 5)),
    ...client(1, 1),
    ...client(2, 4),
    act(run(1, create('/before'))),
    until(atLeast(5, fact('applied', { path: '/before' }), 'server')),
    wait(100),
  ],
  bet: {
    settled: all(
      sequence(cut, fact('proposed', { ...LEFT, server: 3 })),
      eventually(fact('committed', RIGHT)),
      eventually(fact('did', { step: 'healAll' })),
      sameTree(5),
    ),
    options: [
      {
        id: 'both',
        when: all(eventually(fact('applied', LEFT)), eventually(fact('applied', RIGHT))),
      },
      { id: 'left', when: eventually(fact('applied', LEFT)) },
      { id: 'right', when: eventually(fact('applied', RIGHT)) },
    ],
  },
  moves: [
    { id: 'cut', steps: [CUT] },
    { id: 'left', steps: [run(1, create('/left'))] },
    { id: 'right', steps: [run(2, create('/right'))] },
    { id: 'heal', steps: [HEAL] },
  ],
  goals: [
    {
      ...{ kind: 'sequence', unless: fact('committed', LEFT) },
      facts: [cut, fact('proposed', { ...LEFT, server: 3 })],
    },
    sequence(cut, fact('roleChanged', { server: 3, from: 'LEADING', to: 'LOOKING' })),
    sequence(cut, fact('leaderEstablished', { epoch: { min: 2 }, server: { oneOf: [2, 4, 5] } })),
    sequence(
      cut,
      fact('committed', RIGHT),
      fact('answered', { client: 2, ...RIGHT, outcome: 'ok' }),
    ),
    all(
      sequence(fact('committed', RIGHT), fact('did', { step: 'healAll' })),
      sameTree(5),
      never(fact('applied', LEFT)),
      sequence(
        fact('proposed', LEFT),
        fact('answered', { client: 1, ...LEFT, outcome: 'unknown' }),
      ),
    ),
  ],
  forbidden: [eventually(fact('crashed'))],
  breakRule: {
    rule: 'smallQuorum',
    then: [
      act(CUT),
      act(run(1, create('/left'))),
      until(now(serving({ epoch: { min: 2 } }), 3), 20_000),
      until(now(fact('client', { client: 2, state: 'SyncConnected' }))),
      act(run(2, create('/right'))),
      wait(500),
    ],
  },
  par: 4,
  solution: [
    act(CUT),
    act(run(1, create('/left'))),
    until(now(serving({ epoch: { min: 2 } }), 3), 20_000),
    until(now(fact('client', { client: 2, state: 'SyncConnected' }))),
    act(run(2, create('/right'))),
    until(eventually(fact('answered', { client: 2, ...RIGHT }))),
    wait(100),
    act(HEAL),
    until(all(now(serving(), 5), sameTree(5)), 20_000),
    wait(100),
  ],
  wrong: [
    act(run(1, create('/left'))),
    wait(200),
    act(CUT),
    act(run(2, create('/right'))),
    wait(3_000),
    act(HEAL),
    wait(3_000),
  ],
  text: {
    en: {
      title: 'Cut in two',
      hook:
        'A switch fails: leader 3 and follower 1 are on one side, 2, 4 and 5 on the other. No server is ' +
        'down, and each side has a client that writes. For a moment two servers will believe that they lead.',
      question:
        'Client 1 creates /left in the minority, client 2 /right in the majority. What is there after healing?',
      options: {
        both: 'Both: the histories are joined',
        left: '/left: the true leader was on that side',
        right: '/right only',
      },
      task:
        'Cut, and at once let client 1 write. When the majority has a leader of its own, let client 2 ' +
        'write and get its answer. Then heal, and wait until all five agree.',
      moves: {
        cut: 'Cut {1 3} | {2 4 5}',
        left: 'Client 1: create /left',
        right: 'Client 2: create /right',
        heal: 'Heal all links',
      },
      goals: [
        'Leader 3 proposes /left and cannot commit it',
        '3 hears no quorum any more and steps down',
        'The majority elects its own leader, in a higher epoch',
        '/right is committed there and its client answered',
        'After healing all five have one tree, with /right; /left was never applied, and client 1 knows nothing',
      ],
      forbidden: ['A server was killed: the cut alone is enough.'],
      hints: [
        'The old leader steps down after syncLimit, half a second here: /left must be proposed before.',
        'What client 2 asks before the majority has its new leader ends as ConnectionLoss: its server was between leaders.',
        'Cut; /left; wait for the new leader; /right; heal; wait.',
      ],
      moral:
        'Two servers may believe they lead, but to commit takes a quorum, and two quorums of one ensemble ' +
        'always share a member. So the minority can propose and never commit, and on its return takes ' +
        'the majority’s history. This is why there is no split brain, and why an even number gains nothing.',
      breakRule:
        'From the beginning again, but 2 of 5 are a quorum. Cut, create /left, then /right, and heal: whose write counts now?',
    },
    'zh-CN': {
      title: '一分为二',
      hook:
        '交换机坏了：领导者 leader 3 和跟随者 1 在一边，2、4、5 在另一边。没有一台宕机，两边各有一个客户端在写。' +
        '有那么一会儿，会有两台服务器都以为自己是领导者。',
      question:
        '客户端 1 在少数派一侧创建 /left，客户端 2 在多数派一侧创建 /right。网络恢复之后有什么？',
      options: {
        both: '两个都在：历史会合并',
        left: '/left：真正的领导者在那边',
        right: '只有 /right',
      },
      task: '切断网络，立刻让客户端 1 写。等多数派有了自己的领导者，让客户端 2 写，拿到应答。再恢复网络，等五台达成一致。',
      moves: {
        cut: '切断 {1 3} | {2 4 5}',
        left: '客户端 1：create /left',
        right: '客户端 2：create /right',
        heal: '恢复全部链路',
      },
      goals: [
        '领导者 3 提议了 /left，却提交不了',
        '3 听不到过半的服务器，主动退位',
        '多数派在更高的纪元 epoch 里选出自己的领导者',
        '/right 在那边提交，它的客户端得到应答',
        '恢复之后五台的树一致，有 /right；/left 从未被应用，客户端 1 什么准信都没有',
      ],
      forbidden: ['杀死了服务器：光是切断就够了。'],
      hints: [
        '旧领导者过了 syncLimit 就退位，这里是半秒：要赶在那之前提议 /left。',
        '多数派选出新领导者之前，客户端 2 发出的请求只会得到 ConnectionLoss：它的服务器正青黄不接。',
        '切断；/left；等新领导者；/right；恢复；等。',
      ],
      moral:
        '可以有两台都自认为是领导者，但提交需要法定人数 quorum，而同一个集群的任意两个法定人数必有交集。' +
        '所以少数派能提议、不能提交，回来之后接受多数派的历史。这就是不会脑裂的原因，也是偶数台占不到便宜的原因。',
      breakRule:
        '回到起点，但 5 台里 2 台就算法定人数。切断，创建 /left 和 /right，再恢复网络：现在谁的写入算数？',
    },
  },
};

export default lesson;
