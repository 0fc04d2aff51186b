// The rules that can be broken on purpose, and those that the lamp judges, in words.

import type { RuleName } from '../../vocabulary/steps.ts';
import { m } from '../paraglide/messages.js';

export function breakWords(rule: RuleName): string {
  switch (rule) {
    case 'ackBeforeDisk':
      return m.lab_break_ack_before_disk();
    case 'forgetTruncation':
      return m.lab_break_forget_truncation();
    case 'commitWithProposal':
      return m.lab_break_commit_with_proposal();
    case 'commitOnFirstAck':
      return m.lab_break_commit_on_first_ack();
    case 'dataBeforeWatch':
      return m.lab_break_data_before_watch();
    case 'watchBeforeApply':
      return m.lab_break_watch_before_apply();
    case 'forgetLastZxidSeen':
      return m.lab_break_forget_last_zxid_seen();
    case 'votesWithoutZxid':
      return m.lab_break_votes_without_zxid();
    case 'smallQuorum':
      return m.lab_break_small_quorum();
  }
}

/** What to do in the usual world for the lamp to see it: `sim/broken-rules-seen.test.ts` does just that. */
export function seeWords(rule: RuleName): string {
  switch (rule) {
    case 'ackBeforeDisk':
      return m.lab_see_ack();
    case 'commitWithProposal':
    case 'commitOnFirstAck':
      return m.lab_see_write();
    case 'forgetTruncation':
      return m.lab_see_forget_truncation();
    case 'dataBeforeWatch':
      return m.lab_see_data_before_watch();
    case 'watchBeforeApply':
      return m.lab_see_watch_before_apply();
    case 'forgetLastZxidSeen':
      return m.lab_see_forget_last_zxid_seen();
    case 'votesWithoutZxid':
      return m.lab_see_votes_without_zxid();
    case 'smallQuorum':
      return m.lab_see_small_quorum();
  }
}

const NAMES: Readonly<Record<string, () => string>> = {
  Z1: m.lab_rule_z1,
  Z2: m.lab_rule_z2,
  Z4: m.lab_rule_z4,
  Z5: m.lab_rule_z5,
  Z6: m.lab_rule_z6,
  Z7: m.lab_rule_z7,
  Z8: m.lab_rule_z8,
  Z9: m.lab_rule_z9,
  Z10: m.lab_rule_z10,
  Z13: m.lab_rule_z13,
  Z14: m.lab_rule_z14,
  Z16: m.lab_rule_z16,
  Z18: m.lab_rule_z18,
  Z20: m.lab_rule_z20,
  Z21: m.lab_rule_z21,
  S1: m.lab_rule_s1,
  S2: m.lab_rule_s2,
  S3: m.lab_rule_s3,
  S5: m.lab_rule_s5,
  W1: m.lab_rule_w1,
  W2: m.lab_rule_w2,
  H1: m.lab_rule_h1,
};

/** "Z13 an ack means durable": the number stays, the rest is worded. */
export function ruleWords(rule: string): string {
  const number = rule.split(' ')[0] ?? '';
  const name = Object.hasOwn(NAMES, number) ? NAMES[number]?.() : undefined;
  return name === undefined ? rule : `${number} ${name}`;
}
