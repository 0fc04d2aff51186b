// Lesson 18: service discovery: a list that follows the sessions, later than one would think, and not at
// all while there is no quorum.

import type { Lesson } from '../../vocabulary/lesson.ts';
import { act, client, crash, create, eventually, fact, ls, now, open, run } from '../write.ts';
import { runAndWait, sequence, serving, until, upAndServing, wait } from '../write.ts';
import type { LabStep } from '../../vocabulary/steps.ts';

const PATH = '/svc/providers';
const kill = (number: number): LabStep => ({ kind: 'killClient', client: number });
const killed = (number: number) => fact('did', { step: 'killClient', client: number });
const expired = (number: number) => fact('sessionExpired', { client: number });
const heard = fact('watchHeard', { client: 3, path: PATH, event: 'NodeChildrenChanged' });
const list = (count: number) =>
  fact('answered', {
    client: 3,
    op: 'getChildren',
    path: PATH,
    outcome: 'ok',
    childrenCount: count,
  });
const lost = fact('roleChanged', { server: 3, reason: 'quorumLost' });

const lesson: Lesson = {
  id: 'discovery',
  formatVersion: 1,
  world: { seed: 18, participants: 3, observers: 0 },
  speed: 0.2,
  setup: [
    ...upAndServing([1, 2, 3]),
    ...client(1, 1, 1_000),
    ...client(2, 2, 1_000),
    ...client(3, 3, 2_000),
    ...runAndWait(1, create('/svc')),
    ...runAndWait(1, create(PATH)),
    wait(100),
    until(now(serving(), 3)),
  ],
  bet: {
    settled: sequence(killed(1), heard),
    options: [
      {
        id: 'once',
        when: { ...{ kind: 'sequence', unless: expired(1) }, facts: [killed(1), heard] },
      },
      { id: 'timeout', when: sequence(killed(1), expired(1), heard) },
    ],
  },
  moves: [
    { id: 'register-1', steps: [run(1, create(`${PATH}/10.0.0.1:20880`, { ephemeral: true }))] },
    { id: 'register-2', steps: [run(2, create(`${PATH}/10.0.0.2:20880`, { ephemeral: true }))] },
    { id: 'list', steps: [run(3, ls(PATH, true))] },
    { id: 'kill-1', steps: [kill(1)] },
    { id: 'down', steps: [crash(1), crash(2)] },
    { id: 'kill-2', steps: [kill(2)] },
    { id: 'up', steps: [open(1), open(2)] },
  ],
  goals: [
    eventually(list(2)),
    sequence(killed(1), expired(1), heard),
    sequence(heard, fact('asked', { client: 3, op: 'getChildren', watch: true }), list(1)),
    {
      ...{ kind: 'sequence', unless: expired(2) },
      facts: [lost, killed(2), fact('started')],
    },
    sequence(fact('started'), expired(2), list(0)),
  ],
  forbidden: [eventually(fact('crashed', { server: 3 }))],
  breakRule: null,
  par: 11,
  solution: [
    ...runAndWait(1, create(`${PATH}/10.0.0.1:20880`, { ephemeral: true })),
    ...runAndWait(2, create(`${PATH}/10.0.0.2:20880`, { ephemeral: true })),
    ...runAndWait(3, ls(PATH, true)),
    act(kill(1)),
    until(eventually(heard)),
    ...runAndWait(3, ls(PATH, true)),
    act(crash(1)),
    act(crash(2)),
    until(eventually(lost)),
    act(kill(2)),
    wait(1_500),
    act(open(1)),
    act(open(2)),
    until(eventually(expired(2))),
    until(now(fact('client', { client: 3, state: 'SyncConnected' }))),
    wait(100),
    ...runAndWait(3, ls(PATH, true)),
    wait(50),
  ],
  wrong: [
    ...runAndWait(1, create(`${PATH}/10.0.0.1:20880`, { ephemeral: true })),
    ...runAndWait(2, create(`${PATH}/10.0.0.2:20880`, { ephemeral: true })),
    ...runAndWait(3, ls(PATH)),
    act(kill(1)),
    wait(2_000),
    act(kill(2)),
    wait(2_000),
  ],
  text: {
    en: {
      title: 'Who is there',
      hook:
        'Dubbo and many others find their services so: every provider puts an ephemeral znode with its ' +
        'address under a persistent one, and consumers watch the list. Providers are clients 1 and 2 ' +
        '(timeout one second), the consumer is client 3.',
      question: 'Provider 1 dies without a word. When does the consumer hear of it?',
      options: {
        once: 'At once: its connection is gone',
        timeout: 'When its session has timed out',
      },
      task:
        'Register both, list with a watch, kill provider 1, and when the event comes list with a watch ' +
        'again. Then take servers 1 and 2 down, kill provider 2 meanwhile, and bring the servers back.',
      moves: {
        'register-1': 'Provider 1: register',
        'register-2': 'Provider 2: register',
        list: 'Consumer: ls -w',
        'kill-1': 'Kill provider 1',
        down: 'Servers 1 and 2 down',
        'kill-2': 'Kill provider 2',
        up: 'Servers 1 and 2 up',
      },
      goals: [
        'The consumer sees two addresses',
        'It hears of the dead provider only when the session has expired',
        'It reads the new list and watches again with the same request',
        'Without a quorum provider 2 dies, and its session cannot expire',
        'With a quorum again it does expire, and the list is empty',
      ],
      forbidden: ['Server 3 was killed: then the consumer has nobody to ask.'],
      hints: [
        'ls -w sets the next watch together with the read: nothing can slip in between.',
        'Expiry is a transaction of the leader. No leader, no expiry.',
        'The consumer’s list is its own copy. It would go on calling provider 2 meanwhile.',
      ],
      moral:
        'The list is as fresh as the session timeout, not as the network: a call may still meet a dead ' +
        'provider, so retry another. And a registry that is down stops no traffic: consumers call from ' +
        'the list they have. What stops is change: nobody registers, and nobody expires.',
      breakRule: null,
    },
    'zh-CN': {
      title: '谁在线',
      hook:
        'Dubbo 等很多框架这样做服务发现：提供者在一个持久节点下，用临时节点写上自己的地址；消费者 watch 这份列表。' +
        '客户端 1、2 是提供者（会话超时一秒），客户端 3 是消费者。',
      question: '提供者 1 一声不响地死了。消费者什么时候知道？',
      options: { once: '立刻：它的连接断了', timeout: '等它的会话超时' },
      task:
        '让两个提供者注册，带 watch 列出，杀死提供者 1，事件到了再带 watch 列一次。' +
        '然后停掉服务器 1 和 2，其间杀死提供者 2，最后把服务器启动回来。',
      moves: {
        'register-1': '提供者 1：注册',
        'register-2': '提供者 2：注册',
        list: '消费者：ls -w',
        'kill-1': '杀死提供者 1',
        down: '停掉服务器 1 和 2',
        'kill-2': '杀死提供者 2',
        up: '启动服务器 1 和 2',
      },
      goals: [
        '消费者看到两个地址',
        '等会话过期，消费者才得知提供者死了',
        '同一个请求里，读到新列表，又设好 watch',
        '没有法定人数 quorum 时提供者 2 死了，它的会话却无法过期',
        '重新过半之后才过期，列表变空',
      ],
      forbidden: ['服务器 3 被杀死了：那样消费者就没人可问了。'],
      hints: [
        'ls -w 读的同时设好下一个 watch，中间插不进任何变化。',
        '会话过期是领导者 leader 发起的事务。没有领导者，就没有过期。',
        '消费者手里的列表是自己的副本，其间它会照旧去调提供者 2。',
      ],
      moral:
        '列表的新鲜程度取决于会话超时，而不是网络：调用仍可能撞上已死的提供者，要能换一个重试。' +
        '反过来，注册中心挂了，流量并不会停：消费者用手里的列表照样调。停下来的是变化：没人能注册，也没人会过期。',
      breakRule: null,
    },
  },
};

export default lesson;
