// Items of the quiz about what clients may count on: lost answers, observers, watches, sessions, locks,
// numbers. What they say is what ZooKeeper 3.8 does.

import type { QuizItem } from './quiz.ts';

export const CLIENTS: readonly QuizItem[] = [
  {
    ...{ id: 'lost-answer', lesson: 'dies-mid-proposal' },
    options: ['not-there', 'there', 'either'],
    ...{ right: 'either', misconception: 'not-there' },
    text: {
      en: {
        topic: 'After a ConnectionLoss',
        question:
          'Your client sends create /orders/17 and gets ConnectionLoss, because the leader has died. Now ' +
          'a new leader serves. Is /orders/17 there?',
        options: {
          'not-there': 'No: what is not answered is not done',
          there: 'Yes: what was sent is done in the end',
          either: 'Perhaps: only a read of it can tell',
        },
        explanation:
          'ConnectionLoss means unknown: if one of those that elect the new leader has the create in its ' +
          'log, it is committed, and if none has, it is gone. So read before you retry.',
      },
      'zh-CN': {
        topic: 'ConnectionLoss 之后',
        question:
          '客户端发出 create /orders/17，得到 ConnectionLoss，因为领导者 leader 宕机了。' +
          '现在新的领导者已经开始服务。/orders/17 在不在？',
        options: {
          'not-there': '不在：没有应答就没有执行',
          there: '在：发出的请求最终会执行',
          either: '不一定：只有读一下才知道',
        },
        explanation:
          'ConnectionLoss 的意思是“不知道”：选出新领导者的服务器中，只要有一台的日志里有这次创建，它就会提交；' +
          '一台都没有，它就没了。所以重试之前先读一下。',
      },
    },
  },
  {
    ...{ id: 'observers-stay', lesson: 'observer' },
    options: ['three-up', 'no-quorum', 'promoted'],
    ...{ right: 'no-quorum', misconception: 'three-up' },
    text: {
      en: {
        topic: 'What observers add',
        question:
          'An ensemble has three voters and two observers. Two of the voters crash. Can its clients ' +
          'still write?',
        options: {
          'three-up': 'Yes: three of the five servers are up',
          'no-quorum': 'No: one of three voters is no quorum',
          promoted: 'Yes: an observer becomes a voter',
        },
        explanation:
          'Observers do not vote and acknowledge nothing: a quorum is two of the three voters. They ' +
          'add readers, not fault tolerance.',
      },
      'zh-CN': {
        topic: '观察者能带来什么',
        question:
          '一个集群有三台投票者 voter、两台观察者 observer。两台投票者宕机了，客户端还能写吗？',
        options: {
          'three-up': '能：五台里还有三台在运行',
          'no-quorum': '不能：三台投票者只剩一台',
          promoted: '能：观察者会变成投票者',
        },
        explanation:
          '观察者不投票，也不确认写入：法定人数 quorum 是三台投票者中的两台。' +
          '它带来的是读的能力，不是容错能力。',
      },
    },
  },
  {
    ...{ id: 'three-changes', lesson: 'one-shot-watch' },
    options: ['one', 'three', 'newest'],
    ...{ right: 'one', misconception: 'three' },
    text: {
      en: {
        topic: 'What a watch tells',
        question:
          'Your client reads /cfg and sets a watch with it. Then /cfg is changed three times, and your ' +
          'client does nothing meanwhile. What does it hear?',
        options: {
          one: 'One event, without any data',
          three: 'Three events, one a change',
          newest: 'One event, with the newest data',
        },
        explanation:
          'A watch fires once and brings no data. The read that follows sets it anew for the next ' +
          'change; addWatch makes one that stays.',
      },
      'zh-CN': {
        topic: 'watch 会告诉你什么',
        question:
          '客户端读 /cfg，同时设置了一个 watch。之后 /cfg 被改了三次，其间客户端什么也没做。它会收到什么？',
        options: {
          one: '一个事件，不带数据',
          three: '三个事件，每次一个',
          newest: '一个事件，带最新数据',
        },
        explanation:
          'watch 只触发一次，也不带数据。想知道下一次变化，就在随后那次读的时候重新设置；' +
          '要一直有效的，用 addWatch。',
      },
    },
  },
  {
    ...{ id: 'short-break', lesson: 'session-expiry' },
    options: ['deleted', 'came-back', 'stayed'],
    ...{ right: 'stayed', misconception: 'deleted' },
    text: {
      en: {
        topic: 'When a connection breaks',
        question:
          'Your client owns the ephemeral /workers/7, with a session timeout of 10 s. Its connection ' +
          'breaks; 3 s later it has reached another server. What became of /workers/7?',
        options: {
          deleted: 'It went when the connection broke',
          'came-back': 'It went, and is created once more',
          stayed: 'It stayed: the session went on',
        },
        explanation:
          'A session belongs to the ensemble, not to a connection. Only when nothing was heard of it ' +
          'for the whole timeout does the leader end it, and its ephemerals go with it.',
      },
      'zh-CN': {
        topic: '连接断开的时候',
        question:
          '客户端拥有临时节点 ephemeral /workers/7，会话 session 超时为 10 秒。它的连接断了，' +
          '3 秒后连上了另一台服务器。/workers/7 怎样了？',
        options: {
          deleted: '连接一断就被删除了',
          'came-back': '删除过，又重新创建了',
          stayed: '一直都在：会话没有断',
        },
        explanation:
          '会话属于整个集群 ensemble，不属于某条连接。只有在整个超时期间都没有它的动静，' +
          '领导者 leader 才会结束它，它的临时节点随之消失。',
      },
    },
  },
  {
    ...{ id: 'paused-holder', lesson: 'lock' },
    options: ['still-holds', 'somebody-else', 'write-fails'],
    ...{ right: 'somebody-else', misconception: 'still-holds' },
    text: {
      en: {
        topic: 'What a lock protects',
        question:
          'Your process holds a ZooKeeper lock. It stands still for 30 s (garbage collection), its session ' +
          'timeout is 10 s. Then it goes on and writes to the database that the lock guards. Is that safe?',
        options: {
          'still-holds': 'Yes: it never let go of the lock',
          'somebody-else': 'No: another may hold the lock by now',
          'write-fails': 'Yes: without a session the write fails',
        },
        explanation:
          'The session has expired and the lock’s znode is gone, which a process that stood still does ' +
          'not know. So the database has to refuse it, by a number that each write brings along and that ' +
          'only rises: fencing.',
      },
      'zh-CN': {
        topic: '锁能保护什么',
        question:
          '你的进程持有一把 ZooKeeper 锁。它因为 GC 停顿了 30 秒，而会话 session 超时是 10 秒。' +
          '恢复之后，它接着去写这把锁所保护的数据库。安全吗？',
        options: {
          'still-holds': '安全：它从没有释放过锁',
          'somebody-else': '不安全：锁可能已经易主',
          'write-fails': '安全：没有会话就写不成',
        },
        explanation:
          '会话已经过期，锁节点也没了，停顿过的进程却不知道。要由数据库来拒绝它：' +
          '每次写入带上只增不减的编号，更小的一律拒绝（fencing）。',
      },
    },
  },
  {
    ...{ id: 'no-gaps', lesson: 'ids' },
    options: ['leaves-gap', 'in-order', 'twice'],
    ...{ right: 'leaves-gap', misconception: 'in-order' },
    text: {
      en: {
        topic: 'Numbers without gaps',
        question:
          'Several programs number their invoices by create -s under /invoices, and try again when a ' +
          'connection is lost. No number may be left out. Is that certain?',
        options: {
          'leaves-gap': 'No: a lost answer can leave a gap',
          'in-order': 'Yes: each number comes in its turn',
          twice: 'No: two can get one number at once',
        },
        explanation:
          'Sequential means unique and rising, not gapless. When an answer is lost, the znode may be there ' +
          'all the same: the second attempt takes the next number, and the first belongs to nobody.',
      },
      'zh-CN': {
        topic: '不留空号的编号',
        question:
          '几个程序在 /invoices 下用 create -s 给发票编号，连接断了就重试。编号不许有空缺。这样能保证吗？',
        options: {
          'leaves-gap': '不能：应答丢失可能留下空号',
          'in-order': '能：号码一个接一个往下发',
          twice: '不能：同时取号可能会重号',
        },
        explanation:
          '顺序节点 sequential 的编号唯一、递增，但不保证连续。应答丢了，znode 却可能已经建好；' +
          '重试拿到的是下一个号，前一个就没人认领了。',
      },
    },
  },
];
