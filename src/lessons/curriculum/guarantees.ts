// Lesson 20, the exam: what ZooKeeper promises its clients, kept through the worst, and broken one rule at
// a time, each in a future of its own. Which lamp turns red?

import type { Lesson } from '../../vocabulary/lesson.ts';
import type { LabStep, RuleName } from '../../vocabulary/steps.ts';
import {
  act,
  all,
  any,
  back,
  client,
  crash,
  create,
  eventually,
  fact,
  get,
  mark,
} from '../write.ts';
import { never, now, open, run, runAndWait, sequence, serving, set } from '../write.ts';
import { until, upAndServing, wait } from '../write.ts';

const DATA = '/data';
const breaks = (rule: RuleName): LabStep => ({ kind: 'breakRule', rule, on: true });
const broke = (rule: RuleName) => fact('did', { step: 'breakRule', rule });
const lamp = (first: string | null) => now(fact('lamp', { first }));
const red = (rule: RuleName, first: string) => all(eventually(broke(rule)), lamp(first));
const SLOW: LabStep = { kind: 'slowDisk', server: 2, millis: 400 };
const TO_2: LabStep = { kind: 'moveClient', client: 1, server: 2 };
const connected = until(now(fact('client', { client: 1, state: 'SyncConnected' })));

const lesson: Lesson = {
  id: 'guarantees',
  formatVersion: 1,
  world: { seed: 20, participants: 3, observers: 0 },
  speed: 0.05,
  setup: [
    ...upAndServing([1, 2, 3]),
    ...client(1, 1),
    ...client(2, 3),
    ...runAndWait(1, create(DATA)),
    ...runAndWait(1, set(DATA, 'old')),
    wait(200),
    until(now(serving(), 3)),
  ],
  bet: {
    settled: all(eventually(broke('forgetLastZxidSeen')), any(lamp('S3'), lamp('W1'), lamp('Z16'))),
    options: [
      { id: 'order', when: lamp('Z16') },
      { id: 'image', when: lamp('S3') },
      { id: 'watch', when: lamp('W1') },
    ],
  },
  moves: [
    { id: 'set', steps: [run(2, set(DATA, 'new'))] },
    { id: 'get', steps: [run(1, get(DATA))] },
    { id: 'watch', steps: [run(1, get(DATA, true))] },
    { id: 'down', steps: [crash(1), crash(2), crash(3)] },
    { id: 'up', steps: [open(1), open(2), open(3)] },
    { id: 'slow', steps: [SLOW] },
    { id: 'move', steps: [TO_2] },
    { id: 'break-disk', steps: [breaks('ackBeforeDisk')] },
    { id: 'break-watch', steps: [breaks('dataBeforeWatch')] },
    { id: 'break-seen', steps: [breaks('forgetLastZxidSeen')] },
  ],
  goals: [
    all(
      ...[1, 2, 3].map((server) =>
        sequence(
          fact('answered', { client: 2, op: 'setData', outcome: 'ok', data: 'new' }),
          fact('crashed', { server }),
          fact('started', { server }),
          fact('answered', { client: 1, op: 'getData', outcome: 'ok', data: 'new' }),
        ),
      ),
      never(fact('did', { step: 'breakRule' })),
      lamp(null),
    ),
    red('ackBeforeDisk', 'Z13'),
    red('dataBeforeWatch', 'W1'),
    red('forgetLastZxidSeen', 'S3'),
  ],
  forbidden: [],
  breakRule: null,
  par: 20,
  solution: [
    mark('start'),
    wait(20),
    ...runAndWait(2, set(DATA, 'new')),
    ...[1, 2, 3].map((server) => act(crash(server))),
    wait(100),
    ...[1, 2, 3].map((server) => act(open(server))),
    until(now(serving(), 3)),
    connected,
    ...runAndWait(1, get(DATA)),
    wait(50),
    back('start'),
    act(breaks('ackBeforeDisk')),
    act(run(2, set(DATA, 'new'))),
    wait(500),
    back('start'),
    act(breaks('dataBeforeWatch')),
    ...runAndWait(1, get(DATA, true)),
    ...runAndWait(2, set(DATA, 'new')),
    ...runAndWait(1, get(DATA)),
    wait(300),
    back('start'),
    act(breaks('forgetLastZxidSeen')),
    act(SLOW),
    ...runAndWait(2, set(DATA, 'new')),
    ...runAndWait(1, get(DATA)),
    act(TO_2),
    wait(20),
    connected,
    ...runAndWait(1, get(DATA)),
    wait(50),
  ],
  wrong: [
    ...runAndWait(2, set(DATA, 'new')),
    act(breaks('ackBeforeDisk')),
    wait(200),
    act(breaks('dataBeforeWatch')),
    ...runAndWait(1, get(DATA)),
    act(breaks('forgetLastZxidSeen')),
    wait(500),
  ],
  text: {
    en: {
      title: 'The guarantees',
      hook:
        'Sequential consistency, atomicity, a single system image, reliability, timeliness: this is what ' +
        'ZooKeeper promises. The lamp at the top judges them, and the rules beneath them, with every event. ' +
        'First let the ensemble keep its word, then take one rule away at a time.',
      question:
        'A server forgets to ask a client that comes to it what that client has already seen elsewhere. Which promise breaks?',
      options: {
        order: 'Commits need a quorum (Z16)',
        image: 'Single system image (S3)',
        watch: 'The event comes before the data (W1)',
      },
      task:
        'Write, kill all three, open them, read: nothing is lost. Then, each time from the beginning, ' +
        'break one rule and do what makes the lamp catch it.',
      moves: {
        set: 'Client 2: set /data new',
        get: 'Client 1: get /data',
        watch: 'Client 1: get -w /data',
        down: 'Kill all three',
        up: 'Open all three',
        slow: 'Slow disk on 2 (400 ms)',
        move: 'Client 1 moves to server 2',
        'break-disk': 'Break: disks answer early',
        'break-watch': 'Break: data before the event',
        'break-seen': 'Break: ask nobody what they saw',
      },
      goals: [
        'Reliability: what was acknowledged is there after all three were killed, and no lamp is red',
        'The disk answers early: an ACK no longer means durable (Z13)',
        'The data comes before its event (W1)',
        'A client that moves goes back in time (S3)',
      ],
      forbidden: [],
      hints: [
        'The lamp names the first rule that was broken: begin each future at the left end of the slider.',
        'W1: get -w, set, get. The read must overtake the event.',
        'S3: slow the disk of 2, set, let client 1 get the new value at server 1, move it to 2, which does not have it yet, and get again.',
      ],
      moral:
        'Each promise stands on one small rule, and most of them are about order: disk before ACK, event ' +
        'before data, the zxid of a client before its server. What is not promised: that two clients see ' +
        'the same at the same moment. Whoever needs that calls sync first, or lets the one tell the other through ZooKeeper.',
      breakRule: null,
    },
    'zh-CN': {
      title: '五条保证',
      hook:
        '顺序一致性、原子性、单一系统映像、可靠性、及时性：这是 ZooKeeper 的承诺。' +
        '顶栏的指示灯会随每个事件检查它们，以及支撑它们的规则。先看集群守信，再一条一条地把规则拿掉。',
      question: '客户端换到一台服务器上，而这台忘了问它在别处见过什么。哪条承诺会破？',
      options: {
        order: '提交需过半（Z16）',
        image: '单一系统映像（S3）',
        watch: '事件先于数据（W1）',
      },
      task: '写入，三台全杀，再启动，去读：什么都没丢。然后每次都从起点开始，打破一条规则，再做点什么让指示灯抓住它。',
      moves: {
        set: '客户端 2：set /data new',
        get: '客户端 1：get /data',
        watch: '客户端 1：get -w /data',
        down: '三台全杀',
        up: '三台全启动',
        slow: '让 2 的磁盘变慢（400 ms）',
        move: '客户端 1 换到服务器 2',
        'break-disk': '打破：磁盘提前应答',
        'break-watch': '打破：数据先于事件',
        'break-seen': '打破：不问客户端见过什么',
      },
      goals: [
        '可靠性：三台全死过之后，应答过的写入仍在，指示灯没有变红',
        '磁盘提前应答：ACK 不再意味着已持久（Z13）',
        '数据跑到了事件前面（W1）',
        '换了服务器的客户端，时间倒流了（S3）',
      ],
      forbidden: [],
      hints: [
        '指示灯报的是最先被违反的那条规则：每个未来都从滑块最左端开始。',
        'W1：get -w、set、get。要让读赶在事件前面。',
        'S3：让 2 的磁盘变慢，set，让客户端 1 在服务器 1 上读到新值，再换到还没有它的 2，再 get。',
      ],
      moral:
        '每条承诺都立在一条小小的规则上，而且多半关乎顺序：落盘先于 ACK，事件先于数据，服务器先要赶上客户端的 zxid。' +
        '它没有承诺的是：两个客户端在同一时刻看到同样的东西。需要这一点的，先 sync，或者让一方通过 ZooKeeper 通知另一方。',
      breakRule: null,
    },
  },
};

export default lesson;
