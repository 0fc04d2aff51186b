// What another page shows is read to the last field: whatever draws, judges or words it would throw otherwise.

import { describe, expect, test } from 'vitest';

import { encodeWire } from '../../adapters/webrtc/wire-json.ts';
import { connectionId, serverId, sessionId } from '../../vocabulary/ids.ts';
import { OPEN_ACL } from '../../vocabulary/stat.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import type { NodeView, ServerView } from '../../vocabulary/view.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import { readPicture, type Picture } from './picture-frames.ts';

const SEAT = 2;
const zxid = makeZxid(3, 4);
const session = sessionId(-5n);
const place = { server: serverId(SEAT), atMillis: 1_700_000_000_000.5 };
const vote = { leader: serverId(3), zxid, peerEpoch: 3n };

const EVENTS: readonly Traced[] = [
  {
    ...{ ...place, sequence: 7, wire: '00ff??' },
    event: { kind: 'applied', zxid, session, op: 'create2', path: '/a', err: -110 },
  },
  {
    ...{ ...place, sequence: 8 },
    event: {
      ...{ kind: 'ballotSent', to: serverId(1) },
      ballot: { state: 'LOOKING', vote, round: 1n, config: '' },
    },
  },
];

const VIEW: ServerView = {
  ...{ serverId: serverId(SEAT), role: 'following', phase: 'broadcast', round: 1n, vote },
  ...{ acceptedEpoch: 3, currentEpoch: 3, leader: serverId(3), serving: true, trusted: true },
  ...{ lastLogged: zxid, lastDurable: zxid, lastCommitted: zxid, lastApplied: zxid },
  log: [
    { zxid: makeZxid(3, 3), state: 'committed' },
    { zxid, state: 'logged' },
  ],
  lost: [{ zxid, by: 'TRUNC' }],
  sessions: [
    {
      ...{ id: session, timeoutMillis: 6_000, here: true, connection: connectionId(1) },
      ...{ ephemerals: ['/e'], fuse: 8 },
    },
  ],
  watches: [{ path: '/a', kind: 'data', session }],
  ...{ nodeCount: 5, treeDigest: 2n ** 64n - 1n, peers: [serverId(3)], haltedBecause: 'no disk' },
  ...{ queuedDiskWrites: 1, badFrames: 0 },
};

const node = (path: string): NodeView => ({
  ...{ path, data: new Uint8Array([1, 2]), acl: OPEN_ACL, kind: 'persistent' },
  stat: {
    ...{ czxid: zxid, mzxid: zxid, ctime: place.atMillis, mtime: place.atMillis, version: 1 },
    ...{ cversion: 0, aversion: 0, ephemeralOwner: 0n, dataLength: 2, numChildren: 0, pzxid: zxid },
  },
});

const PICTURES: { readonly [Kind in Picture['kind']]: Picture & { readonly kind: Kind } } = {
  trace: { kind: 'trace', events: EVENTS },
  view: { kind: 'view', view: VIEW, outside: [{ session, address: '10.0.0.1:40000' }] },
  tree: {
    kind: 'tree',
    tree: { serverId: serverId(SEAT), zxid, nodes: [node('/'), node('/a')], omitted: 3 },
  },
  disk: { kind: 'disk', server: SEAT, ticket: 1, from: 0, length: 2, text: '{}' },
};
const KINDS = Object.entries<Picture>(PICTURES);

const read = (picture: unknown): Picture | null =>
  readPicture(SEAT, encodeWire(picture).slice().buffer);

const isInner = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !(value instanceof Uint8Array);

/** Each value that differs in one field, at any depth: the field's place, and the whole. */
function* edited(
  whole: unknown,
  edit: (fields: Record<string, unknown>, name: string) => void,
  place = '',
): Generator<readonly [string, unknown]> {
  if (!isInner(whole)) return;
  for (const [name, value] of Object.entries(whole)) {
    const copy = (Array.isArray(whole) ? [...whole] : { ...whole }) as Record<string, unknown>;
    edit(copy, name);
    if (!Array.isArray(whole)) yield [`${place}.${name}`, copy];
    for (const [where, inner] of edited(value, edit, `${place}.${name}`)) {
      const outer = Array.isArray(whole) ? [...(whole as unknown[])] : { ...whole };
      yield [where, Object.assign(outer, { [name]: inner })];
    }
  }
}

const without = (picture: Picture) =>
  edited(picture, (fields, name) => {
    Reflect.deleteProperty(fields, name);
  });
const wrong = (picture: Picture) =>
  edited(picture, (fields, name) => {
    // No field of a picture may be so.
    fields[name] = [[]];
  });

describe('a picture from another page', () => {
  test.each(KINDS)('is read: %s', (_, picture) => {
    expect(read(picture)).toEqual(picture);
  });

  test('may have nulls where there is nothing', () => {
    const fields = { vote: null, leader: null, haltedBecause: null };
    const empty = { ...VIEW, ...fields, log: [], lost: [], sessions: [], watches: [], peers: [] };
    expect(read({ kind: 'view', view: empty, outside: [] })).not.toBeNull();
    const { tree } = PICTURES.tree;
    const nodes = tree.nodes.map((each) => ({ ...each, data: null, acl: [] }));
    expect(read({ kind: 'tree', tree: { ...tree, nodes } })).not.toBeNull();
  });

  test.each(KINDS)('is refused without any one of its fields: %s', (_, picture) => {
    const taken = [...without(picture)].flatMap(([at, cut]) => (read(cut) === null ? [] : [at]));
    // What crossed with an event is kept of some alone.
    expect(taken).toEqual(picture.kind === 'trace' ? ['.events.0.wire'] : []);
  });

  test.each(KINDS)('is refused with any one of its fields of another type: %s', (_, picture) => {
    const places = [...wrong(picture)];
    expect(places.length).toBeGreaterThanOrEqual(6);
    expect(places.flatMap(([at, cut]) => (read(cut) === null ? [] : [at]))).toEqual([]);
  });

  test.each([
    ['a server that is not its own', { ...PICTURES.view, view: { ...VIEW, serverId: 3 } }],
    ['a tree that is not its own', { kind: 'tree', tree: { ...PICTURES.tree.tree, serverId: 3 } }],
    ["another server's event", { kind: 'trace', events: [{ ...EVENTS[0], server: 3 }] }],
    ['a kind that nobody has', { ...PICTURES.view, view: { ...VIEW, phase: 'toString' } }],
    ['a transaction twice in a log', { ...PICTURES.view, view: { ...VIEW, log: twice(VIEW.log) } }],
    ['a znode twice', treeOf([node('/a'), node('/a')])],
    ['a time that no calendar has', treeOf([{ ...node('/'), stat: statAt(8.64e15 + 1) }])],
    ['another kind of picture', { ...PICTURES.disk, kind: 'started' }],
  ])('is refused with %s', (_, picture) => {
    expect(read(picture)).toBeNull();
  });
});

function twice<Item>([first]: readonly Item[]): readonly (Item | undefined)[] {
  return [first, first];
}

function treeOf(nodes: readonly NodeView[]): Picture {
  return { kind: 'tree', tree: { ...PICTURES.tree.tree, nodes } };
}

function statAt(mtime: number): NodeView['stat'] {
  return { ...node('/').stat, mtime };
}
