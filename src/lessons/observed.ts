// What happened in a run, as conditions that somebody who writes a lesson can choose from: the facts that
// learners can bring about by a way of their own, without moments, zxids and whatever else only this very
// run has, each once. Pure.

import type { Fact, FactScalar, Match, Pattern } from '../vocabulary/fact.ts';
import type { Observed, ObservedGroup } from '../vocabulary/lesson.ts';
import { fact } from './write.ts';

/** Of what happened; the first of it. */
export const OBSERVED_MAX = 80;

interface Told {
  readonly group: ObservedGroup;
  readonly where: Pattern['where'];
}

/** What was observed, in the order of its first time, and behind it what could have been and was not. */
export function observedIn(facts: readonly Fact[]): readonly Observed[] {
  const known = new Map<string, Observed>();
  for (const one of facts) {
    for (const { group, where } of [anyOf(one), toldBy(one)].filter((told) => told !== null)) {
      const pattern = fact(one.kind, where);
      const name = nameOf(pattern);
      const times = (known.get(name)?.times ?? 0) + 1;
      if (times > 1 || known.size < OBSERVED_MAX) known.set(name, { pattern, group, times });
    }
  }
  const seen = [...known.values()];
  const unseen = unseenAfter(facts).filter(({ pattern }) => !known.has(nameOf(pattern)));
  return [...seen, ...unseen];
}

/** Equal patterns have equal names. */
export const nameOf = ({ kind, where }: Pattern): string => {
  const fields = Object.entries(where).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([kind, fields]);
};

/** Whichever server it was: who leads depends on how quickly somebody opens them. */
const anyOf = (one: Fact): Told | null =>
  one.kind === 'leaderEstablished' ? pick('agreement', one) : null;

function toldBy(one: Fact): Told | null {
  switch (one.kind) {
    case 'started':
    case 'crashed':
    case 'diskLost':
      return pick('servers', one, 'server');
    case 'phaseChanged':
      return pick('agreement', one, 'server', 'phase');
    case 'leaderEstablished':
    case 'historyTruncated':
      return pick('agreement', one, 'server');
    case 'roleChanged':
      return one.fields['reason'] === 'quorumLost'
        ? pick('agreement', one, 'server', 'reason')
        : null;
    case 'syncDecided':
      return pick('agreement', one, 'learner', 'mode');
    case 'committed':
      return committed(one);
    case 'answered':
      return pick('writes', one, 'client', 'op', 'path', 'outcome', 'error');
    case 'watchHeard':
      return pick('clients', one, 'client', 'event', 'path');
    case 'stateHeard':
      return pick('clients', one, 'client', 'state', 'server');
    case 'sessionExpired':
    case 'sessionClosed':
      return typeof one.fields['client'] === 'number' ? pick('clients', one, 'client') : null;
    case 'recipe':
      return ['holds', 'took', 'released', 'done'].includes(String(one.fields['says']))
        ? pick('clients', one, 'client', 'recipe', 'root', 'says')
        : null;
    default:
      return null;
  }
}

/** At so many voters or more: how many had acknowledged by then differs from run to run. */
function committed(one: Fact): Told | null {
  const { path, votersCount } = one.fields;
  if (typeof path !== 'string' || typeof votersCount !== 'number') return null;
  const told = pick('writes', one, 'op', 'path');
  return told && { ...told, where: { ...told.where, votersCount: { min: votersCount } } };
}

function pick(group: ObservedGroup, one: Fact, ...names: readonly string[]): Told | null {
  const where: Record<string, Match> = {};
  for (const name of names) {
    const value = one.fields[name];
    if (value === undefined || !isScalar(value)) return null;
    where[name] = value;
  }
  return { group, where };
}

const isScalar = (value: unknown): value is FactScalar =>
  value === null || ['number', 'string', 'boolean'].includes(typeof value);

/** What a lesson may want never to happen. */
function unseenAfter(facts: readonly Fact[]): readonly Observed[] {
  const leader = facts.findLast(({ kind }) => kind === 'leaderEstablished')?.fields['server'];
  const unseen = (group: ObservedGroup, pattern: Pattern): Observed => ({
    ...{ pattern, group, times: 0 },
  });
  const fits = (kind: string, name?: string, value?: FactScalar): boolean =>
    facts.some((one) => one.kind === kind && (name === undefined || one.fields[name] === value));
  const list: Observed[] = [];
  if (!fits('crashed')) list.push(unseen('servers', fact('crashed')));
  if (typeof leader === 'number') {
    list.push(unseen('agreement', fact('leaderEstablished', { server: { not: leader } })));
  }
  if (!fits('roleChanged', 'reason', 'quorumLost')) {
    list.push(unseen('agreement', fact('roleChanged', { reason: 'quorumLost' })));
  }
  for (const mode of ['TRUNC', 'SNAP']) {
    if (!fits('syncDecided', 'mode', mode)) {
      list.push(unseen('agreement', fact('syncDecided', { mode })));
    }
  }
  if (!fits('answered', 'outcome', 'failed')) {
    list.push(unseen('writes', fact('answered', { outcome: 'failed' })));
  }
  if (!fits('sessionExpired')) list.push(unseen('clients', fact('sessionExpired')));
  return list;
}
