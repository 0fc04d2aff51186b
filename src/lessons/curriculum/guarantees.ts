// Lesson 20, the exam: what ZooKeeper promises its clients, each of the five shown and checked, and three
// rules beneath them broken one at a time, each in a future of its own. Which lamp turns red for which?

import type { Pattern, Predicate } from '../../vocabulary/fact.ts';
import type { Lesson } from '../../vocabulary/lesson.ts';
import type { LabStep, RuleName } from '../../vocabulary/steps.ts';
import {
  act,
  all,
  atLeast,
  back,
  before,
  client,
  crash,
  create,
  eventually,
  fact,
  get,
  ls,
  mark,
  multi,
} from '../write.ts';
import { never, now, open, run, runAndWait, sequence, serving, set } from '../write.ts';
import { until, upAndServing, wait } from '../write.ts';
import { nameOf, ORDERS, WORDS } from './words/guarantees.ts';

const DATA = '/data';
const breaks = (rule: RuleName): LabStep => ({ kind: 'breakRule', rule, on: true });
const lit = (rule: RuleName, first?: string) =>
  now(fact('lit', first === undefined ? { rule } : { rule, first }));
const SLOW: LabStep = { kind: 'slowDisk', server: 2, millis: 400 };
const to = (server: number): LabStep => ({ kind: 'moveClient', client: 1, server });
const connected = until(now(fact('client', { client: 1, state: 'SyncConnected' })));

/** Sent one after the other, and no answer awaited. */
const IN_ORDER = ['/one', '/two', '/three'] as const;
const MULTI = multi(
  { kind: 'create', path: '/pair/a', data: '', ephemeral: false, sequential: false },
  { kind: 'create', path: '/pair/b', data: '', ephemeral: false, sequential: false },
  { kind: 'delete', path: '/pair/c', version: -1 },
);

const answered = (number: number, op: string, where: Pattern['where']): Pattern =>
  fact('answered', { client: number, op, ...where });
const reads = (number: number, data: string) =>
  answered(number, 'getData', { path: DATA, outcome: 'ok', data });
const wroteNew = answered(2, 'setData', { outcome: 'ok', data: 'new' });
const isSlow = fact('did', { step: 'slowDisk', server: 2 });
const moved = (server: number) => fact('did', { step: 'moveClient', client: 1, server });

/** As the ensemble is, and no lamp minds. */
const kept = (...of: readonly Predicate[]): Predicate =>
  all(...of, never(fact('did', { step: 'breakRule' })), now(fact('lamp', { first: null })));

const RULES = ['ackBeforeDisk', 'dataBeforeWatch', 'forgetLastZxidSeen'] as const;
const lesson: Lesson = {
  id: 'guarantees',
  formatVersion: 1,
  world: { seed: 20, participants: 3, observers: 0 },
  speed: 0.05,
  setup: [
    ...upAndServing([1, 2, 3]),
    ...client(1, 1),
    ...client(2, 3),
    ...client(3, 2),
    ...runAndWait(1, create(DATA)),
    ...runAndWait(1, set(DATA, 'old')),
    ...runAndWait(1, create('/pair')),
    wait(200),
    until(now(serving(), 3)),
  ],
  bet: {
    settled: all(...RULES.map((rule) => lit(rule))),
    options: ORDERS.map((order) => ({
      id: nameOf(order),
      when: all(...RULES.map((rule, at) => lit(rule, order[at]))),
    })),
  },
  moves: [
    { id: 'order', steps: IN_ORDER.map((path) => run(2, create(path))) },
    { id: 'multi', steps: [run(2, MULTI)] },
    { id: 'ls', steps: [run(1, ls('/pair'))] },
    { id: 'slow', steps: [SLOW] },
    { id: 'set', steps: [run(2, set(DATA, 'new'))] },
    { id: 'get', steps: [run(1, get(DATA))] },
    { id: 'move', steps: [to(2)] },
    { id: 'elsewhere', steps: [to(3)] },
    { id: 'get-3', steps: [run(3, get(DATA))] },
    { id: 'sync-3', steps: [run(3, { kind: 'sync', path: DATA })] },
    { id: 'down', steps: [crash(1), crash(2), crash(3)] },
    { id: 'up', steps: [open(1), open(2), open(3)] },
    { id: 'break-disk', steps: [breaks('ackBeforeDisk')] },
    { id: 'break-watch', steps: [breaks('dataBeforeWatch')] },
    { id: 'watch', steps: [run(1, get(DATA, true))] },
    { id: 'break-seen', steps: [breaks('forgetLastZxidSeen')] },
  ],
  goals: [
    kept(
      {
        ...{ kind: 'sequence', unless: answered(2, 'create', { path: '/one' }) },
        facts: IN_ORDER.map((path) => fact('asked', { client: 2, op: 'create', path })),
      },
      before(fact('applied', { path: '/one' }), fact('applied', { path: '/two' }), 'server'),
      before(fact('applied', { path: '/two' }), fact('applied', { path: '/three' }), 'server'),
      atLeast(3, fact('applied', { path: '/three' }), 'server'),
    ),
    kept(
      sequence(
        answered(2, 'multi', { error: 'NoNode', paths: { has: '/pair/c' } }),
        answered(1, 'getChildren', { path: '/pair', childrenCount: 0 }),
      ),
    ),
    kept(
      sequence(
        ...[isSlow, wroteNew, reads(1, 'new'), moved(2)],
        ...[fact('clientRefused', { server: 2, reason: 'aheadOfServer' }), moved(3)],
        ...[fact('stateHeard', { client: 1, state: 'SyncConnected', server: 3 }), reads(1, 'new')],
      ),
    ),
    kept(
      sequence(
        ...[isSlow, wroteNew, reads(3, 'old')],
        ...[answered(3, 'sync', { outcome: 'ok' }), reads(3, 'new')],
      ),
      now(fact('lamp', { lagMillis: { min: 300, max: 500 } })),
    ),
    kept(
      ...[1, 2, 3].map((server) =>
        sequence(
          ...[wroteNew, fact('crashed', { server }), fact('started', { server }), reads(1, 'new')],
        ),
      ),
    ),
    lit('ackBeforeDisk', 'Z13'),
    lit('dataBeforeWatch', 'W1'),
    lit('forgetLastZxidSeen', 'S3'),
  ],
  forbidden: [],
  breakRule: null,
  par: 33,
  solution: [
    mark('start'),
    wait(20),
    ...IN_ORDER.map((path) => act(run(2, create(path)))),
    until(eventually(answered(2, 'create', { path: '/three' }))),
    wait(50),
    ...runAndWait(2, MULTI),
    ...runAndWait(1, ls('/pair')),
    act(SLOW),
    ...runAndWait(2, set(DATA, 'new')),
    ...runAndWait(1, get(DATA)),
    ...runAndWait(3, get(DATA)),
    act(to(2)),
    until(eventually(fact('clientRefused', { server: 2 }))),
    ...runAndWait(3, { kind: 'sync', path: DATA }),
    ...runAndWait(3, get(DATA)),
    wait(10),
    act(to(3)),
    connected,
    ...runAndWait(1, get(DATA)),
    wait(50),
    ...[1, 2, 3].map((server) => act(crash(server))),
    wait(100),
    ...[1, 2, 3].map((server) => act(open(server))),
    until(now(serving(), 3)),
    connected,
    ...runAndWait(1, get(DATA)),
    wait(50),
    back('start'),
    act(breaks('ackBeforeDisk')),
    act(run(2, set(DATA, 'new'))),
    wait(500),
    back('start'),
    act(breaks('dataBeforeWatch')),
    ...runAndWait(1, get(DATA, true)),
    ...runAndWait(2, set(DATA, 'new')),
    ...runAndWait(1, get(DATA)),
    wait(300),
    back('start'),
    act(breaks('forgetLastZxidSeen')),
    act(SLOW),
    ...runAndWait(2, set(DATA, 'new')),
    ...runAndWait(1, get(DATA)),
    act(to(2)),
    wait(20),
    connected,
    ...runAndWait(1, get(DATA)),
    wait(50),
  ],
  // All at once: whose lamp it is that turns red then, nobody can tell.
  wrong: [
    ...runAndWait(2, set(DATA, 'new')),
    act(breaks('dataBeforeWatch')),
    act(breaks('forgetLastZxidSeen')),
    act(breaks('ackBeforeDisk')),
    ...runAndWait(1, get(DATA, true)),
    ...runAndWait(2, set(DATA, 'newer')),
    ...runAndWait(1, get(DATA)),
    wait(500),
  ],
  text: WORDS,
};

export default lesson;
