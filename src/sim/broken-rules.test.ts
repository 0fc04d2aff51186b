// Every switch is caught by an invariant, and the same day without it by none.

import { describe, expect, it } from 'vitest';
import { present } from '../base/assert.ts';
import type { LabStep, RuleName } from '../vocabulary/steps.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';
import { LabHistory } from './history.ts';
import { roomOfLab } from './lab-room.ts';
import { LabWorld } from './lab-world.ts';
import { LiveJudge } from './live-judge.ts';

type Script = readonly (LabStep | number)[];

/** Does the steps; a number is so many milliseconds. Gives the rules that were broken. */
function play(script: Script, participants: number): string[] {
  const lab = new LabWorld({ seed: 5, participants, observers: 0 });
  const judge = new LiveJudge(lab.world.ensemble);
  const take = (observations: ReturnType<LabWorld['do']>): void => {
    for (const observation of observations) judge.observe(observation, lab.now.events);
  };
  for (const one of script) {
    if (typeof one !== 'number') take(lab.do(one));
    else {
      const until = lab.now.millis + one;
      for (let seen = lab.next(until); seen !== null; seen = lab.next(until)) take(seen);
    }
  }
  expect(judge.view().invariants.filter(({ checked }) => checked > 0).length).toBeGreaterThan(8);
  const broken = judge.view().invariants.filter(({ breach }) => breach !== null);
  expect(broken.length > 0).toBe(judge.breaches.length > 0);
  return judge.breaches.map(({ rule }) => rule);
}

const open = (...servers: number[]): LabStep[] =>
  servers.map((server) => ({ kind: 'openServer', server }));
const client = (server: number): LabStep => ({ kind: 'openClient', server, timeoutMillis: 2_000 });
const create = (number: number, path: string): LabStep => ({
  ...{ kind: 'command', client: number },
  command: { kind: 'create', path, data: '1', ephemeral: false, sequential: false },
});
const get = (number: number, path: string, watch: boolean): LabStep => ({
  ...{ kind: 'command', client: number },
  command: { kind: 'get', path, watch },
});
const set = (number: number, path: string): LabStep => ({
  ...{ kind: 'command', client: number },
  command: { kind: 'set', path, data: '2', version: -1 },
});

const crash = (...servers: number[]): LabStep[] =>
  servers.map((server) => ({ kind: 'crash', server, silent: false }));
const breaks = (rule: RuleName, on = true): LabStep => ({ kind: 'breakRule', rule, on });

interface Day {
  readonly rule: RuleName;
  readonly speaks: string;
  readonly participants?: number;
  readonly before: Script;
  readonly after: Script;
}

/** Server 3 missed a write of the epoch that all are in; then 1, which has it, and 3 begin anew. */
const UNEQUAL_DISKS: Day = {
  rule: 'votesWithoutZxid',
  speaks: 'Z21 the elected has the most',
  before: [
    ...[...open(1, 2), 1_000, ...open(3), 1_000, client(1), 300],
    ...[...crash(3), 100, create(1, '/missed-by-3'), 300],
    ...[{ kind: 'killClient', client: 1 } as const, ...crash(1, 2), 300],
  ],
  after: [...open(1, 3), 3_000],
};

const CUT: LabStep = {
  ...{ kind: 'partition', silent: false },
  groups: [
    [1, 2],
    [3, 4, 5],
  ],
};

/** Client 1 is in the minority of two, client 2 with the old leader in the majority. */
const TWO_SIDES: Day = {
  rule: 'smallQuorum',
  speaks: 'Z16 commit quorum',
  participants: 5,
  before: [...open(1, 2, 3, 4, 5), 2_000, client(1), client(5), 300],
  after: [CUT, 1_000, create(1, '/left'), create(2, '/right'), 1_000],
};

/** Server 1 has the change on its disk long before a second one has: only then it is committed. */
const EARLY_WATCH: Day = {
  rule: 'watchBeforeApply',
  speaks: 'W2 the change before the event',
  before: [
    ...[...open(1, 2, 3), 1_000, client(1), client(2), 300],
    ...[create(1, '/w'), 100, get(1, '/w', true), 100],
    { kind: 'slowDisk', server: 2, millis: 200 },
    { kind: 'slowDisk', server: 3, millis: 200 },
  ],
  after: [set(2, '/w'), 100, get(1, '/w', false), 500],
};

const DAYS: readonly Day[] = [
  {
    rule: 'ackBeforeDisk',
    speaks: 'Z13 an ack means durable',
    before: [...open(1, 2, 3), 1_000, client(1), 300],
    after: [create(1, '/a'), 300],
  },
  {
    rule: 'commitWithProposal',
    speaks: 'Z16 commit quorum',
    before: [
      ...[...open(1, 2, 3), 1_000, client(1), 300],
      { kind: 'slowDisk', server: 2, millis: 200 },
      { kind: 'slowDisk', server: 3, millis: 200 },
    ],
    after: [create(1, '/a'), 1_000],
  },
  {
    rule: 'commitOnFirstAck',
    speaks: 'Z16 commit quorum',
    before: [
      ...[...open(1, 2, 3), 1_000, client(1), 300],
      { kind: 'slowDisk', server: 2, millis: 200 },
      { kind: 'slowDisk', server: 3, millis: 200 },
    ],
    after: [create(1, '/a'), 1_000],
  },
  EARLY_WATCH,
  {
    rule: 'dataBeforeWatch',
    speaks: 'W1 the event before the data',
    before: [
      ...[...open(1, 2, 3), 1_000, client(1), client(2), 300],
      ...[create(1, '/w'), 100, get(1, '/w', true), 100],
    ],
    after: [set(2, '/w'), 100, get(1, '/w', false), 500],
  },
  {
    rule: 'forgetLastZxidSeen',
    speaks: 'S3 single system image',
    before: [
      ...[...open(1, 2, 3), 1_000, client(2), 300],
      { kind: 'slowDisk', server: 1, millis: 400 },
    ],
    after: [
      ...[create(1, '/new'), 60],
      { kind: 'moveClient', client: 1, server: 1 },
      ...[200, get(1, '/zookeeper', false), 300],
    ],
  },
  UNEQUAL_DISKS,
  TWO_SIDES,
];

describe('a world broken on purpose', () => {
  it.each(DAYS)('$rule: $speaks speaks', ({ rule, speaks, participants, before, after }) => {
    expect(play([...before, breaks(rule), ...after], participants ?? 3)).toContain(speaks);
  });

  it.each(DAYS)('the day of $rule with the rule in force: nobody speaks', (day) => {
    expect(play([...day.before, ...day.after], day.participants ?? 3)).toEqual([]);
  });
});

/** The day in a history, so that one can go back in it. */
function live({ participants = 3 }: Day, script: Script): LabHistory {
  const history = new LabHistory({ seed: 5, participants, observers: 0 });
  goOn(history, script);
  return history;
}

function goOn(history: LabHistory, script: Script): void {
  for (const one of script) {
    if (typeof one === 'number') history.run(history.now.millis + one);
    else history.act(one);
  }
}

const broken = (day: Day): Script => [...day.before, breaks(day.rule), ...day.after];

/** What was told at the very event of the lamp's first breach, once one has gone there. */
function atBreach(history: LabHistory): TraceEvent['kind'][] {
  const { moment } = present(history.lamp().first, 'a rule was broken');
  history.seek(moment.millis, moment.events);
  expect(history.now).toEqual(moment);
  expect(history.lamp().first?.moment).toEqual(moment);
  const there = history.told().filter((told) => told.moment.events === moment.events);
  return there.map(({ event }) => event.kind);
}

const leaders = (history: LabHistory) =>
  history.lab.world.servers.filter((server) => {
    const view = history.lab.world.view(server);
    return view?.role === 'leading' && view.serving;
  });

const ended = (history: LabHistory, number: number) => {
  const actor = present(history.lab.client(number), 'the client is there');
  return actor.resultOf(actor.commands)?.outcome ?? null;
};

describe('votes that ignore the zxid', () => {
  it('elect the higher id, whom discovery then refuses whoever has more: nobody leads', () => {
    const history = live(UNEQUAL_DISKS, broken(UNEQUAL_DISKS));
    expect(history.lamp().first).toMatchObject({ rule: UNEQUAL_DISKS.speaks, server: 1 });
    const told = history.told().map(({ event }) => event);
    expect(told.some((event) => event.kind === 'learnerRefused' && event.server === 1)).toBe(true);
    expect(leaders(history)).toEqual([]);
    // With the rule in force again 1 leads, which has the most.
    goOn(history, [breaks('votesWithoutZxid', false), 4_000]);
    expect(leaders(history)).toEqual([1]);
    expect(atBreach(history)).toContain('electionDecided');
  });

  it('still compare epochs', () => {
    const day = [...open(1, 2), 1_000, ...crash(1, 2), 100, ...open(1, 2), 1_000, ...crash(1, 2)];
    const history = live(UNEQUAL_DISKS, [breaks('votesWithoutZxid'), ...day, 100]);
    // 3 has never been there: neither its id nor what others say of their zxids helps it.
    goOn(history, [...open(1, 3), 2_000]);
    expect(leaders(history)).toEqual([1]);
    expect(history.lamp().first).toBeNull();
  });

  it('may begin and end in the middle of an election: one is elected all the same', () => {
    for (let millis = 2; millis <= 60; millis += 4) {
      const history = live(UNEQUAL_DISKS, [...open(1, 2, 3), millis]);
      goOn(history, [breaks('votesWithoutZxid'), 6, breaks('votesWithoutZxid', false), 3_000]);
      expect(leaders(history)).toHaveLength(1);
      expect(history.lamp().first).toBeNull();
    }
  });
});

describe('a commit on the first ACK', () => {
  const apart: LabStep = { kind: 'partition', groups: [[3], [1, 2]], silent: true };
  const day = [...open(1, 2, 3), 1_000, client(3), client(1), 300];
  const write = [apart, create(1, '/lost'), 200];
  const later = [2_000, get(2, '/lost', false), 500];

  it('answers for what no other server has, and the next leader does not know it', () => {
    const history = live(UNEQUAL_DISKS, [...day, breaks('commitOnFirstAck')]);
    expect(leaders(history)).toEqual([3]);
    goOn(history, write);
    expect(ended(history, 1)).toBe('ok');
    goOn(history, later);
    expect(leaders(history)).toEqual([2]);
    expect(ended(history, 2)).toBe('failed');
    expect(atBreach(history)).toContain('committed');
  });

  it('is no quorum of one for anything else: the leader that is alone still steps down', () => {
    const history = live(UNEQUAL_DISKS, [...day, breaks('commitOnFirstAck'), ...write, ...later]);
    const left = history.told().filter(({ server }) => server === 3);
    expect(left.map(({ event }) => event)).toContainEqual(
      expect.objectContaining({ kind: 'roleChanged', reason: 'quorumLost' }),
    );
    expect(leaders(history)).not.toContain(3);
  });

  it('ends with the switch: the same write is not answered', () => {
    const off = [breaks('commitOnFirstAck'), 100, breaks('commitOnFirstAck', false)];
    const history = live(UNEQUAL_DISKS, [...day, ...off, ...write]);
    expect(ended(history, 1)).not.toBe('ok');
    expect(history.lamp().first).toBeNull();
  });
});

describe('a watch event before its change is applied', () => {
  const heard = (history: LabHistory): string[] => {
    const said: string[] = [];
    history.onClient = (number, what) => {
      if (what.kind === 'watchHeard') said.push(`${String(number)} ${what.event.type}`);
    };
    return said;
  };

  it('tells of what nobody has agreed upon yet', () => {
    const history = live(EARLY_WATCH, [...EARLY_WATCH.before, breaks('watchBeforeApply')]);
    const said = heard(history);
    goOn(history, [set(2, '/w'), 100]);
    expect(said).toEqual(['1 NodeDataChanged']);
    expect(ended(history, 2)).toBeNull();
    expect(history.lamp().first).toBeNull();
  });

  it('comes once: the change itself is silent when it is applied', () => {
    const history = live(EARLY_WATCH, [...EARLY_WATCH.before, breaks('watchBeforeApply')]);
    const said = heard(history);
    goOn(history, [set(2, '/w'), 1_000, get(1, '/w', false), 300]);
    expect(said).toEqual(['1 NodeDataChanged']);
    expect(ended(history, 1)).toBe('ok');
    expect(history.lamp().first).toBeNull();
  });
});

describe('a quorum of 2 of 5', () => {
  it('lets both sides of a cut commit, each under its own leader, also when the cut is healed', () => {
    const history = live(TWO_SIDES, broken(TWO_SIDES));
    expect(leaders(history)).toEqual([2, 5]);
    expect([ended(history, 1), ended(history, 2)]).toEqual(['ok', 'ok']);
    goOn(history, [{ kind: 'healAll' }, 3_000]);
    expect(leaders(history)).toEqual([2, 5]);
    const trees = [1, 5].map((server) => history.lab.world.view(server)?.treeDigest);
    expect(trees[0]).not.toBe(trees[1]);
    expect(atBreach(history)).toContain('committed');
  });

  it('is what the servers themselves ask for, and what the room says', () => {
    const history = live(TWO_SIDES, broken(TWO_SIDES));
    expect(roomOfLab(history.lab).quorum).toMatchObject({ need: 2, serving: true });
    const needs = history.told().flatMap(({ event }) => ('need' in event ? [event.need] : []));
    expect(new Set(needs)).toEqual(new Set([3, 2]));
    expect(needs.at(-1)).toBe(2);
  });

  it('holds for servers that start later too, and ends with the switch', () => {
    const history = live(TWO_SIDES, [breaks('smallQuorum'), ...open(1, 2), 1_000]);
    expect(leaders(history)).toEqual([2]);
    goOn(history, [breaks('smallQuorum', false), 1_000]);
    expect(leaders(history)).toEqual([]);
    goOn(history, [...open(3), 1_000]);
    expect(leaders(history)).toHaveLength(1);
  });

  it('turned on in the middle of a cut: the smaller side elects, which it could not before', () => {
    const history = live(TWO_SIDES, [...TWO_SIDES.before, CUT, 1_000]);
    expect(leaders(history)).toEqual([5]);
    goOn(history, [breaks('smallQuorum'), 1_000]);
    expect(leaders(history)).toEqual([2, 5]);
  });
});

const isSwitch = ({ step }: { readonly step: LabStep }): boolean => step.kind === 'breakRule';

describe.each(DAYS)('the day of $rule', (day) => {
  it('is the same run again, also from before and from behind the switch', () => {
    const history = live(day, broken(day));
    const { hash, now } = history;
    const lamp = history.lamp();
    expect(live(day, broken(day)).hash).toBe(hash);
    const switched = present(history.branches()[0]?.steps.find(isSwitch), 'it was broken').at;
    for (const millis of [0, switched.millis, switched.millis + 40, now.millis - 100]) {
      history.seek(millis);
      while (history.prepare(5_000));
      history.seek(now.millis);
      expect({ hash: history.hash, now: history.now }).toEqual({ hash, now });
      expect(history.lamp()).toEqual(lamp);
    }
  });
});
