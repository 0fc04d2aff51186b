// Lesson 16: readers together, a writer alone, and nobody overtakes.

import type { Lesson } from '../../vocabulary/lesson.ts';
import type { RecipeName } from '../../vocabulary/recipe.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import { act, all, before, client, create, eventually, fact, never, now } from '../write.ts';
import { runAndWait, sequence, serving, until, upAndServing, wait } from '../write.ts';

const ROOT = '/rw';
const want = (number: number, recipe: RecipeName): LabStep => ({
  ...{ kind: 'startRecipe', client: number, recipe, root: ROOT },
});
const letGo = (number: number): LabStep => ({ kind: 'letGo', client: number, root: ROOT });
const says = (number: number, what: string) => fact('recipe', { client: number, says: what });
const waitsFor = (number: number, node: string) =>
  fact('recipe', { client: number, says: 'waits', behind: `${ROOT}/${node}` });
const releases = (number: number) => fact('did', { step: 'letGo', client: number });
const queued = (number: number) =>
  until(now(fact('client', { client: number, says: { oneOf: ['waits', 'holds'] } })));

const lesson: Lesson = {
  id: 'read-write-lock',
  formatVersion: 1,
  world: { seed: 16, participants: 5, observers: 0 },
  speed: 0.1,
  setup: [
    ...upAndServing([1, 2, 3, 4, 5]),
    ...[1, 2, 3, 4].flatMap((number) => client(number, number)),
    ...runAndWait(1, create(ROOT)),
    wait(100),
    until(now(serving(), 5)),
  ],
  bet: {
    settled: all(
      eventually(fact('recipe', { client: 3, says: 'waits' })),
      eventually(fact('recipe', { client: 4, says: { oneOf: ['waits', 'holds'] } })),
    ),
    options: [
      { id: 'overtakes', when: eventually(says(4, 'holds'), says(3, 'holds')) },
      { id: 'all', when: eventually(waitsFor(4, 'read-0000000001')) },
      { id: 'writer', when: eventually(waitsFor(4, 'write-0000000002')) },
    ],
  },
  moves: [
    { id: 'r1', steps: [want(1, 'readLock')] },
    { id: 'r2', steps: [want(2, 'readLock')] },
    { id: 'w3', steps: [want(3, 'writeLock')] },
    { id: 'r4', steps: [want(4, 'readLock')] },
    ...[1, 2, 3, 4].map((number) => ({ id: `release-${String(number)}`, steps: [letGo(number)] })),
  ],
  goals: [
    {
      ...{ kind: 'sequence', unless: fact('recipe', { says: 'released' }) },
      facts: [says(1, 'holds'), says(2, 'holds')],
    },
    eventually(waitsFor(3, 'read-0000000001')),
    eventually(waitsFor(4, 'write-0000000002')),
    all(
      sequence(releases(2), says(3, 'woken'), waitsFor(3, 'read-0000000000')),
      before(releases(1), says(3, 'holds')),
    ),
    all(sequence(releases(3), says(4, 'holds')), never(says(4, 'failed'))),
  ],
  forbidden: [],
  breakRule: null,
  par: 7,
  solution: [
    act(want(1, 'readLock')),
    queued(1),
    act(want(2, 'readLock')),
    queued(2),
    act(want(3, 'writeLock')),
    queued(3),
    act(want(4, 'readLock')),
    queued(4),
    wait(50),
    act(letGo(2)),
    until(eventually(waitsFor(3, 'read-0000000000'))),
    act(letGo(1)),
    until(eventually(says(3, 'holds'))),
    wait(50),
    act(letGo(3)),
    until(eventually(says(4, 'holds'))),
    wait(50),
  ],
  wrong: [
    act(want(1, 'readLock')),
    queued(1),
    act(want(2, 'readLock')),
    queued(2),
    act(want(4, 'readLock')),
    queued(4),
    act(want(3, 'writeLock')),
    queued(3),
    ...[1, 2, 4, 3].flatMap((number) => [act(letGo(number)), wait(100)]),
  ],
  text: {
    en: {
      title: 'A lock for readers and writers',
      hook:
        'Readers may share a lock, a writer wants it alone. Each creates an ephemeral sequential znode, ' +
        'read- or write-. They come in the order of their numbers: 1, 2 and 4 to read, 3 to write.',
      question:
        'Readers 1 and 2 hold the lock, writer 3 waits. Now reader 4 comes. What does it do?',
      options: {
        overtakes: 'It joins the readers: they hold the lock anyway',
        all: 'It waits for reader 2, the last who holds',
        writer: 'It waits for writer 3, and for nobody else',
      },
      task: 'Let them come in order: 1, 2, 3, 4. Then let reader 2 release first, then 1, and then the writer.',
      moves: {
        r1: 'Client 1 wants to read',
        r2: 'Client 2 wants to read',
        w3: 'Client 3 wants to write',
        r4: 'Client 4 wants to read',
        'release-1': 'Client 1 releases',
        'release-2': 'Client 2 releases',
        'release-3': 'Client 3 releases',
        'release-4': 'Client 4 releases',
      },
      goals: [
        'Readers 1 and 2 hold the lock together',
        'Writer 3 watches the znode right before its own, that of reader 2',
        'Reader 4 watches the nearest writer before it',
        '2 is gone, and 3 looks again: it still waits, for 1; it holds only when both have let go',
        '3 releases, and then reader 4 holds',
      ],
      forbidden: [],
      hints: [
        'The order of arrival is the order of the numbers. Wait until each is in the queue.',
        'Let go of 2 before 1, and wait in between until 3 waits again.',
        'r1, r2, w3, r4; 2 releases; 1 releases; 3 releases.',
      ],
      moral:
        'A writer waits for whatever is right before it, a reader for the nearest writer before it. So ' +
        'readers share, writers are alone, and a waiting writer is not starved: who comes after it waits ' +
        'behind it. To be woken is not to hold: look again, the queue may be longer than it seemed.',
      breakRule: null,
    },
    'zh-CN': {
      title: '读写锁',
      hook:
        '读者可以共享一把锁，写者要独占。每个客户端创建一个临时顺序节点，前缀是 read- 或 write-。' +
        '四个客户端按编号先后到来：1、2、4 要读，3 要写。',
      question: '读者 1、2 持有锁，写者 3 在等。这时读者 4 来了，它会怎样？',
      options: {
        overtakes: '加入读者的行列：锁反正在读者手里',
        all: '等读者 2，也就是最后一个持有者',
        writer: '等写者 3，别的谁都不等',
      },
      task: '让它们按 1、2、3、4 的次序到来。然后先释放读者 2，再释放 1，最后释放写者。',
      moves: {
        r1: '客户端 1 要读',
        r2: '客户端 2 要读',
        w3: '客户端 3 要写',
        r4: '客户端 4 要读',
        'release-1': '客户端 1 释放',
        'release-2': '客户端 2 释放',
        'release-3': '客户端 3 释放',
        'release-4': '客户端 4 释放',
      },
      goals: [
        '读者 1 和 2 同时持有锁',
        '写者 3 watch 紧挨在前面的节点，也就是读者 2 的',
        '读者 4 watch 在它前面、离它最近的写者',
        '2 走了，3 重新查看：还得等 1；两个都释放了它才持有',
        '3 释放之后，读者 4 持有',
      ],
      forbidden: [],
      hints: [
        '到来的次序就是编号的次序。等前一个排进队列，再放下一个。',
        '先释放 2 再释放 1，中间等 3 重新开始等待。',
        'r1、r2、w3、r4；2 释放；1 释放；3 释放。',
      ],
      moral:
        '写者等紧挨着自己的前一个，读者等前面最近的写者。于是读者共享、写者独占，而且等待中的写者不会饿死：' +
        '后来的都排在它后面。被唤醒不等于持有：要重新查看，前面也许还有人。',
      breakRule: null,
    },
  },
};

export default lesson;
