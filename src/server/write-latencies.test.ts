// How long writes are on their way, at each server of an ensemble.

import { expect, test } from 'vitest';

import { OPEN_ACL } from '../vocabulary/stat.ts';
import { present } from '../base/assert.ts';
import { TestEnsemble, type Seat } from './ensemble.fixture.ts';

const latenciesOf = ({ state }: Seat) => present(state, 'it runs').latencies;
const countsOf = (seat: Seat): Record<string, number> => {
  const { proposalsReceived, commitsReceived, stages } = latenciesOf(seat);
  const counts = Object.entries(stages).map(([stage, { count }]) => [stage, count] as const);
  return { proposalsReceived, commitsReceived, ...Object.fromEntries(counts) };
};
const create = (path: string) =>
  ({ kind: 'create', path, data: null, acl: OPEN_ACL, flags: 0 }) as const;

const NONE = { received: 0, acked: 0, quorumAcked: 0, commitReceived: 0, applied: 0 };
const NO_COUNTS = { proposalsReceived: 0, commitsReceived: 0, ...NONE };

test('each stage where it is passed: two writes of a session, and its beginning', () => {
  const world = new TestEnsemble(3, 1).start();
  const client = world.connect(world.leader());
  for (const path of ['/a', '/b']) client.send(create(path));
  world.run(50);
  expect(countsOf(world.leader())).toEqual({ ...NO_COUNTS, acked: 3, quorumAcked: 3, applied: 3 });
  const learner = { commitsReceived: 3, commitReceived: 3, applied: 3 };
  for (const seat of world.followers()) {
    const follower = { ...learner, proposalsReceived: 3, received: 3, acked: 3 };
    expect(countsOf(seat)).toEqual({ ...NO_COUNTS, ...follower });
  }
  expect(countsOf(world.seat(4))).toEqual({ ...NO_COUNTS, ...learner });
});

test('by the time in the header: a disk that takes its time shows at the leader', () => {
  const world = new TestEnsemble(3).start();
  const client = world.connect(world.leader());
  for (const seat of world.followers()) seat.disk.held = true;
  client.send(create('/a'));
  world.run(70);
  for (const seat of world.followers()) seat.disk.held = false;
  world.run(20);
  const { stages } = latenciesOf(world.leader());
  expect(stages.acked.max).toBeLessThanOrEqual(10);
  expect(stages.quorumAcked.max).toBeGreaterThanOrEqual(70);
  expect(stages.applied.max).toBe(stages.quorumAcked.max);
});

test('what is brought up to date after a start is no write on its way', () => {
  const world = new TestEnsemble(3).start();
  const client = world.connect(world.leader());
  world.crash(1);
  for (const path of ['/a', '/b']) client.send(create(path));
  world.run(50);
  for (const id of [2, 3]) world.crash(id);
  world.run(300);
  for (const id of [1, 2, 3]) world.open(id);
  world.runUntil('all serve', () => world.isServed());
  world.run(100);
  // The session that is left is still there, nobody writes.
  for (const seat of world.seats) expect(countsOf(seat), String(seat.id)).toEqual(NO_COUNTS);
});

test('a leader whose wall is ahead: what would be negative is not measured', () => {
  const world = new TestEnsemble(3).start();
  const client = world.connect(world.leader());
  const before = countsOf(present(world.followers()[0], 'one follows'));
  const [behind] = world.followers();
  if (behind === undefined || behind.state === null) throw new Error('one follows');
  behind.state.wallMillis -= 1_000_000;
  client.send(create('/a'));
  world.settle();
  const { received, proposalsReceived } = countsOf(behind);
  expect(proposalsReceived).toBe((before['proposalsReceived'] ?? 0) + 1);
  expect(received).toBe(before['received']);
});
