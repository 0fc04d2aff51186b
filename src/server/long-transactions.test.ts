// Transactions that no link and no log file would take are none: what is asked gets an error, and all go on.

import { expect, it } from 'vitest';

import { encodeRequest } from '../jute/client.ts';
import { TRANSACTION_BYTES_MAX } from '../vocabulary/transaction.ts';
import { ask } from './client.fixture.ts';
import { TestEnsemble } from './ensemble.fixture.ts';

const EPHEMERAL = 1;
const MEBI = 1024 * 1024;

it('a write that is too long is a MarshallingError, and leaves nothing of itself', () => {
  const ensemble = new TestEnsemble(1);
  ensemble.config = { requestBytesMax: 2 * TRANSACTION_BYTES_MAX };
  const client = ensemble.start().connect(ensemble.leader());
  const long = new Uint8Array(TRANSACTION_BYTES_MAX);
  expect(client.call(ask.create('/long', 0, long))).toBe('MarshallingError');
  // As part of a multi, too; and the next one is judged as if it had not been.
  const operations = [ask.create('/a'), ask.create('/long', 0, long), ask.create('/b')];
  expect(client.call({ kind: 'multi', operations })).toBe('MarshallingError');
  expect(client.call(ask.create('/a'))).toMatchObject({ path: '/a' });
  expect(client.call(ask.exists('/'))).toMatchObject({ stat: { cversion: 0 } });
  expect(ensemble.leader().disk.log.at(-1)?.bytes.length).toBeLessThan(MEBI);
});

it('the end of a session whose ephemerals have names without end removes them all', () => {
  const ensemble = new TestEnsemble(3);
  ensemble.config = { requestBytesMax: 8 * MEBI };
  ensemble.start();
  const [follower] = ensemble.followers();
  const client = ensemble.connect(follower ?? ensemble.leader());
  for (const letter of ['a', 'b', 'c']) {
    const created = client.call(ask.create(`/${letter.repeat(4 * MEBI)}`, EPHEMERAL));
    expect(created).toMatchObject({ kind: 'path' });
  }
  client.sendFrame(encodeRequest(9, { kind: 'closeSession' }));
  ensemble.settle();
  for (const seat of ensemble.seats) {
    const other = ensemble.connect(seat);
    other.call(ask.sync('/'));
    expect(other.call(ask.children('/'))).toMatchObject({ children: ['zookeeper'] });
  }
  const closing = ensemble.leader().disk.log.at(-4);
  expect(closing?.bytes.length).toBeLessThan(MEBI);
});
