import { expect, test } from 'vitest';

import type { LineMessage } from '../../adapters/webrtc/line-message.ts';
import type { ToWorker } from '../../adapters/worker/messages.ts';
import { Succession } from './succession.ts';

const makeSuccession = (seats: number) => {
  const said: LineMessage[] = [];
  const posted: ToWorker['kind'][] = [];
  const succession = new Succession({
    ...{ seat: 1, seats },
    send: (seat, message) => said.push({ ...message, seat } as LineMessage),
    broadcast: (message) => said.push(message),
    post: ({ kind }) => posted.push(kind),
  });
  return { succession, said, posted };
};

const OWN = { seat: 1, diskId: 'own', generation: 1 };

test('a majority of voters without the suspect must remember its disk', () => {
  const { succession, said, posted } = makeSuccession(5);
  succession.ask(OWN);
  expect(said).toEqual([{ kind: 'successor', disk: OWN }]);
  succession.known(2, 'own');
  succession.known(2, 'own');
  succession.known(3, 'another');
  succession.known(6, 'own');
  succession.known(3, 'own');
  expect(posted).toEqual([]);
  succession.known(4, 'own');
  expect(posted).toEqual(['trustKnown']);
  // It is asked once.
  succession.known(5, 'own');
  expect(posted).toEqual(['trustKnown']);
});

test('it asks again while too few have answered, and forgets with its server', () => {
  const { succession, said, posted } = makeSuccession(3);
  succession.ask(OWN);
  succession.known(2, 'own');
  succession.tick(performance.now());
  expect(said).toHaveLength(1);
  succession.tick(performance.now() + 1_000);
  expect(said).toHaveLength(2);
  succession.reset();
  succession.known(3, 'own');
  expect(posted).toEqual([]);
});

test('who is asked answers when it is durable', () => {
  const { succession, said, posted } = makeSuccession(3);
  const theirs = { seat: 2, diskId: 'theirs', generation: 1 };
  succession.store(theirs);
  expect(posted).toEqual(['rememberDisks']);
  expect(said).toEqual([]);
  succession.stored(7);
  expect(said).toEqual([]);
  succession.stored(1);
  expect(said).toEqual([{ kind: 'successorKnown', diskId: 'theirs', seat: 2 }]);
});
