// Lesson 4: one write from a client at a follower to its answer, with one disk that is slow.

import type { Lesson } from '../../vocabulary/lesson.ts';
import { act, before, client, create, eventually, fact, never, now, run } from '../write.ts';
import { runAndWait, sequence, serving, until, upAndServing, all, wait } from '../write.ts';
import type { LabStep } from '../../vocabulary/steps.ts';

const SLOW: LabStep = { kind: 'slowDisk', server: 5, millis: 300 };
const A = { path: '/a' } as const;

const lesson: Lesson = {
  id: 'path-of-a-write',
  formatVersion: 1,
  world: { seed: 4, participants: 5, observers: 0 },
  speed: 0.005,
  setup: [
    ...upAndServing([1, 2, 3]),
    ...upAndServing([4, 5]),
    until(now(serving(), 5)),
    ...client(1, 2),
    wait(100),
  ],
  bet: {
    settled: eventually(fact('committed', A)),
    options: [
      { id: 'all', when: eventually(fact('committed', { ...A, votersCount: 5 })) },
      { id: 'quorum', when: eventually(fact('committed', { ...A, votersCount: 3 })) },
      { id: 'one', when: eventually(fact('committed', { ...A, votersCount: 1 })) },
    ],
  },
  moves: [
    { id: 'slow', steps: [SLOW] },
    { id: 'create', steps: [run(1, create('/a'))] },
  ],
  goals: [
    sequence(
      fact('asked', { client: 1, op: 'create' }),
      fact('requestForwarded', { server: 2, op: 'create' }),
      fact('proposed', { ...A, server: 3 }),
    ),
    before(
      fact('proposalLogged', A),
      fact('packetSent', { ...A, type: 'ACK', server: { oneOf: [1, 2, 4, 5] } }),
      'server',
      'zxid',
    ),
    { kind: 'commitAtQuorum', fact: fact('committed', { ...A, server: 3 }) },
    sequence(
      fact('applied', { ...A, server: 2 }),
      fact('replied', { server: 2, op: 'create', err: 0 }),
      fact('answered', { client: 1, ...A, outcome: 'ok' }),
    ),
    sequence(
      fact('answered', { client: 1, ...A, outcome: 'ok' }),
      fact('proposalLogged', { ...A, server: 5 }),
    ),
    all(never(fact('crashed')), eventually(fact('applied', { ...A, server: 5 }))),
  ],
  forbidden: [],
  breakRule: {
    rule: 'commitWithProposal',
    then: [...runAndWait(1, create('/a')), wait(100)],
  },
  par: 2,
  solution: [
    act(SLOW),
    ...runAndWait(1, create('/a')),
    until(eventually(fact('applied', { ...A, server: 5 }))),
    wait(20),
  ],
  wrong: [...runAndWait(1, create('/a')), wait(500)],
  text: {
    en: {
      title: 'The path of a write',
      hook:
        'Five servers, 3 leads. A client sits at follower 2 and creates /a. Time runs two hundred ' +
        'times slower here: one write takes seconds, and you can follow its zxid.',
      question: 'The disk of server 5 is slow. When is /a committed?',
      options: {
        all: 'When all five have acknowledged it',
        quorum: 'When three have; the leader counts as one of them',
        one: 'As soon as the leader has it on disk',
      },
      task: 'Make the disk of 5 slow, then create /a through server 2. See who acknowledges, and when the client hears.',
      moves: { slow: 'Slow disk on 5 (300 ms)', create: 'create /a at server 2' },
      goals: [
        'Server 2 passes the request on to the leader, which proposes it to all',
        'Every server logs the proposal on disk before its ACK leaves',
        'The commit comes with the very ACK that makes the quorum',
        'Server 2 applies the write itself, and then it is the one that answers',
        'The client has its answer before 5 has the write on disk',
        'Nobody was switched off: late as it is, 5 applies the write too',
      ],
      forbidden: [],
      hints: [
        'The slow disk has to be there before the write.',
        'If /a is there already, go back before it, on the time tape at the bottom.',
        'After the answer let time run on: 300 ms take a while at this speed. Make it faster.',
      ],
      moral:
        'REQUEST to the leader, PROPOSAL to all, log, ACK, and at a quorum COMMIT: the leader counts ' +
        'itself when its own disk is done. No answer of a follower can veto: this is not two-phase ' +
        'commit, there is no abort. The client is answered by the server it sits at, when that one ' +
        'has applied the write, so it reads its own writes there.',
      breakRule:
        'From the beginning again, but followers get COMMIT together with PROPOSAL. Create /a and see which rule Invariants, at the top, shows as broken.',
    },
    'zh-CN': {
      title: '一次写入的旅程',
      hook:
        '五台服务器，3 是领导者 leader。客户端连在跟随者 2 上，要创建 /a。' +
        '这里的时间慢了两百倍，一次写入要走好几秒，足够你盯住它的 zxid。',
      question: '服务器 5 的磁盘很慢。/a 什么时候提交？',
      options: {
        all: '五台都确认之后',
        quorum: '三台确认之后（领导者自己也算一台）',
        one: '领导者自己落盘之后',
      },
      task: '先让 5 的磁盘变慢，再通过服务器 2 创建 /a。看谁在什么时候发 ACK，客户端又在什么时候得到应答。',
      moves: { slow: '让 5 的磁盘变慢（300 毫秒）', create: '在服务器 2 上 create /a' },
      goals: [
        '服务器 2 把请求转给领导者，由领导者向所有人发出提议 PROPOSAL',
        '每台都先把提议落盘，然后才发出 ACK',
        '凑够法定人数 quorum 的那个 ACK 一到，立即提交',
        '服务器 2 自己应用 apply 了这次写入，再由它应答客户端',
        '5 还没落盘，客户端就已经得到应答',
        '全程没有人关机：5 再慢，最后也应用了这次写入',
      ],
      forbidden: [],
      hints: [
        '要在写入之前就让磁盘变慢。',
        '如果 /a 已经写过了，就用底部的时间带退回到写入之前。',
        '应答之后让时间继续走。这个速度下 300 毫秒要等一阵，把速度调快些。',
      ],
      moral:
        'REQUEST 给领导者，PROPOSAL 发给所有人，落盘，ACK，过半即 COMMIT；领导者自己落盘后也算一票。' +
        '没有哪个跟随者能否决，所以它不是两阶段提交，根本没有 abort。应答客户端的是它所连的那台服务器，' +
        '而且是在那台应用之后，因此客户端在那里总能读到自己的写。',
      breakRule:
        '回到起点，但 COMMIT 随 PROPOSAL 一起发给跟随者。创建 /a，看上方的“不变式”说哪条规则被违反。',
    },
  },
};

export default lesson;
