// The words of lesson 20, which has many.

import type { Lesson } from '../../../vocabulary/lesson.ts';

/** Every way in which three lamps can belong to three rules. */
export const ORDERS = [
  ...[['S3', 'Z13', 'W1'] as const, ['W1', 'S3', 'Z13'] as const, ['Z13', 'W1', 'S3'] as const],
  ...[['S3', 'W1', 'Z13'] as const, ['Z13', 'S3', 'W1'] as const, ['W1', 'Z13', 'S3'] as const],
];
export const nameOf = (order: readonly string[]): string => order.join('-').toLowerCase();
const optionTexts = Object.fromEntries(
  ORDERS.map((order) => [
    nameOf(order),
    order.map((lamp, at) => `${'ABC'[at]}: ${lamp}`).join(' · '),
  ]),
);

export const WORDS: Lesson['text'] = {
  en: {
    title: 'The guarantees',
    hook:
      'Sequential consistency, atomicity, a single system image, reliability, timeliness: this is what ' +
      'ZooKeeper promises. The sign with a tick at the top right, “Invariants”, judges them, and the rules beneath them, with every event. ' +
      'First let the ensemble keep its word five times, then take one rule away at a time.',
    question:
      'Three rules, each broken alone. A: disks answer before they have written. B: a watch event is held ' +
      'back behind the data. C: a server does not ask what a client has seen elsewhere. Which of ' +
      'them does Invariants show first? Z13: an ACK means it is on disk. W1: the event before the data. S3: single system image.',
    options: optionTexts,
    task:
      'Order: three creates in one breath. Atomicity: a multi whose third operation fails; list /pair.\n' +
      'Then slow the disk of 2, set /data, read it at both clients, and move client 1 to server 2, ' +
      'which is behind. Let client 3 sync and read, and client 1 go to server 3.\n' +
      'Kill all three, open them, read. Last, each time from the beginning, break one rule and do what ' +
      'makes Invariants catch it.',
    moves: {
      order: 'Client 2: create /one, /two, /three, no waiting',
      multi: 'Client 2: multi, its third operation fails',
      ls: 'Client 1: ls /pair',
      slow: 'Slow disk on 2 (400 ms)',
      set: 'Client 2: set /data new',
      get: 'Client 1: get /data',
      move: 'Client 1 moves to server 2',
      elsewhere: 'Client 1 moves to server 3',
      'get-3': 'Client 3, at server 2: get /data',
      'sync-3': 'Client 3: sync',
      down: 'Kill all three',
      up: 'Open all three',
      'break-disk': 'Break A: disks answer early',
      'break-watch': 'Break B: data before the event',
      watch: 'Client 1: get -w /data',
      'break-seen': 'Break C: ask nobody what they saw',
    },
    goals: [
      'Sequential consistency: sent without waiting, applied in that order on all three servers',
      'Atomicity: the third operation of the multi fails, and nothing of the first two is there',
      'Single system image: server 2 refuses client 1, which has seen more, and it goes on at 3',
      'Timeliness: at 2 the old value is read, its lag is measured and under 500 ms, and after a sync the new one is read',
      'Reliability: what was acknowledged is there after all three were killed, and nothing is broken',
      'A alone: an ACK no longer means that it is on disk (Z13)',
      'B alone: the data comes before its event (W1)',
      'C alone: a client that moves goes back in time (S3)',
    ],
    forbidden: [],
    hints: [
      'Invariants names the first rule that was broken: begin each future at the left end of the time tape, with one rule.',
      'With its slow disk server 2 is behind for 400 ms: eight seconds of yours. In that time: both reads, the move, the refusal, the sync, which waits until 2 has caught up. A pause stops the clock.',
      'B: get -w, set, get. The read must overtake the event.',
      'C: slow the disk of 2, set, let client 1 get the new value at server 1, move it to 2, which does not have it yet, and get again.',
    ],
    moral:
      'Each promise stands on one small rule, and most of them are about order: disk before ACK, event ' +
      'before data, the zxid of a client before its server. Timeliness has a bound ' +
      'because a follower whose ACK is overdue for longer than syncLimit, 500 ms here, is dropped by its leader and serves nobody. What is not promised: that two clients see ' +
      'the same at the same moment. Whoever needs that calls sync first, or lets the one tell the other through ZooKeeper.',
    breakRule: null,
  },
  'zh-CN': {
    title: '五条保证',
    hook:
      '顺序一致性、原子性、单一系统映像、可靠性、及时性：这是 ZooKeeper 的承诺。' +
      '右上角带勾的“不变式”会随每个事件检查它们，以及支撑它们的规则。先看集群五次守信，再一条一条地把规则拿掉。',
    question:
      '三条规则，每次只打破一条。A：磁盘没写完就应答。B：watch 事件被压在数据之后。' +
      'C：服务器不问客户端在别处见过什么。“不变式”各自先报哪一条？' +
      'Z13：ACK 意味着已落盘。W1：事件先于数据。S3：单一系统映像。',
    options: optionTexts,
    task:
      '顺序：一口气发三个 create。原子性：一个 multi，第三个操作失败；再列出 /pair。\n' +
      '然后让 2 的磁盘变慢，set /data，两个客户端各读一次，再让客户端 1 换到落后的服务器 2。' +
      '客户端 3 先 sync 再读，客户端 1 改去服务器 3。\n' +
      '三台全杀，再启动，去读。最后，每次都从起点开始，打破一条规则，再做点什么让“不变式”抓住它。',
    moves: {
      order: '客户端 2：连发 create /one、/two、/three，不等应答',
      multi: '客户端 2：multi，第三个操作会失败',
      ls: '客户端 1：ls /pair',
      slow: '让 2 的磁盘变慢（400 毫秒）',
      set: '客户端 2：set /data new',
      get: '客户端 1：get /data',
      move: '客户端 1 换到服务器 2',
      elsewhere: '客户端 1 换到服务器 3',
      'get-3': '客户端 3（在服务器 2 上）：get /data',
      'sync-3': '客户端 3：sync',
      down: '三台全杀',
      up: '三台全启动',
      'break-disk': '打破 A：磁盘提前应答',
      'break-watch': '打破 B：数据先于事件',
      watch: '客户端 1：get -w /data',
      'break-seen': '打破 C：不问客户端见过什么',
    },
    goals: [
      '顺序一致性：不等应答连着发出，三台服务器都按这个顺序应用',
      '原子性：multi 的第三个操作失败，前两个也不留痕迹',
      '单一系统映像：客户端 1 见过的比服务器 2 多，被 2 拒绝，转到 3 上继续',
      '及时性：在 2 上先读到旧值，测得的落后不超过 500 毫秒，sync 之后读到新值',
      '可靠性：三台全死过之后，应答过的写入仍在，没有规则被违反',
      '只打破 A：ACK 不再意味着已落盘（Z13）',
      '只打破 B：数据跑到了事件前面（W1）',
      '只打破 C：换了服务器的客户端，时间倒流了（S3）',
    ],
    forbidden: [],
    hints: [
      '“不变式”报的是最先被违反的那条规则：每个未来都从时间带最左端开始，只打破一条。',
      '磁盘变慢后，服务器 2 会落后 400 毫秒，相当于你的 8 秒。两次读、换服务器、被拒绝、发出 sync，都要赶在这之内；sync 会一直等到 2 追上。来不及就先暂停。',
      'B：get -w、set、get。要让读赶在事件前面。',
      'C：让 2 的磁盘变慢，set，让客户端 1 在服务器 1 上读到新值，再换到还没有它的 2，再 get。',
    ],
    moral:
      '每条承诺都立在一条小小的规则上，而且多半关乎顺序：落盘先于 ACK，事件先于数据，服务器先要赶上客户端的 zxid。' +
      '及时性之所以有上界，是因为 ACK 迟到超过 syncLimit（这里是 500 毫秒）的跟随者会被领导者甩掉，不再服务任何人。' +
      '它没有承诺的是：两个客户端在同一时刻看到同样的东西。需要这一点的，先 sync，或者让一方通过 ZooKeeper 通知另一方。',
    breakRule: null,
  },
};
