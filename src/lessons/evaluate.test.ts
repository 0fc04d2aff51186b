import { describe, expect, it } from 'vitest';
import type { Fact, FactValue, Predicate } from '../vocabulary/fact.ts';
import { evaluate } from './evaluate.ts';
import {
  all,
  any,
  atLeast,
  before,
  eventually,
  exactly,
  fact,
  never,
  now,
  sameTree,
  sequence,
  serving,
} from './write.ts';

type Told = readonly [kind: string, fields: Readonly<Record<string, FactValue>>];

const factsOf = (told: readonly Told[]): Fact[] =>
  told.map(([kind, fields], at) => ({ kind, at: { millis: at * 10, events: at }, fields }));

const judge = (predicate: Predicate, told: readonly Told[], picture: readonly Told[] = []) => {
  const { state, at, have, need } = evaluate(predicate, {
    facts: factsOf(told),
    picture: () => factsOf(picture),
  });
  return `${state} ${String(have)}/${String(need)}${at === null ? '' : ` at ${String(at.events)}`}`;
};

const wrote = (server: number, path: string): Told => ['applied', { server, path }];
const ack = (zxid: string, have: number): Told => [
  ...(['ackCounted', { server: 3, zxid, have, need: 2 }] as const),
];
const commit = (zxid: string): Told => ['committed', { server: 3, zxid, path: '/a' }];
const server = (id: number, digest: string, serves = true): Told => [
  ...(['server', { server: id, serving: serves, digest }] as const),
];

const A = fact('applied', { path: '/a' });
const B = fact('applied', { path: '/b' });
const fires = fact('watchHeard', { client: 2 });
const heard: Told = ['watchHeard', { client: 2 }];

describe('a predicate over the trace', () => {
  it.each<[string, Predicate, readonly Told[], string]>([
    ['eventually: it has not happened', eventually(A), [wrote(1, '/b')], 'open 0/1'],
    ['eventually: it happened', eventually(A), [wrote(1, '/b'), wrote(1, '/a')], 'met 1/1 at 1'],
    [
      'eventually unless: the other came first, and it is too late',
      eventually(A, B),
      [wrote(1, '/c'), wrote(1, '/b'), wrote(1, '/a')],
      'lost 0/1 at 1',
    ],
    [
      'eventually unless: in time',
      eventually(A, B),
      [wrote(1, '/a'), wrote(1, '/b')],
      'met 1/1 at 0',
    ],
    ['never: so far not', never(A), [wrote(1, '/b')], 'met 0/0'],
    ['never: it did', never(A), [wrote(1, '/b'), wrote(2, '/a')], 'lost 0/0 at 1'],
    ['exactly: too few', exactly(2, fires), [heard], 'open 1/2'],
    ['exactly: as many', exactly(2, fires), [heard, heard], 'met 2/2 at 1'],
    ['exactly: one too many', exactly(2, fires), [heard, heard, heard], 'lost 2/2 at 2'],
    ['at least: more are good', atLeast(2, fires), [heard, heard, heard], 'met 2/2 at 1'],
    [
      'at least, distinct: the same server twice is one',
      atLeast(2, A, 'server'),
      [wrote(1, '/a'), wrote(1, '/a')],
      'open 1/2',
    ],
    [
      'at least, distinct: two servers are two',
      atLeast(2, A, 'server'),
      [wrote(1, '/a'), wrote(2, '/a')],
      'met 2/2 at 1',
    ],
    ['sequence: half of it', sequence(A, B), [wrote(1, '/b'), wrote(1, '/a')], 'open 1/2'],
    ['sequence: in order', sequence(A, B), [wrote(1, '/a'), wrote(2, '/b')], 'met 2/2 at 1'],
    [
      'before: each write has its log entry, on the same server',
      before(fact('logged'), A, 'server'),
      [['logged', { server: 1 }], ['logged', { server: 2 }], wrote(2, '/a'), wrote(1, '/a')],
      'met 1/1 at 2',
    ],
    [
      'before: the entry of another server is none',
      before(fact('logged'), A, 'server'),
      [['logged', { server: 1 }], wrote(2, '/a'), ['logged', { server: 2 }]],
      'lost 0/1 at 1',
    ],
    ['before: nothing to judge yet', before(fact('logged'), A), [], 'open 0/1'],
    [
      'commit at the ack of the quorum',
      { kind: 'commitAtQuorum', fact: fact('committed', { path: '/a' }) },
      [ack('0x1', 1), ack('0x1', 2), commit('0x1'), ack('0x1', 3)],
      'met 1/1 at 2',
    ],
    [
      'commit before it',
      { kind: 'commitAtQuorum', fact: fact('committed', { path: '/a' }) },
      [ack('0x1', 1), commit('0x1'), ack('0x1', 2)],
      'lost 0/1 at 1',
    ],
    [
      'commit only when more than the quorum had acked',
      { kind: 'commitAtQuorum', fact: fact('committed', { path: '/a' }) },
      [ack('0x1', 1), ack('0x1', 2), ack('0x1', 3), commit('0x1')],
      'lost 0/1 at 3',
    ],
    ['all: one is open', all(eventually(A), eventually(B)), [wrote(1, '/a')], 'open 1/2'],
    [
      'all: met with the last',
      all(eventually(B), eventually(A)),
      [wrote(1, '/a'), wrote(1, '/b')],
      'met 2/2 at 1',
    ],
    ['all: one is lost', all(never(A), eventually(B)), [wrote(1, '/a')], 'lost 0/1 at 0'],
    ['any: one is enough', any(eventually(A), eventually(B)), [wrote(1, '/b')], 'met 1/1 at 0'],
    ['any: none yet', any(exactly(2, fires), eventually(B)), [heard], 'open 1/2'],
    ['any: all are lost', any(never(A), never(A)), [wrote(1, '/a')], 'lost 0/0 at 0'],
  ])('%s', (_, predicate, told, says) => {
    expect(judge(predicate, told)).toBe(says);
  });

  it('a name means one thing in a sequence, whichever fact gives it first', () => {
    const same = sequence(
      fact('proposed', { zxid: { same: 'z' } }),
      fact('committed', { zxid: { same: 'z' } }),
    );
    const proposed = (zxid: string): Told => ['proposed', { zxid }];
    expect(judge(same, [proposed('0x1'), proposed('0x2'), commit('0x3')])).toBe('open 1/2');
    expect(judge(same, [proposed('0x1'), proposed('0x2'), commit('0x2')])).toBe('met 2/2 at 2');
  });

  it.each<[string, Parameters<typeof fact>[1], boolean]>([
    ['equal', { n: 3 }, true],
    ['not equal', { n: 4 }, false],
    ['in a range', { n: { min: 3, max: 5 } }, true],
    ['under a range', { n: { min: 4 } }, false],
    ['one of', { n: { oneOf: [1, 3] } }, true],
    ['none of', { n: { oneOf: [1, 2] } }, false],
    ['another', { n: { not: 4 } }, true],
    ['just this', { n: { not: 3 } }, false],
    ['in the list', { list: { has: 2 } }, true],
    ['not in the list', { list: { has: 9 } }, false],
    ['a field that is not there', { other: 1 }, false],
    ['a field of the prototype', { toString: { not: 1 } }, false],
  ])('matches a field: %s', (_, where, fits) => {
    const told: Told[] = [['x', { n: 3, list: [1, 2] }]];
    expect(judge(eventually(fact('x', where)), told)).toBe(fits ? 'met 1/1 at 0' : 'open 0/1');
  });

  it('now: counts how servers are, from few to too many', () => {
    const two = now(serving(), 2, 2);
    expect(judge(two, [], [server(1, 'a'), server(2, 'a', false)])).toBe('open 1/2');
    expect(judge(two, [], [server(1, 'a'), server(2, 'a')])).toBe('met 2/2');
    expect(judge(two, [], [server(1, 'a'), server(2, 'a'), server(3, 'a')])).toBe('open 2/2');
  });

  it('same tree: all that serve, and so many of them', () => {
    const same = sameTree(2);
    expect(judge(same, [], [server(1, 'a'), server(2, 'b')])).toBe('open 1/2');
    expect(judge(same, [], [server(1, 'a'), server(2, 'b', false)])).toBe('open 1/2');
    expect(judge(same, [], [server(1, 'a'), server(2, 'a'), server(3, 'b')])).toBe('open 1/2');
    expect(judge(same, [], [server(1, 'a'), server(2, 'a'), server(3, 'b', false)])).toBe(
      'met 2/2',
    );
  });
});

describe('a predicate of anybody’s', () => {
  it('comes to an end, however many ways there are for its names to be the same', () => {
    const told = Array.from({ length: 60 }, (_, at) => wrote(at, '/a'));
    const other = Array.from({ length: 10 }, (_, at) => {
      return fact('applied', { server: { same: `s${String(at)}` } });
    });
    const never = sequence(...other, fact('applied', { path: '/nowhere' }));
    expect(judge(never, told)).toBe('open 10/11');
  });
});
