// Lesson 11: an observer learns everything, serves reads, and counts for nothing in a quorum.

import type { Lesson } from '../../vocabulary/lesson.ts';
import {
  act,
  all,
  client,
  crash,
  create,
  eventually,
  fact,
  get,
  never,
  now,
  open,
} from '../write.ts';
import { run, runAndWait, sequence, serving, until, upAndServing, wait } from '../write.ts';

const A = { path: '/a' } as const;
const lost = fact('roleChanged', { server: 3, reason: 'quorumLost' });

const lesson: Lesson = {
  id: 'observer',
  formatVersion: 1,
  world: { seed: 11, participants: 3, observers: 1 },
  speed: 0.05,
  setup: [
    ...upAndServing([1, 2, 3]),
    ...upAndServing([4]),
    until(now(serving(), 4)),
    ...client(1, 4),
    wait(100),
  ],
  bet: {
    settled: eventually(fact('committed', A)),
    options: [
      { id: 'two', when: eventually(fact('committed', { ...A, votersCount: 2 })) },
      { id: 'three', when: eventually(fact('committed', { ...A, votersCount: 3 })) },
      { id: 'four', when: eventually(fact('committed', { ...A, votersCount: 4 })) },
    ],
  },
  moves: [
    { id: 'create', steps: [run(1, create('/a'))] },
    { id: 'get', steps: [run(1, get('/a'))] },
    { id: 'kill-2', steps: [crash(2)] },
    { id: 'kill-1', steps: [crash(1)] },
    { id: 'open-1', steps: [open(1)] },
    { id: 'kill-4', steps: [crash(4)] },
  ],
  goals: [
    sequence(
      fact('requestForwarded', { server: 4, op: 'create' }),
      fact('committed', A),
      fact('packetSent', { ...A, type: 'INFORM', peer: 4 }),
      fact('applied', { ...A, server: 4 }),
    ),
    all(
      eventually(fact('committed', A)),
      never(fact('packetSent', { ...A, type: 'PROPOSAL', peer: 4 })),
      never(fact('ackCounted', { learner: 4 })),
    ),
    sequence(
      fact('applied', { ...A, server: 4 }),
      fact('asked', { client: 1, op: 'getData', ...A }),
      fact('answered', { client: 1, op: 'getData', ...A, outcome: 'ok' }),
    ),
    all(
      ...[1, 2].map((server) => ({
        ...({ kind: 'sequence', unless: fact('crashed', { server: 4 }) } as const),
        facts: [fact('crashed', { server }), lost],
      })),
    ),
    all(
      sequence(lost, fact('started', { server: 1 }), fact('leaderEstablished')),
      now(fact('server', { server: 4, up: false })),
      now(serving(), 2),
    ),
  ],
  forbidden: [eventually(fact('crashed', { server: 3 }))],
  breakRule: null,
  par: 6,
  solution: [
    ...runAndWait(1, create('/a')),
    ...runAndWait(1, get('/a')),
    act(crash(2)),
    wait(100),
    act(crash(1)),
    until(eventually(lost)),
    act(open(1)),
    wait(5),
    act(crash(4)),
    until(now(serving(), 2)),
    wait(100),
  ],
  wrong: [...runAndWait(1, create('/a')), act(crash(4)), wait(300), act(crash(2)), wait(1_000)],
  text: {
    en: {
      title: 'The observer',
      hook:
        'Three voters and one observer, server 4, dotted. A client sits at 4 and writes through it. ' +
        'With four machines: is it a faster ensemble? One that survives more?',
      question: 'How many ACKs must the leader have counted before it may commit /a?',
      options: { two: 'Two', three: 'Three', four: 'Four' },
      task:
        'Create /a through the observer and read it there. Then kill 2 and 1, and see what the observer ' +
        'is worth. Open 1 again, and do without the observer.',
      moves: {
        create: 'create /a at the observer',
        get: 'get /a at the observer',
        'kill-2': 'Kill 2',
        'kill-1': 'Kill 1',
        'open-1': 'Open 1',
        'kill-4': 'Kill the observer',
      },
      goals: [
        'The observer passes the write on, and is told INFORM when it is committed',
        'It was sent no PROPOSAL, and no ACK of it was counted',
        'It serves reads itself',
        'Two of three voters gone: no quorum, with the observer up and well',
        'One voter back, and without the observer there is a leader again',
      ],
      forbidden: ['The leader was killed: this is about the others.'],
      hints: [
        'In Why, under Writes, the commit lists its voters.',
        'After 2 and 1 are dead, give leader 3 half a second to notice.',
        'create; get; kill 2; kill 1; wait for LOOKING; open 1; kill the observer.',
      ],
      moral:
        'An observer is told what was committed, forwards writes and answers reads: it adds readers, even ' +
        'far away, and costs no write an ACK. But it has no vote. More voters do not make writes faster ' +
        'either: each write then needs more ACKs.',
      breakRule: null,
    },
    'zh-CN': {
      title: '观察者',
      hook:
        '三个投票者，加一个观察者 observer：服务器 4，点线圆圈。客户端连在 4 上，通过它来写。' +
        '四台机器了，集群会更快吗？更抗故障吗？',
      question: '领导者要收到几个 ACK，才可以提交 /a？',
      options: { two: '两个', three: '三个', four: '四个' },
      task: '通过观察者创建 /a，再在它上面读。然后杀死 2 和 1，看看观察者顶不顶用。重新启动 1，这次不要观察者。',
      moves: {
        create: '在观察者上 create /a',
        get: '在观察者上 get /a',
        'kill-2': '杀死 2',
        'kill-1': '杀死 1',
        'open-1': '启动 1',
        'kill-4': '杀死观察者',
      },
      goals: [
        '观察者转发了写请求，提交时收到 INFORM',
        '没有给它发过 PROPOSAL，也没有计过它的 ACK',
        '读请求由它自己应答',
        '三个投票者少了两个：观察者好端端的，照样不过半',
        '一个投票者回来后，不靠观察者也重新有了领导者 leader',
      ],
      forbidden: ['杀死了领导者：本课说的是其他人。'],
      hints: [
        '“缘由”里只看写入，提交那一行列出了投票者。',
        '杀死 2 和 1 之后，给领导者 3 半秒钟去发觉。',
        'create；get；杀死 2；杀死 1；等到显示“寻找 LOOKING”；启动 1；杀死观察者。',
      ],
      moral:
        '观察者只被告知结果，它转发写、应答读：加它等于加读能力，放到远处也行，而且不给写入添一个 ACK。' +
        '但它没有投票权。反过来，多加投票者也不会让写更快：每次写入要等的 ACK 反而更多。',
      breakRule: null,
    },
  },
};

export default lesson;
