// Storms judged by the lamp: in a laboratory, where everything is seen, and as a room's page sees them, late and
// with gaps. Nothing of it breaks an invariant.

import { describe, expect, it } from 'vitest';
import { InvariantJudge } from '../invariants/judge.ts';
import { makeRandom, nextBelow } from '../base/random.ts';
import type { LampView } from '../vocabulary/lamp.ts';
import type { Traced } from '../vocabulary/trace.ts';
import { LiveJudge } from './live-judge.ts';
import type { History, Observation } from './observation.ts';
import { runStorm } from './storm.ts';

const STORMS = 60;
/** Of what is judged again and again in other ways. */
const FEW = 5;
const says = ({ invariants }: LampView): string[] =>
  invariants.flatMap(({ breach }) => (breach === null ? [] : [`${breach.rule}: ${breach.says}`]));

const counted = (lamps: readonly LampView[], what: 'checked' | 'unjudged') =>
  new Set(
    lamps.flatMap(({ invariants }) =>
      invariants.filter((row) => row[what] > 0).map(({ rule }) => rule),
    ),
  );

const tracedOf = (observation: Observation): Traced | null => {
  if (observation.at !== 'server' || observation.what.kind !== 'traced') return null;
  const { server, millis: atMillis } = observation;
  const { sequence, event } = observation.what;
  return { server, sequence, atMillis, event };
};

/** A laboratory's lamp when all of this was seen. */
function lampOf({ ensemble, observations }: Pick<History, 'ensemble' | 'observations'>): LampView {
  const judge = new LiveJudge(ensemble);
  observations.forEach((observation, at) => {
    judge.observe(observation, at);
  });
  return judge.view();
}

const checkedOf = ({ invariants }: LampView, number: string): number | undefined =>
  invariants.find(({ rule }) => rule.startsWith(`${number} `))?.checked;

const isHalt = ({ what }: Observation): boolean => what.kind === 'halted';

const isRead = ({ what }: Observation): boolean =>
  what.kind === 'answered' && what.request.kind === 'getData' && what.result.outcome === 'ok';

/** The same read, by a client that does not watch. */
function unwatched(observation: Observation): Observation {
  const { what } = observation;
  if (observation.at !== 'client' || what.kind !== 'answered') return observation;
  const { request } = what;
  if (request.kind !== 'getData') return observation;
  return { ...observation, what: { ...what, request: { ...request, watch: false } } };
}

describe('the lamp in storms', { timeout: 120_000 }, () => {
  const storms = Array.from({ length: STORMS }, (_, at) => runStorm(at + 1).world);

  it('is green where all is seen, and every invariant had something to judge', () => {
    const lamps = storms.map(lampOf);
    expect(lamps.flatMap(says)).toEqual([]);
    const checked = counted(lamps, 'checked');
    for (const { rule } of lamps[0]?.invariants ?? []) expect(checked).toContain(rule);
  });

  it('counts no read as one of a watch where nobody watches', () => {
    const worlds = storms.slice(0, FEW);
    for (const { ensemble, observations } of worlds) {
      const lamp = lampOf({ ensemble, observations: observations.map(unwatched) });
      expect([checkedOf(lamp, 'W1'), checkedOf(lamp, 'W2')]).toEqual([0, 0]);
    }
    const reads = worlds.flatMap(({ observations }) => observations.filter(isRead));
    const checked = worlds.map((world) => checkedOf(lampOf(world), 'W1') ?? 0);
    const total = checked.reduce((sum, count) => sum + count, 0);
    expect(total).toBeGreaterThan(0);
    expect(total).toBeLessThan(reads.length);
  });

  it('counts for H1 the servers that stopped by themselves, and nothing else', () => {
    const halted = storms.filter(({ observations }) => observations.some(isHalt)).slice(0, FEW);
    expect(halted).not.toEqual([]);
    for (const { ensemble, observations } of halted) {
      const halts = observations.filter(isHalt).length;
      expect(checkedOf(lampOf({ ensemble, observations }), 'H1')).toBe(halts);
      const others = observations.filter((observation) => !isHalt(observation));
      expect(checkedOf(lampOf({ ensemble, observations: others }), 'H1')).toBe(0);
    }
  });

  it('is green where servers are heard late, one behind the other, and not of everything', () => {
    const lamps = storms.map(({ observations }, seed) => {
      const judge = new InvariantJudge({ ordered: false });
      const random = makeRandom(seed + 1);
      const told = observations.flatMap((observation) => tracedOf(observation) ?? []);
      for (let from = 0; from < told.length; from += 400) {
        // What each server tells keeps its order; the servers come in any.
        const part = told.slice(from, from + 400);
        const servers = [...new Set(part.map(({ server }) => server))];
        if (nextBelow(random, 2) === 0) servers.reverse();
        for (const server of servers) {
          const lost = nextBelow(random, 4) === 0;
          for (const traced of part) {
            if (traced.server !== server || (lost && nextBelow(random, 8) === 0)) continue;
            judge.trace(traced, { millis: traced.atMillis, events: 0 });
          }
        }
      }
      return judge.lamp();
    });
    expect(lamps.flatMap(says)).toEqual([]);
    expect(counted(lamps, 'checked').size).toBeGreaterThan(9);
    expect(counted(lamps, 'unjudged')).toContain('TotalOrder');
  });
});
