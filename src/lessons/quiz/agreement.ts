// Items of the quiz about servers among themselves: elections, writes, quorums. What they say is what
// ZooKeeper 3.8 does; the lesson of each lets one see it.

import type { QuizItem } from './quiz.ts';

export const AGREEMENT: readonly QuizItem[] = [
  {
    ...{ id: 'joins-later', lesson: 'one-by-one' },
    options: ['takes-over', 'follows', 'elect-anew'],
    ...{ right: 'follows', misconception: 'takes-over' },
    text: {
      en: {
        topic: 'A server that joins later',
        question:
          'Servers 1, 2 and 3 of five are up, and 2 leads. Now you start server 5; its disk is as new ' +
          'as theirs. What happens?',
        options: {
          'takes-over': '5 leads: it has the highest id',
          follows: '5 follows 2, which goes on leading',
          'elect-anew': 'All elect anew: a server has joined',
        },
        explanation:
          'Whoever comes asks for votes, hears FOLLOWING and LEADING from a quorum, and follows. ' +
          'The id is compared only among servers that are looking for a leader.',
      },
      'zh-CN': {
        topic: '后来的服务器',
        question:
          '五台中的 1、2、3 已经在运行，领导者 leader 是 2。现在启动服务器 5，它的磁盘和那几台一样新。会怎样？',
        options: {
          'takes-over': '5 成为领导者：它的 id 最大',
          follows: '5 跟随 2：在任的领导者不变',
          'elect-anew': '四台重新选举：有服务器加入了',
        },
        explanation:
          '新来的先问大家投给谁，从法定人数 quorum 听到 FOLLOWING 和 LEADING，就直接跟随。' +
          '只有还在找领导者的服务器之间才会比 id。',
      },
    },
  },
  {
    ...{ id: 'wins-election', lesson: 'votes' },
    options: ['first', 'highest-id', 'latest-zxid'],
    ...{ right: 'latest-zxid', misconception: 'highest-id' },
    text: {
      en: {
        topic: 'Who wins an election',
        question:
          'The leader has died. Servers 2, 3 and 4 of five are left, all in epoch 3. The last zxid of 2 ' +
          'is 0x300000009; of 3 and 4 it is 0x300000007. Who leads next?',
        options: {
          first: 'Whichever noticed the death first',
          'highest-id': 'Server 4: it has the highest id',
          'latest-zxid': 'Server 2: it has the latest zxid',
        },
        explanation:
          'Votes are compared by epoch, then by the last zxid, and only then by id. So whoever wins ' +
          'has every committed write in its log.',
      },
      'zh-CN': {
        topic: '谁赢得选举',
        question:
          '领导者 leader 宕机了。五台只剩 2、3、4，纪元 epoch 都是 3。服务器 2 的最后一个 zxid 是 0x300000009，' +
          '服务器 3 和 4 的都是 0x300000007。接下来谁是领导者？',
        options: {
          first: '最先发现领导者宕机的那台',
          'highest-id': '服务器 4：它的 id 最大',
          'latest-zxid': '服务器 2：它的 zxid 最新',
        },
        explanation:
          '选票 ballot 先比纪元，再比最后的 zxid，都相同才比 id。所以当选者的日志里，一定有全部已提交的写入。',
      },
    },
  },
  {
    ...{ id: 'disks-stand-still', lesson: 'path-of-a-write' },
    options: ['quorum', 'all', 'rolled-back'],
    ...{ right: 'quorum', misconception: 'all' },
    text: {
      en: {
        topic: 'What a write waits for',
        question:
          'Of five servers, two followers have disks that no longer answer; the other three are well. ' +
          'A client creates /a at one of the three. What happens?',
        options: {
          quorum: 'It succeeds: three have it on disk',
          all: 'It waits until all five have it on disk',
          'rolled-back': 'It is rolled back: two did not agree',
        },
        explanation:
          'A write is committed when a quorum has it on disk; the others get there later. There is ' +
          'no abort: no follower can veto a proposal.',
      },
      'zh-CN': {
        topic: '写入要等谁',
        question:
          '五台中有两台跟随者 follower 的磁盘没有响应了，另外三台正常。客户端在正常的一台上创建 /a，会怎样？',
        options: {
          quorum: '成功：已经有三台落盘',
          all: '一直等到五台都落盘',
          'rolled-back': '回滚：有两台没有同意',
        },
        explanation:
          '法定人数 quorum 落盘，写入就提交，其余的随后跟上。这里没有 abort：' +
          '哪个跟随者都否决不了提议 PROPOSAL。',
      },
    },
  },
  {
    ...{ id: 'reads-elsewhere', lesson: 'reads-are-local' },
    options: ['was-acknowledged', 'own-tree', 'asks-leader'],
    ...{ right: 'own-tree', misconception: 'was-acknowledged' },
    text: {
      en: {
        topic: 'A read at another server',
        question:
          'A sets /price from 1 to 2, has the answer, and phones B. B is connected to another server and ' +
          'reads /price at once. What does B get?',
        options: {
          'was-acknowledged': '2: the write was answered before',
          'own-tree': '1 or 2: that server reads its own tree',
          'asks-leader': '2: that server asks the leader first',
        },
        explanation:
          'A server answers reads from what it has applied, and may be behind. If B has to see ' +
          'the write, it does a sync before it reads.',
      },
      'zh-CN': {
        topic: '在另一台服务器上读',
        question:
          'A 把 /price 从 1 改成 2，得到应答之后打电话告诉 B。B 连在另一台服务器上，立刻去读 /price。读到什么？',
        options: {
          'was-acknowledged': '2：那次写入之前已经得到应答',
          'own-tree': '1 或 2：那台只读自己的那棵树',
          'asks-leader': '2：那台会先问领导者 leader',
        },
        explanation:
          '每台服务器按自己已经应用的状态来应答读，可能落后。B 如果必须看到这次写入，就先 sync 再读。',
      },
    },
  },
  {
    ...{ id: 'two-of-five', lesson: 'quorum-loss' },
    options: ['marked', 'value', 'nothing'],
    ...{ right: 'nothing', misconception: 'value' },
    text: {
      en: {
        topic: 'Reads without a quorum',
        question:
          'Three of five servers crash. Your client is connected to one of the two that are left, with ' +
          'default settings, and reads a znode. What does it get?',
        options: {
          marked: 'The value, marked as possibly old',
          value: 'The value: only writes have to wait',
          nothing: 'No value: two of five serve nobody',
        },
        explanation:
          'Two servers cannot know whether the others have gone on without them, so they close their ' +
          'clients’ connections and serve nobody. Only read-only mode, off by default, would answer reads.',
      },
      'zh-CN': {
        topic: '不过半时的读',
        question:
          '五台中有三台宕机。客户端连着剩下两台中的一台，全部是默认配置，现在去读一个 znode。得到什么？',
        options: {
          marked: '得到值，但注明可能过时',
          value: '得到值：只有写才需要等',
          nothing: '得不到值：不过半就不服务',
        },
        explanation:
          '两台无从知道其他服务器是否已经撇下它们往前走了，于是断开客户端的连接，谁也不服务。' +
          '只有开启只读模式（默认关闭）才会应答读。',
      },
    },
  },
  {
    ...{ id: 'minority-writes', lesson: 'minority' },
    options: ['never', 'merged', 'waits'],
    ...{ right: 'never', misconception: 'merged' },
    text: {
      en: {
        topic: 'A write in the minority',
        question:
          'A network cut leaves leader 5 with server 4 only; 1, 2 and 3 elect a leader of their own. ' +
          'Behind the cut a client still sends 5 a write. What becomes of it?',
        options: {
          never: 'It is never committed: two are no quorum',
          merged: 'It is committed there, and merged later',
          waits: 'It waits there, and is committed later',
        },
        explanation:
          'With two of five, 5 can propose but not commit, and steps down. When the cut is mended it ' +
          'takes over the new leader’s history, and the write is gone.',
      },
      'zh-CN': {
        topic: '少数派一侧的写入',
        question:
          '网络断成两半，领导者 leader 5 这边只剩服务器 4；另一边 1、2、3 选出了自己的领导者。' +
          '断开之后，仍有客户端向 5 发来一次写入。它会怎样？',
        options: {
          never: '始终提交不了：两台不过半',
          merged: '在这边提交，恢复后再合并',
          waits: '留在这边，恢复后再去提交',
        },
        explanation:
          '5 手上只有五台中的两台，能提议 PROPOSAL、不能提交，随后退位。' +
          '网络恢复之后，它接受新领导者的历史，那次写入就没有了。',
      },
    },
  },
];
