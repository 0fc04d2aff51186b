// Lesson 17: one controller among brokers, and an epoch that outlives those who believe they still are it.

import type { Lesson } from '../../vocabulary/lesson.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import {
  act,
  client,
  create,
  eventually,
  fact,
  now,
  openClient,
  run,
  runAndWait,
} from '../write.ts';
import { sequence, serving, set, until, upAndServing, wait } from '../write.ts';

const ROOT = '/controller';
const EPOCH = '/controller_epoch';
const race = (number: number): LabStep => ({
  ...{ kind: 'startRecipe', client: number, recipe: 'herdLock', root: ROOT },
});
const says = (number: number, what: string) =>
  fact('recipe', { client: number, root: ROOT, says: what });
const raised = (number: number, version: number) =>
  fact('answered', { client: number, op: 'setData', path: EPOCH, nodeVersion: version });
const stale = { client: 3, op: 'setData', path: EPOCH } as const;
const CUT: LabStep = { kind: 'moveClient', client: 1, server: null };

const lesson: Lesson = {
  id: 'master',
  formatVersion: 1,
  world: { seed: 17, participants: 3, observers: 0 },
  speed: 0.2,
  setup: [
    ...upAndServing([1, 2, 3]),
    ...client(1, 1, 1_000),
    ...client(2, 2, 1_000),
    ...runAndWait(1, create(ROOT)),
    ...runAndWait(1, create(EPOCH)),
    wait(100),
    until(now(serving(), 3)),
  ],
  bet: {
    settled: eventually(fact('answered', { ...stale, version: 1 })),
    options: [
      { id: 'obeyed', when: eventually(fact('answered', { ...stale, version: 1, outcome: 'ok' })) },
      {
        id: 'refused',
        when: eventually(fact('answered', { ...stale, version: 1, error: 'BadVersion' })),
      },
      { id: 'expired', when: eventually(fact('answered', { ...stale, error: 'SessionExpired' })) },
    ],
  },
  moves: [
    { id: 'race-1', steps: [race(1)] },
    { id: 'race-2', steps: [race(2)] },
    { id: 'epoch-1', steps: [run(1, set(EPOCH, 'broker 1', 0))] },
    { id: 'cut-1', steps: [CUT] },
    { id: 'epoch-2', steps: [run(2, set(EPOCH, 'broker 2', 1))] },
    { id: 'again', steps: [openClient(3)] },
    { id: 'stale', steps: [run(3, set(EPOCH, 'broker 1', 1))] },
    { id: 'blind', steps: [run(3, set(EPOCH, 'broker 1', -1))] },
  ],
  goals: [
    sequence(says(1, 'holds'), says(2, 'waits')),
    eventually(raised(1, 1)),
    sequence(
      fact('did', { step: 'moveClient', client: 1, server: null }),
      fact('sessionExpired', { client: 1 }),
      says(2, 'woken'),
      says(2, 'holds'),
    ),
    sequence(says(2, 'holds'), raised(2, 2)),
    sequence(raised(2, 2), fact('answered', { ...stale, version: 1, error: 'BadVersion' })),
  ],
  forbidden: [eventually(fact('answered', { ...stale, outcome: 'ok' }))],
  breakRule: null,
  par: 7,
  solution: [
    act(race(1)),
    until(eventually(says(1, 'holds'))),
    act(race(2)),
    until(eventually(says(2, 'waits'))),
    ...runAndWait(1, set(EPOCH, 'broker 1', 0)),
    act(CUT),
    until(eventually(says(2, 'holds'))),
    ...runAndWait(2, set(EPOCH, 'broker 2', 1)),
    ...client(3, 3),
    ...runAndWait(3, set(EPOCH, 'broker 1', 1)),
    wait(50),
  ],
  wrong: [
    act(race(1)),
    until(eventually(says(1, 'holds'))),
    act(race(2)),
    ...runAndWait(1, set(EPOCH, 'broker 1', 0)),
    act(CUT),
    until(eventually(says(2, 'holds'))),
    ...runAndWait(2, set(EPOCH, 'broker 2', 1)),
    ...client(3, 3),
    ...runAndWait(3, set(EPOCH, 'broker 1', -1)),
    wait(50),
  ],
  text: {
    en: {
      title: 'One controller',
      hook:
        'For ten years Kafka chose its controller so: brokers race to create one ephemeral znode, and ' +
        'the losers watch it. Which ZooKeeper server leads the ensemble has nothing to do with it.',
      question:
        'Broker 1 was the controller, was cut off, and is back with a new session. It did not notice that ' +
        'broker 2 took over, and writes with the version it knows. What is the answer?',
      options: {
        obeyed: 'ok: who is connected may write',
        refused: 'BadVersion',
        expired: 'SessionExpired',
      },
      task:
        'Let 1 and 2 race. Let 1 raise the epoch, on condition of version 0. Cut 1 off until 2 has taken over ' +
        'and raised it again. Then let broker 1 return as client 3 and write what it believes.',
      moves: {
        'race-1': 'Broker 1: run for controller',
        'race-2': 'Broker 2: run for controller',
        'epoch-1': '1: set epoch if version 0',
        'cut-1': 'Cut broker 1 off',
        'epoch-2': '2: set epoch if version 1',
        again: 'Broker 1 returns as client 3',
        stale: '3: set epoch if version 1',
        blind: '3: set epoch whatever the version',
      },
      goals: [
        'One wins and holds /controller/holder, the other watches it',
        'Controller 1 writes the first epoch: version 1 of /controller_epoch',
        'The session of 1 expires, 2 is woken and takes over',
        'Controller 2 raises the epoch: version 2',
        'What the old controller writes by its old version is refused: BadVersion',
      ],
      forbidden: ['A stale controller was obeyed: it wrote without a condition.'],
      hints: [
        'The timeout of both brokers is one second: five of yours at this speed.',
        'The data does not matter here, the version does: it counts the writes to the znode.',
        'Race 1, race 2, epoch if 0, cut off, wait for the key, epoch if 1, return, set if 1.',
      ],
      moral:
        'The ephemeral znode says who may begin, the epoch says whose word counts. Kafka’s brokers ' +
        'refused commands of a lower controller epoch for just this reason. Since Kafka 4.0 all of it ' +
        'lives in Kafka’s own log (KRaft), where the leader of the log is the controller: one election ' +
        'instead of two, and no copy of the state to keep in step.',
      breakRule: null,
    },
    'zh-CN': {
      title: '唯一的 controller',
      hook:
        'Kafka 选 controller 的办法用了十年：broker 们抢着创建同一个临时节点，没抢到的就 watch 它。' +
        '至于 ZooKeeper 集群里谁是领导者 leader，和这件事毫无关系。',
      question:
        'broker 1 原来是 controller，后来断线，现在带着新会话回来了。它没发觉 broker 2 已经接管，' +
        '仍按自己记得的版本去写。会得到什么？',
      options: { obeyed: 'ok：连得上就能写', refused: 'BadVersion', expired: 'SessionExpired' },
      task:
        '让 1 和 2 去抢。由 1 推进纪元，条件是版本为 0。断开 1，直到 2 接管并再次推进。' +
        '然后让 broker 1 以客户端 3 的身份回来，写它自己以为对的东西。',
      moves: {
        'race-1': 'broker 1：竞选 controller',
        'race-2': 'broker 2：竞选 controller',
        'epoch-1': '1：版本为 0 则推进纪元',
        'cut-1': '断开 broker 1',
        'epoch-2': '2：版本为 1 则推进纪元',
        again: 'broker 1 以客户端 3 回来',
        stale: '3：版本为 1 则推进纪元',
        blind: '3：不管版本，直接写',
      },
      goals: [
        '一个抢到 /controller/holder，另一个 watch 它',
        'controller 1 写下第一个纪元：/controller_epoch 版本 1',
        '1 的会话过期，2 被唤醒并接管',
        'controller 2 推进纪元：版本 2',
        '旧 controller 按旧版本写入，被拒绝：BadVersion',
      ],
      forbidden: ['过期的 controller 得逞了：它的写入没有带条件。'],
      hints: [
        '两个 broker 的会话超时都是一秒，这个速度下相当于你的五秒。',
        '这里重要的不是数据，而是版本：它数的是这个节点被写过几次。',
        '1 竞选，2 竞选，版本 0 推进，断开，等钥匙出现，版本 1 推进，回来，版本 1 推进。',
      ],
      moral:
        '临时节点决定谁可以上任，纪元决定谁说了算。Kafka 的 broker 正是因此拒绝 controller epoch 更小的命令。' +
        '从 Kafka 4.0 起，这些都搬进了 Kafka 自己的日志（KRaft）：日志的领导者就是 controller，' +
        '两次选举合成一次，也不再需要同步一份状态副本。',
      breakRule: null,
    },
  },
};

export default lesson;
