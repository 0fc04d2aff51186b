// Lesson 12: a watch fires once, carries no data, and comes before the data it speaks of.

import type { Lesson } from '../../vocabulary/lesson.ts';
import type { ClientCommand } from '../../vocabulary/playground.ts';
import {
  act,
  all,
  atLeast,
  before,
  client,
  create,
  eventually,
  exactly,
  fact,
  get,
} from '../write.ts';
import {
  never,
  now,
  run,
  runAndWait,
  sequence,
  serving,
  set,
  until,
  upAndServing,
  wait,
} from '../write.ts';

const heard = fact('watchHeard', { client: 1, path: '/cfg', event: 'NodeDataChanged' });
const wrote = fact('applied', { server: 1, path: '/cfg', op: 'setData' });
const watched = fact('watchSet', { server: 1, client: 1, path: '/cfg', watch: 'data' });
/** A bell that stays. */
const ADD_WATCH: ClientCommand = { kind: 'addWatch', path: '/cfg', mode: 'PERSISTENT' };
const stays = fact('watchSet', { server: 1, client: 1, path: '/cfg', watch: 'persistent' });
const read = { client: 1, op: 'getData', path: '/cfg', outcome: 'ok' } as const;

const lesson: Lesson = {
  id: 'one-shot-watch',
  formatVersion: 1,
  world: { seed: 12, participants: 3, observers: 0 },
  speed: 0.05,
  setup: [
    ...upAndServing([1, 2, 3]),
    ...client(1, 1),
    ...client(2, 2),
    ...runAndWait(2, create('/cfg')),
    ...runAndWait(2, set('/cfg', 'v0')),
    wait(100),
    until(now(serving(), 3)),
  ],
  bet: {
    // Three quick writes may be applied before the first event has come.
    settled: all(eventually(watched), atLeast(3, wrote), eventually(heard)),
    options: [
      { id: 'three', when: atLeast(3, heard) },
      { id: 'one', when: exactly(1, heard) },
      { id: 'none', when: exactly(0, heard) },
    ],
  },
  moves: [
    { id: 'watch', steps: [run(1, get('/cfg', true))] },
    ...['v1', 'v2', 'v3', 'v4'].map((value) => ({
      ...{ id: `set-${value}`, steps: [run(2, set('/cfg', value))] },
    })),
    { id: 'get', steps: [run(1, get('/cfg'))] },
    { id: 'add-watch', steps: [run(1, ADD_WATCH)] },
  ],
  goals: [
    all(eventually(watched), never(fact('watchSet', { server: { not: 1 } }))),
    all(exactly(1, heard), sequence(watched, wrote, wrote, wrote)),
    all(
      sequence(
        heard,
        fact('asked', { client: 1, op: 'getData' }),
        fact('answered', { ...read, data: 'v3' }),
      ),
      before(heard, fact('answered', { ...read, data: { oneOf: ['v1', 'v2', 'v3'] } })),
    ),
    sequence(watched, heard, watched, heard),
    all(sequence(stays, wrote, wrote, wrote), sequence(stays, heard, heard, heard)),
  ],
  forbidden: [],
  breakRule: {
    rule: 'dataBeforeWatch',
    then: [
      ...runAndWait(1, get('/cfg', true)),
      ...runAndWait(2, set('/cfg', 'v1')),
      wait(20),
      ...runAndWait(1, get('/cfg')),
      wait(300),
    ],
  },
  par: 10,
  solution: [
    ...runAndWait(1, get('/cfg', true)),
    ...['v1', 'v2', 'v3'].map((value) => act(run(2, set('/cfg', value)))),
    until(atLeast(1, fact('answered', { client: 2, data: 'v3' }))),
    wait(100),
    ...runAndWait(1, get('/cfg', true)),
    act(run(2, set('/cfg', 'v4'))),
    until(eventually(heard)),
    wait(50),
    ...runAndWait(1, ADD_WATCH),
    ...['v1', 'v2', 'v3'].flatMap((value) => [
      act(run(2, set('/cfg', value))),
      until(eventually(heard)),
    ]),
    wait(50),
  ],
  wrong: [
    ...runAndWait(1, get('/cfg', true)),
    ...['v1', 'v2', 'v3', 'v4'].flatMap((value) => runAndWait(2, set('/cfg', value))),
    ...runAndWait(1, get('/cfg')),
    wait(200),
  ],
  text: {
    en: {
      title: 'The one-shot watch',
      hook:
        'Client 1, at server 1, wants to know when /cfg changes, and sets a watch with its read. ' +
        'Client 2 will change it three times in a row.',
      question: 'get -w /cfg once, then three writes. How many events does client 1 hear?',
      options: { three: 'Three: one per write', one: 'One', none: 'None: it would have to ask' },
      task:
        'Let client 1 read with a watch, then client 2 write v1, v2 and v3. Then let client 1 read ' +
        'with a watch again, and write v4. Last, let client 1 add a watch that stays, and write three times more.',
      moves: {
        watch: 'Client 1: get -w /cfg',
        'set-v1': 'Client 2: set v1',
        'set-v2': 'Client 2: set v2',
        'set-v3': 'Client 2: set v3',
        'set-v4': 'Client 2: set v4',
        get: 'Client 1: get /cfg',
        'add-watch': 'Client 1: addWatch -m PERSISTENT /cfg',
      },
      goals: [
        'A data watch for client 1 hangs at /cfg on server 1, and on no other server',
        'Three writes after it, and exactly one event',
        'Client 1 reads after the event and sees v3: v1 and v2 it never saw',
        'The watch is set anew, and the next write fires it again',
        'addWatch once: three more writes, and an event for each of them',
      ],
      forbidden: [],
      hints: [
        'The read that follows an event can set the next watch: get -w does both.',
        'If client 1 read in between the writes, it has re-armed the watch. Go back before that.',
        'get -w; v1; v2; v3; wait; get -w; v4; addWatch; three writes, whichever.',
      ],
      moral:
        'A watch is a bell that rings once, not a subscription. Between the event and the next get -w ' +
        'changes go unheard, and that is safe because the new read shows the newest state. The event ' +
        'carries no data, and the server sends it before this client can read the change. A bell that ' +
        'stays is addWatch, since 3.6: every change rings it, and still it carries no data, so whoever ' +
        'reads slowly sees the newest value, and not each one.',
      breakRule:
        'From the beginning again, but watch events are held back behind the data. Do get -w, set v1, and get: Invariants, at the top, names the guarantee.',
    },
    'zh-CN': {
      title: '一次性的 watch',
      hook:
        '客户端 1 连在服务器 1 上，想知道 /cfg 什么时候变，于是读的同时设了一个 watch。' +
        '接下来客户端 2 会连改三次。',
      question: '执行一次 get -w /cfg，随后三次写入。客户端 1 会收到几个事件？',
      options: { three: '三个，每次写入一个', one: '一个', none: '没有，得自己去问' },
      task:
        '让客户端 1 带 watch 读一次，客户端 2 依次写入 v1、v2、v3。' +
        '然后客户端 1 再带 watch 读一次，客户端 2 写入 v4。最后让客户端 1 加一个一直留着的 watch，再写三次。',
      moves: {
        watch: '客户端 1：get -w /cfg',
        'set-v1': '客户端 2：set v1',
        'set-v2': '客户端 2：set v2',
        'set-v3': '客户端 2：set v3',
        'set-v4': '客户端 2：set v4',
        get: '客户端 1：get /cfg',
        'add-watch': '客户端 1：addWatch -m PERSISTENT /cfg',
      },
      goals: [
        '客户端 1 的数据 watch 挂在服务器 1 的 /cfg 上，别的服务器没有',
        '之后写了三次，事件恰好一个',
        '客户端 1 收到事件后再读，看到 v3：v1 和 v2 它从没见过',
        '重新设了 watch，下一次写入又触发一次',
        'addWatch 只做一次：之后再写三次，次次都有事件',
      ],
      forbidden: [],
      hints: [
        '收到事件后的那次读，可以顺手设下一个 watch：get -w 两件事一起做。',
        '如果客户端 1 在几次写入之间读过，就等于提前补设了 watch。退回到那之前。',
        'get -w；v1；v2；v3；等一下；get -w；v4；addWatch；再随便写三次。',
      ],
      moral:
        'watch 是只响一次的铃，不是订阅。从事件到下一次 get -w 之间的变化听不到，但这没有关系，' +
        '因为重新读到的就是最新状态。事件不带数据，而且服务器保证先送事件，再让这个客户端读到变化。' +
        '一直响的铃是 3.6 起的 addWatch：每次变化都响，但照样不带数据，读得慢的客户端只会看到最新值，不会看到每一个值。',
      breakRule:
        '回到起点，但 watch 事件被压在数据之后。做一遍 get -w、set v1、get，上方的“不变式”会说出被违反的是哪条保证。',
    },
  },
};

export default lesson;
