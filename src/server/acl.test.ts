// ACLs at the client port, through a follower and through the leader: identities travel with a request.

import { beforeEach, describe, expect, it } from 'vitest';
import { base64 } from '../base/base64.ts';
import { sha1 } from '../base/sha1.ts';
import { encodeUtf8 } from '../base/utf8.ts';
import { encodeRequest } from '../jute/client.ts';
import type { MultiOperation, Request } from '../vocabulary/request.ts';
import { PERMISSION, type Acl } from '../vocabulary/stat.ts';
import { GROWTH_BYTES_MAX } from '../tree/acl.ts';
import { IDENTITIES_BYTES_MAX, IDENTITIES_MAX } from './authenticate.ts';
import { ask, type TestClient } from './client.fixture.ts';
import { TestEnsemble } from './ensemble.fixture.ts';

const { READ, WRITE, CREATE, DELETE, ADMIN, ALL } = PERMISSION;
const digest = (text: string): string =>
  `${text.split(':')[0] ?? ''}:${base64(sha1(encodeUtf8(text)))}`;
const auth = (client: TestClient, text: string, scheme = 'digest'): string[] => {
  client.sendFrame(encodeRequest(-4, { kind: 'auth', scheme, auth: encodeUtf8(text) }));
  return client.lines();
};
const anyone = (perms: number): Acl => ({ perms, scheme: 'world', id: 'anyone' });
const bob = (perms: number = ALL): Acl => ({ perms, scheme: 'digest', id: digest('bob:pw') });
const createWith = (path: string, acl: readonly Acl[]): MultiOperation => ({
  ...ask.create(path),
  acl,
});
const getAcl = (path: string): Request => ({ kind: 'getACL', path });
const setAcl = (path: string, acl: readonly Acl[], version = -1): Request => ({
  ...{ kind: 'setACL', path, acl, version },
});
const all = (path: string): Request => ({ kind: 'getAllChildrenNumber', path });
const multi = (...operations: MultiOperation[]): Request => ({ kind: 'multi', operations });
const deny = (perms: number): Acl[] => [anyone(ALL & ~perms), bob()];

let ensemble: TestEnsemble;
let owner: TestClient;
let other: TestClient;

beforeEach(() => {
  ensemble = new TestEnsemble(3);
  ensemble.config = { superDigest: digest('super:root') };
  ensemble.start();
  const [one, two] = ensemble.followers();
  if (one === undefined || two === undefined) throw new Error('two should follow');
  owner = ensemble.connect(one);
  other = ensemble.connect(two);
  auth(owner, 'bob:pw');
});

it('a digest is what every ZooKeeper client computes', () => {
  expect(digest('bob:pw')).toBe('bob:ikIaKsbtGweaHnb/jKn7OHqbunM=');
});

it('credentials that are no UTF-8 are the identity that Apache makes of them', () => {
  const bytes = Uint8Array.of(0xff, 0xfe, 0x3a, 0x78);
  owner.sendFrame(encodeRequest(-4, { kind: 'auth', scheme: 'digest', auth: bytes }));
  owner.lines();
  const mine: Acl = { perms: ALL, scheme: 'auth', id: '' };
  owner.call(createWith('/latin', [mine]));
  const { acl } = owner.call(getAcl('/latin')) as { acl: readonly Acl[] };
  expect(acl.map(({ id }) => id)).toContain('\ufffd\ufffd:sgm2wdkksskeePf9Lr02TkUKDiU=');
});

describe('every path is guarded', () => {
  it.each<[string, number, string, Request]>([
    ['create', CREATE, '/n', ask.create('/n/x')],
    ['create of what is there', CREATE, '/n', ask.create('/n/kid')],
    ['delete, by the parent', DELETE, '/n', ask.remove('/n/kid')],
    ['delete of what is not there', DELETE, '/n', ask.remove('/n/none')],
    ['setData, before the version', WRITE, '/n', ask.set('/n', null, 77)],
    ['setACL, before the version', ADMIN, '/n', setAcl('/n', [anyone(ALL)], 77)],
    ['getData', READ, '/n', ask.get('/n')],
    ['getChildren', READ, '/n', ask.children('/n')],
    ['getChildren2', READ, '/n', ask.children2('/n')],
    ['getACL', READ | ADMIN, '/n', getAcl('/n')],
    ['getAllChildrenNumber', READ, '/n', all('/n')],
  ])('%s', (_title, perms, path, request) => {
    owner.call(ask.create('/n'));
    owner.call(ask.create('/n/kid'));
    owner.call(setAcl(path, deny(perms)));
    other.call(ask.sync('/'));
    expect(other.call(request)).toBe('NoAuth');
    expect(owner.call(request)).not.toBe('NoAuth');
  });

  it('inside a multi too, as the nodes will be by then; and a check needs READ', () => {
    owner.call(createWith('/n', deny(READ | CREATE)));
    const failed = (request: Request): unknown => {
      const answer = other.call(request);
      if (typeof answer === 'string' || answer.kind !== 'multi') return answer;
      return answer.results.map((result) => (result.kind === 'error' ? result.err : result.kind));
    };
    expect(failed(multi(ask.create('/m'), ask.create('/n/x')))).toEqual([0, -102]);
    expect(failed(multi(ask.check('/n', 0)))).toEqual([-102]);
    const closed = createWith('/closed', [bob()]);
    expect(failed(multi(closed, ask.create('/closed/x')))).toEqual([0, -102]);
    expect(failed(multi(createWith('/o', [anyone(CREATE)]), ask.create('/o/x')))).toEqual([
      ...['create', 'create'],
    ]);
  });

  it('exists, sync and a node of its own below are open', () => {
    owner.call(createWith('/n', [bob(), anyone(CREATE)]));
    other.call(ask.sync('/'));
    expect(other.call(ask.exists('/n'))).toMatchObject({ kind: 'stat' });
    expect(other.call(ask.create('/n/mine'))).toMatchObject({ path: '/n/mine' });
    expect(other.call(ask.get('/n/mine'))).toMatchObject({ kind: 'data' });
  });

  it('a refused getData leaves no watch', () => {
    owner.call(createWith('/n', [bob()]));
    other.call(ask.sync('/'));
    expect(other.call(ask.get('/n', true))).toBe('NoAuth');
    owner.call(setAcl('/n', [anyone(ALL)]));
    owner.call(ask.set('/n', null));
    ensemble.settle();
    expect(other.lines()).toEqual([]);
  });
});

describe('getACL', () => {
  it('gives what was stored: auth expanded, doubles gone; digests only to administrators', () => {
    const asked = [{ perms: READ, scheme: 'auth', id: '' }, anyone(READ), anyone(READ)];
    owner.call(createWith('/n', asked));
    other.call(ask.sync('/'));
    const masked = { ...bob(READ), id: 'bob:x' };
    expect(other.call(getAcl('/n'))).toMatchObject({ acl: [masked, anyone(READ)] });
    owner.call(createWith('/m', [bob(ADMIN | READ), anyone(READ)]));
    expect(owner.call(getAcl('/m'))).toMatchObject({ acl: [bob(ADMIN | READ), anyone(READ)] });
  });

  it('auth without credentials is no ACL, before a missing parent is seen', () => {
    expect(other.call(createWith('/no/x', [{ perms: ALL, scheme: 'auth', id: 'x' }]))).toBe(
      'InvalidACL',
    );
  });
});

describe('super', () => {
  it('may everything but write the configuration', () => {
    owner.call(createWith('/n', [bob(0)]));
    expect(auth(other, 'super:wrong')).toEqual(['-4 Ok']);
    other.call(ask.sync('/'));
    expect(other.call(ask.get('/n'))).toBe('NoAuth');
    expect(auth(other, 'super:root')).toEqual(['-4 Ok']);
    expect(other.call(ask.get('/n'))).toMatchObject({ kind: 'data' });
    expect(other.call(setAcl('/n', [anyone(ALL)]))).toMatchObject({ kind: 'stat' });
    expect(other.call(ask.set('/zookeeper/config', null))).toBe('NoAuth');
    expect(other.call({ kind: 'whoAmI' })).toMatchObject({
      clients: [
        { scheme: 'ip', user: '127.0.0.1' },
        { scheme: 'digest', user: 'super' },
        { scheme: 'super', user: '' },
        { scheme: 'digest', user: 'super' },
      ],
    });
  });
});

describe('identities', () => {
  it('belong to the connection: a session that comes back has to prove them again', () => {
    owner.call(createWith('/n', [bob()]));
    const again = ensemble.dial(ensemble.leader());
    again.handshake({ sessionId: owner.session, password: owner.password });
    ensemble.settle();
    expect(again.takeConnectResponse()?.sessionId).toBe(owner.session);
    expect(again.call(ask.get('/n'))).toBe('NoAuth');
    auth(again, 'bob:pw');
    expect(again.call(ask.get('/n'))).toMatchObject({ kind: 'data' });
  });

  it('count for what is sent after they were proved, not for what waits', () => {
    owner.call(createWith('/n', [bob(), anyone(CREATE)]));
    for (const seat of ensemble.seats) seat.disk.held = true;
    other.send(ask.create('/x'));
    other.send(ask.get('/n'));
    expect(auth(other, 'bob:pw')).toEqual(['-4 Ok']);
    other.send(ask.get('/n'));
    for (const seat of ensemble.seats) seat.disk.held = false;
    ensemble.settle();
    expect(other.lines()).toEqual(['1 Ok', '2 NoAuth', '3 Ok']);
  });

  it('an address is one, and a scheme that is not served ends the connection', () => {
    const local = { perms: ALL, scheme: 'ip', id: '127.0.0.0/8' };
    const away = { perms: ALL, scheme: 'ip', id: '10.0.0.0/8' };
    owner.call(createWith('/local', [local]));
    owner.call(createWith('/away', [away]));
    expect(owner.call(ask.get('/local'))).toMatchObject({ kind: 'data' });
    expect(owner.call(ask.get('/away'))).toBe('NoAuth');
    expect(auth(other, 'x', 'world')).toEqual(['-4 AuthFailed']);
    expect(other.closedBecause).not.toBeNull();
  });

  it('are bounded', () => {
    for (let n = 1; n < IDENTITIES_MAX; n += 1) auth(other, `u${String(n)}:p`);
    expect(auth(other, 'u1:p')).toEqual(['-4 Ok']);
    expect(auth(other, 'one:more')).toEqual(['-4 AuthFailed']);
    expect(other.closedBecause).not.toBeNull();
  });

  it('are bounded by length too: a follower passes them on with each request', () => {
    expect(auth(other, `${'u'.repeat(IDENTITIES_BYTES_MAX / 2)}:p`)).toEqual(['-4 Ok']);
    expect(auth(other, `${'v'.repeat(IDENTITIES_BYTES_MAX / 2)}:p`)).toEqual(['-4 AuthFailed']);
    expect(other.closedBecause).not.toBeNull();
  });

  it('what `auth` makes of them in one request is bounded, whatever it is made of', () => {
    expect(auth(owner, `${'u'.repeat(60_000)}:p`)).toEqual(['-4 Ok']);
    const entries = (from: number, count: number): Acl[] =>
      Array.from({ length: count }, (_, at) => ({ perms: from + at, scheme: 'auth', id: '' }));
    const fits = Math.floor(GROWTH_BYTES_MAX / 60_100);
    expect(owner.call(createWith('/fits', entries(1, fits)))).toMatchObject({ path: '/fits' });
    expect(owner.call(createWith('/bomb', entries(1, fits + 2)))).toBe('InvalidACL');
    const half = Math.ceil(fits / 2) + 2;
    const operations = ['/a', '/b', '/c'].map((path) => createWith(path, entries(1, half)));
    const results = owner.call({ kind: 'multi', operations });
    expect(JSON.stringify(results)).toContain('-114');
    // Each request has the whole of it.
    expect(owner.call(createWith('/a', entries(1, half)))).toMatchObject({ path: '/a' });
    expect(owner.call({ kind: 'setACL', path: '/a', acl: entries(1, fits + 2), version: -1 })).toBe(
      'InvalidACL',
    );
  });
});

it('an event reaches only who may read; the watch is used up all the same', () => {
  owner.call(ask.create('/n'));
  owner.call(ask.create('/p'));
  for (const client of [owner, other]) {
    client.call(ask.sync('/'));
    client.call(ask.get('/n', true));
    client.call(ask.exists('/secret', true));
    client.call(ask.children('/p', true));
  }
  owner.call(setAcl('/n', [bob()]));
  owner.call(setAcl('/p', [bob(), anyone(CREATE)]));
  owner.send(ask.set('/n', null));
  owner.send(createWith('/secret', [bob()]));
  owner.send(ask.create('/p/c'));
  ensemble.settle();
  expect(owner.lines().filter((line) => line.startsWith('Node'))).toEqual([
    ...['NodeDataChanged /n', 'NodeCreated /secret', 'NodeChildrenChanged /p'],
  ]);
  owner.call(setAcl('/n', [anyone(ALL)]));
  owner.call(ask.set('/n', null));
  ensemble.settle();
  expect(other.lines()).toEqual([]);
});

it.each([
  ['\u00a0', false],
  ['\u2028', false],
  ['\u0001', true],
  ['\0', true],
  [' \t', true],
])('getEphemerals: %j is blank at the end of a prefix as Java has it', (blank, isBlank) => {
  owner.call(ask.create('/e', 1));
  const answer = owner.call({ kind: 'getEphemerals', prefix: `/${blank}` });
  expect(answer).toMatchObject({ children: isBlank ? ['/e'] : [] });
});

it('getEphemerals: the own ones, by the text of a prefix', () => {
  for (const path of ['/p-e', '/p-ex', '/q']) owner.call(ask.create(path, 1));
  other.call(ask.create('/p-other', 1));
  const own = (prefix: string) => owner.call({ kind: 'getEphemerals', prefix });
  expect(own('/p-e')).toEqual({ kind: 'children', children: ['/p-e', '/p-ex'] });
  for (const every of ['', '/', ' ']) {
    expect(own(every)).toEqual({ kind: 'children', children: ['/p-e', '/p-ex', '/q'] });
  }
});
