import { describe, expect, it } from 'vitest';
import { evaluate } from '../../lessons/evaluate.ts';
import { conditionsOf, Wanted } from '../../lessons/wanted.ts';
import { eventually, fact, never, sequence } from '../../lessons/write.ts';
import pathOfAWrite from '../../lessons/curriculum/path-of-a-write.ts';
import { LabHistory } from '../../sim/history.ts';
import { pictureOf } from '../../sim/picture.ts';
import type { Observation } from '../../sim/observation.ts';
import { Witness } from '../../sim/witness.ts';
import { serverId } from '../../vocabulary/ids.ts';
import type { Predicate } from '../../vocabulary/fact.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import type { Traced, TraceEvent } from '../../vocabulary/trace.ts';
import { zxidOf } from '../../vocabulary/zxid.ts';
import { LIVE_FACTS_MAX, LiveEvidence, SETTLE_MILLIS } from './live-evidence.ts';

const START = 1_000_000;
const LATE = START + 60_000;

const evidenceOf = (predicates: readonly Predicate[], running: readonly number[] = []) =>
  new LiveEvidence(new Wanted(predicates), {
    ...{ sinceMillis: START, running, clients: new Map() },
  });

const told = (server: number, millis: number, event: TraceEvent): Traced => ({
  ...{ server: serverId(server), sequence: 0, atMillis: START + millis, event },
});

const looking = (server: number, millis: number): Traced =>
  told(server, millis, {
    ...{ kind: 'roleChanged', from: 'LEADING', to: 'LOOKING' },
    ...{ leader: null, reason: 'quorumLost' },
  });

const counted = (server: number, millis: number): Traced =>
  told(server, millis, {
    ...{ kind: 'proposalLogged', zxid: zxidOf(0x1_0000_0001n), count: 1 },
  });

/** As a room tells it: each server in its own order, one page’s words later than another’s. */
function heardOf(steps: readonly LabStep[]): { heard: Observation[]; history: LabHistory } {
  const history = new LabHistory(pathOfAWrite.world);
  const heard: Observation[] = [];
  class Hearing extends Witness {
    override saw(branch: number, observation: Observation, at: never): void {
      heard.push(observation);
      super.saw(branch, observation, at);
    }
  }
  history.witness = new Hearing();
  for (const step of steps) {
    history.act(step);
    history.run(history.now.millis + (step.kind === 'command' ? 2_000 : 600));
  }
  return { heard, history };
}

describe('what a page hears of its room, as facts', () => {
  it('is what a witness of the whole would write, though servers are heard one after the other', () => {
    const { heard, history } = heardOf([
      ...[1, 2, 3, 4, 5].map((server): LabStep => ({ kind: 'openServer', server })),
      { kind: 'openClient', server: 2, timeoutMillis: 6_000 },
      { kind: 'slowDisk', server: 5, millis: 300 },
      {
        ...{ kind: 'command', client: 1 },
        command: { kind: 'create', path: '/a', data: '', ephemeral: false, sequential: false },
      },
    ]);
    const goals = pathOfAWrite.goals.slice(0, 5);
    const evidence = new LiveEvidence(new Wanted(conditionsOf(pathOfAWrite)), {
      ...{ sinceMillis: 0, running: [], clients: new Map() },
    });
    for (const server of [5, 4, 3, 2, 1]) {
      for (const one of heard) {
        if (one.at !== 'server' || one.server !== serverId(server)) continue;
        if (one.what.kind !== 'traced') continue;
        const { event, sequence: at } = one.what;
        const traced = { server: one.server, sequence: at, atMillis: one.millis, event };
        evidence.trace([traced], one.millis);
      }
    }
    for (const one of heard) {
      if (one.at === 'client') evidence.client(one.client, one.what, one.millis);
    }
    expect(evidence.settle(LATE)).toBe(true);
    const leads = pictureOf(history).find(({ fields }) => fields['role'] === 'leading');
    // The lesson's setup sees to it that 3 leads: here it is whoever does.
    const about = JSON.parse(
      JSON.stringify(goals).replaceAll('"server":3', `"server":${String(leads?.fields['server'])}`),
    ) as Predicate[];
    const picture = () => pictureOf(history);
    const verdicts = about.map((goal) => evaluate(goal, { facts: evidence.facts, picture }).state);
    expect(verdicts.filter((state) => state === 'met').length).toBeGreaterThanOrEqual(4);
    // Far less than what was told.
    expect(evidence.facts.length).toBeLessThan(heard.length / 10);
  });

  it('waits until it has settled, and puts what comes late in its place', () => {
    const either = [eventually(fact('roleChanged')), eventually(fact('proposalLogged'))];
    const evidence = evidenceOf(either);
    evidence.trace([looking(1, 100)], START + 100);
    expect(evidence.settle(START + 100 + SETTLE_MILLIS - 1)).toBe(false);
    expect(evidence.settle(START + 100 + SETTLE_MILLIS)).toBe(true);
    evidence.trace([counted(2, 50)], START + 900);
    evidence.settle(LATE);
    expect(evidence.facts.map(({ kind }) => kind)).toEqual(['proposalLogged', 'roleChanged']);
  });

  it('begins with the lesson: what was before it does not count', () => {
    const evidence = evidenceOf([eventually(fact('roleChanged'))]);
    evidence.trace([looking(1, -1), looking(2, 1)], START + 5);
    evidence.settle(LATE);
    expect(evidence.facts.map(({ fields }) => fields['server'])).toEqual([2]);
  });

  it('says that a server crashed after all that it told, and before what others made of it', () => {
    const died = sequence(
      fact('proposalLogged'),
      fact('crashed', { server: 5 }),
      fact('roleChanged'),
    );
    const evidence = evidenceOf([died], [1, 5]);
    evidence.crashed(5, START + 10, START + 90);
    // Its last words come after the news.
    evidence.trace([counted(5, 12)], START + 95);
    evidence.trace([looking(1, 40)], START + 96);
    evidence.settle(LATE);
    const { facts } = evidence;
    expect(facts.map(({ kind }) => kind)).toEqual(['proposalLogged', 'crashed', 'roleChanged']);
    expect(evaluate(died, { facts, picture: () => [] }).state).toBe('met');
  });

  it('knows that one that starts while it runs was killed too briefly for anybody to see', () => {
    const evidence = evidenceOf([never(fact('crashed')), eventually(fact('started'))], [2]);
    const again = (millis: number): Traced =>
      told(2, millis, {
        ...{ kind: 'serverStarted', acceptedEpoch: 1, currentEpoch: 1, lastZxid: zxidOf(0n) },
        ...{ snapshotZxid: null, logEntries: 0, trusted: true },
      });
    evidence.trace([again(100)], START + 110);
    evidence.settle(LATE);
    expect(evidence.facts.map(({ kind }) => kind)).toEqual(['crashed', 'started']);
    expect(evidence.facts).toHaveLength(2);
  });

  it('reads another machine’s clock by this one', () => {
    const either = [eventually(fact('roleChanged')), eventually(fact('proposalLogged'))];
    const evidence = evidenceOf(either);
    // Five seconds ahead: as if it had not happened yet.
    evidence.trace([looking(2, 5_100)], START + 110);
    evidence.trace([counted(1, 200)], START + 210);
    evidence.settle(START + 210 + SETTLE_MILLIS);
    expect(evidence.facts.map(({ kind }) => kind)).toEqual(['roleChanged', 'proposalLogged']);
  });

  it('keeps so much and no more, the rare beside the frequent, and counts what it forgot', () => {
    const evidence = evidenceOf([
      eventually(fact('roleChanged')),
      eventually(fact('proposalLogged')),
    ]);
    evidence.trace([looking(1, 1)], START + 2);
    for (let at = 0; at < LIVE_FACTS_MAX * 2; at += 1) {
      evidence.trace([counted(2, 2 + at)], START + 3 + at);
      if (at % 100 === 0) evidence.settle(START + at);
    }
    evidence.settle(LATE);
    expect(evidence.facts.length).toBeLessThanOrEqual(LIVE_FACTS_MAX);
    expect(evidence.facts[0]?.kind).toBe('roleChanged');
    expect(evidence.forgotten).toBeGreaterThan(0);
  });

  it('keeps nothing that the lesson does not ask about', () => {
    const evidence = evidenceOf([eventually(fact('roleChanged', { server: 3 }))]);
    evidence.trace([looking(1, 1), counted(1, 2)], START + 5);
    expect(evidence.settle(LATE)).toBe(false);
  });
});
