// Lesson 17: one controller among brokers, the brokers' own ephemerals, and an epoch that outlives those who
// believe they still are the controller. Beside it the recipe, which wakes one where Kafka's race wakes all.

import type { Lesson } from '../../vocabulary/lesson.ts';
import type { RecipeName } from '../../vocabulary/recipe.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import { act, all, atLeast, client, create, eventually, exactly, fact, ls } from '../write.ts';
import { now, openClient, run, runAndWait, sequence, serving, set } from '../write.ts';
import { until, upAndServing, wait } from '../write.ts';

const BROKERS = [1, 2, 3] as const;
const ROOT = '/controller';
const EPOCH = '/controller_epoch';
const IDS = '/brokers/ids';
const ELECTION = '/election';
const follow = (number: number, recipe: RecipeName, root: string): LabStep => ({
  ...{ kind: 'startRecipe', client: number, recipe, root },
});
const race = (number: number): LabStep => follow(number, 'herdLock', ROOT);
const STAND = BROKERS.map((number) => follow(number, 'master', ELECTION));
const REGISTER = BROKERS.map((number) =>
  run(number, create(`${IDS}/${String(number)}`, { ephemeral: true })),
);
const LIST = run(2, ls(IDS, true));
const says = (number: number, what: string, root = ROOT) =>
  fact('recipe', { client: number, root, says: what });
const raised = (number: number, version: number) =>
  fact('answered', { client: number, op: 'setData', path: EPOCH, nodeVersion: version });
const listed = (count: number) =>
  fact('answered', { client: 2, op: 'getChildren', path: IDS, watch: true, childrenCount: count });
const changed = fact('watchHeard', { client: 2, path: IDS, event: 'NodeChildrenChanged' });
const registered = fact('answered', { op: 'create', outcome: 'ok', path: `${IDS}/1` });
/** Broker 1 again, with a session of its own. */
const RETURNED = 4;
const stale = { client: RETURNED, op: 'setData', path: EPOCH } as const;
const CUT: LabStep = { kind: 'moveClient', client: 1, server: null };
const cut = fact('did', { step: 'moveClient', client: 1, server: null });
const expired = fact('sessionExpired', { client: 1 });

/** Everybody races and stands, 1 is the controller, is cut off, and its session expires. */
const UP_TO_THE_CUT = [
  act(race(1)),
  until(eventually(says(1, 'holds'))),
  ...[2, 3].flatMap((number) => [act(race(number)), until(eventually(says(number, 'waits')))]),
  ...STAND.flatMap((step, at) => [
    act(step),
    until(eventually(says(at + 1, at === 0 ? 'holds' : 'waits', ELECTION))),
  ]),
  ...REGISTER.map(act),
  until(eventually(fact('answered', { client: 3, op: 'create', path: `${IDS}/3` }))),
  ...runAndWait(1, set(EPOCH, 'broker 1', 0)),
  act(LIST),
  until(eventually(listed(3))),
  act(CUT),
  until(all(eventually(says(2, 'holds')), eventually(says(2, 'holds', ELECTION)))),
];

const lesson: Lesson = {
  id: 'master',
  formatVersion: 1,
  world: { seed: 17, participants: 3, observers: 0 },
  speed: 0.2,
  setup: [
    ...upAndServing([1, 2, 3]),
    // Whoever is at the leader's server hears first of what is gone: broker 2.
    ...client(1, 1, 1_000),
    ...client(2, 3, 1_000),
    ...client(3, 2, 1_000),
    ...[ROOT, EPOCH, ELECTION, '/brokers', IDS].flatMap((path) => runAndWait(1, create(path))),
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
    ...BROKERS.map((number) => ({ id: `race-${String(number)}`, steps: [race(number)] })),
    { id: 'stand', steps: STAND },
    { id: 'register', steps: REGISTER },
    { id: 'list', steps: [LIST] },
    { id: 'epoch-1', steps: [run(1, set(EPOCH, 'broker 1', 0))] },
    { id: 'cut-1', steps: [CUT] },
    { id: 'epoch-2', steps: [run(2, set(EPOCH, 'broker 2', 1))] },
    { id: 'again', steps: [openClient(3)] },
    { id: 'stale', steps: [run(RETURNED, set(EPOCH, 'broker 1', 1))] },
    { id: 'blind', steps: [run(RETURNED, set(EPOCH, 'broker 1', -1))] },
  ],
  goals: [
    all(sequence(says(1, 'holds'), says(2, 'waits')), sequence(says(1, 'holds'), says(3, 'waits'))),
    eventually(raised(1, 1)),
    all(
      sequence(cut, expired, says(2, 'woken'), says(2, 'holds')),
      sequence(expired, says(3, 'woken'), says(3, 'waits')),
    ),
    all(
      sequence(says(1, 'holds', ELECTION), cut, expired, says(2, 'holds', ELECTION)),
      atLeast(3, fact('recipe', { recipe: 'master', root: ELECTION }), 'client'),
      exactly(1, fact('recipe', { root: ELECTION, says: 'woken' })),
    ),
    sequence(
      ...[registered, listed(3)],
      fact('sessionClosed', { client: 1, ephemerals: { has: `${IDS}/1` } }),
      ...[changed, listed(2)],
    ),
    sequence(says(2, 'holds'), raised(2, 2)),
    sequence(raised(2, 2), fact('answered', { ...stale, version: 1, error: 'BadVersion' })),
  ],
  forbidden: [eventually(fact('answered', { ...stale, outcome: 'ok' }))],
  breakRule: null,
  par: 16,
  solution: [
    ...UP_TO_THE_CUT,
    ...runAndWait(2, ls(IDS, true)),
    ...runAndWait(2, set(EPOCH, 'broker 2', 1)),
    ...client(RETURNED, 3),
    ...runAndWait(RETURNED, set(EPOCH, 'broker 1', 1)),
    wait(50),
  ],
  wrong: [
    ...UP_TO_THE_CUT,
    ...runAndWait(2, set(EPOCH, 'broker 2', 1)),
    ...client(RETURNED, 3),
    ...runAndWait(RETURNED, set(EPOCH, 'broker 1', -1)),
    wait(50),
  ],
  text: {
    en: {
      title: 'One controller',
      hook:
        'For ten years Kafka chose its controller like this: brokers race to create one ephemeral znode, and ' +
        'the losers watch it. Each broker also says that it is there by an ephemeral of its own below ' +
        '/brokers/ids. Which ZooKeeper server leads the ensemble has nothing to do with any of it.',
      question:
        'Broker 1 was the controller, was cut off, and is back with a new session. It did not notice that ' +
        'broker 2 took over, and writes with the version it knows. What is the answer?',
      options: {
        obeyed: 'ok: who is connected may write',
        refused: 'BadVersion',
        expired: 'SessionExpired',
      },
      task:
        'Let 1, 2 and 3 race, and stand for election by the recipe too; register them, let 2 list the ids with a ' +
        'watch, and 1 raise the controller epoch on condition of version 0.\n' +
        'Cut 1 off until 2 has taken over. Let 2 list the ids again and raise the controller epoch. Then let broker 1 ' +
        'return as client 4 and write what it believes.',
      moves: {
        'race-1': 'Broker 1: run for controller',
        'race-2': 'Broker 2: run for controller',
        'race-3': 'Broker 3: run for controller',
        stand: 'All three: stand for master, by the recipe',
        register: 'All three: create -e /brokers/ids/…',
        list: 'Broker 2: ls -w /brokers/ids',
        'epoch-1': 'Broker 1: set the controller epoch if version 0',
        'cut-1': 'Cut broker 1 off',
        'epoch-2': 'Broker 2: set the controller epoch if version 1',
        again: 'Broker 1 returns as client 4',
        stale: 'Client 4: set the controller epoch if version 1',
        blind: 'Client 4: set the controller epoch whatever the version',
      },
      goals: [
        'One wins and holds /controller/holder, the others watch it',
        'Controller 1 writes the first controller epoch: version 1 of /controller_epoch',
        'The session of 1 expires: the race wakes both losers, 2 takes over, and 3 waits again',
        'The recipe under /election, same expiry: one is woken, and it is the next master',
        '/brokers/ids/1 goes with the session of 1: broker 2 hears of it and lists two ids',
        'Controller 2 raises the controller epoch: version 2',
        'What the old controller writes by its old version is refused: BadVersion',
      ],
      forbidden: ['A stale controller was obeyed: it wrote without a condition.'],
      hints: [
        'The timeout of all brokers is one second: five of yours at this speed.',
        'The data does not matter here, the version does: it counts the writes to the znode.',
        'Race 1, 2, 3; stand; register; list; epoch if 0; cut off; wait for 2’s key; list; epoch if 1; return; set if 1.',
      ],
      moral:
        'The ephemeral znode says who may begin, the controller epoch says whose word counts. Kafka’s brokers ' +
        'refused commands of a lower controller epoch for just this reason. A race is good enough for a few; a queue ' +
        'of candidates wakes one however many wait. Since Kafka 4.0 all of it ' +
        'lives in Kafka’s own log (KRaft), where the leader of the log is the controller: one election ' +
        'instead of two, and no copy of the state to keep in step.',
      breakRule: null,
    },
    'zh-CN': {
      title: '唯一的 controller',
      hook:
        'Kafka 选 controller 的办法用了十年：各个 broker 抢着创建同一个临时节点，没抢到的就 watch 它。' +
        '每个 broker 还在 /brokers/ids 下用自己的临时节点表明自己在线。' +
        '至于 ZooKeeper 集群里谁是领导者 leader，和这些毫无关系。',
      question:
        'broker 1 原来是 controller，后来断线，现在带着新会话回来了。它没发觉 broker 2 已经接管，' +
        '仍按自己记得的版本去写。会得到什么？',
      options: { obeyed: 'ok：连得上就能写', refused: 'BadVersion', expired: 'SessionExpired' },
      task:
        '让 1、2、3 去抢，再按 recipe 参选一次；三个都注册，让 2 带 watch 列出 ids，由 1 推进 controller epoch，条件是版本为 0。\n' +
        '断开 1，直到 2 接管。让 2 再列一次 ids，再推进 controller epoch。然后让 broker 1 以客户端 4 的身份回来，写它自己以为对的东西。',
      moves: {
        'race-1': 'broker 1：竞选 controller',
        'race-2': 'broker 2：竞选 controller',
        'race-3': 'broker 3：竞选 controller',
        stand: '三个都按 recipe 参选 master',
        register: '三个都 create -e /brokers/ids/…',
        list: 'broker 2：ls -w /brokers/ids',
        'epoch-1': 'broker 1：版本为 0 则推进 controller epoch',
        'cut-1': '断开 broker 1',
        'epoch-2': 'broker 2：版本为 1 则推进 controller epoch',
        again: 'broker 1 以客户端 4 回来',
        stale: '客户端 4：版本为 1 则推进 controller epoch',
        blind: '客户端 4：不管版本，直接写 controller epoch',
      },
      goals: [
        '一个抢到 /controller/holder，其余的 watch 它',
        'controller 1 写下第一个 controller epoch：/controller_epoch 版本 1',
        '1 的会话过期：抢占方式把两个落选者都唤醒，2 接管，3 接着等',
        '/election 下的 recipe，同一次过期：只唤醒一个，它就是下一个 master',
        '/brokers/ids/1 随 1 的会话消失：broker 2 收到事件，列出的只剩两个 id',
        'controller 2 推进 controller epoch：版本 2',
        '旧 controller 按旧版本写入，被拒绝：BadVersion',
      ],
      forbidden: ['过期的 controller 得逞了：它的写入没有带条件。'],
      hints: [
        '三个 broker 的会话超时都是一秒，这个速度下相当于你的五秒。',
        '这里重要的不是数据，而是版本：它数的是这个节点被写过几次。',
        '1、2、3 依次竞选；参选；注册；列出；版本 0 推进；断开；等 2 拿到钥匙；再列出；版本 1 推进；回来；版本 1 推进。',
      ],
      moral:
        '临时节点决定谁可以上任，controller epoch 决定谁说了算。Kafka 的 broker 正是因此拒绝 controller epoch 更小的命令。' +
        '人少时抢占就够用；候选人排成队，不管多少个在等，每次也只唤醒一个。' +
        '从 Kafka 4.0 起，这些都搬进了 Kafka 自己的日志（KRaft）：日志的领导者就是 controller，' +
        '两次选举合成一次，也不再需要同步一份状态副本。',
      breakRule: null,
    },
  },
};

export default lesson;
