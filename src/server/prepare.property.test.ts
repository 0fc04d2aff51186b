import fc from 'fast-check';
import { expect, it } from 'vitest';
import { transactionType } from '../jute/transaction.ts';
import { applyTransaction, makeTree, type Tree } from '../tree/tree.ts';
import { sessionId } from '../vocabulary/ids.ts';
import type { MultiOperation, Request } from '../vocabulary/request.ts';
import { OPEN_ACL } from '../vocabulary/stat.ts';
import type { Transaction } from '../vocabulary/transaction.ts';
import { makeZxid } from '../vocabulary/zxid.ts';
import { forgetApplied, makeOutstanding, type Outstanding } from './outstanding.ts';
import { prepare } from './prepare.ts';

const paths = fc.constantFrom('/a', '/b', '/a/x', '/a/y', '/b/x', '/a/x/z', '/a/s0000000000', '/');
const versions = fc.constantFrom(-1, 0, 1, 2);
const operations: fc.Arbitrary<MultiOperation> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('create' as const, 'create2' as const, 'createContainer' as const),
    path: fc.oneof(paths, fc.constantFrom('/a/s', '/b/')),
    data: fc.constant(null),
    acl: fc.constant(OPEN_ACL),
    flags: fc.constantFrom(0, 0, 1, 2, 3),
  }),
  fc.record({ kind: fc.constant('delete' as const), path: paths, version: versions }),
  fc.record({
    ...{ kind: fc.constant('setData' as const), path: paths, version: versions },
    data: fc.constant(null),
  }),
  fc.record({ kind: fc.constant('check' as const), path: paths, version: versions }),
);
const requests: fc.Arbitrary<Request> = fc.oneof(
  { weight: 5, arbitrary: operations },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('multi' as const),
      operations: fc.array(operations, { maxLength: 5 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Request>({ kind: 'closeSession' }) },
);
const asked = fc.record({ request: requests, session: fc.constantFrom(1n, 2n) });

interface Leader {
  readonly tree: Tree;
  readonly outstanding: Outstanding;
  judged: number;
  applied: number;
  readonly transactions: Transaction[];
}

const makeLeader = (): Leader => ({
  ...{ tree: makeTree(), outstanding: makeOutstanding(), judged: 0, applied: 0 },
  transactions: [],
});

function applyAll(leader: Leader, sessions: readonly bigint[]): void {
  for (; leader.applied < leader.judged; leader.applied += 1) {
    const transaction = leader.transactions[leader.applied];
    const session = sessions[leader.applied];
    if (transaction === undefined || session === undefined) throw new Error('judged before');
    const zxid = makeZxid(1, leader.applied + 1);
    const type = transactionType(transaction);
    const header = { clientId: sessionId(session), cxid: 0, zxid, time: 0, type };
    applyTransaction(leader.tree, { header, transaction, digest: null });
    forgetApplied(leader.outstanding, zxid);
  }
}

it('a leader that judges ahead of its tree judges as one whose tree is up to date', () => {
  const run = fc.array(fc.record({ asked, applies: fc.boolean() }), { maxLength: 40 });
  fc.assert(
    fc.property(run, (steps) => {
      const ahead = makeLeader();
      const current = makeLeader();
      const sessions = steps.map((step) => step.asked.session);
      for (const { asked: one, applies } of steps) {
        for (const leader of [ahead, current]) {
          leader.judged += 1;
          const zxid = makeZxid(1, leader.judged);
          const { tree, outstanding } = leader;
          const desk = {
            outstanding,
            tree,
            zxid,
            session: sessionId(one.session),
            identities: [],
            standing: 0,
            rules: { extendedTypes: false, enforceQuota: false },
          };
          leader.transactions.push(prepare(desk, one.request));
          if (leader === current || applies) applyAll(leader, sessions);
        }
        expect(ahead.transactions.at(-1)).toEqual(current.transactions.at(-1));
      }
      applyAll(ahead, sessions);
      expect(ahead.tree.digest).toBe(current.tree.digest);
      expect(ahead.outstanding.byPath.size).toBe(0);
    }),
    { numRuns: 400 },
  );
});
