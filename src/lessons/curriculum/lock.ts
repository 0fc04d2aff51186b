// Lesson 15: the exclusive lock: the herd that everybody wakes, the queue that wakes one, a waiter that
// dies, and a holder that does not know that it no longer holds.

import type { Lesson } from '../../vocabulary/lesson.ts';
import type { RecipeName } from '../../vocabulary/recipe.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import {
  act,
  all,
  atLeast,
  back,
  client,
  create,
  eventually,
  exactly,
  fact,
  mark,
} from '../write.ts';
import { now, runAndWait, sequence, serving, until, upAndServing, wait } from '../write.ts';

const CLIENTS = [1, 2, 3, 4, 5] as const;
const start = (recipe: RecipeName, root: string): readonly LabStep[] =>
  CLIENTS.map((number) => ({ kind: 'startRecipe', client: number, recipe, root }));
const letGo = (root: string): LabStep => ({ kind: 'letGo', client: null, root });
const says = (root: string, what: string, who: number | null = null) =>
  who === null
    ? fact('recipe', { root, says: what })
    : fact('recipe', { root, says: what, client: who });
const handedOver = (root: string) =>
  CLIENTS.slice(1).flatMap(() => [
    act(letGo(root)),
    until(eventually(says(root, 'holds'))),
    wait(60),
  ]);
const CUT: LabStep = { kind: 'moveClient', client: 1, server: null };

const lesson: Lesson = {
  id: 'lock',
  formatVersion: 1,
  world: { seed: 15, participants: 5, observers: 0 },
  speed: 0.1,
  setup: [
    ...upAndServing([1, 2, 3, 4, 5]),
    ...CLIENTS.flatMap((number) => client(number, number, 1_000)),
    ...runAndWait(1, create('/herd')),
    ...runAndWait(1, create('/lock')),
    wait(100),
    until(now(serving(), 5)),
  ],
  bet: {
    settled: atLeast(5, says('/herd', 'holds'), 'client'),
    options: [
      { id: 'four', when: exactly(4, says('/herd', 'woken')) },
      { id: 'ten', when: exactly(10, says('/herd', 'woken')) },
      { id: 'twenty', when: atLeast(11, says('/herd', 'woken')) },
    ],
  },
  moves: [
    { id: 'herd', steps: start('herdLock', '/herd') },
    { id: 'release-herd', steps: [letGo('/herd')] },
    ...start('lock', '/lock').map((step, at) => ({ id: `queue-${String(at + 1)}`, steps: [step] })),
    { id: 'release-lock', steps: [letGo('/lock')] },
    { id: 'kill-3', steps: [{ kind: 'killClient', client: 3 }] },
    { id: 'cut-1', steps: [CUT] },
  ],
  goals: [
    all(atLeast(5, says('/herd', 'holds'), 'client'), exactly(10, says('/herd', 'woken'))),
    all(atLeast(5, says('/lock', 'holds'), 'client'), exactly(4, says('/lock', 'woken'))),
    sequence(
      fact('did', { step: 'killClient', client: 3 }),
      fact('sessionClosed', { client: 3 }),
      says('/lock', 'woken', 4),
      says('/lock', 'waits', 4),
    ),
    {
      ...{ kind: 'sequence', unless: says('/lock', 'released', 1) },
      facts: [
        says('/lock', 'holds', 1),
        fact('did', { step: 'moveClient', client: 1, server: null }),
        fact('sessionExpired', { client: 1 }),
        says('/lock', 'holds', 2),
      ],
    },
  ],
  forbidden: [],
  breakRule: null,
  par: 20,
  solution: [
    ...start('herdLock', '/herd').map(act),
    until(atLeast(4, says('/herd', 'waits'), 'client')),
    ...handedOver('/herd'),
    ...start('lock', '/lock').flatMap((step, at) => [
      act(step),
      until(eventually(fact('recipe', { client: at + 1, says: { oneOf: ['waits', 'holds'] } }))),
    ]),
    wait(40),
    mark('queued'),
    wait(40),
    ...handedOver('/lock'),
    back('queued'),
    act({ kind: 'killClient', client: 3 }),
    until(eventually(says('/lock', 'waits', 4))),
    act(CUT),
    until(eventually(says('/lock', 'holds', 2))),
    wait(50),
  ],
  wrong: [
    ...start('herdLock', '/herd').map(act),
    until(atLeast(4, says('/herd', 'waits'), 'client')),
    ...handedOver('/herd'),
    act({ kind: 'killClient', client: 3 }),
    act(CUT),
    wait(2_000),
  ],
  text: {
    en: {
      title: 'The lock and the herd',
      hook:
        'Five clients want one lock. The obvious way: all try to create the ephemeral /herd/holder, and ' +
        'whoever fails watches it. The recipe: each creates an ephemeral sequential znode and watches ' +
        'only the one before its own.',
      question:
        'The obvious way, five clients, each gets the lock once. How many wake-ups is that in all?',
      options: {
        four: '4: one for each handing over',
        ten: '10: every release wakes all who wait',
        twenty: 'More than 10',
      },
      task:
        'Let all five want the herd lock and release it until each has held it.\n' +
        'Then let them queue by the recipe, 1 to 5 in order, and release likewise.\n' +
        'Last, go back to the full queue: kill client 3 in the middle of it, and cut holder 1 off for ' +
        'longer than its timeout of a second.',
      moves: {
        herd: 'All five: herd lock',
        'release-herd': 'Holder: release the herd lock',
        'queue-1': 'Queue: 1',
        'queue-2': '2',
        'queue-3': '3',
        'queue-4': '4',
        'queue-5': '5',
        'release-lock': 'Holder: release',
        'kill-3': 'Kill client 3',
        'cut-1': 'Cut client 1 off',
      },
      goals: [
        'Herd: each held it once, at the price of 4+3+2+1 wake-ups',
        'Recipe: each held it once, and each release woke exactly one',
        'A waiter dies: when its session has expired, the next looks again and waits for the one before',
        'The holder is cut off and has not let go, and another one holds: for a while two believe it',
      ],
      forbidden: [],
      hints: [
        'Release only when the next one holds: it has a key beside the stage.',
        'Client 1 is first in the queue, then 2, 3, 4, 5. A killed client’s znode stays until its session expires.',
        'To the last two goals: slider back to where four of five wait at /lock, kill 3, wait, cut 1 off, wait.',
      ],
      moral:
        'Watch the predecessor, not the lock: a release then costs one wake-up instead of one for each ' +
        'who waits. And a lock in ZooKeeper alone makes no critical section safe: a paused or cut-off ' +
        'holder goes on in good faith. What it guards must refuse it: pass the number of the lock’s ' +
        'znode (or its czxid) along, and let the resource reject every smaller one. That is fencing.',
      breakRule: null,
    },
    'zh-CN': {
      title: '锁与惊群',
      hook:
        '五个客户端抢一把锁。直觉做法：大家都去创建临时节点 /herd/holder，抢不到的就 watch 它。' +
        '官方 recipe：各自创建一个临时顺序节点，只 watch 排在自己前面的那一个。',
      question: '用直觉做法，五个客户端，每个都拿一次锁。一共要唤醒多少次？',
      options: {
        four: '4 次：每交接一回唤醒一个',
        ten: '10 次：每次释放都把等着的全叫醒',
        twenty: '超过 10 次',
      },
      task:
        '让五个客户端都去抢惊群锁，不断释放，直到每个都持有过。\n' +
        '再按 recipe 让 1 到 5 依次排队，同样逐个释放。\n' +
        '最后退回到队列排满的时候：杀死队列中间的客户端 3，再把持锁的 1 断开，超过它一秒的超时。',
      moves: {
        herd: '五个都抢惊群锁',
        'release-herd': '持有者释放惊群锁',
        'queue-1': '排队：1',
        'queue-2': '2',
        'queue-3': '3',
        'queue-4': '4',
        'queue-5': '5',
        'release-lock': '持有者释放',
        'kill-3': '杀死客户端 3',
        'cut-1': '断开客户端 1',
      },
      goals: [
        '惊群：每个都持有过一次，代价是 4+3+2+1 次唤醒',
        'recipe：每个都持有过一次，每次释放恰好唤醒一个',
        '等待者死了：它的会话过期之后，后面那个重新查看，改等更前面的一个',
        '持有者断线，没有释放，另一个却已持有：有一阵子两个都以为锁是自己的',
      ],
      forbidden: [],
      hints: [
        '等下一个拿到锁再释放：舞台边上，持有者旁边有一把钥匙。',
        '客户端 1 排第一，然后是 2、3、4、5。被杀的客户端，节点要到会话过期才消失。',
        '最后两个目标：滑块退回到五个里有四个在 /lock 上等待的时候，杀死 3，等；断开 1，再等。',
      ],
      moral:
        '要 watch 前一个，不要 watch 锁本身：这样每次释放只唤醒一个，而不是所有等待者。' +
        '另外，光靠 ZooKeeper 里的一把锁，保不住临界区：被暂停或断网的持有者还会理直气壮地继续干。' +
        '拒绝它的只能是被保护的资源：把锁节点的编号（或 czxid）一起带过去，凡是更小的一律拒绝。这就是 fencing。',
      breakRule: null,
    },
  },
};

export default lesson;
