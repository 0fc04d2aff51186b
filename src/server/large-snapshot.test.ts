// A snapshot of a tree that is too large for one step: servers answer between its pieces.

import { expect, it } from 'vitest';
import { decodeTree } from '../jute/snapshot.ts';
import { PIECE_NODES_MAX } from '../tree/taking.ts';
import type { DiskOutput } from '../vocabulary/boundary.ts';
import { ask, type TestClient } from './client.fixture.ts';
import { TestEnsemble, type Seat } from './ensemble.fixture.ts';

const NODES = PIECE_NODES_MAX * 2 + 500;

/** With a client of the leader, and more znodes than one piece looks at. */
function largeEnsemble(): {
  readonly ensemble: TestEnsemble;
  readonly leader: Seat;
  readonly client: TestClient;
} {
  const ensemble = new TestEnsemble(3);
  // The others never take one.
  ensemble.config = { snapshotEvery: 1_000_000 };
  ensemble.start();
  const leader = ensemble.leader();
  const client = ensemble.connect(leader);
  for (let at = 0; at < NODES; at += 100) {
    const operations = Array.from({ length: 100 }, (_, index) =>
      ask.create(`/n${String(at + index)}`),
    );
    client.call({ kind: 'multi', operations });
  }
  return { ensemble, leader, client };
}

it('is taken while clients are answered, is that of its zxid, and is what a restart begins with', () => {
  const { ensemble, leader, client } = largeEnsemble();

  // Each piece is only written when a client was answered.
  const pieces: DiskOutput[] = [];
  const { waiting } = leader.disk;
  const push = waiting.push.bind(waiting);
  waiting.push = (...outputs) => {
    for (const output of outputs) {
      if (output.kind === 'snapshotPiece') pieces.push(output);
      else push(output);
    }
    return waiting.length;
  };
  let answered = 0;
  const peer = leader.state?.peer;
  if (peer === undefined) throw new Error('the leader runs');
  peer.storage.appliedSinceSnapshot = 1_000_000;
  while (leader.disk.snapshot === null) {
    const written = pieces.length;
    expect(client.call(ask.set('/n7', Uint8Array.of(answered)))).toMatchObject({ kind: 'stat' });
    answered += 1;
    push(...pieces.slice(written - 1, written));
    ensemble.settle();
    expect(answered).toBeLessThan(20);
  }
  expect(pieces.length).toBe(3);
  expect(answered).toBe(4);
  const taken = leader.trace.find((event) => event.kind === 'snapshotTaken');
  expect(taken).toMatchObject({ zxid: leader.disk.snapshot.zxid });
  const { nodes } = decodeTree(leader.disk.snapshot.bytes);
  expect(nodes).toHaveLength(NODES + 4);
  // The first set is the last that it has.
  expect(nodes.find(({ path }) => path === '/n7')?.data).toEqual(Uint8Array.of(0));

  ensemble.crash(leader.id);
  ensemble.open(leader.id);
  ensemble.run(2_000);
  const again = ensemble.connect(ensemble.seat(leader.id));
  expect(again.call(ask.get('/n7'))).toMatchObject({
    data: Uint8Array.of(answered - 1),
  });
});

/** A follower comes back without anything. Until its tree is being taken. */
function comesBackEmpty(ensemble: TestEnsemble, leader: Seat): Seat {
  const [seat] = ensemble.followers();
  if (seat === undefined) throw new Error('nobody follows');
  ensemble.crash(seat.id);
  Object.assign(seat.disk, { log: [], snapshot: null, acceptedEpoch: 0, currentEpoch: 0 });
  ensemble.open(seat.id);
  ensemble.runUntil('its tree is taken', () => isTaking(leader));
  return seat;
}

const isTaking = ({ state }: Seat): boolean =>
  [...(state?.peer.leading?.learners.values() ?? [])].some(({ taking }) => taking !== null);

it('a follower gets its SNAP while clients are answered, and all that came meanwhile behind it', () => {
  const { ensemble, leader, client } = largeEnsemble();
  const seat = comesBackEmpty(ensemble, leader);
  // More than a leader keeps at hand otherwise.
  const writes = 3 * ensemble.ensemble.committedLogEntriesMax;
  for (let at = 1; at <= writes; at += 1) client.send(ask.set('/n7', Uint8Array.of(at % 200)));
  ensemble.settle();
  expect(client.lines().at(-1)).toMatch(/ Ok$/);
  expect(isTaking(leader)).toBe(true);
  ensemble.runUntil('it follows', () => seat.state?.role === 'following');
  expect(leader.trace.filter(({ kind }) => kind === 'syncDecided').at(-1)).toMatchObject({
    ...{ mode: 'SNAP', proposals: writes },
  });
  client.call(ask.set('/n8', Uint8Array.of(1)));
  expect(seat.state?.tree.digest).toBe(leader.state?.tree.digest);
  expect(seat.state?.tree.nodes.get('/n7')?.data).toEqual(Uint8Array.of(writes % 200));
  expect(leader.state?.tree.taking.size).toBe(0);
});

it('leaves whoever comes its turn between two steps of a SNAP, at least ten milliseconds', () => {
  const { ensemble, leader } = largeEnsemble();
  comesBackEmpty(ensemble, leader);
  const pieces = (): number =>
    [...(leader.state?.peer.leading?.learners.values() ?? [])].reduce(
      (sum, { taking }) => sum + (taking?.pieces.length ?? 0),
      0,
    );
  const atFirst = pieces();
  // Time passes while a step is taken, too: the first tick behind it only begins the rest.
  ensemble.run(10);
  expect(pieces()).toBe(atFirst);
  ensemble.run(10);
  expect(pieces()).not.toBe(atFirst);
});

it('is not kept on for a learner that has gone, nor by a leader that leads no more', () => {
  const { ensemble, leader } = largeEnsemble();
  const seat = comesBackEmpty(ensemble, leader);
  expect(leader.state?.tree.taking.size).toBe(1);
  ensemble.crash(seat.id);
  ensemble.settle();
  expect(leader.state?.tree.taking.size).toBe(0);
  ensemble.open(seat.id);
  ensemble.runUntil('its tree is taken again', () => isTaking(leader));
  for (const { id } of ensemble.seats) if (id !== leader.id) ensemble.cut(id, leader.id);
  ensemble.settle();
  expect([leader.state?.peer.leading, leader.state?.tree.taking.size]).toEqual([null, 0]);
});
