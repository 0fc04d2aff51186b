// The invariants lamp: every rule judged while the run goes on, with how often each had something to
// judge, and the first breach of any with the observation that brought it.

import type { Ensemble } from '../vocabulary/ensemble.ts';
import type { InvariantView, LampView } from '../vocabulary/lab.ts';
import { ALL_CHECKERS } from './checkers/all.ts';
import { startCheck } from './checkers/ghost.ts';
import type { Disks } from './disk-image.ts';
import type { Observation } from './observation.ts';

interface Invariant {
  /** In Apache ZooKeeper's own TLA+ specification, where it has one. */
  readonly specification: string | null;
  readonly judges: (observation: Observation) => boolean;
}

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

/** By the rule's number, which is the first word of its name. */
const INVARIANTS: Readonly<Record<string, Invariant>> = {
  Z1: { specification: 'Integrity', judges: traced('applied') },
  Z2: { specification: 'TotalOrder', judges: traced('applied') },
  Z4: { specification: 'LocalPrimaryOrder', judges: traced('applied') },
  Z5: { specification: 'GlobalPrimaryOrder', judges: traced('applied') },
  Z6: { specification: 'PrimaryIntegrity', judges: traced('proposed') },
  Z7: { specification: 'Leadership1', judges: traced('leaderEstablished') },
  Z8: { specification: null, judges: traced('leaderEstablished') },
  Z9: { specification: null, judges: happened('durable', 'started') },
  Z10: { specification: null, judges: sent },
  Z13: { specification: null, judges: sent },
  Z16: { specification: null, judges: traced('committed', 'applied') },
  Z18: { specification: null, judges: happened('viewed') },
  Z20: { specification: null, judges: happened('durable') },
  Z21: { specification: null, judges: traced('electionDecided') },
  S1: { specification: null, judges: happened('answered') },
  S2: { specification: null, judges: happened('answered') },
  S3: { specification: null, judges: happened('answered') },
  S5: { specification: null, judges: happened('answered') },
  W1: { specification: null, judges: happened('answered') },
  W2: { specification: null, judges: happened('answered') },
};

const OTHER: Invariant = { specification: null, judges: () => true };

const invariantOf = (rule: string): Invariant => INVARIANTS[rule.split(' ')[0] ?? ''] ?? OTHER;

export class LiveJudge {
  readonly #check;
  readonly #counts = ALL_CHECKERS.map(({ rule }) => ({ rule, ...invariantOf(rule), checked: 0 }));
  #first: LampView['first'] = null;

  /** `disks`: what they hold when the run begins. */
  constructor(ensemble: Ensemble, disks: Disks = new Map()) {
    this.#check = startCheck(ensemble, ALL_CHECKERS, disks);
  }

  /** `events`: how many events of the virtual world came before this one's. */
  observe(observation: Observation, events: number): void {
    for (const count of this.#counts) if (count.judges(observation)) count.checked += 1;
    this.#check.observe(observation);
    const [broken] = this.#check.violations;
    if (this.#first !== null || broken === undefined) return;
    const { rule, says } = broken;
    const server = observation.at === 'server' ? observation.server : null;
    this.#first = { rule, says, moment: { millis: observation.millis, events }, server };
  }

  view(): LampView {
    const broken = new Set(this.#check.violations.map(({ rule }) => rule));
    return {
      first: this.#first,
      invariants: this.#counts.map(({ rule, specification, checked }): InvariantView => ({
        ...{ rule, specification, checked, broken: broken.has(rule) },
      })),
    };
  }
}
