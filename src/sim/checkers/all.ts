// Every rule that a run is judged by.

import type { History, Violation } from '../observation.ts';
import { ackIsDurable, commitQuorum, committedDurability } from './durability.ts';
import { electedHasMost } from './election.ts';
import { check, type CheckerDefinition } from './ghost.ts';
import { historyAgreement, leaderCompleteness, oneLeader } from './leadership.ts';
import {
  globalPrimaryOrder,
  integrity,
  localPrimaryOrder,
  primaryIntegrity,
  totalOrder,
} from './order.ts';
import { changeBeforeEvent, eventBeforeData } from './watches.ts';
import { noHalt, replicaDigest } from './replicas.ts';
import { answersAreHistory, clientOrder, readYourWrites, singleSystemImage } from './sessions.ts';
import { suspectsOut } from './trust.ts';

export const ALL_CHECKERS: readonly CheckerDefinition[] = [
  ...[integrity, totalOrder, localPrimaryOrder, globalPrimaryOrder, primaryIntegrity],
  ...[oneLeader, leaderCompleteness, committedDurability, historyAgreement],
  ...[ackIsDurable, commitQuorum, replicaDigest, electedHasMost, suspectsOut],
  ...[clientOrder, readYourWrites, singleSystemImage, answersAreHistory, noHalt],
  ...[eventBeforeData, changeBeforeEvent],
];

/** What is wrong with this history, by all rules. Empty for a good one. */
export const judge = (history: History): readonly Violation[] => check(history, ALL_CHECKERS);
