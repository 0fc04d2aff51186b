// Lesson 3: election, discovery, synchronization, broadcast, and that no write comes before the last.

import type { Lesson } from '../../vocabulary/lesson.ts';
import { act, all, before, create, eventually, fact, now, open, openClient } from '../write.ts';
import { run, runAndWait, sequence, serving, until, wait } from '../write.ts';

const phases = (server: number) =>
  sequence(
    fact('phaseChanged', { server, phase: 'discovery' }),
    fact('phaseChanged', { server, phase: 'synchronization' }),
    fact('phaseChanged', { server, phase: 'broadcast' }),
  );
const established = fact('leaderEstablished');
const proposed = fact('proposed');

const lesson: Lesson = {
  id: 'four-phases',
  formatVersion: 1,
  world: { seed: 3, participants: 3, observers: 0 },
  speed: 0.05,
  setup: [],
  bet: {
    settled: eventually(proposed),
    options: [
      {
        id: 'elected',
        when: { kind: 'eventually', fact: proposed, unless: fact('epochProposed') },
      },
      { id: 'epoch', when: { kind: 'eventually', fact: proposed, unless: established } },
      { id: 'acked', when: sequence(fact('newLeaderAcked', { have: 2 }), established, proposed) },
    ],
  },
  moves: [
    ...[1, 2, 3].map((server) => ({ id: `open-${String(server)}`, steps: [open(server)] })),
    { id: 'client', steps: [openClient(1)] },
    { id: 'create', steps: [run(1, create('/first'))] },
  ],
  goals: [
    all(phases(1), phases(2), phases(3)),
    sequence(
      fact('electionDecided', { how: 'quorumOfLooking' }),
      fact('epochProposed', { have: 2 }),
      fact('epochAccepted', { epoch: 1 }),
      fact('epochAcked', { have: 2 }),
      fact('syncDecided'),
    ),
    all(
      before(fact('newLeaderAcked', { have: 2 }), established, 'server'),
      before(established, proposed, 'server'),
    ),
    eventually(fact('proposed', { zxid: '0x100000001', op: 'createSession' })),
    sequence(
      fact('proposed', { path: '/first', zxid: { same: 'z' } }),
      fact('committed', { zxid: { same: 'z' } }),
      fact('answered', { client: 1, op: 'create', outcome: 'ok' }),
    ),
  ],
  forbidden: [],
  breakRule: null,
  par: 5,
  solution: [
    ...[1, 2, 3].map((server) => act(open(server))),
    until(now(serving(), 3)),
    act(openClient(1)),
    until(now(fact('client', { client: 1, state: 'SyncConnected' }))),
    ...runAndWait(1, create('/first')),
    wait(50),
  ],
  wrong: [act(open(1)), act(openClient(1)), act(run(1, create('/first'))), wait(2_000)],
  text: {
    en: {
      title: 'Four phases',
      hook:
        'An election only names a candidate. Under every server is a bar of four cells: E, D, S, B. ' +
        'Step from decision to decision and see what has to be agreed before the first write.',
      question: 'What must have happened before the leader may propose its first write?',
      options: {
        elected: 'It was elected: that is enough',
        epoch: 'A quorum accepted its new epoch',
        acked: 'A quorum holds its history on disk and said so',
      },
      task:
        'Open all three servers and step by decisions (the double arrow at the bottom, or N) until all are in B. Then open a client ' +
        'at server 1 and let it create /first.',
      moves: {
        'open-1': 'Open 1',
        'open-2': 'Open 2',
        'open-3': 'Open 3',
        client: 'Open a client at 1',
        create: 'create /first',
      },
      goals: [
        'Each server goes through discovery, synchronization and broadcast, in this order',
        'The new epoch is offered to a quorum (LEADERINFO), accepted on disk and confirmed (ACKEPOCH); then histories are compared',
        'The leader is established by a quorum’s ACKs of NEWLEADER, and proposes nothing before',
        'The first transaction of epoch 1 has zxid 0x100000001: it opens the client’s session',
        '/first is proposed, committed and answered',
      ],
      forbidden: [],
      hints: [
        'The double arrow (N) goes to the next decision, the single one (the full stop) to the next event.',
        'A session is a transaction too: look at the first proposal in Why under Writes.',
        'Open 1, 2, 3; wait until all three serve; open the client; create /first.',
      ],
      moral:
        'Election finds the server with the best history. Discovery takes an epoch that nobody of the ' +
        'quorum has seen: FOLLOWERINFO, LEADERINFO, ACKEPOCH. Synchronization gives everybody that ' +
        'history, and NEWLEADER must be acknowledged by a quorum, from disk. Only then UPTODATE, and ' +
        'broadcast from counter 1. A leader that skipped a phase could lose what was committed.',
      breakRule: null,
    },
    'zh-CN': {
      title: '四个阶段',
      hook:
        '选举只是提出人选。每台服务器下方有一条四格进度：选、发、同、播。' +
        '一个决定一个决定地往前走，看看第一次写入之前，大家必须先就什么达成一致。',
      question: '领导者 leader 要为第一次写入发出提议 PROPOSAL，在此之前必须发生什么？',
      options: {
        elected: '当选就够了',
        epoch: '法定人数 quorum 接受了它的新纪元 epoch',
        acked: '法定人数 quorum 已把它的历史落盘，并且确认过',
      },
      task: '启动三台服务器，用底部的双箭头（或 N）跳到下一个决定，直到都进入“播”。再在服务器 1 上打开一个客户端，创建 /first。',
      moves: {
        'open-1': '启动 1',
        'open-2': '启动 2',
        'open-3': '启动 3',
        client: '在 1 上打开客户端',
        create: 'create /first',
      },
      goals: [
        '每台服务器依次经过发现 discovery、同步 synchronization、广播 broadcast',
        '新纪元发给法定人数（LEADERINFO），落盘接受并回复（ACKEPOCH），然后才比较历史',
        '法定人数对 NEWLEADER 的 ACK 确立了领导者，在此之前没有任何提议 PROPOSAL',
        '纪元 1 的第一个事务，zxid 是 0x100000001：内容是建立客户端的会话',
        '/first 被提议、提交，并得到应答',
      ],
      forbidden: [],
      hints: [
        '双箭头（N）跳到下一个决定，单箭头（句点）跳到下一个事件。',
        '建立会话也是一个事务：在“缘由”里只看写入，找到第一个提议。',
        '启动 1、2、3，等三台都在服务，打开客户端，再 create /first。',
      ],
      moral:
        '选举 election 找出历史最全的那台。发现 discovery 用 FOLLOWERINFO、LEADERINFO、ACKEPOCH ' +
        '定下一个法定人数里谁都没见过的纪元。同步 synchronization 让所有人拥有同一份历史，' +
        'NEWLEADER 必须由法定人数落盘后确认。然后才有 UPTODATE，广播 broadcast 从计数 1 开始。' +
        '少走一步，已提交的数据就可能丢。',
      breakRule: null,
    },
  },
};

export default lesson;
