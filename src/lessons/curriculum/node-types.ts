// Lesson 13: the four kinds of znode, and whose counter the sequence number is.

import type { Lesson } from '../../vocabulary/lesson.ts';
import {
  act,
  all,
  client,
  create,
  eventually,
  fact,
  now,
  remove,
  run,
  runAndWait,
} from '../write.ts';
import { sequence, serving, until, upAndServing, wait } from '../write.ts';

const made = (name: string) => fact('answered', { client: 1, outcome: 'ok', made: name });
const job = create('/q/job-', { sequential: true });
const other = create('/q/mail-', { sequential: true });
const both = create('/q/lock-', { ephemeral: true, sequential: true });
const deleted = fact('answered', { client: 1, op: 'delete', outcome: 'ok' });

const lesson: Lesson = {
  id: 'node-types',
  formatVersion: 1,
  world: { seed: 13, participants: 3, observers: 0 },
  speed: 0.1,
  setup: [
    ...upAndServing([1, 2, 3]),
    ...client(1, 2),
    ...runAndWait(1, create('/q')),
    wait(100),
    until(now(serving(), 3)),
  ],
  bet: {
    settled: sequence(
      made('/q/job-0000000000'),
      made('/q/note'),
      deleted,
      fact('answered', { op: 'create' }),
    ),
    options: [
      { id: 'zero', when: sequence(deleted, made('/q/job-0000000000')) },
      { id: 'one', when: sequence(deleted, made('/q/job-0000000001')) },
      { id: 'two', when: sequence(deleted, made('/q/job-0000000002')) },
    ],
  },
  moves: [
    { id: 'job', steps: [run(1, job)] },
    { id: 'note', steps: [run(1, create('/q/note'))] },
    { id: 'delete', steps: [run(1, remove('/q/job-0000000000'))] },
    { id: 'mail', steps: [run(1, other)] },
    { id: 'live', steps: [run(1, create('/q/live', { ephemeral: true }))] },
    { id: 'child', steps: [run(1, create('/q/live/child'))] },
    { id: 'lock', steps: [run(1, both)] },
  ],
  goals: [
    eventually(made('/q/job-0000000000')),
    all(
      sequence(made('/q/job-0000000000'), made('/q/note'), made('/q/job-0000000002')),
      sequence(made('/q/job-0000000000'), deleted, made('/q/job-0000000002')),
    ),
    sequence(made('/q/job-0000000002'), made('/q/mail-0000000003')),
    sequence(
      made('/q/live'),
      fact('answered', {
        path: '/q/live/child',
        outcome: 'failed',
        error: 'NoChildrenForEphemerals',
      }),
    ),
    sequence(
      fact('answered', { path: '/q/note', outcome: 'failed', error: 'NodeExists' }),
      made('/q/lock-0000000005'),
    ),
  ],
  forbidden: [],
  breakRule: null,
  par: 9,
  solution: [
    ...[job, create('/q/note'), remove('/q/job-0000000000'), job, other].flatMap((command) =>
      runAndWait(1, command),
    ),
    ...runAndWait(1, create('/q/live', { ephemeral: true })),
    ...runAndWait(1, create('/q/live/child')),
    ...runAndWait(1, create('/q/note')),
    ...runAndWait(1, both),
    wait(50),
  ],
  wrong: [
    ...[job, job, job, other].flatMap((command) => runAndWait(1, command)),
    act(run(1, both)),
    wait(100),
  ],
  text: {
    en: {
      title: 'Kinds of znodes, and the counter',
      hook:
        'A znode is persistent or ephemeral, and either can be sequential: the server puts ten digits ' +
        'behind the name you gave. Locks, queues and the choice of a master are built on these digits. Whose count are they?',
      question:
        'Under the empty /q: create -s /q/job- makes job-0000000000. Then create /q/note, delete the ' +
        'job, and create -s /q/job- again. What is its name?',
      options: {
        zero: 'job-0000000000: the name is free again',
        one: 'job-0000000001: the second job',
        two: 'job-0000000002: the third child ever created',
      },
      task:
        'Do just that. Then create a sequential znode with another prefix, an ephemeral one and a child ' +
        'under that, /q/note once more, and one that is both ephemeral and sequential.',
      moves: {
        job: 'create -s /q/job-',
        note: 'create /q/note',
        delete: 'delete /q/job-0000000000',
        mail: 'create -s /q/mail-',
        live: 'create -e /q/live',
        child: 'create /q/live/child',
        lock: 'create -e -s /q/lock-',
      },
      goals: [
        'The first job is number 0000000000',
        'After a plain child and a deletion the next job is number 2',
        'Another prefix goes on with the same count: mail-0000000003',
        'An ephemeral znode refuses a child: NoChildrenForEphemerals',
        'Creating /q/note again fails (NodeExists) and takes no number: the next one is lock-0000000005',
      ],
      forbidden: [],
      hints: [
        'The number is the parent’s: how often something was created under it. (Its cversion in the Stat counts deletions, too.)',
        'The order matters: each create under /q takes a number, sequential or not.',
        'job, note, delete, job, mail, live, child, note again, lock. Another order? Go back in time.',
      ],
      moral:
        'The digits come from the parent: the count of creates under it. Plain children and other ' +
        'prefixes move it too, deletions do not rewind it. So numbers are unique and rising for ever, ' +
        'but not without gaps. The count is 32 bits and signed: 2147483647 is followed by -2147483648, ' +
        'and there sorting by name breaks. An ephemeral lives no longer than its session, so it may not be a parent.',
      breakRule: null,
    },
    'zh-CN': {
      title: '节点类型与计数器',
      hook:
        'znode 要么持久 persistent，要么临时 ephemeral，两者都可以再加上顺序 sequential：' +
        '服务器在你给的名字后面补十位数字。锁、队列、选主全靠这串数字。它数的到底是什么？',
      question:
        '/q 是空的。create -s /q/job- 得到 job-0000000000。接着 create /q/note，删掉那个 job，' +
        '再来一次 create -s /q/job-。这次叫什么？',
      options: {
        zero: 'job-0000000000：名字已经空出来了',
        one: 'job-0000000001：第二个 job',
        two: 'job-0000000002：历来创建的第三个子节点',
      },
      task: '照着做一遍。然后换个前缀建一个顺序节点，建一个临时节点，在它下面建子节点，再建一次 /q/note，最后建一个临时顺序节点。',
      moves: {
        job: 'create -s /q/job-',
        note: 'create /q/note',
        delete: 'delete /q/job-0000000000',
        mail: 'create -s /q/mail-',
        live: 'create -e /q/live',
        child: 'create /q/live/child',
        lock: 'create -e -s /q/lock-',
      },
      goals: [
        '第一个 job 的编号是 0000000000',
        '建过一个普通子节点、删过一个节点之后，下一个 job 的编号是 2',
        '换了前缀，计数照样往下走：mail-0000000003',
        '临时节点不许有子节点：NoChildrenForEphemerals',
        '再建 /q/note 会失败（NodeExists），不占号：接下来的临时顺序节点是 lock-0000000005',
      ],
      forbidden: [],
      hints: [
        '编号属于父节点：它下面一共创建过多少次。（Stat 里的 cversion 还算上删除。）',
        '顺序很重要：/q 下每创建一次就走一个号，不管是不是顺序节点。',
        'job、note、delete、job、mail、live、child、再来一次 note、lock。顺序错了？把时间拨回去。',
      ],
      moral:
        '这十位数字来自父节点，数的是它下面创建过多少次。普通子节点、别的前缀同样会推进它，删除不会让它倒退。' +
        '所以编号唯一、一直增大，但不保证连续。它是 32 位有符号数：2147483647 的下一个是 -2147483648，' +
        '按名字排序到那里就乱了。临时节点活不过自己的会话，因此不能当父节点。',
      breakRule: null,
    },
  },
};

export default lesson;
