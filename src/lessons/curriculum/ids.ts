// Lesson 19: numbers from ZooKeeper: unique and rising, not without gaps, and each one is a quorum write, so
// they are better taken by the thousand.

import type { Lesson } from '../../vocabulary/lesson.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import {
  act,
  all,
  atLeast,
  client,
  create,
  eventually,
  exactly,
  fact,
  get,
  ls,
  now,
  run,
  runAndWait,
} from '../write.ts';
import { sequence, serving, set, until, upAndServing, wait } from '../write.ts';

const ID = create('/ids/n-', { sequential: true });
const move = (server: number | null): LabStep => ({ kind: 'moveClient', client: 1, server });
const unknown = fact('answered', { client: 1, op: 'create', outcome: 'unknown' });
const made = (number: number, who: number) =>
  fact('answered', { client: who, op: 'create', made: `/ids/n-000000000${String(number)}` });
const CLIENTS = [1, 2, 3, 4] as const;
const COUNTED = 6;
const LIST = run(3, ls('/ids'));
/** All that were given out, the one that nobody got among them. */
const listed = fact('answered', {
  client: 3,
  op: 'getChildren',
  path: '/ids',
  childrenCount: COUNTED,
});
const BLOCK = 1_000;
const take = (who: number, upTo: number, version: number): LabStep =>
  run(who, set('/counter', String(upTo), version));
const counted = { op: 'setData', path: '/counter', version: 0 } as const;

const lesson: Lesson = {
  id: 'ids',
  formatVersion: 1,
  world: { seed: 19, participants: 3, observers: 0 },
  speed: 0.05,
  setup: [
    ...upAndServing([1, 2, 3]),
    ...CLIENTS.flatMap((number) => client(number, ((number - 1) % 3) + 1)),
    ...runAndWait(1, create('/ids')),
    ...runAndWait(1, create('/counter')),
    // Writes take long enough for a reply to get lost by hand.
    ...[1, 2, 3].map((server) => act({ kind: 'slowDisk', server, millis: 150 })),
    wait(200),
    until(now(serving(), 3)),
  ],
  bet: {
    settled: sequence(unknown, fact('answered', { client: 1, op: 'create', outcome: 'ok' })),
    options: [
      { id: 'same', when: sequence(unknown, made(4, 1)) },
      { id: 'next', when: sequence(unknown, made(5, 1)) },
    ],
  },
  moves: [
    ...CLIENTS.map((number) => ({ id: `id-${String(number)}`, steps: [run(number, ID)] })),
    { id: 'cut', steps: [move(null)] },
    { id: 'back', steps: [move(1)] },
    { id: 'list', steps: [LIST] },
    ...[1, 2].map((number) => ({
      ...{ id: `take-${String(number)}`, steps: [take(number, BLOCK, 0)] },
    })),
    { id: 'read', steps: [run(2, get('/counter'))] },
    { id: 'take-again', steps: [take(2, 2 * BLOCK, 1)] },
  ],
  goals: [
    atLeast(4, fact('answered', { op: 'create', outcome: 'ok' }), 'made'),
    all(
      sequence(
        fact('asked', { client: 1, op: 'create' }),
        fact('did', { step: 'moveClient' }),
        unknown,
      ),
      atLeast(3, fact('applied', { path: '/ids/n-0000000004' }), 'server'),
    ),
    sequence(unknown, made(5, 1)),
    all(
      sequence(made(5, 1), listed),
      exactly(COUNTED - 1, fact('answered', { op: 'create', outcome: 'ok' })),
    ),
    all(
      eventually(fact('answered', { ...counted, outcome: 'ok', data: String(BLOCK) })),
      eventually(fact('answered', { ...counted, error: 'BadVersion' })),
    ),
    sequence(
      fact('answered', { ...counted, client: 2, error: 'BadVersion' }),
      fact('answered', { client: 2, op: 'getData', data: String(BLOCK), nodeVersion: 1 }),
      fact('answered', {
        ...{ client: 2, op: 'setData', path: '/counter', version: 1 },
        ...{ outcome: 'ok', data: String(2 * BLOCK) },
      }),
    ),
  ],
  forbidden: [],
  breakRule: null,
  par: 13,
  solution: [
    ...CLIENTS.flatMap((number) => runAndWait(number, ID)),
    act(run(1, ID)),
    wait(30),
    act(move(null)),
    until(eventually(unknown)),
    wait(500),
    act(move(1)),
    until(now(fact('client', { client: 1, state: 'SyncConnected' }))),
    ...runAndWait(1, ID),
    act(LIST),
    until(eventually(listed)),
    act(take(1, BLOCK, 0)),
    wait(20),
    act(take(2, BLOCK, 0)),
    until(eventually(fact('answered', { ...counted, client: 2 }))),
    wait(300),
    ...runAndWait(2, get('/counter')),
    ...runAndWait(2, set('/counter', String(2 * BLOCK), 1)),
    wait(50),
  ],
  wrong: [...[1, 2, 3, 4, 1].flatMap((number) => runAndWait(number, ID)), wait(100)],
  text: {
    en: {
      title: 'Numbers from ZooKeeper',
      hook:
        'Four clients need numbers that no two of them ever share. create -s gives one each. The disks ' +
        'are slow here, so that you can lose a reply by hand.',
      question:
        'Numbers 0 to 3 are given out. Client 1 asks for one more and loses its connection before the ' +
        'reply. It comes back and asks again. Which number does it get?',
      options: {
        same: '4: the first request did not count',
        next: '5: the first request had taken 4',
      },
      task:
        'A number for each client. Then ask once more for client 1, cut it off before the answer, let it ' +
        'back, and ask again. Let client 3 list /ids and count: who got how many?\n' +
        'Last, let clients 1 and 2 both take a thousand numbers from /counter, on condition of version 0. Whoever ' +
        'fails reads, and takes the next thousand.',
      moves: {
        'id-1': 'Client 1: create -s /ids/n-',
        'id-2': 'Client 2: create -s /ids/n-',
        'id-3': 'Client 3: create -s /ids/n-',
        'id-4': 'Client 4: create -s /ids/n-',
        cut: 'Cut client 1 off',
        back: 'Let client 1 back',
        list: 'Client 3: ls /ids',
        'take-1': 'Client 1: set /counter 1000 if version 0',
        'take-2': 'Client 2: set /counter 1000 if version 0',
        read: 'Client 2: get /counter',
        'take-again': 'Client 2: set /counter 2000 if version 1',
      },
      goals: [
        'Four different numbers',
        'The answer to client 1 is lost, yet its znode is on all three servers',
        'Asked again it gets 5: 4 belongs to nobody, a gap',
        'Counted: six znodes below /ids, five of them somebody’s: one gap',
        'A thousand in one write: of two who take them by the same version one gets 0 to 999, the other BadVersion',
        'Client 2 reads 1000, and gets 1000 to 1999: two thousand numbers for two writes',
      ],
      forbidden: [],
      hints: [
        'A write takes some 150 ms here: three seconds of yours. Cut client 1 off within that.',
        'If the answer was faster than you, go back to just after the question.',
        'Take both thousands in quick succession, 1 before 2: the condition is the version, not the order.',
        'What has been read tells both: which number comes next, and by which version to take it.',
      ],
      moral:
        'Sequential is unique and rising, not gapless: a lost reply leaves a number that nobody owns. ' +
        'Each number is a write that a quorum puts on disk: six of them cost more here than two thousand from ' +
        'a counter that is raised by 1000 with a conditional set and given out locally. A client that dies takes ' +
        'the rest of its block along: more gaps, which is the price. A failed condition is ' +
        'no error but the answer: somebody was faster.',
      breakRule: null,
    },
    'zh-CN': {
      title: '用 ZooKeeper 发号',
      hook: '四个客户端要取号，任何两个都不能重复。create -s 一次给一个。这里的磁盘很慢，好让你亲手弄丢一个应答。',
      question:
        '0 到 3 号已经发出。客户端 1 又要一个，应答回来之前断线了。它重连之后再要一次，拿到几号？',
      options: { same: '4：前一次不算数', next: '5：前一次已经占了 4' },
      task:
        '每个客户端取一个号。然后让客户端 1 再取一个，应答之前断开它，放它回来，再取一次。' +
        '让客户端 3 列出 /ids，数一数：发出几个，到手几个？\n' +
        '最后让客户端 1 和 2 都以版本 0 为条件，从 /counter 一次取一千个号。没取到的先读，再取下一千个。',
      moves: {
        'id-1': '客户端 1：create -s /ids/n-',
        'id-2': '客户端 2：create -s /ids/n-',
        'id-3': '客户端 3：create -s /ids/n-',
        'id-4': '客户端 4：create -s /ids/n-',
        cut: '断开客户端 1',
        back: '放客户端 1 回来',
        list: '客户端 3：ls /ids',
        'take-1': '客户端 1：版本为 0 则 set /counter 1000',
        'take-2': '客户端 2：版本为 0 则 set /counter 1000',
        read: '客户端 2：get /counter',
        'take-again': '客户端 2：版本为 1 则 set /counter 2000',
      },
      goals: [
        '四个互不相同的号',
        '给客户端 1 的应答丢了，它的节点却在三台服务器上都有',
        '再要一次拿到 5：4 不属于任何人，成了空号',
        '数过了：/ids 下六个节点，只有五个有主，空号一个',
        '一次写入取一千个：两个按同一版本去取，一个拿到 0～999，另一个得到 BadVersion',
        '客户端 2 读到 1000，取到 1000～1999：两次写入，两千个号',
      ],
      forbidden: [],
      hints: [
        '一次写入大约 150 毫秒，相当于你的三秒。要在这之内断开客户端 1。',
        '如果应答比你快，就退回到刚发出请求的时候。',
        '两次取号要紧挨着，先 1 后 2：条件是版本，与先后无关。',
        '读一次就都知道了：下一个是几号，该按哪个版本去取。',
      ],
      moral:
        '顺序号唯一、递增，但不保证连续：应答一丢，就留下一个没人认领的号。每个号都是一次要过半落盘的写入，' +
        '所以要成批地取：用带条件的 set 把计数器一次加 1000，再在本地慢慢发。这里逐个发的六个号，比两千个成批取的还贵。' +
        '代价是空号更多：客户端一死，手里没发完的那一段也就没了。' +
        '条件不满足并不是出错，它就是答案：有人比你快。',
      breakRule: null,
    },
  },
};

export default lesson;
