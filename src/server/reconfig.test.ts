// A reconfig as a client sees it: its answer, the watch on the configuration, and every refusal in its order.

import { expect, test } from 'vitest';

import { decodeUtf8 } from '../base/utf8.ts';
import { PERMISSION } from '../vocabulary/stat.ts';
import { parseConfiguration } from '../vocabulary/configuration.ts';
import { ERROR_CODE } from '../vocabulary/error-code.ts';
import { sessionId } from '../vocabulary/ids.ts';
import type { ReconfigRequest } from '../vocabulary/reconfiguration.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import { makeTree } from '../tree/tree.ts';
import { applyTransaction } from '../tree/tree.ts';
import { makeOutstanding } from './outstanding.ts';
import { prepare, type Desk } from './prepare.ts';
import type { ChangingEnsemble } from './prepare-reconfig.ts';

const LAST = parseConfiguration(
  'server.1=a:1:2;3\nserver.2=b:1:2;3\nserver.3=c:1:2;3\nversion=100000000',
);
const SUPER = [{ scheme: 'super', id: '' }];
const ANYBODY = [{ scheme: 'ip', id: '127.0.0.1' }];
const OBSERVER = 'server.4=d:1:2:observer;3';

function deskOf(ensemble: Partial<ChangingEnsemble> | null, more: Partial<Desk> = {}): Desk {
  const now = { standalone: true, last: LAST, isChanging: false, isQuorumSynced: () => true };
  return {
    ...{ outstanding: makeOutstanding(), tree: makeTree(), zxid: zxidOf(0x1_0000_0005n) },
    ...{ session: sessionId(1n), identities: SUPER, standing: ERROR_CODE.Ok },
    rules: { extendedTypes: false, enforceQuota: false },
    ensemble: ensemble === null ? null : { ...now, ...ensemble },
    ...more,
  };
}

const asked = (change: Partial<ReconfigRequest>): ReconfigRequest => ({
  ...{ kind: 'reconfig', joining: null, leaving: null, newMembers: null, configId: -1n },
  ...change,
});

const errorOf = (desk: Desk, change: Partial<ReconfigRequest>): number => {
  const transaction = prepare(desk, asked(change));
  return transaction.kind === 'error' ? transaction.err : 0;
};

test('each refusal comes before those behind it', () => {
  const BAD = { joining: 'some thing', configId: 5n };
  const nobody = { isQuorumSynced: () => false };
  const changing = { ...nobody, isChanging: true };
  const plain = { identities: ANYBODY };
  expect(errorOf(deskOf(null, { standing: ERROR_CODE.SessionMoved }), BAD)).toBe(-123);
  const moved = { ...plain, standing: ERROR_CODE.SessionMoved };
  expect(errorOf(deskOf(changing, moved), BAD)).toBe(-118);
  expect(errorOf(deskOf(changing, plain), BAD)).toBe(-14);
  expect(errorOf(deskOf(nobody, plain), BAD)).toBe(-103);
  expect(errorOf(deskOf(nobody, plain), { joining: 'some thing' })).toBe(-8);
  expect(errorOf(deskOf(nobody, plain), { leaving: '2,3' })).toBe(-8);
  expect(errorOf(deskOf(nobody, plain), { joining: OBSERVER })).toBe(-13);
  expect(errorOf(deskOf({}, plain), { joining: OBSERVER })).toBe(-102);
  expect(errorOf(deskOf({}), { joining: OBSERVER, configId: LAST.version })).toBe(0);
});

test.each([
  'server.9=[[x]:1:2:observer;3',
  'server.9=d:1:2:observer;[[x]:3',
  'server.9=d\n:1:2:observer;3',
])('what could not be read again from its text is never proposed: %s', (joining) => {
  expect(errorOf(deskOf({}), { joining })).toBe(ERROR_CODE.BadArguments);
});

test('a server that stands alone has nothing to reconfigure', () => {
  const last = parseConfiguration('server.1=a:1:2;3');
  expect(errorOf(deskOf({ last }), { joining: OBSERVER })).toBe(-6);
  expect(errorOf(deskOf({ last, standalone: false }), { joining: OBSERVER })).toBe(0);
});

test('one voter is enough where a server never stands alone', () => {
  expect(errorOf(deskOf({}), { leaving: '2,3' })).toBe(-8);
  expect(errorOf(deskOf({ standalone: false }), { leaving: '2,3' })).toBe(0);
});

test('who may write the node of the configuration may reconfigure', () => {
  const tree = makeTree();
  const header = { clientId: sessionId(1n), cxid: 1, zxid: zxidOf(1n), time: 1, type: 7 };
  const acl = [{ perms: PERMISSION.WRITE, scheme: 'ip', id: '127.0.0.1' }];
  const transaction = { kind: 'setACL', path: '/zookeeper/config', acl, version: 0 } as const;
  applyTransaction(tree, { header, transaction, digest: null });
  expect(errorOf(deskOf({}, { tree, identities: ANYBODY }), { joining: OBSERVER })).toBe(0);
});

test('the text has the version of its transaction, and becomes the data of the node', () => {
  const desk = deskOf({});
  const transaction = prepare(desk, asked({ joining: OBSERVER, leaving: '1' }));
  if (transaction.kind !== 'reconfig') throw new Error(transaction.kind);
  expect(decodeUtf8(transaction.data ?? new Uint8Array())).toBe(
    [
      ...['server.2=b:1:2:participant;0.0.0.0:3', 'server.3=c:1:2:participant;0.0.0.0:3'],
      ...['server.4=d:1:2:observer;0.0.0.0:3', 'version=100000005'],
    ].join('\n'),
  );
  const header = { clientId: sessionId(1n), cxid: 1, zxid: desk.zxid, time: 9, type: 16 };
  const applied = applyTransaction(desk.tree, { header, transaction, digest: null });
  expect(applied.causes.map(({ event, path }) => `${event} ${path}`)).toEqual([
    'NodeDataChanged /zookeeper/config',
  ]);
  expect(applied.stat).toMatchObject({ version: -1, mzxid: desk.zxid, mtime: 9 });
});
