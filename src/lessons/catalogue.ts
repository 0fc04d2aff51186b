// The curriculum in its order, without the lessons' contents: each is loaded when it is opened.

import type { Lesson } from '../vocabulary/lesson.ts';

export interface CatalogueEntry {
  readonly id: string;
  /** Its number in the curriculum. */
  readonly number: number;
  readonly title: Readonly<Record<'en' | 'zh-CN', string>>;
  readonly load: () => PromiseLike<{ readonly default: Lesson }>;
}

export const CATALOGUE: readonly CatalogueEntry[] = [
  {
    ...{ id: 'one-by-one', number: 1, title: { en: 'One by one', 'zh-CN': '逐台上线' } },
    load: () => import('./curriculum/one-by-one.ts'),
  },
  {
    ...{ id: 'votes', number: 2, title: { en: 'How votes compare', 'zh-CN': '选票如何比较' } },
    load: () => import('./curriculum/votes.ts'),
  },
  {
    ...{ id: 'four-phases', number: 3, title: { en: 'Four phases', 'zh-CN': '四个阶段' } },
    load: () => import('./curriculum/four-phases.ts'),
  },
  {
    ...{
      id: 'path-of-a-write',
      number: 4,
      title: { en: 'The path of a write', 'zh-CN': '一次写入的旅程' },
    },
    load: () => import('./curriculum/path-of-a-write.ts'),
  },
  {
    ...{
      id: 'reads-are-local',
      number: 5,
      title: { en: 'Reads are local', 'zh-CN': '读是本地的' },
    },
    load: () => import('./curriculum/reads-are-local.ts'),
  },
  {
    ...{
      id: 'quorum-loss',
      number: 6,
      title: { en: 'No quorum, no service', 'zh-CN': '不过半，不服务' },
    },
    load: () => import('./curriculum/quorum-loss.ts'),
  },
  {
    ...{ id: 'minority', number: 7, title: { en: 'Cut in two', 'zh-CN': '一分为二' } },
    load: () => import('./curriculum/minority.ts'),
  },
  {
    ...{
      id: 'dies-mid-proposal',
      number: 8,
      title: { en: 'The leader dies mid-proposal', 'zh-CN': '提议途中，领导者死了' },
    },
    load: () => import('./curriculum/dies-mid-proposal.ts'),
  },
  {
    ...{
      id: 'old-leader-returns',
      number: 9,
      title: { en: 'The old leader returns', 'zh-CN': '旧领导者归来' },
    },
    load: () => import('./curriculum/old-leader-returns.ts'),
  },
  {
    ...{ id: 'catching-up', number: 10, title: { en: 'Catching up', 'zh-CN': '追赶进度' } },
    load: () => import('./curriculum/catching-up.ts'),
  },
  {
    ...{ id: 'observer', number: 11, title: { en: 'The observer', 'zh-CN': '观察者' } },
    load: () => import('./curriculum/observer.ts'),
  },
  {
    ...{
      id: 'one-shot-watch',
      number: 12,
      title: { en: 'The one-shot watch', 'zh-CN': '一次性的 watch' },
    },
    load: () => import('./curriculum/one-shot-watch.ts'),
  },
  {
    ...{
      id: 'node-types',
      number: 13,
      title: { en: 'Kinds of znodes, and the counter', 'zh-CN': '节点类型与计数器' },
    },
    load: () => import('./curriculum/node-types.ts'),
  },
  {
    ...{
      id: 'session-expiry',
      number: 14,
      title: { en: 'When a session ends', 'zh-CN': '会话何时结束' },
    },
    load: () => import('./curriculum/session-expiry.ts'),
  },
  {
    ...{ id: 'lock', number: 15, title: { en: 'The lock and the herd', 'zh-CN': '锁与惊群' } },
    load: () => import('./curriculum/lock.ts'),
  },
  {
    ...{
      id: 'read-write-lock',
      number: 16,
      title: { en: 'A lock for readers and writers', 'zh-CN': '读写锁' },
    },
    load: () => import('./curriculum/read-write-lock.ts'),
  },
  {
    ...{ id: 'master', number: 17, title: { en: 'One controller', 'zh-CN': '唯一的 controller' } },
    load: () => import('./curriculum/master.ts'),
  },
  {
    ...{ id: 'discovery', number: 18, title: { en: 'Who is there', 'zh-CN': '谁在线' } },
    load: () => import('./curriculum/discovery.ts'),
  },
  {
    ...{
      id: 'ids',
      number: 19,
      title: { en: 'Numbers from ZooKeeper', 'zh-CN': '用 ZooKeeper 发号' },
    },
    load: () => import('./curriculum/ids.ts'),
  },
  {
    ...{ id: 'guarantees', number: 20, title: { en: 'The guarantees', 'zh-CN': '五条保证' } },
    load: () => import('./curriculum/guarantees.ts'),
  },
];

export const entryOf = (id: string): CatalogueEntry | null =>
  CATALOGUE.find((entry) => entry.id === id) ?? null;
