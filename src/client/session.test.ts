import { describe, expect, it } from 'vitest';
import { sessionId } from '../vocabulary/ids.ts';
import { clientView } from './client.ts';
import { DATA, NOTHING, STAT, Script, children, exists, get } from './scripted.fixture.ts';

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
