// Every request and every reply body of the client port is the same after bytes as before.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Request, Response } from '../vocabulary/request.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import {
  decodeReply,
  decodeRequestBody,
  decodeResponse,
  encodeReply,
  encodeRequestBody,
  requestType,
} from './client.ts';

const path = fc.string({ maxLength: 12 });
const int = fc.integer();
const data = fc.option(fc.uint8Array({ maxLength: 20 }));
const acl = fc.array(fc.record({ perms: int, scheme: path, id: path }), { maxLength: 3 });
const kind = <K extends string>(...kinds: K[]) => fc.constantFrom(...kinds);
const fields = { path, data, acl, flags: int };
const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

const operation = fc.oneof(
  fc.record({ kind: kind('create', 'create2', 'createContainer'), ...fields }),
  fc.record({ kind: kind('createTTL'), ...fields, ttlMillis: long }),
  fc.record({ kind: kind('delete', 'check'), path, version: int }),
  fc.record({ kind: kind('setData'), path, data, version: int }),
);
const paths = fc.array(path, { maxLength: 3 });
const watch = fc.boolean();
const request: fc.Arbitrary<Request> = fc.oneof(
  operation,
  fc.record({ kind: kind('exists', 'getData', 'getChildren', 'getChildren2'), path, watch }),
  fc.record({ kind: kind('getACL', 'sync', 'getAllChildrenNumber'), path }),
  fc.record({ kind: kind('setACL'), path, acl, version: int }),
  fc.record({ kind: kind('getEphemerals'), prefix: path }),
  fc.record({ kind: kind('ping', 'closeSession', 'whoAmI') }),
  fc.record({ kind: kind('multi'), operations: fc.array(operation, { maxLength: 4 }) }),
  fc.record({ kind: kind('auth'), scheme: path, auth: data }),
  fc.record({ kind: kind('sasl'), token: fc.uint8Array({ maxLength: 20 }) }),
  fc.record({
    ...{ kind: kind('setWatches'), relativeZxid: long.map(zxidOf) },
    ...{ data: paths, exist: paths, child: paths },
  }),
  fc.record({
    ...{ kind: kind('setWatches2'), relativeZxid: long.map(zxidOf), data: paths, exist: paths },
    ...{ child: paths, persistent: paths, persistentRecursive: paths },
  }),
  fc.record({ kind: kind('addWatch'), path, mode: int }),
  fc.record({
    kind: kind('multiRead'),
    operations: fc.array(fc.record({ kind: kind('getData', 'getChildren'), path })),
  }),
  fc.record({
    ...{ kind: kind('reconfig'), joining: path, leaving: path, newMembers: path },
    configId: long,
  }),
  fc.record({ kind: kind('checkWatches', 'removeWatches'), path, type: int }),
);

it('requests', () => {
  fc.assert(
    fc.property(request, (one) => {
      expect(decodeRequestBody(requestType(one), encodeRequestBody(one))).toEqual(one);
    }),
  );
});

it('the answers to whoAmI and getEphemerals', () => {
  const clients = fc.array(fc.record({ scheme: path, user: path }), { maxLength: 4 });
  const answer = fc.oneof(
    fc.record({ request: kind('whoAmI'), response: fc.record({ kind: kind('whoAmI'), clients }) }),
    fc.record({
      request: kind('getEphemerals'),
      response: fc.record({ kind: kind('children'), children: paths }),
    }),
  );
  fc.assert(
    fc.property(answer, int, ({ request: asked, response }, xid) => {
      const frame = encodeReply({ xid, zxid: zxidOf(9n), err: 0 }, response satisfies Response);
      const { header, body } = decodeReply(frame);
      expect(header.xid).toBe(xid);
      expect(decodeResponse(asked, body)).toEqual(response);
    }),
  );
});
