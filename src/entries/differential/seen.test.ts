// What the comparison levels, and that it levels nothing else.

import { expect, test } from 'vitest';

import { encodeReply } from '../../jute/client.ts';
import type { Response } from '../../vocabulary/request.ts';
import { zxidOf } from '../../vocabulary/zxid.ts';
import { acceptedDifference } from './accepted.ts';
import { seenReply, type Names } from './seen.ts';

const names: Names = {
  base: 100n,
  sessions: new Map([[7n, 'session of client 1']]),
  ports: new Map(),
};
const header = { xid: 1, zxid: zxidOf(105n), err: 0 };
const stat = {
  ...{ czxid: zxidOf(103n), mzxid: zxidOf(104n), pzxid: zxidOf(0n), ctime: 5, mtime: 0 },
  ...{ version: 1, cversion: 2, aversion: 3, ephemeralOwner: 7n, dataLength: 4, numChildren: 5 },
};

const seen = (kind: 'getACL' | 'getChildren' | 'exists' | 'multi', response: Response): string =>
  seenReply(names, encodeReply(header, response), { label: kind, kind, parts: ['create2'] }).text;

test('zxids count from the start, sessions have names, a time is there or not', () => {
  expect(seen('exists', { kind: 'stat', stat })).toBe(
    'exists -> xid 1 zxid +5 err 0 {"kind":"stat","stat":{"czxid":"+3","mzxid":"+4",' +
      '"ctime":"some time","mtime":0,"version":1,"cversion":2,"aversion":3,' +
      '"ephemeralOwner":"session of client 1","dataLength":4,"numChildren":5,"pzxid":"0"}}',
  );
});

test('children are sorted, and of an ACL only neighbours that `auth` may have made', () => {
  const children = (...all: string[]): string =>
    seen('getChildren', { kind: 'children', children: all });
  expect(children('b', 'a')).toBe(children('a', 'b'));
  expect(children('b')).not.toBe(children('a'));
  const digest = (id: string, perms = 31) => ({ perms, scheme: 'digest', id });
  const acl = (...all: { perms: number; scheme: string; id: string }[]): string =>
    seen('getACL', { kind: 'acl', acl: all, stat });
  expect(acl(digest('b'), digest('a'))).toBe(acl(digest('a'), digest('b')));
  expect(acl(digest('b'), digest('a', 1))).not.toBe(acl(digest('a', 1), digest('b')));
  const world = { perms: 31, scheme: 'world', id: 'anyone' };
  expect(acl(world, digest('a'))).not.toBe(acl(digest('a'), world));
});

test('a create2 inside a multi with its Stat and without is the same, a missing path is not', () => {
  const multi = (path: string, isWhole: boolean): string =>
    seen('multi', {
      kind: 'multi',
      results: [isWhole ? { kind: 'create2', path, stat } : { kind: 'create', path }],
    });
  expect(multi('/a', true)).toBe(multi('/a', false));
  expect(multi('/a', true)).not.toBe(multi('/b', true));
});

test('bytes that cannot be read, or are too many, are shown as they are', () => {
  const frame = encodeReply(header, { kind: 'stat', stat });
  const longer = new Uint8Array(frame.length + 1);
  longer.set(frame);
  const asked = { label: 'exists', kind: 'exists' } as const;
  expect(seenReply(names, longer, asked).text).not.toBe(seenReply(names, frame, asked).text);
  expect(seenReply(names, frame.subarray(0, 20), asked).text).toContain('(');
});

test('only a checkWatches that others satisfy is accepted', () => {
  const reply = (kind: string, err: number) => ({
    ...{ kind: 'reply' as const, zxid: 0n, created: [] },
    text: `{kind:"${kind}",path:"/a",type:3} -> xid 2 zxid +3 err ${String(err)} {}`,
  });
  expect(acceptedDifference(reply('checkWatches', 0), reply('checkWatches', -121))).not.toBeNull();
  expect(acceptedDifference(reply('checkWatches', -121), reply('checkWatches', 0))).toBeNull();
  expect(acceptedDifference(reply('checkWatches', 0), reply('checkWatches', -5))).toBeNull();
  expect(acceptedDifference(reply('removeWatches', 0), reply('removeWatches', -121))).toBeNull();
});
