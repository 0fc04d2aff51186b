// Lesson 18: service discovery: a list that follows the sessions, later than one would think, and not at
// all while there is no quorum; and consumers that go on calling from it. Providers and the consumer are the
// recipes.

import type { Lesson } from '../../vocabulary/lesson.ts';
import type { RecipeName } from '../../vocabulary/recipe.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import { act, client, crash, eventually, fact, now, open, sequence } from '../write.ts';
import { serving, until, upAndServing, wait } from '../write.ts';

const ROOT = '/dubbo/com.foo.BarService';
const start = (number: number, recipe: RecipeName): LabStep => ({
  ...{ kind: 'startRecipe', client: number, recipe, root: ROOT },
});
const CALL: LabStep = { kind: 'callProvider', client: 3, root: ROOT };
const kill = (number: number): LabStep => ({ kind: 'killClient', client: number });
const killed = (number: number) => fact('did', { step: 'killClient', client: number });
const expired = (number: number) => fact('sessionExpired', { client: number });
const consumer = { client: 3, recipe: 'consumer', root: ROOT } as const;
const woken = fact('recipe', { ...consumer, says: 'woken' });
/** The consumer's own list, as it last read it. */
const list = (count: number) =>
  fact('recipe', { ...consumer, says: count === 0 ? 'waits' : 'holds', foundCount: count });
const called = (provider: number | null) => fact('called', { client: 3, provider });
const lost = fact('roleChanged', { server: 3, reason: 'quorumLost' });

/** All are there, provider 1 dies, and the consumer hears of it. */
const UP_TO_THE_EXPIRY = [
  ...[1, 2].flatMap((number) => [
    act(start(number, 'provider')),
    until(eventually(fact('recipe', { client: number, recipe: 'provider', says: 'holds' }))),
  ]),
  act(start(3, 'consumer')),
  until(eventually(list(2))),
  act(kill(1)),
  until(eventually(list(1))),
];

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
    wait(100),
    until(now(serving(), 3)),
  ],
  bet: {
    settled: sequence(killed(1), woken),
    options: [
      {
        id: 'once',
        when: { ...{ kind: 'sequence', unless: expired(1) }, facts: [killed(1), woken] },
      },
      { id: 'timeout', when: sequence(killed(1), expired(1), woken) },
    ],
  },
  moves: [
    { id: 'provide-1', steps: [start(1, 'provider')] },
    { id: 'provide-2', steps: [start(2, 'provider')] },
    { id: 'consume', steps: [start(3, 'consumer')] },
    { id: 'call', steps: [CALL] },
    { id: 'kill-1', steps: [kill(1)] },
    { id: 'down', steps: [crash(1), crash(2)] },
    { id: 'kill-2', steps: [kill(2)] },
    { id: 'up', steps: [open(1), open(2)] },
  ],
  goals: [
    eventually(list(2)),
    sequence(list(2), killed(1), expired(1), woken, list(1)),
    { ...{ kind: 'sequence', unless: fact('started') }, facts: [list(1), lost, called(2)] },
    {
      ...{ kind: 'sequence', unless: expired(2) },
      facts: [lost, killed(2), called(null), fact('started')],
    },
    sequence(killed(2), fact('started'), expired(2), woken, list(0)),
  ],
  forbidden: [eventually(fact('crashed', { server: 3 }))],
  breakRule: null,
  par: 11,
  solution: [
    ...UP_TO_THE_EXPIRY,
    act(crash(1)),
    act(crash(2)),
    until(eventually(lost)),
    act(CALL),
    act(kill(2)),
    wait(1_500),
    act(CALL),
    act(open(1)),
    act(open(2)),
    until(eventually(expired(2))),
    until(eventually(list(0))),
    wait(50),
  ],
  // Without its registry a service is down: nothing is called before it is back.
  wrong: [
    ...UP_TO_THE_EXPIRY,
    act(crash(1)),
    act(crash(2)),
    until(eventually(lost)),
    wait(1_000),
    act(open(1)),
    act(open(2)),
    until(now(serving(), 3)),
    act(CALL),
    act(kill(2)),
    until(eventually(list(0))),
    act(CALL),
    wait(50),
  ],
  text: {
    en: {
      title: 'Who is there',
      hook:
        'Dubbo and many others find their services like this: every provider puts an ephemeral znode with its ' +
        'address under a persistent one, and consumers watch the list. Clients 1 and 2 will be providers ' +
        '(timeout one second), client 3 the consumer: it lists with a watch, and again whenever it hears of a change.',
      question: 'Provider 1 dies without a word. When does the consumer hear of it?',
      options: {
        once: 'At once: its connection is gone',
        timeout: 'When its session has timed out',
      },
      task:
        'Start both providers and the consumer, kill provider 1 and wait until it is off the list.\n' +
        'Take servers 1 and 2 down: without a quorum there is no registry. Let the consumer call. Kill ' +
        'provider 2, and call again. Then bring the servers back.',
      moves: {
        'provide-1': 'Client 1: provide',
        'provide-2': 'Client 2: provide',
        consume: 'Client 3: find the providers',
        call: 'Client 3: call the next on its list',
        'kill-1': 'Kill provider 1',
        down: 'Servers 1 and 2 down',
        'kill-2': 'Kill provider 2',
        up: 'Servers 1 and 2 up',
      },
      goals: [
        'The consumer sees two addresses',
        'It hears of the dead provider only when the session has expired; then its list is of the living',
        'Without a quorum, from the list that it has: its call is answered by provider 2',
        'Provider 2 dies, its session cannot expire, and the next call meets nobody',
        'With a quorum again the session does expire, and the list is empty',
      ],
      forbidden: ['Server 3 was killed: then the consumer has nobody to ask.'],
      hints: [
        'A timeout of one second is five of yours at this speed.',
        'A call goes from the consumer to the provider itself: no server of ZooKeeper is asked.',
        'Expiry is a transaction of the leader. No leader, no expiry.',
        'Provide, provide, find; kill 1; wait for a list of one; servers down; wait for LOOKING; call; kill 2; call; servers up.',
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
        '客户端 1、2 当提供者（会话超时一秒），客户端 3 当消费者：带 watch 列出，一听到变化就再列一次。',
      question: '提供者 1 一声不响地死了。消费者什么时候知道？',
      options: { once: '立刻：它的连接断了', timeout: '等它的会话超时' },
      task:
        '启动两个提供者和消费者，杀死提供者 1，等它从列表上消失。\n' +
        '停掉服务器 1 和 2：不过半，注册中心就没了。让消费者调用一次；杀死提供者 2，再调用一次。最后把服务器启动回来。',
      moves: {
        'provide-1': '客户端 1：当提供者',
        'provide-2': '客户端 2：当提供者',
        consume: '客户端 3：发现提供者',
        call: '客户端 3：调用列表上的下一个',
        'kill-1': '杀死提供者 1',
        down: '停掉服务器 1 和 2',
        'kill-2': '杀死提供者 2',
        up: '启动服务器 1 和 2',
      },
      goals: [
        '消费者看到两个地址',
        '等会话过期，消费者才得知提供者死了；此后列表上只剩活着的',
        '没有法定人数 quorum，照手里的列表调用：提供者 2 应答',
        '提供者 2 死了，会话却无法过期，下一次调用无人应答',
        '重新过半之后会话才过期，列表变空',
      ],
      forbidden: ['服务器 3 被杀死了：那样消费者就没人可问了。'],
      hints: [
        '一秒的超时，这个速度下相当于你的五秒。',
        '调用是消费者直接发给提供者的，不经过任何 ZooKeeper 服务器。',
        '会话过期是领导者 leader 发起的事务。没有领导者，就没有过期。',
        '提供、提供、发现；杀死 1；等列表只剩一个；停服务器；等到变成 LOOKING；调用；杀死 2；调用；启动服务器。',
      ],
      moral:
        '列表的新鲜程度取决于会话超时，而不是网络：调用仍可能撞上已死的提供者，要能换一个重试。' +
        '反过来，注册中心挂了，流量并不会停：消费者用手里的列表照样调。停下来的是变化：没人能注册，也没人会过期。',
      breakRule: null,
    },
  },
};

export default lesson;
