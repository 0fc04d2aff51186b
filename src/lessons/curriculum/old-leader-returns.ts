// Lesson 9: what becomes of a log entry that only a dead leader holds, when that leader returns: TRUNC as
// long as nobody has gone on, SNAP when somebody has.

import type { Lesson } from '../../vocabulary/lesson.ts';
import { act, all, back, client, crash, create, eventually, fact, mark, never } from '../write.ts';
import {
  now,
  open,
  run,
  sameTree,
  sequence,
  serving,
  until,
  upAndServing,
  wait,
} from '../write.ts';

const LOST = { path: '/lost' } as const;
const returns = fact('started', { server: 3 });
const goesOn = fact('committed', { path: '/next' });
const synced = (mode: string) => fact('syncDecided', { learner: 3, mode });

const lesson: Lesson = {
  id: 'old-leader-returns',
  formatVersion: 1,
  world: { seed: 9, participants: 3, observers: 0 },
  speed: 0.1,
  setup: [
    ...upAndServing([1, 2, 3]),
    ...client(1, 3),
    act(run(1, create('/shared'))),
    until(eventually(fact('answered', { client: 1, outcome: 'ok' }))),
    wait(50),
    // The leader logs /lost alone and dies. Its client goes on with the same session elsewhere: a new
    // session would be a transaction of the new epoch.
    act({ kind: 'partition', groups: [[3], [1, 2]], silent: true }),
    act(run(1, create('/lost'))),
    until(eventually(fact('proposalLogged', { ...LOST, server: 3 }))),
    wait(20),
    act(crash(3)),
    wait(20),
    act({ kind: 'healAll' }),
    act({ kind: 'moveClient', client: 1, server: 1 }),
    until(now(serving(), 2)),
    until(now(fact('client', { client: 1, state: 'SyncConnected' }))),
    wait(100),
  ],
  bet: {
    settled: sequence(returns, fact('syncDecided', { learner: 3 })),
    options: [
      { id: 'merged', when: eventually(fact('applied', LOST)) },
      { id: 'cut', when: eventually(fact('historyTruncated', { server: 3, removedCount: 1 })) },
      { id: 'snap', when: eventually(synced('SNAP')) },
    ],
  },
  moves: [
    { id: 'open-3', steps: [open(3)] },
    { id: 'create', steps: [run(1, create('/next'))] },
  ],
  goals: [
    { kind: 'sequence', facts: [returns, synced('TRUNC')], unless: goesOn },
    eventually(fact('historyTruncated', { server: 3, removedCount: 1 })),
    sequence(goesOn, returns, synced('SNAP')),
    all(eventually(fact('applied', { path: '/next' })), never(fact('applied', LOST)), sameTree(3)),
  ],
  forbidden: [],
  breakRule: {
    rule: 'forgetTruncation',
    then: [act(open(3)), wait(500), act(run(1, create('/next'))), wait(500)],
  },
  par: 3,
  solution: [
    mark('alone'),
    wait(20),
    act(open(3)),
    until(now(serving(), 3)),
    wait(50),
    back('alone'),
    act(run(1, create('/next'))),
    until(eventually(fact('answered', { client: 1, outcome: 'ok' }))),
    wait(50),
    act(open(3)),
    until(now(serving(), 3)),
    wait(100),
  ],
  wrong: [act(open(3)), until(now(serving(), 3)), act(run(1, create('/next'))), wait(300)],
  text: {
    en: {
      title: 'The old leader returns',
      hook:
        'Leader 3 wrote /lost into its own log and died before anybody heard of it. 1 and 2 have ' +
        'elected 2, in epoch 2. On the disk of server 3 there is an entry that never happened.',
      question:
        'You open 3 now, before 2 has committed anything in its epoch. What becomes of /lost?',
      options: {
        merged: 'It is merged in: nothing that is on a disk is thrown away',
        cut: 'It is cut off: TRUNC',
        snap: 'The whole tree of 3 is replaced: SNAP',
      },
      task:
        'Open 3 and see. Then go back to the beginning, let the client create /next in the new epoch ' +
        'first, and open 3 only after that.',
      moves: { 'open-3': 'Open 3', create: 'create /next' },
      goals: [
        'Nothing has been committed since: the leader sends 3 a TRUNC',
        '3 cuts exactly one entry from its log',
        'In another future epoch 2 has gone on: now 3 is sent a SNAP',
        'All three have one tree, with /next and without /lost',
      ],
      forbidden: [],
      hints: [
        'In Why under Sync is the decision, with both zxids and the rule.',
        'Drag the time tape’s knob to its left end: there the lesson begins again, and the first future stays.',
        'Future one: open 3. Future two: create /next, wait for its answer, open 3.',
      ],
      moral:
        'Logs are not merged. What was not committed is taken back: by TRUNC if the leader’s history ' +
        'simply ends earlier, and by SNAP if it has gone on in a newer epoch, for since ' +
        'ZOOKEEPER-1413 (3.5) a TRUNC may not cross an epoch. A new session would also have been a ' +
        'transaction: that is why this client kept its old one.',
      breakRule:
        'From the beginning again, but TRUNC is answered and not done. Open 3, create /next, and see what its log is worth.',
    },
    'zh-CN': {
      title: '旧领导者归来',
      hook:
        '领导者 leader 3 把 /lost 写进自己的日志，没等任何一台收到就死了。1 和 2 选出了 2，进入纪元 epoch 2。' +
        '服务器 3 的磁盘上躺着一条从未发生过的记录。',
      question: '趁 2 在新纪元里还没有提交任何东西，现在启动服务器 3，/lost 会怎样？',
      options: {
        merged: '合并进来：落了盘的不会扔掉',
        cut: '被截掉：TRUNC',
        snap: '3 的整棵树被换掉：SNAP',
      },
      task: '启动 3，看看结果。然后退回到最初，先让客户端在新纪元里创建 /next，之后再启动 3。',
      moves: { 'open-3': '启动 3', create: 'create /next' },
      goals: [
        '其间没有提交过任何东西：领导者给 3 发 TRUNC',
        '3 从日志里恰好截掉一条',
        '另一个未来里，纪元 2 已经往前走了：这次发给 3 的是 SNAP',
        '三台的树一模一样：有 /next，没有 /lost',
      ],
      forbidden: [],
      hints: [
        '“缘由”里只看同步，就能看到这个决定：双方的 zxid 和所依据的规则。',
        '把时间带上的圆圈拖到最左端，课程从头再来，第一个未来仍然保留。',
        '未来一：启动 3。未来二：create /next，等到应答，启动 3。',
      ],
      moral:
        '日志不做合并。没有提交过的要收回：领导者的历史只是更短，就用 TRUNC；它已经在新纪元里往前走了，就用 SNAP，' +
        '因为从 3.5（ZOOKEEPER-1413）起 TRUNC 不得跨纪元。新建会话也是一个事务，所以这里的客户端一直沿用旧会话。',
      breakRule: '回到起点，但 TRUNC 只应答、不执行。启动 3，创建 /next，看看 3 的日志还值什么。',
    },
  },
};

export default lesson;
