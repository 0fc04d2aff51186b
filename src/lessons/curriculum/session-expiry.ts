// Lesson 14: who decides that a session is over, what goes with it, and when its client learns of it.

import type { Lesson } from '../../vocabulary/lesson.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import {
  act,
  all,
  atLeast,
  client,
  create,
  eventually,
  fact,
  ls,
  now,
  runAndWait,
} from '../write.ts';
import { sequence, serving, until, upAndServing, wait } from '../write.ts';

const move = (server: number | null): LabStep => ({ kind: 'moveClient', client: 1, server });
const expired = fact('sessionExpired', { client: 1 });
const away = fact('did', { step: 'moveClient', server: null });
const comesBack = fact('did', { step: 'moveClient', server: { not: null } });
const learns = fact('stateHeard', { client: 1, state: 'Expired' });

const lesson: Lesson = {
  id: 'session-expiry',
  formatVersion: 1,
  world: { seed: 14, participants: 3, observers: 0 },
  speed: 0.2,
  setup: [
    ...upAndServing([1, 2, 3]),
    ...client(1, 1, 1_000),
    ...client(2, 3, 2_000),
    ...runAndWait(2, create('/live')),
    ...runAndWait(1, create('/live/a', { ephemeral: true })),
    ...runAndWait(1, create('/live/b', { ephemeral: true })),
    ...runAndWait(2, ls('/live', true)),
    wait(100),
    until(now(serving(), 3)),
  ],
  bet: {
    settled: sequence(expired, learns),
    options: [
      {
        id: 'lost',
        when: { kind: 'eventually', fact: fact('sessionClosed', { client: 1 }), unless: expired },
      },
      { id: 'reconnect', when: sequence(expired, comesBack, learns) },
      { id: 'timeout', when: sequence(expired, learns) },
    ],
  },
  moves: [
    { id: 'cut', steps: [move(null)] },
    { id: 'to-2', steps: [move(2)] },
    { id: 'to-1', steps: [move(1)] },
  ],
  goals: [
    {
      ...{ kind: 'sequence', unless: expired },
      facts: [away, comesBack, fact('sessionResumed', { client: 1, server: 2 })],
    },
    eventually(fact('sessionExpired', { client: 1, server: 3, silentMillis: { min: 1_000 } })),
    all(
      atLeast(3, fact('sessionClosed', { client: 1, ephemeralsCount: 2 }), 'server'),
      sequence(expired, fact('proposed', { client: 1, op: 'closeSession' })),
    ),
    sequence(
      expired,
      fact('watchHeard', { client: 2, path: '/live', event: 'NodeChildrenChanged' }),
    ),
    sequence(expired, comesBack, learns),
  ],
  forbidden: [eventually(fact('crashed'))],
  breakRule: null,
  par: 4,
  solution: [
    act(move(null)),
    wait(300),
    act(move(2)),
    until(eventually(fact('sessionResumed', { client: 1 }))),
    wait(200),
    act(move(null)),
    until(eventually(expired)),
    wait(300),
    act(move(1)),
    until(eventually(learns)),
    wait(50),
  ],
  wrong: [act(move(null)), wait(300), act(move(2)), wait(2_500)],
  text: {
    en: {
      title: 'When a session ends',
      hook:
        'Client 1 has a session with a timeout of one second and two ephemerals, /live/a and /live/b. ' +
        'Client 2 watches /live. Then the network of client 1 goes down.',
      question:
        'Its connection breaks for longer than the timeout. When does client 1 itself learn that its session is over?',
      options: {
        lost: 'At once: a broken connection ends the session',
        timeout: 'After the timeout, wherever it is',
        reconnect: 'Only when it reaches a server again',
      },
      task:
        'Cut client 1 off and let it back in to server 2 within the second. Then cut it off for longer, ' +
        'see who decides, and only after that let it back.',
      moves: {
        cut: 'Cut client 1 off',
        'to-2': 'Let it reach server 2',
        'to-1': 'Let it reach server 1',
      },
      goals: [
        'A short cut: the session continues at server 2, and nothing was deleted',
        'A long one: it is the leader, server 3, that lets the session expire',
        'One closeSession transaction deletes both ephemerals, on all three servers',
        'The watcher hears that the children of /live changed',
        'Client 1 hears Expired only after it has reached a server again',
      ],
      forbidden: ['A server was killed: this is about clients.'],
      hints: [
        'A second of virtual time is five of yours at this speed. Pause in between if you like.',
        'If the session expired during the first cut, go back and let it in sooner.',
        'Cut off; server 2; cut off; wait until Why says that it expired; server 1.',
      ],
      moral:
        'A broken connection ends nothing: the session belongs to the ensemble, and the client takes it ' +
        'to any server. When nobody has heard from it for the timeout, the leader proposes closeSession, ' +
        'and its one zxid removes every ephemeral of it everywhere. The client cannot know: cut off, it ' +
        'is only Disconnected, and a lock holder that is Disconnected must assume the worst.',
      breakRule: null,
    },
    'zh-CN': {
      title: '会话何时结束',
      hook:
        '客户端 1 的会话 session 超时为一秒，名下有两个临时节点 /live/a 和 /live/b。' +
        '客户端 2 在 watch /live。这时，客户端 1 的网络断了。',
      question: '连接断开，久到超过了超时。客户端 1 自己什么时候得知会话已经没了？',
      options: {
        lost: '立刻：连接一断，会话就结束',
        timeout: '超时一到，不管它在哪',
        reconnect: '等它重新连上某台服务器才知道',
      },
      task: '断开客户端 1，在一秒之内让它连上服务器 2。然后再断开它，这次久一点，看看由谁作出裁决，之后才放它回来。',
      moves: {
        cut: '断开客户端 1',
        'to-2': '让它连上服务器 2',
        'to-1': '让它连上服务器 1',
      },
      goals: [
        '短暂断开：会话在服务器 2 上继续，什么都没被删',
        '断得久了：判定会话过期的是领导者 leader，也就是服务器 3',
        '一个 closeSession 事务删掉两个临时节点，三台服务器上都一样',
        'watch 的一方得知 /live 的子节点变了',
        '客户端 1 重新连上服务器之后，才得知已过期（Expired）',
      ],
      forbidden: ['杀死了服务器：本课说的是客户端。'],
      hints: [
        '这个速度下，虚拟的一秒相当于你的五秒。来不及就先暂停。',
        '如果第一次断开时会话就过期了，退回去，早点放它回来。',
        '断开；服务器 2；断开；等“缘由”里说会话过期；服务器 1。',
      ],
      moral:
        '断连并不结束任何东西：会话属于整个集群，客户端可以带着它去任何一台。超过超时没人听到它，' +
        '领导者就提议 closeSession，凭这一个 zxid，它所有的临时节点在每台服务器上同时消失。' +
        '客户端自己无从得知：断开期间它只是 Disconnected。所以持锁者一旦 Disconnected，就得按最坏的情况打算。',
      breakRule: null,
    },
  },
};

export default lesson;
