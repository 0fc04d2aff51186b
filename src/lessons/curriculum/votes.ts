// Lesson 2: how two votes are compared. Five disks with different pasts; whoever is opened, the greatest
// (epoch, zxid, id) among a quorum leads, and once that is server 1.

import type { Lesson } from '../../vocabulary/lesson.ts';
import { act, all, any, back, client, crash, eventually, fact, mark, now, open } from '../write.ts';
import { create, runAndWait, serving, until, upAndServing, wait } from '../write.ts';

const leads = (server: number) => eventually(fact('leaderEstablished', { server }));

const lesson: Lesson = {
  id: 'votes',
  formatVersion: 1,
  world: { seed: 2, participants: 5, observers: 0 },
  speed: 0.2,
  setup: [
    // Epoch 1: 1 to 4 have the same, 5 has never been there.
    ...upAndServing([1, 2, 3, 4]),
    ...client(1, 1),
    ...runAndWait(1, create('/a')),
    wait(50),
    // Epoch 2 begins without 4, which comes back; then 2 misses a write.
    act(crash(4)),
    until(now(serving(), 3)),
    act(open(4)),
    until(now(serving(), 4)),
    act(crash(2)),
    ...runAndWait(1, create('/b')),
    wait(100),
    ...[1, 3, 4].map((server) => act(crash(server))),
    act({ kind: 'killClient', client: 1 }),
    wait(100),
  ],
  bet: {
    settled: any(leads(1), leads(2), leads(5)),
    options: [
      { id: 'one', when: leads(1) },
      { id: 'two', when: leads(2) },
      { id: 'five', when: leads(5) },
    ],
  },
  moves: [1, 2, 3, 4, 5].map((server) => ({ id: `open-${String(server)}`, steps: [open(server)] })),
  goals: [
    eventually(fact('voteChanged', { server: 5, rule: 'epoch' })),
    eventually(fact('voteChanged', { server: 2, rule: 'zxid', to: 1 })),
    all(leads(1), now(serving(), 3)),
    all(eventually(fact('voteChanged', { to: 4, rule: 'id' })), leads(4)),
  ],
  forbidden: [],
  breakRule: {
    rule: 'votesWithoutZxid',
    then: [...[1, 2, 5].map((server) => act(open(server))), wait(2_000)],
  },
  par: 6,
  solution: [
    mark('closed'),
    wait(20),
    ...[1, 2, 5].map((server) => act(open(server))),
    until(now(serving(), 3)),
    wait(50),
    back('closed'),
    ...[1, 3, 4].map((server) => act(open(server))),
    until(now(serving(), 3)),
    wait(50),
  ],
  wrong: [...[3, 4, 5].map((server) => act(open(server))), until(now(serving(), 3)), wait(200)],
  text: {
    en: {
      title: 'How votes compare',
      hook:
        'Four servers were switched off at different moments; 5 has never been up: its disk is empty. ' +
        '1, 3 and 4 have everything, 2 missed the last write of epoch 2. A vote is a triple: ' +
        'epoch, zxid, id.',
      question: 'You open 1, 2 and 5, just these. Who becomes the leader?',
      options: { one: 'Server 1', two: 'Server 2', five: 'Server 5' },
      task:
        'Open 1, 2 and 5 and read in Why which field decided each change of a vote. Then go back ' +
        'in time to where all were down, and choose three servers that differ only by their id.',
      moves: {
        'open-1': 'Open 1',
        'open-2': 'Open 2',
        'open-3': 'Open 3',
        'open-4': 'Open 4',
        'open-5': 'Open 5',
      },
      goals: [
        'Server 5 gives up its vote because of the epoch',
        'Server 2 gives way to 1, the lower id, because of the zxid',
        'Server 1 leads a quorum',
        'In another future: among equals the id decides, and 4 leads',
      ],
      forbidden: [],
      hints: [
        'Epochs are compared first, then zxids, and ids only if both are equal.',
        'The time tape at the bottom goes back. What you do there begins a branch of its own.',
        '1, 3 and 4 have the same epoch and the same last zxid.',
      ],
      moral:
        'The greater triple wins, field by field: who was in the newer epoch, who has the longer ' +
        'history in it, and only then who has the higher id. So whoever wins a quorum’s election ' +
        'holds every committed write. One thing comes before the triple: a ballot of an older ' +
        'election round is not compared at all, it is ignored.',
      breakRule:
        'From the beginning again, but votes ignore the zxid. Open 1, 2 and 5: who is elected, and why does it never lead?',
    },
    'zh-CN': {
      title: '选票如何比较',
      hook:
        '四台服务器在不同时刻关机，5 从未启动过，磁盘是空的。1、3、4 数据齐全；2 缺纪元 epoch 2 的最后一次写入。' +
        '一张选票是一个三元组：纪元、事务号 zxid、服务器 id。',
      question: '只启动 1、2、5 这三台，谁会成为领导者？',
      options: { one: '服务器 1', two: '服务器 2', five: '服务器 5' },
      task:
        '启动 1、2、5，在“缘由”里看每次改票是哪个字段说了算。然后把时间拨回全部关机的时刻，' +
        '另选三台只有 id 不同的服务器。',
      moves: {
        'open-1': '启动 1',
        'open-2': '启动 2',
        'open-3': '启动 3',
        'open-4': '启动 4',
        'open-5': '启动 5',
      },
      goals: [
        '服务器 5 因为纪元 epoch 较旧而改票',
        '服务器 2 因为 zxid 较小，改投 id 更小的 1',
        '服务器 1 带领法定人数 quorum 开始服务',
        '在另一个未来里：其余全都相等，由 id 裁决，4 当选',
      ],
      forbidden: [],
      hints: [
        '先比纪元，再比 zxid，两者都相同才比 id。',
        '底部的时间带可以回到过去。在过去动手，就会开出另一个未来（分支）。',
        '1、3、4 的纪元和最后的 zxid 完全一样。',
      ],
      moral:
        '三元组逐个字段比大小：先看谁经历过更新的纪元，再看谁在其中的历史更长，最后才轮到 id。' +
        '所以凭法定人数当选的那台，一定握有全部已提交的写入。三元组之前还有一关：轮次（round）更旧的选票' +
        '根本不参与比较，直接忽略。',
      breakRule: '回到起点，但选票不看 zxid。启动 1、2、5：谁会当选？为什么它始终领导不起来？',
    },
  },
};

export default lesson;
