import { expect, test } from 'vitest';

import type { LineMessage } from '../../adapters/webrtc/line-message.ts';
import type { ToWorker } from '../../adapters/worker/messages.ts';
import { Succession, type SuccessorKnown } from './succession.ts';

type Sent = readonly [to: number, message: LineMessage];

const makeSuccession = (seats: number, seat = 1, up: readonly number[] = [2, 3]) => {
  const said: Sent[] = [];
  const posted: ToWorker['kind'][] = [];
  const succession = new Succession({
    ...{ seat, seats },
    send: (to, message) => said.push([to, message]),
    upSeats: () => up,
    post: ({ kind }) => posted.push(kind),
  });
  return { succession, said, posted };
};

const OWN = { seat: 1, diskId: 'own', generation: 1 };
const known = (voter: number, diskId = 'own'): SuccessorKnown => ({
  ...{ kind: 'successorKnown', voter },
  disk: { ...OWN, diskId },
});

test('a majority of voters without the suspect must remember its disk', () => {
  const { succession, said, posted } = makeSuccession(5);
  succession.ask(OWN);
  const message = { kind: 'successor', disk: OWN };
  expect(said).toEqual([
    [2, message],
    [3, message],
  ]);
  succession.known(2, known(2));
  succession.known(2, known(2));
  succession.known(3, known(3, 'another'));
  succession.known(6, known(6));
  succession.known(1, known(1));
  succession.known(3, known(3));
  expect(posted).toEqual([]);
  succession.known(4, known(4));
  expect(posted).toEqual(['trustKnown']);
  // It is asked once.
  succession.known(5, known(5));
  expect(posted).toEqual(['trustKnown']);
});

test('an answer counts for the voter that it names, once, whoever brings it', () => {
  const { succession, posted } = makeSuccession(5);
  succession.ask(OWN);
  for (const from of [2, 3, 4, 5]) succession.known(from, known(4));
  for (const from of [2, 3]) succession.known(from, known(3));
  // Itself, and nobody who votes.
  for (const voter of [0, 1, 6]) succession.known(2, known(voter));
  expect(posted).toEqual([]);
  succession.known(2, known(5));
  expect(posted).toEqual(['trustKnown']);
});

test('what a suspect asks is passed on one step, and so is the answer', () => {
  const { succession, said } = makeSuccession(5, 3, [1, 2, 4]);
  const asked = { kind: 'successor', disk: OWN } as const;
  succession.passOn(1, asked);
  expect(said.splice(0)).toEqual([
    [2, asked],
    [4, asked],
  ]);
  // It has gone its step.
  succession.passOn(2, asked);
  expect(said).toEqual([]);
  succession.known(4, known(4));
  expect(said.splice(0)).toEqual([[1, known(4)]]);
  succession.known(2, known(4));
  expect(said).toEqual([]);
});

test('it asks again while too few have answered, and forgets with its server', () => {
  const { succession, said, posted } = makeSuccession(3, 1, [2]);
  succession.ask(OWN);
  succession.known(2, known(2));
  succession.tick(performance.now());
  expect(said).toHaveLength(1);
  succession.tick(performance.now() + 1_000);
  expect(said).toHaveLength(2);
  succession.reset();
  succession.known(3, known(3));
  expect(posted).toEqual([]);
});

test('who is asked answers everybody who asked when it is durable, and then at once', () => {
  const { succession, said, posted } = makeSuccession(3, 2);
  const answer = { kind: 'successorKnown', disk: OWN, voter: 2 };
  succession.store(1, OWN);
  succession.store(3, OWN);
  expect(posted).toEqual(['rememberDisks']);
  expect(said).toEqual([]);
  succession.stored(7);
  expect(said).toEqual([]);
  succession.stored(1);
  expect(said.splice(0)).toEqual([
    [1, answer],
    [3, answer],
  ]);
  succession.store(1, OWN);
  expect(said).toEqual([[1, answer]]);
  expect(posted).toHaveLength(1);
});

test('who asks again has the disk asked again: it may have failed', () => {
  const { succession, said, posted } = makeSuccession(3, 2);
  succession.store(1, OWN);
  succession.store(1, OWN);
  expect(posted).toEqual(['rememberDisks', 'rememberDisks']);
  succession.stored(1);
  succession.stored(1);
  expect(said).toHaveLength(1);
  // So is one that was lost again meanwhile.
  succession.store(1, { ...OWN, generation: 5 });
  succession.stored(1);
  expect(said).toHaveLength(1);
  // Another disk of the seat is another matter.
  succession.store(1, { ...OWN, diskId: 'next', generation: 2 });
  succession.stored(2);
  expect(said).toHaveLength(1);
  succession.stored(3);
  expect(said).toHaveLength(2);
});
