// Lesson 15: the exclusive lock: the herd that everybody wakes, the queue that wakes one, a waiter that
// dies, a holder that does not know that it no longer holds, and a resource that refuses it.

import type { Pattern } from '../../vocabulary/fact.ts';
import type { Lesson } from '../../vocabulary/lesson.ts';
import type { RecipeName } from '../../vocabulary/recipe.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import {
  act,
  all,
  atLeast,
  back,
  check,
  client,
  create,
  eventually,
  exactly,
  fact,
  mark,
  multi,
} from '../write.ts';
import { now, openClient, run, runAndWait, sequence, serving, set } from '../write.ts';
import { until, upAndServing, wait } from '../write.ts';

const CLIENTS = [1, 2, 3, 4, 5, 6] as const;
const SERVERS = 5;
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

const RESOURCE = '/resource';
/** What a holder writes counts only while the znode of its lock is there: both in one transaction. */
const fenced = (who: number, place: number, data: string): LabStep =>
  run(
    who,
    multi(check(`/lock/n-${String(place).padStart(10, '0')}`), {
      ...{ kind: 'set', path: RESOURCE, data, version: -1 },
    }),
  );
const WRITE_2 = fenced(2, 1, 'by 2');
/** Client 1 again: it was paused, its library has opened another session, and it goes on where it was. */
const ZOMBIE = 7;
const RETURN = openClient(1);
const WRITE_ZOMBIE = fenced(ZOMBIE, 0, 'by 1');
const wrote = (who: number, outcome: Pattern['where']) =>
  fact('answered', { client: who, op: 'multi', paths: { has: RESOURCE }, ...outcome });

const lesson: Lesson = {
  id: 'lock',
  formatVersion: 1,
  world: { seed: 15, participants: 5, observers: 0 },
  speed: 0.1,
  setup: [
    ...upAndServing([1, 2, 3, 4, 5]),
    ...CLIENTS.flatMap((number) => client(number, ((number - 1) % SERVERS) + 1, 1_000)),
    ...runAndWait(1, create('/herd')),
    ...runAndWait(1, create('/lock')),
    ...runAndWait(1, create(RESOURCE)),
    wait(100),
    until(now(serving(), 5)),
  ],
  bet: {
    settled: atLeast(6, says('/herd', 'holds'), 'client'),
    options: [
      { id: 'five', when: exactly(5, says('/herd', 'woken')) },
      { id: 'fifteen', when: exactly(15, says('/herd', 'woken')) },
      { id: 'more', when: atLeast(16, says('/herd', 'woken')) },
    ],
  },
  moves: [
    { id: 'herd', steps: start('herdLock', '/herd') },
    { id: 'release-herd', steps: [letGo('/herd')] },
    ...start('lock', '/lock').map((step, at) => ({ id: `queue-${String(at + 1)}`, steps: [step] })),
    { id: 'release-lock', steps: [letGo('/lock')] },
    { id: 'kill-3', steps: [{ kind: 'killClient', client: 3 }] },
    { id: 'cut-1', steps: [CUT] },
    { id: 'write-2', steps: [WRITE_2] },
    { id: 'return', steps: [RETURN] },
    { id: 'write-zombie', steps: [WRITE_ZOMBIE] },
    { id: 'write-blind', steps: [run(ZOMBIE, set(RESOURCE, 'by 1'))] },
  ],
  goals: [
    all(atLeast(6, says('/herd', 'holds'), 'client'), exactly(15, says('/herd', 'woken'))),
    all(atLeast(6, says('/lock', 'holds'), 'client'), exactly(5, says('/lock', 'woken'))),
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
    sequence(
      ...[fact('sessionExpired', { client: 1 }), says('/lock', 'holds', 2)],
      ...[wrote(2, { outcome: 'ok' }), wrote(ZOMBIE, { error: 'NoNode' })],
    ),
  ],
  forbidden: [
    eventually(fact('answered', { client: ZOMBIE, op: 'setData', path: RESOURCE, outcome: 'ok' })),
  ],
  breakRule: null,
  par: 27,
  solution: [
    ...start('herdLock', '/herd').map(act),
    until(atLeast(5, says('/herd', 'waits'), 'client')),
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
    act(WRITE_2),
    until(eventually(wrote(2, {}))),
    act(RETURN),
    until(now(fact('client', { client: ZOMBIE, state: 'SyncConnected' }))),
    act(WRITE_ZOMBIE),
    until(eventually(wrote(ZOMBIE, {}))),
    wait(50),
  ],
  // Whoever has the lock writes: what more could there be?
  wrong: [
    ...start('lock', '/lock').flatMap((step, at) => [
      act(step),
      until(eventually(fact('recipe', { client: at + 1, says: { oneOf: ['waits', 'holds'] } }))),
    ]),
    act(CUT),
    until(eventually(says('/lock', 'holds', 2))),
    act(WRITE_2),
    until(eventually(wrote(2, {}))),
    act(RETURN),
    until(now(fact('client', { client: ZOMBIE, state: 'SyncConnected' }))),
    ...runAndWait(ZOMBIE, set(RESOURCE, 'by 1')),
    wait(50),
  ],
  text: {
    en: {
      title: 'The lock and the herd',
      hook:
        'Six clients want one lock. The obvious way: all try to create the ephemeral /herd/holder, and ' +
        'whoever fails watches it. The recipe: each creates an ephemeral sequential znode and watches ' +
        'only the one before its own.',
      question:
        'The obvious way, six clients, each gets the lock once. How many wake-ups is that in all?',
      options: {
        five: '5: one for each handing over',
        fifteen: '15: every release wakes all who wait',
        more: 'More than 15',
      },
      task:
        'Let all six want the herd lock and release it until each has held it.\n' +
        'Then let them queue by the recipe, 1 to 6 in order, and release likewise.\n' +
        'Go back to the full queue: kill client 3 in the middle of it, and cut holder 1 off for ' +
        'longer than its timeout of a second.\n' +
        'Last, let the new holder write to /resource, then the old one, each with a check of its lock.',
      moves: {
        herd: 'All six: herd lock',
        'release-herd': 'Holder: release the herd lock',
        'queue-1': 'Queue: client 1',
        'queue-2': 'Queue: client 2',
        'queue-3': 'Queue: client 3',
        'queue-4': 'Queue: client 4',
        'queue-5': 'Queue: client 5',
        'queue-6': 'Queue: client 6',
        'release-lock': 'Holder: release',
        'kill-3': 'Kill client 3',
        'cut-1': 'Cut client 1 off',
        'write-2': 'Client 2: set /resource if its lock is there',
        return: 'Old holder 1 is back, as client 7',
        'write-zombie': 'Client 7: set /resource if its lock is there',
        'write-blind': 'Client 7: set /resource without asking',
      },
      goals: [
        'Herd: each held it once, at the price of 5+4+3+2+1 wake-ups',
        'Recipe: each held it once, and each release woke exactly one',
        'A waiter dies: when its session has expired, the next looks again and waits for the one before',
        'The holder is cut off and has not let go, and another one holds: for a while two believe it',
        'Fencing: the new holder’s write is done, and that of the old one is refused, its znode being gone',
      ],
      forbidden: [
        'The old holder wrote to /resource without a check: two were in the critical section.',
      ],
      hints: [
        'Release only when the next one holds: it has a key beside the stage.',
        'Client 1 is first in the queue, then 2 to 6. A killed client’s znode stays until its session expires.',
        'To the last three goals: the time tape back to where five of six wait at /lock, kill 3, wait, cut 1 off, wait.',
        'A write with its check is one multi: check /lock/n-… and set /resource, both or neither.',
      ],
      moral:
        'Watch the predecessor, not the lock: a release then costs one wake-up instead of one for each ' +
        'who waits. And a lock alone makes no critical section safe: a paused or cut-off ' +
        'holder goes on in good faith. What it guards must refuse it. In ZooKeeper that is a check of the ' +
        'lock’s znode in the same multi as the write; elsewhere pass its number (or czxid) along, and let ' +
        'the resource reject every smaller one. That is fencing.',
      breakRule: null,
    },
    'zh-CN': {
      title: '锁与惊群',
      hook:
        '六个客户端抢一把锁。直觉做法：大家都去创建临时节点 /herd/holder，抢不到的就 watch 它。' +
        '官方 recipe：各自创建一个临时顺序节点，只 watch 排在自己前面的那一个。',
      question: '用直觉做法，六个客户端，每个都拿一次锁。一共要唤醒多少次？',
      options: {
        five: '5 次：每交接一回唤醒一个',
        fifteen: '15 次：每次释放都把等着的全叫醒',
        more: '超过 15 次',
      },
      task:
        '让六个客户端都去抢惊群锁，不断释放，直到每个都持有过。\n' +
        '再按 recipe 让 1 到 6 依次排队，同样逐个释放。\n' +
        '然后退回到队列排满的时候：杀死队列中间的客户端 3，再把持锁的 1 断开，超过它一秒的超时。\n' +
        '最后让新的持有者写 /resource，再让旧的也写，两次都先检查自己的锁节点还在不在。',
      moves: {
        herd: '六个都抢惊群锁',
        'release-herd': '持有者释放惊群锁',
        'queue-1': '排队：客户端 1',
        'queue-2': '排队：客户端 2',
        'queue-3': '排队：客户端 3',
        'queue-4': '排队：客户端 4',
        'queue-5': '排队：客户端 5',
        'queue-6': '排队：客户端 6',
        'release-lock': '持有者释放',
        'kill-3': '杀死客户端 3',
        'cut-1': '断开客户端 1',
        'write-2': '客户端 2：锁节点还在才 set /resource',
        return: '旧持有者 1 作为客户端 7 回来',
        'write-zombie': '客户端 7：锁节点还在才 set /resource',
        'write-blind': '客户端 7：不检查，直接 set /resource',
      },
      goals: [
        '惊群：每个都持有过一次，代价是 5+4+3+2+1 次唤醒',
        'recipe：每个都持有过一次，每次释放恰好唤醒一个',
        '等待者死了：它的会话过期之后，后面那个重新查看，改等更前面的一个',
        '持有者断线，没有释放，另一个却已持有：有一阵子两个都以为锁是自己的',
        'fencing：新持有者写成了，旧持有者的锁节点已经没有，写入被拒绝',
      ],
      forbidden: ['旧持有者没做检查就写了 /resource：临界区里同时有了两个。'],
      hints: [
        '等下一个拿到锁再释放：舞台边上，持有者旁边有一把钥匙。',
        '客户端 1 排第一，然后是 2 到 6。被杀的客户端，节点要到会话过期才消失。',
        '最后三个目标：时间带退回到六个里有五个在 /lock 上等待的时候，杀死 3，等；断开 1，再等。',
        '带检查的写入是一个 multi：check /lock/n-… 和 set /resource，要么都做，要么都不做。',
      ],
      moral:
        '要 watch 前一个，不要 watch 锁本身：这样每次释放只唤醒一个，而不是所有等待者。' +
        '另外，光有一把锁保不住临界区：被暂停或断网的持有者还会理直气壮地继续干。拒绝它的只能是被保护的资源。' +
        '资源就在 ZooKeeper 里时，把检查锁节点和写入放进同一个 multi；在别处，就把锁节点的编号（或 czxid）' +
        '一起带过去，凡是更小的一律拒绝。这就是 fencing。',
      breakRule: null,
    },
  },
};

export default lesson;
