import { describe, expect, it } from 'vitest';
import type { Fact } from '../vocabulary/fact.ts';
import type { LabStep } from '../vocabulary/steps.ts';
import { LabHistory } from './history.ts';
import { pictureOf } from './picture.ts';
import { FACTS_MAX, Witness } from './witness.ts';

const create = (path: string): LabStep => ({
  ...{ kind: 'command', client: 1 },
  command: { kind: 'create', path, data: 'x', ephemeral: false, sequential: false },
});

function written(): { history: LabHistory; witness: Witness } {
  const history = new LabHistory({ seed: 5, participants: 3, observers: 0 });
  const witness = new Witness();
  history.witness = witness;
  for (const server of [1, 2, 3]) history.act({ kind: 'openServer', server });
  history.act({ kind: 'openClient', server: 1, timeoutMillis: 2_000 });
  history.run(500);
  history.act(create('/a'));
  history.run(600);
  return { history, witness };
}

const told = ({ history, witness }: ReturnType<typeof written>): readonly Fact[] =>
  witness.facts(history.branch, history.now);

const of = (facts: readonly Fact[], kind: string, path: string) =>
  facts.filter((fact) => fact.kind === kind && fact.fields['path'] === path);

describe('the witness of a laboratory run', () => {
  it('says of everything that names a zxid which path it is about, and whose client', () => {
    const facts = told(written());
    const [proposed] = of(facts, 'proposed', '/a');
    expect(proposed?.fields).toMatchObject({ op: 'create', client: 1, zxidEpoch: 1 });
    const zxid = proposed?.fields['zxid'];
    for (const kind of ['proposalLogged', 'ackCounted', 'committed', 'applied']) {
      const found = of(facts, kind, '/a');
      expect(found.length).toBeGreaterThan(0);
      expect(found.every(({ fields }) => fields['zxid'] === zxid)).toBe(true);
    }
    expect(of(facts, 'committed', '/a')[0]?.fields['votersCount']).toBe(2);
    expect(of(facts, 'answered', '/a')[0]?.fields).toMatchObject({ client: 1, outcome: 'ok' });
  });

  it('says of a multi what it was about, and that it failed if one of its operations did', () => {
    const run = written();
    const { history } = run;
    const check = { kind: 'check', path: '/a', version: 0 } as const;
    const set = { kind: 'set', path: '/a', data: 'y', version: 0 } as const;
    for (let times = 0; times < 2; times += 1) {
      history.act({
        kind: 'command',
        client: 1,
        command: { kind: 'multi', parts: [check, set] },
      });
      history.run(history.now.millis + 200);
    }
    const multis = told(run).filter(
      ({ kind, fields }) => kind === 'answered' && fields['op'] === 'multi',
    );
    const common = { client: 1, paths: ['/a', '/a'], path: null };
    expect(multis.map(({ fields }) => fields)).toMatchObject([
      { ...common, outcome: 'ok', error: null },
      { ...common, outcome: 'failed', error: 'BadVersion' },
    ]);
  });

  it('keeps each future apart, and their common past', () => {
    const run = written();
    const { history, witness } = run;
    history.seek(490);
    history.act(create('/b'));
    history.run(600);
    expect(of(told(run), 'applied', '/b')).toHaveLength(3);
    expect(of(told(run), 'applied', '/a')).toEqual([]);
    expect(told(run).some(({ kind }) => kind === 'leaderEstablished')).toBe(true);
    history.selectBranch(1);
    expect(of(told(run), 'applied', '/a')).toHaveLength(3);
    expect(of(told(run), 'applied', '/b')).toEqual([]);
    const { now } = history;
    expect(witness.facts(1, now, witness.count(1, now))).toEqual([]);
  });

  it('says nothing twice when time goes back and on', () => {
    const run = written();
    const before = told(run);
    run.history.seek(100);
    expect(told(run).length).toBeLessThan(before.length);
    run.history.run(600);
    expect(told(run)).toEqual(before);
  });

  it('is bounded, and knows what it dropped', () => {
    const witness = new Witness();
    const end = { millis: 0, events: FACTS_MAX * 2 };
    for (let events = 0; events < FACTS_MAX * 1.5; events += 1) {
      witness.did(1, { kind: 'healAll' }, { millis: 0, events });
    }
    const kept = witness.facts(1, end);
    expect(kept.length).toBeLessThanOrEqual(FACTS_MAX * 1.25);
    expect(witness.count(1, end)).toBe(FACTS_MAX * 1.5);
    const tail = witness.facts(1, end, FACTS_MAX * 1.5 - 3);
    expect(tail).toEqual(kept.slice(-3));
  });
});

describe('the picture of a laboratory', () => {
  it('shows servers, clients and the lamp as they are now', () => {
    const { history } = written();
    history.act({ kind: 'crash', server: 1, silent: false });
    history.run(800);
    const picture = pictureOf(history);
    const servers = picture.filter(({ kind }) => kind === 'server');
    expect(servers.map(({ fields }) => fields['up'])).toEqual([false, true, true]);
    expect(servers.filter(({ fields }) => fields['role'] === 'leading')).toHaveLength(1);
    expect(picture.find(({ kind }) => kind === 'client')?.fields).toMatchObject({ client: 1 });
    expect(picture.find(({ kind }) => kind === 'lamp')?.fields).toEqual({
      ...{ first: null, lagMillis: expect.any(Number) as number },
    });
  });
});
