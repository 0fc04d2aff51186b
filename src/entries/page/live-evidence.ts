// What a page hears of its room, written down as the facts that lessons ask about. Servers tell it each in its own order
// and by its own clock, and what one tells may come later than what others made of it: nothing is written down before it
// has settled. What the lesson cannot ask about is not kept, and of the rest only so much.

import type { Wanted } from '../../lessons/wanted.ts';
import type { ClientHappening } from '../../sim/observation.ts';
import { factOfClient, factOfEvent, factOfStep, learnPath, type Paths } from '../../sim/witness.ts';
import type { Fact } from '../../vocabulary/fact.ts';
import type { LabStep, Moment } from '../../vocabulary/steps.ts';
import type { Traced } from '../../vocabulary/trace.ts';

/** As late as one page's words may come after another's. */
export const SETTLE_MILLIS = 300;
export const LIVE_FACTS_MAX = 4_000;
const LIVE_FACTS_TRIMMED = 3_000;

/** Of one millisecond: what is done and asked is before what the servers tell, an answer behind it. */
const RANK = {
  ...{ did: 0, asked: 1, server: 2, crashed: 3 },
  ...{ watchHeard: 4, stateHeard: 5, recipe: 5, called: 5, answered: 6 },
} as const;

interface Heard {
  /** When it happened, as far as is known by now. */
  readonly at: () => number;
  readonly rank: number;
  readonly order: number;
  readonly write: (at: Moment) => Fact | null;
}

/** Clocks of other machines: what comes from the future, or always as late as this, is by another clock. */
const OTHER_CLOCK_MILLIS = 1_000;
const SAMPLES_MIN = 8;

class Clocks {
  readonly #lags = new Map<number, { least: number; samples: number }>();

  hear(server: number, atMillis: number, nowMillis: number): void {
    const known = this.#lags.get(server);
    const lag = nowMillis - atMillis;
    if (known === undefined) this.#lags.set(server, { least: lag, samples: 1 });
    else {
      known.least = Math.min(known.least, lag);
      known.samples += 1;
    }
  }

  /** By this page's clock. */
  here(server: number, atMillis: number): number {
    const { least, samples } = this.#lags.get(server) ?? { least: 0, samples: 0 };
    const isAhead = least < -SETTLE_MILLIS / 10;
    const isBehind = least > OTHER_CLOCK_MILLIS && samples >= SAMPLES_MIN;
    return isAhead || isBehind ? atMillis + least : atMillis;
  }
}

export class LiveEvidence {
  readonly #wanted: Wanted;
  readonly #sinceMillis: number;
  readonly #settleMillis: number;
  readonly #clients: Map<bigint, number>;
  readonly #paths: Paths = new Map();
  readonly #clocks = new Clocks();
  /** By server: when it told last, and whether it runs. */
  readonly #lastTold = new Map<number, number>();
  readonly #runs: Set<number>;
  /** Of servers that are down: they may be heard later than the news of it. */
  readonly #lastWords = new Map<number, { toldMillis: number }>();
  #heard: Heard[] = [];
  #facts: Fact[] = [];
  #order = 0;
  /** So many that could have counted are no longer kept. */
  forgotten = 0;

  constructor(
    wanted: Wanted,
    from: {
      readonly sinceMillis: number;
      /** The servers that run then. */
      readonly running: readonly number[];
      /** Whose each session is; it learns of others. */
      readonly clients: Map<bigint, number>;
      readonly settleMillis?: number;
    },
  ) {
    this.#wanted = wanted;
    this.#sinceMillis = from.sinceMillis;
    this.#settleMillis = from.settleMillis ?? SETTLE_MILLIS;
    this.#runs = new Set(from.running);
    this.#clients = from.clients;
  }

  /** What has settled, in its order. */
  get facts(): readonly Fact[] {
    return this.#facts;
  }

  trace(events: readonly Traced[], nowMillis: number): void {
    const newest = events.at(-1);
    if (newest !== undefined) this.#clocks.hear(newest.server, newest.atMillis, nowMillis);
    for (const traced of events) this.#hearTraced(traced);
  }

  did(step: LabStep, atMillis: number): void {
    this.#hear(
      RANK.did,
      () => atMillis,
      (at) => factOfStep(step, at),
    );
  }

  client(client: number, what: ClientHappening, atMillis: number): void {
    if (what.kind === 'stateHeard' && what.session !== 0n) this.#clients.set(what.session, client);
    this.#hear(
      RANK[what.kind],
      () => atMillis,
      (at) => factOfClient(client, what, at),
    );
  }

  /** `orderedMillis`: when this page had it killed; null: it was heard of. What it told itself came before. */
  crashed(server: number, orderedMillis: number | null, nowMillis: number): void {
    if (!this.#runs.delete(server)) return;
    const last = { toldMillis: this.#lastTold.get(server) ?? orderedMillis ?? nowMillis };
    this.#lastWords.set(server, last);
    const at = (): number => Math.min(nowMillis, Math.max(orderedMillis ?? 0, last.toldMillis));
    this.#hear(RANK.crashed, at, (moment) => ({
      ...{ kind: 'crashed', at: moment, fields: { server } },
    }));
  }

  /** Writes down what has settled. True if there is more than before. */
  settle(nowMillis: number): boolean {
    const until = nowMillis - this.#settleMillis;
    const due = this.#heard
      .map((heard) => ({ heard, at: heard.at() }))
      .filter(({ at }) => at <= until)
      .sort((a, b) => a.at - b.at || a.heard.rank - b.heard.rank || a.heard.order - b.heard.order);
    if (due.length === 0) return false;
    const written = new Set(due.map(({ heard }) => heard));
    this.#heard = this.#heard.filter((heard) => !written.has(heard));
    const before = this.#facts.length;
    for (const { heard, at } of due) {
      const moment = { millis: at, events: Math.max(0, Math.floor(at - this.#sinceMillis)) };
      const fact = at < this.#sinceMillis ? null : heard.write(moment);
      if (fact !== null && this.#wanted.has(fact)) this.#insert(fact);
    }
    const isMore = this.#facts.length > before;
    if (this.#facts.length > LIVE_FACTS_MAX) this.#trim();
    return isMore;
  }

  #hearTraced({ server, atMillis, event }: Traced): void {
    const millis = this.#clocks.here(server, atMillis);
    if (event.kind === 'serverStarted') this.#started(server, millis);
    this.#lastTold.set(server, Math.max(millis, this.#lastTold.get(server) ?? 0));
    const last = this.#lastWords.get(server);
    if (last !== undefined) last.toldMillis = Math.max(last.toldMillis, millis);
    // Whatever only names its zxid is about this, also what a follower told in the same millisecond.
    if (event.kind === 'proposed') learnPath(this.#paths, event);
    if (event.kind === 'serverHalted') {
      this.#hear(
        RANK.server,
        () => millis,
        (at) => ({ kind: 'halted', at, fields: { server } }),
      );
    }
    if (!this.#wanted.mayBe(event.kind)) return;
    this.#hear(
      RANK.server,
      () => millis,
      (at) => factOfEvent({ server, event }, at, { clients: this.#clients, paths: this.#paths }),
    );
  }

  /** One that ran until now was killed before, too briefly for anybody to see it. */
  #started(server: number, millis: number): void {
    if (this.#runs.has(server)) this.crashed(server, null, millis - 1);
    this.#lastWords.delete(server);
    this.#runs.add(server);
    this.#hear(
      RANK.server,
      () => millis,
      (at) => ({ kind: 'started', at, fields: { server } }),
    );
  }

  #hear(rank: number, at: () => number, write: Heard['write']): void {
    this.#order += 1;
    this.#heard.push({ at, rank, order: this.#order, write });
  }

  /** Mostly at the end: only what a page told late has others behind it. */
  #insert(fact: Fact): void {
    let at = this.#facts.length;
    while (at > 0 && (this.#facts[at - 1]?.at.millis ?? 0) > fact.at.millis) at -= 1;
    this.#facts.splice(at, 0, fact);
  }

  /** The oldest of what there is most of. */
  #trim(): void {
    const counts = new Map<string, number>();
    for (const { kind } of this.#facts) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const [most] = [...counts].sort((a, b) => b[1] - a[1]);
    let left = this.#facts.length - LIVE_FACTS_TRIMMED;
    this.forgotten += Math.min(left, most?.[1] ?? 0);
    this.#facts = this.#facts.filter(({ kind }) => {
      if (kind !== most?.[0] || left === 0) return true;
      left -= 1;
      return false;
    });
  }
}
