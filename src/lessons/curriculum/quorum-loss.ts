// Lesson 6: without a quorum nothing is served, not even reads; with it again everything is there.

import type { Lesson } from '../../vocabulary/lesson.ts';
import {
  act,
  all,
  atLeast,
  client,
  crash,
  create,
  eventually,
  fact,
  get,
  now,
  open,
} from '../write.ts';
import { run, runAndWait, sequence, serving, set, until, upAndServing, wait } from '../write.ts';

const lost = fact('roleChanged', { server: 3, reason: 'quorumLost' });
const read = { client: 1, op: 'getData', path: '/data' } as const;

const lesson: Lesson = {
  id: 'quorum-loss',
  formatVersion: 1,
  world: { seed: 6, participants: 5, observers: 0 },
  speed: 0.2,
  setup: [
    ...upAndServing([1, 2, 3]),
    ...upAndServing([4, 5]),
    until(now(serving(), 5)),
    ...client(1, 1),
    ...runAndWait(1, create('/data')),
    ...runAndWait(1, set('/data', 'one')),
    wait(100),
  ],
  bet: {
    settled: sequence(lost, fact('asked', read), fact('answered', read)),
    options: [
      {
        id: 'value',
        when: {
          kind: 'sequence',
          facts: [lost, fact('answered', { ...read, outcome: 'ok' })],
          unless: fact('started'),
        },
      },
      { id: 'waits', when: sequence(lost, fact('asked', read), fact('answered', read)) },
      { id: 'down', when: eventually(fact('halted')) },
    ],
  },
  moves: [
    { id: 'kill-5', steps: [crash(5)] },
    { id: 'kill-4', steps: [crash(4)] },
    { id: 'set', steps: [run(1, set('/data', 'two'))] },
    { id: 'kill-2', steps: [crash(2)] },
    { id: 'get', steps: [run(1, get('/data'))] },
    { id: 'open-4', steps: [open(4)] },
  ],
  goals: [
    all(
      ...[4, 5].map((server) => ({
        kind: 'sequence' as const,
        facts: [
          fact('crashed', { server }),
          fact('answered', { client: 1, op: 'setData', outcome: 'ok', data: 'two' }),
        ],
        unless: fact('crashed', { server: { oneOf: [1, 2, 3] } }),
      })),
    ),
    eventually(lost),
    sequence(lost, fact('asked', read), fact('started')),
    sequence(lost, fact('started'), fact('leaderEstablished', { epoch: { min: 2 } })),
    all(
      sequence(lost, fact('started'), fact('answered', { ...read, outcome: 'ok', data: 'two' })),
      now(serving(), 3),
      atLeast(1, fact('crashed')),
    ),
  ],
  forbidden: [eventually(fact('crashed', { server: { oneOf: [1, 3] } }))],
  breakRule: {
    rule: 'smallQuorum',
    then: [
      ...[act(crash(5)), act(crash(4)), act(crash(2)), wait(600)],
      ...runAndWait(1, set('/data', 'two')),
      wait(50),
      // What it comes to: two others are a quorum too, and neither has the write.
      ...[act(crash(1)), act(crash(3)), act(open(2)), act(open(4))],
      until(now(serving(), 2)),
      wait(100),
    ],
  },
  par: 6,
  solution: [
    act(crash(5)),
    act(crash(4)),
    wait(50),
    ...runAndWait(1, set('/data', 'two')),
    act(crash(2)),
    until(eventually(lost)),
    act(run(1, get('/data'))),
    wait(400),
    act(open(4)),
    until(eventually(fact('answered', read))),
    wait(50),
  ],
  wrong: [
    act(crash(5)),
    act(crash(4)),
    ...runAndWait(1, set('/data', 'two')),
    ...runAndWait(1, get('/data')),
    wait(1_000),
  ],
  text: {
    en: {
      title: 'No quorum, no service',
      hook:
        'Five servers tolerate two failures. What if a third dies? Two healthy machines are left, each ' +
        'with all the data on its disk and in its memory, and a client that only wants to read.',
      question: 'Two of five are left. The client asks one of them: get /data. What happens?',
      options: {
        value: 'It gets the value: reads are local',
        waits: 'Nothing is answered until a quorum is there again',
        down: 'The servers crash',
      },
      task:
        'Kill 5 and 4 and set /data to two: that still works. Kill 2 and wait. Then read, look at what ' +
        'happens, and open 4 again before the client gives up (four seconds).',
      moves: {
        'kill-5': 'Kill 5',
        'kill-4': 'Kill 4',
        set: 'set /data two',
        'kill-2': 'Kill 2',
        get: 'get /data',
        'open-4': 'Open 4',
      },
      goals: [
        'With three of five the write is still committed',
        'Left with one follower, leader 3 gives up its role by itself',
        'A read that is asked for now gets no value',
        'With a third server there is a new epoch',
        'The read is answered: what was written before the loss is there',
      ],
      forbidden: ['A server that should have survived was killed: 1 or 3.'],
      hints: [
        'The leader looks around every tick: does a quorum still hear me? Give it half a second.',
        'Read after the leader has stepped down, not before.',
        'Kill 5, 4; set; kill 2; wait for LOOKING; get; open 4.',
      ],
      moral:
        'Without a quorum nobody can know whether the others have moved on, so nobody serves: neither ' +
        'writes nor reads, unless read-only mode was switched on. ZooKeeper gives up availability for ' +
        'consistency. Four servers tolerate no more than three do: a quorum of four is three.',
      breakRule:
        'From the beginning again, with two of five for a quorum. Kill 5, 4 and 2: the two that are left go on, and ' +
        'set /data two is acknowledged. Invariants, at the top, names the rule. Then see what it protects from: kill 1 and 3 at their ' +
        'seats and open 2 and 4. They are two of five as well, they serve, and the write is lost.',
    },
    'zh-CN': {
      title: '不过半，不服务',
      hook:
        '五台服务器容许两台故障。第三台也挂了呢？还剩两台健康的机器，数据都在磁盘和内存里，' +
        '而客户端只不过想读一下。',
      question: '五台只剩两台。客户端向其中一台执行 get /data，会怎样？',
      options: {
        value: '读到值：读本来就是本地的',
        waits: '在重新过半之前，得不到任何应答',
        down: '服务器崩溃',
      },
      task:
        '杀死 5 和 4，把 /data 设为 two：这还行得通。再杀死 2，等一会儿。然后去读，看看发生什么，' +
        '并在客户端放弃之前（四秒内）重新启动 4。',
      moves: {
        'kill-5': '杀死 5',
        'kill-4': '杀死 4',
        set: 'set /data two',
        'kill-2': '杀死 2',
        get: 'get /data',
        'open-4': '启动 4',
      },
      goals: [
        '五台剩三台，写入照样提交',
        '只剩一个跟随者时，领导者 3 主动退位',
        '此刻发出的读请求拿不到值',
        '第三台回来，进入新的纪元 epoch',
        '那次读得到了应答：失去法定人数 quorum 之前写下的都还在',
      ],
      forbidden: ['本该活着的服务器 1 或 3 被杀死了。'],
      hints: [
        '领导者每个 tick 都要看一眼：还有过半的人听得到我吗？给它半秒钟。',
        '等领导者退位之后再读，不要提前。',
        '杀死 5、4；set；杀死 2；等到显示“寻找 LOOKING”；get；启动 4。',
      ],
      moral:
        '不过半的一侧无从知道别人是否已经往前走了，所以干脆不服务：不能写，也不能读（除非开启了只读模式）。' +
        'ZooKeeper 选择一致性，放弃可用性。另外，四台并不比三台更能容错：四台的法定人数是三。',
      breakRule:
        '回到起点，但五台里两台就算法定人数。杀死 5、4 和 2：剩下的两台照常工作，set /data two 也得到应答，' +
        '上方的“不变式”会说出被违反的规则。再看看它防的是什么：在席位上杀死 1 和 3，启动 2 和 4。它们也是五台里的两台，' +
        '照样提供服务，而那次写入丢了。',
    },
  },
};

export default lesson;
