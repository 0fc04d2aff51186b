// The invariants in words: what each is called, and what it says.

import { SPECIFIED, type BreachView, type InvariantName } from '../../vocabulary/lamp.ts';
import { formatZxid } from '../../vocabulary/zxid.ts';
import { ruleWords } from '../lab/rule-words.ts';
import { m } from '../paraglide/messages.js';
import { traceWords } from '../words/trace-words.ts';

const SENTENCES: Readonly<Record<InvariantName, () => string>> = {
  Leadership1: m.invariant_leadership1,
  Leadership2: m.invariant_leadership2,
  PrefixConsistency: m.invariant_prefix,
  Integrity: m.invariant_integrity,
  Agreement: m.invariant_agreement,
  TotalOrder: m.invariant_total_order,
  LocalPrimaryOrder: m.invariant_local_order,
  GlobalPrimaryOrder: m.invariant_global_order,
  PrimaryIntegrity: m.invariant_primary,
  SequentialConsistency: m.invariant_sequential,
  Atomicity: m.invariant_atomicity,
  SingleSystemImage: m.invariant_image,
  Reliability: m.invariant_reliability,
  Timeliness: m.invariant_timeliness,
};

/** Of the laboratory's own rules, by their numbers. */
const RULES: Readonly<Record<string, () => string>> = {
  Z1: m.lab_rule_z1_says,
  Z8: m.lab_rule_z8_says,
  Z9: m.lab_rule_z9_says,
  Z10: m.lab_rule_z10_says,
  Z13: m.lab_rule_z13_says,
  Z14: m.lab_rule_z14_says,
  Z16: m.lab_rule_z16_says,
  Z18: m.lab_rule_z18_says,
  Z20: m.lab_rule_z20_says,
  Z21: m.lab_rule_z21_says,
};

const PROMISES: Readonly<Record<string, () => string>> = {
  SequentialConsistency: m.promise_sequential,
  Atomicity: m.promise_atomicity,
  SingleSystemImage: m.promise_image,
  Reliability: m.promise_reliability,
  Timeliness: m.promise_timeliness,
};

/** Names of the specification stay as they are. */
export function invariantName(rule: string): string {
  if (SPECIFIED.some((name) => name === rule)) return rule;
  return Object.hasOwn(PROMISES, rule) ? (PROMISES[rule]?.() ?? rule) : ruleWords(rule);
}

/** What it says; null for rules whose name says it. */
export function invariantSentence(rule: string): string | null {
  if (Object.hasOwn(SENTENCES, rule)) return SENTENCES[rule as InvariantName]();
  const [number = ''] = rule.split(' ');
  return Object.hasOwn(RULES, number) ? (RULES[number]?.() ?? null) : null;
}

/** The event that broke it. */
export function breachWords({ traced, answer, server }: BreachView): string {
  const words = traced === null ? null : traceWords(traced);
  if (words !== null) return words.line;
  if (answer !== null) {
    const { client, request, zxid } = answer;
    return m.lamp_by_answer({ client, request, zxid: formatZxid(zxid) });
  }
  return server === null ? m.lamp_by_run() : m.lamp_by_server({ server });
}
