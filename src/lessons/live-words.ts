// What lessons say and ask where real tabs play them, in the place of their own words. Only data.

import type { LessonLocale, LessonText } from '../vocabulary/lesson.ts';
import type { LiveMove } from '../vocabulary/live-lesson.ts';
import type { LabStep } from '../vocabulary/steps.ts';
import { create, crash, run } from './write.ts';

type Words = Partial<Pick<LessonText, 'hook' | 'task' | 'hints' | 'moves'>>;

export interface Variant {
  /** So many times the lesson's own session timeouts. */
  readonly timeoutTimes?: number;
  /** So many times the lesson's own slowness of a disk: a client has to win against it on any machine. */
  readonly slowTimes?: number;
  /** Those that real time can meet; else all. */
  readonly goals?: readonly number[];
  /** In so many steps it can be done here; else the lesson's own. */
  readonly par?: number;
  /** In the place of the lesson's own. */
  readonly moves?: readonly LiveMove[];
  readonly text: Readonly<Record<LessonLocale, Words>>;
}

const CREATE_X = run(1, create('/x'));
const CUT: LabStep = { kind: 'partition', groups: [[5], [2, 3, 4]], silent: true };
const DEAF: readonly LabStep[] = [2, 3, 4].map((from) => ({
  ...{ kind: 'cutWay', from, to: 5, on: true },
}));

export const VARIANTS: ReadonlyMap<string, Variant> = new Map<string, Variant>([
  [
    'one-by-one',
    {
      // How a new tab's server finds its leader is over before its page has a line on which to tell of it; and in
      // the other future a server comes within finalizeWait, 200 ms: no tab opens so fast.
      goals: [0, 1, 2, 4],
      par: 5,
      text: {
        en: {
          task: 'Open 1 and 2 and see how they vote. Open 3. When it leads, open 4, and then 5.',
          hints: [
            'Two of five are no quorum: 1 and 2 agree on 2, and nothing comes of it.',
            'Open 4 only when 3 leads. An election that is still going on takes every better ballot.',
            'All in order: 1, 2, wait for 1 to change its vote, 3, wait until three serve, 4, 5.',
          ],
        },
        'zh-CN': {
          task: '启动 1 和 2，观察它们的投票。再启动 3。等 3 成为领导者之后启动 4，最后是 5。',
          hints: [
            '五台里的两台不够法定人数：1 和 2 都同意选 2，但选不出结果。',
            '等 3 当上领导者再启动 4。选举还没结束时，更优的选票随时会被采纳。',
            '完整顺序：1、2，等 1 改票，然后 3，等三台都开始服务，再 4、5。',
          ],
        },
      },
    },
  ],
  [
    'four-phases',
    {
      text: {
        en: {
          hook:
            'An election only names a candidate. Under every server is a bar of four cells: E, D, S, B. ' +
            'Real servers are through them in a tenth of a second: the tape below keeps it, and goes back over it.',
          task:
            'Open all three servers and wait until all are in B. Then open a client at server 1 and let ' +
            'it create /first.',
          hints: [
            'What was too quick to see is still there: pause, and go back along the tape below the stage.',
            'A session is a transaction too: look at the first proposal in Why under Writes.',
            'Open 1, 2, 3; wait until all three serve; open the client; create /first.',
          ],
        },
        'zh-CN': {
          hook:
            '选举只是提出人选。每台服务器下方有一条四格进度：选、发、同、播。' +
            '真实的服务器十分之一秒就走完了：下方的时间带都记着，可以回头看。',
          task: '启动三台服务器，等到都进入“播”。再在服务器 1 上打开一个客户端，创建 /first。',
          hints: [
            '快得看不清也没关系：暂停，沿着舞台下方的时间带往回看。',
            '建立会话也是一个事务：在“缘由”里只看写入，找到第一个提议。',
            '启动 1、2、3，等三台都在服务，打开客户端，再 create /first。',
          ],
        },
      },
    },
  ],
  [
    'path-of-a-write',
    {
      slowTimes: 5,
      text: {
        en: {
          hook:
            'Five servers, 3 leads. A client of this page sits at follower 2 and creates /a. In real time ' +
            'a write takes a few milliseconds: the tape and the diagram below keep every step of it.',
          moves: { slow: 'Slow disk on 5 (1.5 s)' },
          hints: [
            'The slow disk has to be there before the write.',
            'If /a was created too early, make another try: the room is set up anew.',
            'After the answer wait until 5 is done: its disk takes a second and a half for each write.',
          ],
        },
        'zh-CN': {
          hook:
            '五台服务器，3 是领导者 leader。本页的一个客户端连在跟随者 2 上，要创建 /a。' +
            '真实时间里，一次写入只要几毫秒：下方的时间带和时空图记着它的每一步。',
          moves: { slow: '让 5 的磁盘变慢（1.5 秒）' },
          hints: [
            '要在写入之前就让磁盘变慢。',
            '如果 /a 写早了，就再试一次：房间会重新布置好。',
            '应答之后等 5 写完：它的磁盘每次写入要一秒半。',
          ],
        },
      },
    },
  ],
  [
    'dies-mid-proposal',
    {
      par: 13,
      moves: [
        {
          // Real servers notice a leader's end one after the other, and whoever does so late finds the others with
          // a leader. Without 2 they are no quorum until 1 has noticed, too.
          ...{ id: 'kept', steps: [crash(2), CUT, CREATE_X] },
          onceLogged: { by: [1], steps: [crash(5)] },
        },
        {
          ...{ id: 'lost', steps: [CUT, CREATE_X] },
          onceLogged: { by: [1], steps: [crash(1), crash(5)] },
        },
        {
          ...{ id: 'deaf', steps: [...DEAF, CREATE_X] },
          onceLogged: { by: [2, 3, 4], steps: [crash(5)] },
        },
      ],
      text: {
        en: {
          task:
            'Three tries, each from the beginning: what you met in one stays met. 5 soon notices that nobody ' +
            'answers, and steps down by itself: too soon for a hand. So the page kills it for you, the moment ' +
            'that /x is logged.\n' +
            'A: 5 and 1 alone have /x, and 5 dies. 2 is down, so nobody is elected without 1.\n' +
            'B: 2 is there, and 1 dies with 5.\n' +
            'C: 2, 3 and 4 log /x too, 5 does not hear that they did, and dies.',
          moves: {
            kept: 'A: kill 2, cut 5 | 2 3 4, create /x at 5. Once 1 has logged it: kill 5',
            lost: 'B: cut 5 | 2 3 4, create /x at 5. Once 1 has logged it: kill 1 and 5',
            deaf: 'C: make 5 deaf to 2, 3, 4, create /x at 5. Once they have logged it: kill 5',
          },
          hints: [
            'Only 1 can hear 5 after the cut, so only 1 logs. That takes a few milliseconds.',
            'In B nobody who lives has /x. With 1 alive it would be back within a tenth of a second.',
            'A goal stays open although its move was made? Then 5 had stepped down before: another try.',
          ],
        },
        'zh-CN': {
          task:
            '一共试三次，每次从头开始：一次里达成的目标不会丢。5 很快就会发现没人应答，自己退位，手动来不及。' +
            '所以 /x 一写进日志，页面就替你杀死它。\n' +
            'A：只有 5 和 1 持有 /x，5 随即死去。2 已停，没有 1 谁也选不出来。\n' +
            'B：2 在，1 和 5 一起死去。\n' +
            'C：2、3、4 也写了 /x 的日志，5 却听不到它们的应答，随即死去。',
          moves: {
            kept: 'A：杀死 2，切断 5 | 2 3 4，在 5 上 create /x；1 写完日志后杀死 5',
            lost: 'B：切断 5 | 2 3 4，在 5 上 create /x；1 写完日志后杀死 1 和 5',
            deaf: 'C：让 5 听不见 2、3、4，在 5 上 create /x；它们写完日志后杀死 5',
          },
          hints: [
            '切断之后只有 1 听得到 5，所以只有 1 会写日志，几毫秒就写完。',
            'B 里活着的服务器都没有 /x。要是 1 还活着，十分之一秒内 /x 就回来了。',
            '做完一步目标仍未达成？说明 5 在那之前已经退位：再试一次。',
          ],
        },
      },
    },
  ],
  [
    'one-shot-watch',
    {
      text: {
        en: {
          hints: [
            'The read that follows an event can set the next watch: get -w does both.',
            'If client 1 read in between the writes, it has re-armed the watch: make another try.',
            'get -w; v1; v2; v3; wait; get -w; v4; addWatch; three writes, whichever.',
          ],
        },
        'zh-CN': {
          hints: [
            '收到事件后的那次读，可以顺手设下一个 watch：get -w 两件事一起做。',
            '如果客户端 1 在几次写入之间读过，就等于提前补设了 watch：再试一次。',
            'get -w；v1；v2；v3；等一下；get -w；v4；addWatch；再随便写三次。',
          ],
        },
      },
    },
  ],
  [
    'node-types',
    {
      text: {
        en: {
          hints: [
            'The number is the parent’s: how often something was created under it. (Its cversion in the Stat counts deletions, too.)',
            'The order matters: each create under /q takes a number, sequential or not.',
            'job, note, delete, job, mail, live, child, note again, lock. Another order? Make another try.',
          ],
        },
        'zh-CN': {
          hints: [
            '编号属于父节点：它下面一共创建过多少次。（Stat 里的 cversion 还算上删除。）',
            '顺序很重要：/q 下每创建一次就走一个号，不管是不是顺序节点。',
            'job、note、delete、job、mail、live、child、再来一次 note、lock。顺序错了？再试一次。',
          ],
        },
      },
    },
  ],
  [
    'session-expiry',
    {
      text: {
        en: {
          hook:
            'Client 1 has a session with a timeout of three seconds and two ephemerals, /live/a and /live/b. ' +
            'Client 2 watches /live. Then the network of client 1 goes down.',
          task:
            'Cut client 1 off and let it back in to server 2 within the three seconds. Then cut it off for ' +
            'longer, see who decides, and only after that let it back.',
          hints: [
            'Three seconds are soon over: have the next button at hand.',
            'If the session expired during the first cut, make another try and let it in sooner.',
            'Cut off; server 2; cut off; wait until Why says that it expired; server 1.',
          ],
        },
        'zh-CN': {
          hook:
            '客户端 1 的会话 session 超时为三秒，名下有两个临时节点 /live/a 和 /live/b。' +
            '客户端 2 在 watch /live。这时，客户端 1 的网络断了。',
          task: '断开客户端 1，在三秒之内让它连上服务器 2。然后再断开它，这次久一点，看看由谁作出裁决，之后才放它回来。',
          hints: [
            '三秒很快就过去：先看好下一个要按的按钮。',
            '如果第一次断开时会话就过期了，再试一次，早点放它回来。',
            '断开；服务器 2；断开；等“缘由”里说会话过期；服务器 1。',
          ],
        },
      },
    },
  ],
  [
    'lock',
    {
      timeoutTimes: 4,
      text: {
        en: {
          task:
            'Let all six want the herd lock and release it until each has held it.\n' +
            'Then let them queue by the recipe, 1 to 6 in order, and release likewise.\n' +
            'In another try: let them queue again, kill client 3 in the middle of it, and cut holder 1 ' +
            'off for longer than its timeout of four seconds.\n' +
            'Last, let the new holder write to /resource, then the old one, each with a check of its lock.',
          hints: [
            'Release only when the next one holds: it has a key beside the stage.',
            'Client 1 is first in the queue, then 2 to 6. A killed client’s znode stays until its session expires.',
            'To the last three goals: another try, queue 1 to 6, kill 3, wait, cut 1 off, wait.',
            'A write with its check is one multi: check /lock/n-… and set /resource, both or neither.',
          ],
        },
        'zh-CN': {
          task:
            '让六个客户端都去抢惊群锁，不断释放，直到每个都持有过。\n' +
            '再按 recipe 让 1 到 6 依次排队，同样逐个释放。\n' +
            '再试一次：重新排好队，杀死队列中间的客户端 3，再把持锁的 1 断开，超过它四秒的超时。\n' +
            '最后让新的持有者写 /resource，再让旧的也写，两次都先检查自己的锁节点还在不在。',
          hints: [
            '等下一个拿到锁再释放：舞台边上，持有者旁边有一把钥匙。',
            '客户端 1 排第一，然后是 2 到 6。被杀的客户端，节点要到会话过期才消失。',
            '最后三个目标：再试一次，1 到 6 排好队，杀死 3，等；断开 1，再等。',
            '带检查的写入是一个 multi：check /lock/n-… 和 set /resource，要么都做，要么都不做。',
          ],
        },
      },
    },
  ],
]);
