// ZooKeeper's words as the page says them, in both languages. The first form is the term's name; every form
// is found in a text, and one with a small first letter also with a capital where a sentence begins.
// What each means stands in definitions.ts.

import type { LessonLocale } from '../../vocabulary/lesson.ts';

type Forms = Readonly<Record<LessonLocale, readonly [string, ...string[]]>>;

export const TERMS = {
  zxid: { en: ['zxid', 'zxids'], 'zh-CN': ['事务号 zxid', '事务号', 'zxid'] },
  epoch: { en: ['epoch', 'epochs'], 'zh-CN': ['纪元 epoch', '纪元', 'epoch'] },
  quorum: { en: ['quorum', 'quorums'], 'zh-CN': ['法定人数 quorum', '法定人数', 'quorum'] },
  ensemble: { en: ['ensemble', 'ensembles'], 'zh-CN': ['集群 ensemble', '集群'] },
  leader: { en: ['leader', 'leaders'], 'zh-CN': ['领导者 leader', '领导者', 'leader'] },
  follower: { en: ['follower', 'followers'], 'zh-CN': ['跟随者 follower', '跟随者'] },
  observer: { en: ['observer', 'observers'], 'zh-CN': ['观察者 observer', '观察者'] },
  learner: { en: ['learner', 'learners'], 'zh-CN': ['学习者 learner', '学习者'] },
  voter: { en: ['voter', 'voters'], 'zh-CN': ['投票者 voter', '投票者'] },
  suspect: { en: ['suspect', 'suspects'], 'zh-CN': ['存疑者 suspect', '存疑者'] },

  looking: { en: ['LOOKING'], 'zh-CN': ['LOOKING'] },
  following: { en: ['FOLLOWING'], 'zh-CN': ['FOLLOWING'] },
  leading: { en: ['LEADING'], 'zh-CN': ['LEADING'] },
  election: { en: ['election', 'elections'], 'zh-CN': ['选举 election', '选举'] },
  round: {
    en: ['election round', 'election rounds'],
    'zh-CN': ['选举轮次 election round', '选举轮次', '轮次'],
  },
  ballot: { en: ['ballot', 'ballots'], 'zh-CN': ['选票 ballot', '选票'] },
  vote: { en: ['vote', 'votes', 'voted'], 'zh-CN': ['投票 vote', '投票'] },

  discovery: { en: ['discovery'], 'zh-CN': ['发现 discovery'] },
  synchronization: { en: ['synchronization'], 'zh-CN': ['同步 synchronization'] },
  broadcast: { en: ['broadcast'], 'zh-CN': ['广播 broadcast', '广播'] },
  followerInfo: { en: ['FOLLOWERINFO'], 'zh-CN': ['FOLLOWERINFO'] },
  leaderInfo: { en: ['LEADERINFO'], 'zh-CN': ['LEADERINFO'] },
  ackEpoch: { en: ['ACKEPOCH'], 'zh-CN': ['ACKEPOCH'] },
  diff: { en: ['DIFF'], 'zh-CN': ['DIFF'] },
  trunc: { en: ['TRUNC'], 'zh-CN': ['TRUNC'] },
  snap: { en: ['SNAP'], 'zh-CN': ['SNAP'] },
  newLeader: { en: ['NEWLEADER'], 'zh-CN': ['NEWLEADER'] },
  upToDate: { en: ['UPTODATE'], 'zh-CN': ['UPTODATE'] },

  request: { en: ['REQUEST'], 'zh-CN': ['REQUEST'] },
  proposal: {
    en: ['proposal', 'proposals', 'propose', 'proposes', 'proposed', 'PROPOSAL'],
    'zh-CN': ['提议 PROPOSAL', '提议', 'PROPOSAL'],
  },
  ack: {
    en: ['ACK', 'ACKs', 'acknowledge', 'acknowledges', 'acknowledged'],
    'zh-CN': ['确认 ACK', '确认', 'ACK'],
  },
  commit: {
    en: ['commit', 'commits', 'committed', 'COMMIT'],
    'zh-CN': ['提交 COMMIT', '提交', 'COMMIT'],
  },
  inform: { en: ['INFORM'], 'zh-CN': ['INFORM'] },
  ping: { en: ['PING', 'PINGs'], 'zh-CN': ['PING'] },
  tick: { en: ['tick', 'ticks'], 'zh-CN': ['tick'] },
  initLimit: { en: ['initLimit'], 'zh-CN': ['initLimit'] },
  syncLimit: { en: ['syncLimit'], 'zh-CN': ['syncLimit'] },
  transaction: { en: ['transaction', 'transactions'], 'zh-CN': ['事务 transaction', '事务'] },
  snapshot: {
    en: ['snapshot', 'snapshots', 'fuzzy snapshot'],
    'zh-CN': ['快照 snapshot', '模糊快照', '快照'],
  },

  znode: { en: ['znode', 'znodes'], 'zh-CN': ['数据节点 znode', 'znode'] },
  persistent: {
    en: ['persistent'],
    'zh-CN': ['持久节点 persistent', '持久 persistent', '持久节点'],
  },
  ephemeral: {
    en: ['ephemeral', 'ephemerals'],
    'zh-CN': ['临时节点 ephemeral', '临时 ephemeral', '临时节点', '临时'],
  },
  sequential: {
    en: ['sequential'],
    'zh-CN': ['顺序节点 sequential', '顺序 sequential', '顺序节点'],
  },
  czxid: { en: ['czxid'], 'zh-CN': ['czxid'] },
  cversion: { en: ['cversion'], 'zh-CN': ['cversion'] },

  session: { en: ['session', 'sessions'], 'zh-CN': ['会话 session', '会话'] },
  closeSession: { en: ['closeSession'], 'zh-CN': ['closeSession'] },
  watch: {
    en: ['watch', 'watches', 'watched', 'watcher', 'watchers'],
    'zh-CN': ['watch'],
  },
  addWatch: {
    en: ['addWatch', 'persistent watch', 'persistent recursive watch'],
    'zh-CN': ['addWatch', '持久 watch', '持久递归 watch'],
  },
  sync: { en: ['sync', 'syncs'], 'zh-CN': ['sync'] },
  connectionLoss: { en: ['ConnectionLoss'], 'zh-CN': ['ConnectionLoss'] },
  sessionExpired: { en: ['SessionExpired'], 'zh-CN': ['SessionExpired'] },
  badVersion: { en: ['BadVersion'], 'zh-CN': ['BadVersion'] },
  recipe: { en: ['recipe', 'recipes'], 'zh-CN': ['recipe'] },
  fencing: { en: ['fencing'], 'zh-CN': ['fencing'] },

  linearizable: { en: ['linearizable'], 'zh-CN': ['线性一致 linearizable', '线性一致'] },
  sequentialConsistency: {
    en: ['sequential consistency'],
    'zh-CN': ['顺序一致性 sequential consistency', '顺序一致性'],
  },
  singleSystemImage: {
    en: ['single system image'],
    'zh-CN': ['单一系统映像 single system image', '单一系统映像'],
  },
  twoPhaseCommit: {
    en: ['two-phase commit'],
    'zh-CN': ['两阶段提交 two-phase commit', '两阶段提交'],
  },
} as const satisfies Readonly<Record<string, Forms>>;

export type TermId = keyof typeof TERMS;

export const TERM_IDS = Object.keys(TERMS) as readonly TermId[];

export const formsOf = (term: TermId, locale: LessonLocale): Forms[LessonLocale] =>
  TERMS[term][locale];

export const nameOf = (term: TermId, locale: LessonLocale): string => formsOf(term, locale)[0];
