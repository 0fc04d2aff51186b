import { describe, expect, it } from 'vitest';
import { decodeConnectRequest } from '../jute/client.ts';
import { serverId, sessionId } from '../vocabulary/ids.ts';
import { ADD_WATCH_MODE, type Request } from '../vocabulary/request.ts';
import { clientView } from './client.ts';
import { CLIENT_FRAME_BYTES_MAX } from './client.ts';
import { DATA, NOTHING, SESSION, STAT, Script, children, exists, get } from './scripted.fixture.ts';

describe('watches', () => {
  it('are told before the answer that could show the change', () => {
    const script = new Script().established();
    script.ask(1, get('/a', true));
    script.reply(1, 1, DATA);
    script.ask(2, get('/a'));
    expect(script.event('NodeDataChanged', '/a')).toEqual(['watch NodeDataChanged /a']);
    expect(script.reply(2, 2, DATA)).toEqual(['#2 ok data']);
  });

  it('are one-shot, and events without a watch are not told', () => {
    const script = new Script().established();
    script.ask(1, children('/a', true));
    script.reply(1, 1, { kind: 'children', children: [] });
    expect(script.event('NodeDataChanged', '/a')).toEqual([]);
    expect(script.event('NodeDeleted', '/a')).toEqual(['watch NodeDeleted /a']);
    expect(script.event('NodeDeleted', '/a')).toEqual([]);
  });

  it('are set by success only, those of exists also for a node that is not there', () => {
    const script = new Script().established();
    script.ask(1, get('/a', true));
    script.ask(2, exists('/a', true));
    script.ask(3, exists('/b', true));
    script.ask(4, children('/c', true));
    script.ask(5, get('/d'));
    script.reply(1, 1, null, -101);
    script.reply(2, 1, null, -101);
    script.reply(3, 1, STAT);
    script.reply(4, 1, { kind: 'children', children: [] });
    script.reply(5, 1, DATA);
    const { data, exist, child } = script.client.watches;
    expect([[...data], [...exist], [...child]]).toEqual([['/b'], ['/a'], ['/c']]);
  });

  it('are set again on a new connection, before anything else is asked', () => {
    const script = new Script().established();
    script.ask(1, get('/a', true));
    script.ask(2, exists('/b', true));
    script.ask(3, children('/a', true));
    script.reply(1, 5, DATA);
    script.reply(2, 6, null, -101);
    script.reply(3, 7, { kind: 'children', children: [] });
    script.down();
    script.ask(4, get('/z'));
    script.up();
    expect(script.granted()).toEqual([
      'state SyncConnected',
      'send setWatches seen 7 /a|/b|/a',
      'send 4 getData /z',
    ]);
    expect(script.event('NodeDeleted', '/a')).toEqual(['watch NodeDeleted /a']);
    expect(script.event('NodeDeleted', '/a')).toEqual([]);
    expect(script.reply(-8, 9, NOTHING)).toEqual([]);
    expect(script.reply(4, 9, DATA)).toEqual(['#4 ok data']);
  });

  it('go in several requests when they are many', () => {
    const script = new Script().established();
    const name = 'x'.repeat(1000);
    for (let at = 0; at < 300; at += 1) {
      script.client.watches.data.add(`/${String(at).padStart(3, '0')}${name}`);
    }
    script.down();
    script.up();
    const sent = script.granted().slice(1);
    expect(sent).toHaveLength(3);
    expect(sent.join('').match(/\/\d\d\d/g)).toHaveLength(300);
  });

  it('go in more requests where frames are to be shorter', () => {
    const script = new Script({ frameBytesMax: 2_000 }).established();
    for (let at = 0; at < 30; at += 1) script.client.watches.data.add(`/${'é'.repeat(50)}${at}`);
    script.down();
    script.up();
    expect(script.granted().slice(1).length).toBeGreaterThan(5);
    expect(script.longestFrame).toBeLessThanOrEqual(2_000);
  });

  /** Around the one path of a setWatches2: header, zxid, five lengths of lists, the length of the path. */
  const LONGEST = `/${'x'.repeat(CLIENT_FRAME_BYTES_MAX - (8 + 8 + 5 * 4 + 4) - 1)}`;
  const add = (path: string, mode: number): Request => ({ kind: 'addWatch', path, mode });

  it.each([
    ['exists', exists(LONGEST, true), STAT],
    ['getData', get(LONGEST, true), DATA],
    ['getChildren', children(LONGEST, true), { kind: 'children', children: [] }],
    ['addWatch', add(LONGEST, ADD_WATCH_MODE.persistent), { kind: 'watchAdded' }],
    ['addWatch', add(LONGEST, ADD_WATCH_MODE.persistentRecursive), { kind: 'watchAdded' }],
  ] as const)('of the longest path that %s may watch are set again', (_, request, response) => {
    const script = new Script().established();
    expect(script.ask(1, request)).toHaveLength(1);
    expect(script.reply(1, 1, response)).toEqual([`#1 ok ${response.kind}`]);
    script.down();
    script.up();
    expect(script.granted().slice(1)).toEqual([expect.stringMatching(/^send setWatches.*x/)]);
    expect(script.longestFrame).toBeLessThanOrEqual(CLIENT_FRAME_BYTES_MAX);
    expect(script.longestFrame).toBeGreaterThan(CLIENT_FRAME_BYTES_MAX - 10);
  });

  it.each([
    ['exists', exists(`${LONGEST}x`, true)],
    ['exists, in bytes and not characters', exists(`${LONGEST.slice(0, -1)}é`, true)],
    ['addWatch', add(`${LONGEST}x`, ADD_WATCH_MODE.persistentRecursive)],
  ])('that no frame could set again are refused at once: %s', (_, request) => {
    const script = new Script().established();
    expect(script.ask(1, request)).toEqual(['#1 failed -5 unsent']);
    // Without a watch the same path fits.
    expect(script.ask(2, exists(`${LONGEST}x`))).toHaveLength(1);
    expect(script.reply(2, 1, STAT)).toEqual(['#2 ok stat']);
  });
});

describe('the end of a session', () => {
  it('by expiry is told once, and everything after it fails', () => {
    const script = new Script().established();
    script.ask(1, get('/a'));
    script.down();
    script.ask(2, get('/b'));
    script.up();
    expect(script.granted(0, sessionId(0n))).toEqual([
      'disconnect: session expired',
      '#2 failed -112 unsent',
      'state Expired',
    ]);
    expect(script.ask(3, get('/c'))).toEqual(['#3 failed -112 unsent']);
    expect(script.after(60_000)).toEqual([]);
    expect(clientView(script.client)).toMatchObject({ state: 'Expired', attachedTo: null });
  });

  it('is never hidden behind a new session', () => {
    const script = new Script().established();
    script.down();
    script.up();
    expect(script.granted(9000, sessionId(77n))).toEqual([
      'disconnect: session expired',
      'state Expired',
    ]);
  });

  it('by close waits for the answers before it', () => {
    const script = new Script().established();
    script.ask(1, get('/a'));
    expect(script.step({ kind: 'close' })).toEqual(['send 2 closeSession']);
    expect(script.ask(2, get('/b'))).toEqual(['#2 failed -112 unsent']);
    expect(script.reply(1, 5, DATA)).toEqual(['#1 ok data']);
    expect(script.reply(2, 6, NOTHING)).toEqual(['disconnect: session closed', 'state Closed']);
    expect(script.step({ kind: 'close' })).toEqual([]);
  });

  it('by close is over when the connection is, also if no answer came', () => {
    const script = new Script().established();
    script.ask(1, get('/a'));
    script.step({ kind: 'close' });
    expect(script.down()).toEqual(['#1 unknown -4', 'state Closed']);
  });

  it('by close without a connection is left to the timeout', () => {
    const script = new Script();
    script.after(1);
    script.ask(1, get('/a'));
    expect(script.step({ kind: 'close' })).toEqual([
      'disconnect: closed',
      '#1 failed -112 unsent',
      'state Closed',
    ]);
    expect(script.after(60_000)).toEqual([]);
  });
});

describe('what a server is known to have heard', () => {
  it('is what it has answered, as of the moment when that was sent', () => {
    const script = new Script();
    script.after(10);
    script.after(5);
    script.up();
    script.after(5);
    script.granted(9_000);
    expect(script.client.provenAt).toBe(15);
    script.ask(1, get('/a', true));
    script.after(1_000);
    script.reply(1, 5, DATA);
    expect(script.client.provenAt).toBe(20);
    // A watch event says nothing of what the server has heard.
    script.after(1_000);
    script.event('NodeDataChanged', '/a');
    expect([script.client.provenAt, script.client.lastHeardAt]).toEqual([20, 2_020]);
  });

  it('is a ping, each by its own answer', () => {
    const script = new Script().established(9_000);
    script.after(3_000);
    const first = script.now;
    script.event('NodeCreated', '/none');
    script.after(3_000);
    const second = script.now;
    script.reply(-2, 5, null);
    expect(script.client.provenAt).toBe(first);
    script.reply(-2, 5, null);
    expect(script.client.provenAt).toBe(second);
  });
});

describe('credentials', () => {
  const auth = { kind: 'auth', scheme: 'digest', auth: new Uint8Array([1]) } as const;

  it('that were accepted are said again on each connection', () => {
    const script = new Script().established();
    expect(script.ask(1, auth)).toEqual(['send -4 auth']);
    script.ask(2, get('/a'));
    expect(script.reply(-4, 0, null)).toEqual(['#1 ok nothing']);
    script.down();
    script.up();
    expect(script.granted()).toEqual(['state SyncConnected', 'send -4 auth']);
    expect(script.reply(-4, 0, null)).toEqual([]);
  });

  it('that are refused end the client', () => {
    const script = new Script().established();
    script.ask(1, auth);
    expect(script.reply(-4, 0, null, -115)).toEqual([
      '#1 failed -115',
      'disconnect: auth refused',
      'state AuthFailed',
    ]);
    expect(script.ask(2, get('/a'))).toEqual(['#2 failed -115 unsent']);
  });
});

const connectRequestOf = (script: Script) => {
  script.up();
  return decodeConnectRequest(script.frame);
};

describe('a session of a server that only reads', () => {
  const local = sessionId(0x0500_0000_0000_0001n);

  it('is asked for where the client is content with it, and is none of any other server', () => {
    const script = new Script({ readOnly: true });
    script.after(1);
    expect(connectRequestOf(script)).toMatchObject({ readOnly: true, sessionId: 0n });
    expect(script.granted(9000, local, true)).toEqual(['state ConnectedReadOnly']);
    script.down();
    expect(connectRequestOf(script)).toMatchObject({ readOnly: true, sessionId: 0n });
    expect(script.granted()).toEqual(['state SyncConnected']);
    script.down();
    expect(connectRequestOf(script)).toMatchObject({ sessionId: SESSION });
  });

  it('is left for a server that says rw, which is asked for less and less often', () => {
    const script = new Script({ readOnly: true });
    script.after(1);
    script.up();
    script.granted(9_000, local, true);
    const asked: [number, string[]][] = [];
    for (let millis = 1; asked.length < 6; millis += 1) {
      const said = script.after(1).filter((line) => line.startsWith('isro'));
      if (said.length > 0) asked.push([millis, said]);
      if (script.client.pings.length > 0) script.reply(-2, 5, null);
    }
    // Server 1 serves it and has said already that it only reads.
    expect(asked.map(([, said]) => said.join())).toEqual([
      ...['isro 2', 'isro 3', 'isro 2', 'isro 3', 'isro 2', 'isro 3'],
    ]);
    expect(asked.map(([at]) => at)).toEqual([100, 300, 700, 1_500, 3_100, 6_300]);
    script.ask(7, get('/a'));
    expect(script.step({ kind: 'readWrite', server: serverId(3) })).toEqual([
      ...['disconnect: another server also writes', '#7 unknown -4'],
      ...['state Disconnected', 'connect 3'],
    ]);
    expect(connectRequestOf(script)).toMatchObject({ sessionId: 0n, lastZxidSeen: 0n });
    expect(script.granted()).toEqual(['state SyncConnected']);
    expect(script.step({ kind: 'readWrite', server: serverId(2) })).toEqual([]);
    script.down();
    script.failed();
    script.up();
    script.granted(9_000, SESSION, true);
    expect(script.after(99)).toEqual([]);
    expect(script.after(1)).toEqual(['isro 3']);
  });

  it('asks no more often than once a minute, and its only server too', () => {
    const script = new Script({ readOnly: true, servers: [serverId(1)] });
    script.after(1);
    script.up();
    script.granted(9_000, local, true);
    let asked = 0;
    for (let second = 0; second < 600; second += 1) {
      asked += script.after(1_000).filter((line) => line === 'isro 1').length;
      while (script.client.pings.length > 0) script.reply(-2, 5, null);
    }
    // Ten with pauses that double, the last at 108 seconds; then one a minute.
    expect(asked).toBe(18);
  });

  it('asks for none where the server also writes', () => {
    const script = new Script({ readOnly: true }).established();
    expect(script.after(2_999)).toEqual([]);
  });

  it('is not asked for by others', () => {
    const script = new Script();
    script.after(1);
    expect(connectRequestOf(script)).toMatchObject({ readOnly: false });
  });
});
