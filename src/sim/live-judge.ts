// The invariants lamp of a laboratory: what a room's page judges by what it is told, and beside it the rules
// that only somebody who sees disks and wires can judge. Each with how often it had something to judge, and
// the first breach with the observation that brought it.

import { InvariantJudge } from '../invariants/judge.ts';
import type { Ensemble } from '../vocabulary/ensemble.ts';
import type { BreachView, InvariantName, InvariantView, LampView } from '../vocabulary/lamp.ts';
import type { Moment } from '../vocabulary/steps.ts';
import { ALL_CHECKERS } from './checkers/all.ts';
import { startCheck } from './checkers/ghost.ts';
import type { Disks } from './disk-image.ts';
import type { Observation } from './observation.ts';

const traced =
  (...kinds: readonly string[]) =>
  (observation: Observation): boolean =>
    observation.at === 'server' &&
    observation.what.kind === 'traced' &&
    kinds.includes(observation.what.event.kind);

const happened =
  (...kinds: readonly string[]) =>
  (observation: Observation): boolean =>
    kinds.includes(observation.what.kind);

const sent = (observation: Observation): boolean =>
  observation.what.kind === 'packetLeft' && observation.what.packet.type === 'ACK';

/** The laboratory's own rules, by number: when each has something to judge. Checkers of the others say it. */
const JUDGES: Readonly<Record<string, (observation: Observation) => boolean>> = {
  Z8: traced('leaderEstablished'),
  Z9: happened('durable', 'started'),
  Z10: sent,
  Z13: sent,
  Z14: happened('durable'),
  Z16: traced('committed', 'applied'),
  Z20: happened('durable'),
  Z21: traced('electionDecided'),
};

/** Rules by which the laboratory judges a named invariant more closely: by what disks hold, too. */
const FINER: Readonly<Record<string, InvariantName>> = {
  ...{ Z1: 'Integrity', Z2: 'TotalOrder', Z4: 'LocalPrimaryOrder', Z5: 'GlobalPrimaryOrder' },
  ...{ Z6: 'PrimaryIntegrity', Z7: 'Leadership2', Z18: 'PrefixConsistency' },
  ...{ S1: 'SequentialConsistency', S2: 'SequentialConsistency', S3: 'SingleSystemImage' },
  S5: 'Reliability',
};

const NO_HOLES = 'Z14 no holes';

const numberOf = (rule: string): string => rule.split(' ')[0] ?? '';

const invariantOf = (rule: string): string => FINER[numberOf(rule)] ?? rule;

/** What a breach is a breach of that the lamp shows: of each the first. */
const ownRules = [...ALL_CHECKERS.map(({ rule }) => rule), NO_HOLES].filter(
  (rule) => invariantOf(rule) === rule,
);

export class LiveJudge {
  readonly #check;
  readonly #judge = new InvariantJudge({ ordered: true });
  readonly #counts = ownRules.map((rule) => ({
    ...{ rule, checked: 0, judges: JUDGES[numberOf(rule)] ?? (() => false) },
  }));
  readonly #breaches: BreachView[] = [];
  /** How many of each judge's were taken over. */
  #violations = 0;
  #named = 0;

  /** `disks`: what they hold when the run begins. */
  constructor(ensemble: Ensemble, disks: Disks = new Map()) {
    this.#check = startCheck(ensemble, ALL_CHECKERS, disks);
  }

  /** The first of each rule, finer ones by themselves, in the order in which they were found. */
  get breaches(): readonly BreachView[] {
    return this.#breaches;
  }

  /** `events`: how many events of the virtual world came before this one's. */
  observe(observation: Observation, events: number): void {
    const moment = { millis: observation.millis, events };
    for (const count of this.#counts) if (count.judges(observation)) count.checked += 1;
    this.#check.observe(observation);
    this.#tell(observation, moment);
    const { violations } = this.#check;
    for (; this.#violations < violations.length; this.#violations += 1) {
      const found = violations[this.#violations];
      if (found !== undefined) this.#found({ ...found, moment, ...whoseIs(observation) });
    }
    const { breaches } = this.#judge;
    for (; this.#named < breaches.length; this.#named += 1) {
      const found = breaches[this.#named];
      if (found !== undefined) this.#found(found);
    }
  }

  view(): LampView {
    const { invariants, lagMillis } = this.#judge.lamp();
    const { judged } = this.#check;
    const own = this.#counts.map(({ rule, checked }): InvariantView => ({
      ...{ rule, group: 'laboratory', checked: checked + (judged.get(rule) ?? 0) },
      ...{ unjudged: 0, breach: null },
    }));
    return {
      first: this.#breaches[0] ?? null,
      invariants: [...invariants, ...own].map((row) => ({ ...row, breach: this.#breachOf(row) })),
      lagMillis,
    };
  }

  #breachOf({ rule }: InvariantView): BreachView | null {
    return this.#breaches.find((breach) => invariantOf(breach.rule) === rule) ?? null;
  }

  #found(breach: BreachView): void {
    if (this.#breaches.some(({ rule }) => rule === breach.rule)) return;
    this.#breaches.push(breach);
  }

  #tell(observation: Observation, moment: Moment): void {
    const { millis: atMillis, what } = observation;
    if (observation.at === 'server') {
      const { server } = observation;
      if (what.kind === 'traced') {
        const { sequence, event } = what;
        this.#judge.trace({ server, sequence, atMillis, event }, moment);
      } else if (what.kind === 'viewed') this.#judge.view(what.view, moment);
    } else if (what.kind === 'answered' && what.result.outcome === 'ok') {
      const { client } = observation;
      const { ticket, request, result } = what;
      const { zxid, response } = result;
      const answer = { client, session: BigInt(client), ticket, request, zxid, response };
      this.#judge.answered(answer, moment);
    }
  }
}

/** Whose observation it is, and what it told, if it told something. */
function whoseIs(observation: Observation): Pick<BreachView, 'server' | 'traced' | 'answer'> {
  const { millis: atMillis } = observation;
  if (observation.at === 'server') {
    const { server, what } = observation;
    if (what.kind !== 'traced') return { server, traced: null, answer: null };
    const { sequence, event } = what;
    return { server, traced: { server, sequence, atMillis, event }, answer: null };
  }
  const { client, what } = observation;
  if (what.kind !== 'answered' || what.result.outcome !== 'ok') {
    return { server: null, traced: null, answer: null };
  }
  const answer = { client, request: what.request.kind, zxid: what.result.zxid };
  return { server: null, traced: null, answer };
}
