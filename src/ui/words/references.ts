// Where each decision stands in Apache ZooKeeper 3.8 and in the papers: a class and its method, a section
// by its title, the same in every language; Zab's phases have none and are named. Only what does not decide may have none.

import type { DecisionKind } from '../../vocabulary/decisions.ts';
import type { TraceKind } from '../../vocabulary/trace.ts';
import { m } from '../paraglide/messages.js';

export interface Reference {
  /** Class and method, the outermost decision first. */
  readonly apache: readonly string[];
  readonly paper: () => string;
}

/** Junqueira, Reed, Serafini: "Zab: High-performance broadcast for primary-backup systems". */
const ZAB = 'Zab (DSN 2011)';
/** Hunt, Konar, Junqueira, Reed: "ZooKeeper: Wait-free coordination for Internet-scale systems". */
const ZOOKEEPER = 'ZooKeeper (ATC 2010)';

/** Shraer, Reed, Malkhi, Junqueira: "Dynamic Reconfiguration of Primary/Backup Clusters". */
const RECONFIGURATION = (): string => 'Dynamic Reconfiguration (ATC 2012)';

const ORACLE = (): string => `${ZAB}: ${m.paper_oracle()}`;
const DISCOVERY = (): string => `${ZAB}: ${m.paper_discovery()}`;
const SYNCHRONIZATION = (): string => `${ZAB}: ${m.paper_synchronization()}`;
const BROADCAST = (): string => `${ZAB}: ${m.paper_broadcast()}`;
const OVERVIEW = (): string => `${ZOOKEEPER}: 2.1 Service overview`;
const REQUESTS = (): string => `${ZOOKEEPER}: 4.1 Request Processor`;
const DATABASE = (): string => `${ZOOKEEPER}: 4.3 Replicated Database`;
const CLIENTS = (): string => `${ZOOKEEPER}: 4.4 Client-Server Interactions`;

const at = (paper: Reference['paper'], ...apache: string[]): Reference => ({ apache, paper });

type References = Readonly<
  Record<DecisionKind, Reference> & Record<Exclude<TraceKind, DecisionKind>, Reference | null>
>;

const REFERENCES: References = {
  serverStarted: at(DATABASE, 'QuorumPeer.loadDataBase', 'ZKDatabase.loadDataBase'),
  serverHalted: at(DATABASE, 'ZooKeeperCriticalThread.handleException'),
  readOnlyStarted: at(CLIENTS, 'ReadOnlyZooKeeperServer.startup'),
  readOnlyEnded: at(CLIENTS, 'ReadOnlyZooKeeperServer.shutdown'),
  roleChanged: at(ORACLE, 'QuorumPeer.run', 'Leader.shutdown', 'Follower.shutdown'),
  phaseChanged: at(DISCOVERY, 'QuorumPeer.setZabState'),
  epochAccepted: at(DISCOVERY, 'Learner.registerWithLeader', 'QuorumPeer.setAcceptedEpoch'),
  currentEpochSaved: at(SYNCHRONIZATION, 'QuorumPeer.setCurrentEpoch'),
  configurationActivated: at(
    RECONFIGURATION,
    'QuorumPeer.processReconfig',
    'QuorumPeer.setQuorumVerifier',
  ),
  roundStarted: at(ORACLE, 'FastLeaderElection.lookForLeader'),
  ballotSent: at(ORACLE, 'FastLeaderElection.sendNotifications'),
  ballotReceived: at(ORACLE, 'FastLeaderElection.lookForLeader'),
  ballotIgnored: at(ORACLE, 'FastLeaderElection.lookForLeader'),
  voteChanged: at(
    ORACLE,
    'FastLeaderElection.totalOrderPredicate',
    'FastLeaderElection.updateProposal',
  ),
  voteKept: at(ORACLE, 'FastLeaderElection.totalOrderPredicate'),
  voteCounted: at(
    ORACLE,
    'FastLeaderElection.getVoteTracker',
    'SyncedLearnerTracker.hasAllQuorums',
  ),
  electionDecided: at(ORACLE, 'FastLeaderElection.lookForLeader', 'FastLeaderElection.checkLeader'),
  packetSent: null,
  packetReceived: null,
  epochProposed: at(DISCOVERY, 'Leader.getEpochToPropose'),
  epochAcked: at(DISCOVERY, 'Leader.waitForEpochAck'),
  epochAwaited: at(DISCOVERY, 'Leader.getEpochToPropose', 'Leader.waitForEpochAck'),
  learnerRefused: at(DISCOVERY, 'LearnerHandler.run', 'Leader.waitForEpochAck'),
  syncDecided: at(
    SYNCHRONIZATION,
    'LearnerHandler.syncFollower',
    'LearnerHandler.queueCommittedProposals',
  ),
  historyTruncated: at(SYNCHRONIZATION, 'Learner.syncWithLeader', 'ZKDatabase.truncateLog'),
  snapshotInstalled: at(
    SYNCHRONIZATION,
    'Learner.syncWithLeader',
    'ZKDatabase.deserializeSnapshot',
  ),
  newLeaderAcked: at(SYNCHRONIZATION, 'Leader.waitForNewLeaderAck'),
  newLeaderAwaited: at(
    SYNCHRONIZATION,
    'Leader.waitForNewLeaderAck',
    'SyncedLearnerTracker.hasAllQuorums',
  ),
  leaderEstablished: at(SYNCHRONIZATION, 'Leader.lead', 'Leader.startZkServer'),
  synchronised: at(SYNCHRONIZATION, 'Learner.syncWithLeader'),
  requestForwarded: at(REQUESTS, 'FollowerRequestProcessor.run', 'Learner.request'),
  proposed: at(BROADCAST, 'PrepRequestProcessor.pRequest', 'Leader.propose'),
  proposalLogged: at(BROADCAST, 'SyncRequestProcessor.flush'),
  ackCounted: at(BROADCAST, 'Leader.processAck'),
  commitAwaited: at(BROADCAST, 'Leader.tryToCommit', 'SyncedLearnerTracker.hasAllQuorums'),
  committed: at(BROADCAST, 'Leader.tryToCommit', 'CommitProcessor.commit'),
  applied: at(BROADCAST, 'FinalRequestProcessor.processRequest', 'DataTree.processTxn'),
  snapshotTaken: at(DATABASE, 'SyncRequestProcessor.run', 'ZooKeeperServer.takeSnapshot'),
  quorumChecked: at(BROADCAST, 'Leader.lead'),
  learnerCutOff: at(BROADCAST, 'LearnerHandler.ping', 'LearnerHandler.shutdown'),
  clientConnected: at(CLIENTS, 'ZooKeeperServer.processConnectRequest'),
  clientRefused: at(CLIENTS, 'ZooKeeperServer.processConnectRequest'),
  sessionOpened: at(CLIENTS, 'ZooKeeperServer.createSession', 'SessionTrackerImpl.createSession'),
  sessionResumed: at(CLIENTS, 'ZooKeeperServer.reopenSession'),
  sessionExpired: at(CLIENTS, 'SessionTrackerImpl.run', 'ZooKeeperServer.expire'),
  sessionClosed: at(CLIENTS, 'DataTree.killSession'),
  sessionMoved: at(CLIENTS, 'SessionTrackerImpl.checkSession'),
  requestReceived: at(CLIENTS, 'ZooKeeperServer.processPacket'),
  replied: at(CLIENTS, 'FinalRequestProcessor.processRequest'),
  watchSet: at(OVERVIEW, 'WatchManager.addWatch'),
  watchFired: at(OVERVIEW, 'WatchManager.triggerWatch'),
  quotaExceeded: at(CLIENTS, 'ZooKeeperServer.checkQuota'),
  badFrame: null,
  diskFailed: at(DATABASE, 'ZooKeeperCriticalThread.handleException'),
  traceDropped: null,
};

/** Null for what is no decision of ZooKeeper's. */
export const referenceOf = (kind: TraceKind): Reference | null => REFERENCES[kind];
