// Breaches planted in what an outsider saw: one true day of three servers, of which a few observations
// are taken away, changed or added, and the rule that must speak. The day itself breaks none.

import { describe, expect, it } from 'vitest';
import { serverId, type ServerId } from '../vocabulary/ids.ts';
import type { Recovered } from '../vocabulary/boundary.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';
import { epochOf, zxidOf, type Zxid } from '../vocabulary/zxid.ts';
import { judge } from './checkers/all.ts';
import type { ClientHappening, Happening, History, Observation } from './observation.ts';
import { askAndWait, awaitLeader, clientOf, create, write } from './scenes.ts';
import { World } from './world.ts';

/** Writes, a dead leader, writes of the next epoch, its return; one client writes and reads. */
function trueDay(): World {
  const world = new World({ seed: 5, participants: 3 });
  world.openAll();
  awaitLeader(world, 2);
  write(world, 1, ['/a', '/b', '/c']);
  world.crash(3);
  awaitLeader(world, 1);
  const client = clientOf(world, 1);
  const path = '/of-the-client';
  for (const request of [create(path), create(`${path}/1`)]) askAndWait(world, client, request);
  askAndWait(world, client, { kind: 'setData', path, data: null, version: -1 });
  askAndWait(world, client, { kind: 'getData', path, watch: false });
  askAndWait(world, client, { kind: 'exists', path, watch: false });
  world.openServer(3);
  awaitLeader(world, 2);
  world.run(200);
  world.observeViews();
  return world;
}

const DAY: History = trueDay().history;
const END = DAY.observations.at(-1)?.millis ?? 0;
const S1 = serverId(1);
const S3 = serverId(3);

function rulesOf(observations: readonly Observation[]): string[] {
  const { ensemble } = DAY;
  return [...new Set(judge({ ensemble, observations }).map(({ rule }) => rule))];
}

const withEnd = (...whats: (readonly [ServerId, Happening])[]): Observation[] => [
  ...DAY.observations,
  ...whats.map(([server, what]) => ({ at: 'server', millis: END + 1, server, what }) as const),
];

const traced = (event: TraceEvent): Happening => ({ kind: 'traced', event, sequence: 1_000_000 });

type TracedOf<Kind extends TraceEvent['kind']> = Extract<TraceEvent, { kind: Kind }>;

function tracedOf<Kind extends TraceEvent['kind']>(
  observation: Observation,
  kind: Kind,
): TracedOf<Kind> | null {
  if (observation.at !== 'server' || observation.what.kind !== 'traced') return null;
  const { event } = observation.what;
  return event.kind === kind ? (event as TracedOf<Kind>) : null;
}

/** All that a server said of one kind, in order. */
const allOf = <Kind extends TraceEvent['kind']>(server: ServerId, kind: Kind): TracedOf<Kind>[] =>
  DAY.observations.flatMap((observation) => {
    const event = tracedOf(observation, kind);
    return event !== null && observation.at === 'server' && observation.server === server
      ? [event]
      : [];
  });

const isApplied = (observation: Observation, server: ServerId, zxid: Zxid): boolean =>
  observation.at === 'server' &&
  observation.server === server &&
  tracedOf(observation, 'applied')?.zxid === zxid;

function zxidAt(server: ServerId, index: number): Zxid {
  const event = allOf(server, 'applied').at(index);
  if (event === undefined) throw new Error('the day has such a transaction');
  return event.zxid;
}

/** Changes what one client was answered; the observations of everything else stay. */
const withAnswers = (
  change: (answer: Extract<ClientHappening, { kind: 'answered' }>) => ClientHappening,
): Observation[] =>
  DAY.observations.map((observation) =>
    observation.at === 'client' && observation.what.kind === 'answered'
      ? { ...observation, what: change(observation.what) }
      : observation,
  );

const recoveredOf = (log: Recovered['log']): Recovered => ({
  ...{ acceptedEpoch: 2, currentEpoch: 2, snapshot: null, trusted: true, log },
});

describe('the true day', () => {
  it('breaks no rule, and has two epochs, three servers and a client that reads its writes', () => {
    expect(judge(DAY)).toEqual([]);
    const epochs = allOf(S1, 'applied').map(({ zxid }) => epochOf(zxid));
    expect(new Set(epochs)).toEqual(new Set([1, 2]));
    const answered = DAY.observations.filter(({ what }) => what.kind === 'answered');
    expect(answered.length).toBeGreaterThan(7);
  });
});

describe('planted in the order of delivery', () => {
  it('two servers deliver two transactions in different orders: Z2 speaks', () => {
    const first = zxidAt(S1, 1);
    const second = zxidAt(S1, 2);
    const at = (zxid: Zxid) => DAY.observations.findIndex((seen) => isApplied(seen, S1, zxid));
    const swapped = [...DAY.observations];
    const [a, b] = [swapped[at(first)], swapped[at(second)]];
    if (a === undefined || b === undefined) throw new Error('both were delivered');
    swapped[at(first)] = b;
    swapped[at(second)] = a;
    expect(rulesOf(swapped)).toContain('Z2 total order');
  });

  it('a server leaves out one transaction: Z2 and Z4 speak', () => {
    const left = zxidAt(S1, 2);
    const rules = rulesOf(DAY.observations.filter((seen) => !isApplied(seen, S1, left)));
    expect(rules).toContain('Z2 total order');
    expect(rules).toContain('Z4 local primary order');
  });

  it('what an older epoch broadcast is delivered after a newer one: Z5 speaks', () => {
    const old = allOf(S1, 'applied')[0];
    if (old === undefined) throw new Error('the day has such a transaction');
    const rules = rulesOf(withEnd([S1, traced(old)]));
    expect(rules).toContain('Z5 global primary order');
  });

  it('a leader broadcasts before it has delivered what came before its epoch: Z6 speaks', () => {
    const leader = DAY.observations.findLast(
      (seen) => tracedOf(seen, 'leaderEstablished') !== null,
    );
    if (leader?.at !== 'server') throw new Error('somebody leads');
    const last = allOf(leader.server, 'applied').findLast(({ zxid }) => epochOf(zxid) === 1);
    if (last === undefined) throw new Error('the day has a first epoch');
    const planted = DAY.observations.filter((seen) => !isApplied(seen, leader.server, last.zxid));
    expect(rulesOf(planted)).toContain('Z6 primary integrity');
  });
});

describe('planted in leadership', () => {
  it('an epoch has a second established leader: Z7 speaks, and only for the second', () => {
    const established = { kind: 'leaderEstablished', lastZxid: zxidAt(S1, -1) } as const;
    const second = traced({ ...established, epoch: 2, supporters: [S1, S3] });
    expect(rulesOf(withEnd([S1, second]))).toEqual(['Z7 one established leader an epoch']);
    const next = traced({ ...established, epoch: 3, supporters: [S1, S3] });
    expect(rulesOf(withEnd([S1, next]))).toEqual([]);
  });

  it('a server without the last transactions is established: Z8 speaks', () => {
    const event = { kind: 'leaderEstablished', epoch: 3, supporters: [S1, S3] } as const;
    const rules = rulesOf(
      withEnd(
        [S3, { kind: 'crashed' }],
        [S3, { kind: 'diskLost' }],
        [S3, { kind: 'started', recovered: recoveredOf([]) }],
        [S3, traced({ ...event, lastZxid: zxidOf(0n) })],
      ),
    );
    expect(rules).toEqual(['Z8 leader completeness']);
  });

  it('a committed transaction is cut off from a disk: Z9 speaks', () => {
    const truncate = {
      kind: 'truncate',
      ticket: 1_000_000 as never,
      zxid: zxidAt(S1, -2),
    } as const;
    const rules = rulesOf(withEnd([S1, { kind: 'durable', change: truncate }]));
    expect(rules).toEqual(['Z9 committed durability']);
    const nothing = { ...truncate, zxid: zxidAt(S1, -1) };
    expect(rulesOf(withEnd([S1, { kind: 'durable', change: nothing }]))).toEqual([]);
  });

  it('a disk forgets by itself what was durable: Z9 speaks', () => {
    const started = { kind: 'started', recovered: recoveredOf([]) } as const;
    expect(rulesOf(withEnd([S1, { kind: 'crashed' }], [S1, started]))).toEqual([
      'Z9 committed durability',
    ]);
  });
});

describe('planted in trust', () => {
  /** Server 3 lost its disk; then this is durable, and what left it. */
  const suspectWith = (zxid: Zxid | null): Observation[] => {
    const epochs = { acceptedEpoch: 2, currentEpoch: 2, trusted: true } as const;
    const snapshot = { bytes: new Uint8Array(), replacesHistory: true } as const;
    const ticket = 1_000_000 as never;
    const change = { kind: 'saveSnapshot', ticket, zxid: zxid ?? zxidOf(0n), ...snapshot } as const;
    return withEnd(
      [S3, { kind: 'crashed' }],
      [S3, { kind: 'diskLost' }],
      [S3, { kind: 'started', recovered: { ...recoveredOf([]), trusted: false } }],
      ...(zxid === null ? [] : ([[S3, { kind: 'durable', change }]] as const)),
      [S3, { kind: 'durable', change: { kind: 'saveEpochs', ticket, ...epochs } }],
    );
  };

  it('a suspect is trusted again without all that was committed: Z20 speaks', () => {
    expect(rulesOf(suspectWith(null))).toContain('Z20 suspects out');
    expect(rulesOf(suspectWith(zxidAt(S1, -1)))).toEqual([]);
  });

  it('a suspect acknowledges a proposal: Z20 speaks', () => {
    const packet = { type: 'ACK', zxid: zxidAt(S1, -1), data: null, authinfo: null } as const;
    const acked: Happening = { kind: 'packetLeft', to: S1, packet: { ...packet, snapshot: null } };
    expect(rulesOf(withEnd([S3, acked]))).toEqual([]);
    const started = { kind: 'started', recovered: { ...recoveredOf([]), trusted: false } } as const;
    const rules = rulesOf(withEnd([S3, { kind: 'diskLost' }], [S3, started], [S3, acked]));
    expect(rules).toContain('Z20 suspects out');
  });
});

describe('planted in the replicas', () => {
  it('two trees at the same transaction are not the same: Z18 speaks', () => {
    const viewed = DAY.observations.findLast(({ what }) => what.kind === 'viewed');
    if (viewed?.at !== 'server' || viewed.what.kind !== 'viewed') throw new Error('it was viewed');
    const { view } = viewed.what;
    const other = { ...view, treeDigest: view.treeDigest + 1n };
    expect(rulesOf(withEnd([S1, { kind: 'viewed', view }]))).toEqual([]);
    expect(rulesOf(withEnd([S1, { kind: 'viewed', view: other }]))).toEqual(['Z18 replica digest']);
  });

  it('a server stops although its disk is well: H1 speaks; not when the disk failed', () => {
    const halted = { kind: 'halted', reason: 'a rule of its own was broken' } as const;
    expect(rulesOf(withEnd([S1, halted]))).toEqual(['H1 nobody stops by itself']);
    expect(rulesOf(withEnd([S1, { kind: 'diskBroken' }], [S1, halted]))).toEqual([]);
  });
});

describe('planted in what a client was told', () => {
  it('answers come in another order than the requests: S1 speaks', () => {
    const rules = rulesOf(
      withAnswers((answer) =>
        answer.request.kind === 'setData' ? { ...answer, ticket: 1 } : answer,
      ),
    );
    expect(rules).toContain('S1 first in, first out');
  });

  it('a client does not see its own write: S2 speaks', () => {
    const rules = rulesOf(
      withAnswers((answer) => {
        const { request, result } = answer;
        if (request.kind !== 'getData' || result.outcome !== 'ok') return answer;
        if (result.response.kind !== 'data') return answer;
        const stat = { ...result.response.stat, mzxid: zxidAt(S1, 0) };
        return { ...answer, result: { ...result, response: { ...result.response, stat } } };
      }),
    );
    expect(rules).toEqual(['S2 read your writes']);
  });

  it('a client is taken back in time by a read: S3 speaks', () => {
    const rules = rulesOf(
      withAnswers((answer) => {
        const { request, result } = answer;
        if (request.kind !== 'exists' || result.outcome !== 'ok') return answer;
        return { ...answer, result: { ...result, zxid: zxidAt(S1, 0) } };
      }),
    );
    expect(rules).toEqual(['S3 single system image']);
  });

  it('a write is answered that nobody delivered: S5 speaks', () => {
    const rules = rulesOf(
      withAnswers((answer) => {
        const { request, result } = answer;
        if (request.kind !== 'setData' || result.outcome !== 'ok') return answer;
        return { ...answer, result: { ...result, zxid: zxidOf(0x2_0000_0fffn) } };
      }),
    );
    expect(rules).toContain('S5 an answered write happened');
  });
});
