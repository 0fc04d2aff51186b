// Lesson 5: a read is answered by the server that is asked, from what it has applied; sync waits in line.

import type { Lesson } from '../../vocabulary/lesson.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import { act, any, atLeast, client, create, eventually, fact, get, now, run } from '../write.ts';
import { runAndWait, sequence, serving, set, until, upAndServing, wait } from '../write.ts';

const SLOW: LabStep = { kind: 'slowLink', a: 3, b: 4, millis: 200 };
const CFG = '/cfg';
const wrote = fact('answered', { client: 1, op: 'setData', outcome: 'ok', data: 'new' });
const asks = fact('asked', { client: 2, op: 'getData', path: CFG });
const reads = (data: string) =>
  fact('answered', { client: 2, op: 'getData', path: CFG, outcome: 'ok', data });
const synced = fact('answered', { client: 2, op: 'sync', outcome: 'ok' });

const lesson: Lesson = {
  id: 'reads-are-local',
  formatVersion: 1,
  world: { seed: 5, participants: 5, observers: 0 },
  speed: 0.05,
  setup: [
    ...upAndServing([1, 2, 3]),
    ...upAndServing([4, 5]),
    until(now(serving(), 5)),
    ...client(1, 1),
    ...client(2, 4),
    act(run(1, create(CFG))),
    ...runAndWait(1, set(CFG, 'old')),
    until(atLeast(5, fact('applied', { path: CFG, op: 'setData' }), 'server')),
    wait(100),
  ],
  bet: {
    settled: any(sequence(wrote, asks, reads('old')), sequence(wrote, asks, reads('new'))),
    options: [
      { id: 'new', when: eventually(reads('new'), reads('old')) },
      { id: 'old', when: sequence(wrote, asks, reads('old')) },
      { id: 'waits', when: eventually(reads('new')) },
    ],
  },
  moves: [
    { id: 'slow', steps: [SLOW] },
    { id: 'set', steps: [run(1, set(CFG, 'new'))] },
    { id: 'get', steps: [run(2, get(CFG))] },
    { id: 'sync', steps: [run(2, { kind: 'sync', path: CFG })] },
    { id: 'own', steps: [run(1, get(CFG))] },
  ],
  goals: [
    sequence(wrote, asks, reads('old')),
    sequence(
      wrote,
      fact('asked', { client: 1, op: 'getData', path: CFG }),
      fact('answered', { client: 1, op: 'getData', path: CFG, data: 'new' }),
    ),
    {
      ...{ kind: 'sequence', unless: reads('new') },
      facts: [reads('old'), fact('asked', { client: 2, op: 'sync' }), synced],
    },
    sequence(reads('old'), synced, asks, reads('new')),
  ],
  forbidden: [],
  breakRule: null,
  par: 6,
  solution: [
    act(SLOW),
    ...runAndWait(1, set(CFG, 'new')),
    ...runAndWait(2, get(CFG)),
    ...runAndWait(1, get(CFG)),
    act(run(2, { kind: 'sync', path: CFG })),
    until(eventually(synced)),
    ...runAndWait(2, get(CFG)),
    wait(50),
  ],
  wrong: [
    act(SLOW),
    ...runAndWait(1, set(CFG, 'new')),
    wait(400),
    ...runAndWait(2, get(CFG)),
    ...runAndWait(1, get(CFG)),
    wait(100),
  ],
  text: {
    en: {
      title: 'Reads are local',
      hook:
        'Client 1 writes at server 1, gets its answer, and calls client 2: “it is done, look”. Client 2 ' +
        'looks, at server 4, whose link to the leader is slow.',
      question: 'The write is answered. Client 2 reads at once. What does it get?',
      options: {
        new: 'The new value: the write was committed',
        old: 'The old value',
        waits: 'It waits until 4 has caught up, then the new value',
      },
      task:
        'Slow the link, let client 1 write, and as soon as it is answered let client 2 read. Then let ' +
        'client 2 sync, and read again.',
      moves: {
        slow: 'Slow link 3–4 (+200 ms)',
        set: 'Client 1: set /cfg new',
        get: 'Client 2: get /cfg',
        sync: 'Client 2: sync /cfg',
        own: 'Client 1: get /cfg',
      },
      goals: [
        'Client 2 asks after the write was answered, and reads the old value',
        'Client 1 itself reads its own write at once',
        'Client 2 syncs, with the old value in hand, and the answer comes',
        'After the sync client 2 reads the new value',
      ],
      forbidden: [],
      hints: [
        'You have 200 ms of virtual time: four seconds at this speed. Pause and step if you like.',
        'Too late, and client 2 read the new value? Go back to just after the write was answered.',
        'Slow; set; get by client 2; get by client 1; sync; wait for its answer; get.',
      ],
      moral:
        'Writes are linearizable, reads are not: each comes from what this server has applied. What ' +
        'ZooKeeper promises is order: you never see time go backwards, and your own writes are in it. ' +
        'sync goes to the leader and returns behind every COMMIT that was under way on the same link, ' +
        'first in, first out; it is no quorum operation of its own.',
      breakRule: null,
    },
    'zh-CN': {
      title: '读是本地的',
      hook:
        '客户端 1 在服务器 1 上写完，拿到应答，打电话给客户端 2：“写好了，你看看。”' +
        '于是客户端 2 在服务器 4 上看，而 4 到领导者 leader 的链路很慢。',
      question: '写入已经得到应答，客户端 2 马上去读。读到什么？',
      options: {
        new: '新值：写入已经提交了',
        old: '旧值',
        waits: '等 4 追上之后，读到新值',
      },
      task: '先让链路变慢，客户端 1 写入，一得到应答就让客户端 2 去读。然后客户端 2 执行 sync，再读一次。',
      moves: {
        slow: '让 3–4 变慢（+200 毫秒）',
        set: '客户端 1：set /cfg new',
        get: '客户端 2：get /cfg',
        sync: '客户端 2：sync /cfg',
        own: '客户端 1：get /cfg',
      },
      goals: [
        '写入已得到应答，客户端 2 之后才问，读到的却是旧值',
        '客户端 1 自己立刻读到自己写入的值',
        '客户端 2 手里还是旧值，执行 sync，等到应答',
        'sync 之后，客户端 2 读到新值',
      ],
      forbidden: [],
      hints: [
        '你有 200 毫秒虚拟时间，这个速度下是四秒。也可以暂停，逐步走。',
        '晚了，客户端 2 已经读到新值？退回到写入刚得到应答的时候。',
        '变慢；set；客户端 2 get；客户端 1 get；sync；等应答；get。',
      ],
      moral:
        '写是线性一致的，读不是：读到的是这台服务器已经应用的状态。ZooKeeper 承诺的是顺序：时间不会倒流，' +
        '自己的写一定在里面。sync 走到领导者再回来，同一条链路先进先出，所以它排在所有在途的 COMMIT 之后；' +
        '它本身并不是一次法定人数 quorum 操作。',
      breakRule: null,
    },
  },
};

export default lesson;
