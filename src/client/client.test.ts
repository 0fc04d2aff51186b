import { describe, expect, it } from 'vitest';
import { serverId } from '../vocabulary/ids.ts';
import { OPEN_ACL } from '../vocabulary/stat.ts';
import { clientView, firstMultiError, makeClient } from './client.ts';
import { NOTHING, STAT, Script, SESSION, exists, get } from './scripted.fixture.ts';

describe('connecting', () => {
  it('asks for a new session, and for the same one when it comes back', () => {
    const script = new Script();
    expect(script.after(1)).toEqual(['connect 1']);
    expect(script.up()).toEqual(['send hello 0 seen 0 9000']);
    expect(script.granted(6000)).toEqual(['state SyncConnected']);
    expect(clientView(script.client)).toEqual({
      sessionId: SESSION,
      state: 'SyncConnected',
      attachedTo: serverId(1),
      lastAt: serverId(1),
      timeoutMillis: 6000,
    });
    script.ask(1, { kind: 'sync', path: '/' });
    script.reply(1, 7, { kind: 'path', path: '/' });
    expect(script.down()).toEqual(['state Disconnected', 'connect 2']);
    expect(clientView(script.client)).toMatchObject({ attachedTo: null, lastAt: serverId(1) });
    expect(script.up()).toEqual(['send hello 100000000000001 seen 7 9000']);
    expect(script.granted()).toEqual(['state SyncConnected']);
  });

  it('tries each server once without a pause, then waits longer each round up to a bound', () => {
    const script = new Script({ backoffMillisMin: 20, backoffMillisMax: 50 });
    script.after(1);
    const pauses: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      expect(script.failed()).toEqual(['connect 2']);
      expect(script.failed()).toEqual(['connect 3']);
      expect(script.failed()).toEqual([]);
      let pause = 0;
      while (script.said.length === 0) {
        script.after(1);
        pause += 1;
      }
      expect(script.said).toEqual(['connect 1']);
      pauses.push(pause);
    }
    expect(pauses).toEqual([20, 40, 50, 50]);
  });

  it('starts over with short pauses once a session was established', () => {
    const script = new Script({ servers: [serverId(1)], backoffMillisMin: 20 });
    script.after(1);
    script.failed();
    script.after(20);
    expect(script.said).toEqual(['connect 1']);
    script.up();
    script.granted();
    script.down();
    script.failed();
    expect(script.after(19)).toEqual([]);
    expect(script.after(1)).toEqual(['connect 1']);
  });

  it('gives an attempt up after its share of the timeout, before and after the line is up', () => {
    const script = new Script();
    script.after(1);
    expect(script.after(2999)).toEqual([]);
    expect(script.after(1)).toEqual(['disconnect: no answer in time', 'connect 2']);
    script.up();
    expect(script.after(2999)).toEqual([]);
    expect(script.after(1)).toEqual(['disconnect: no answer in time', 'connect 3']);
  });

  it('goes on to the next server when one closes without an answer (it is behind, or not serving)', () => {
    const script = new Script();
    script.after(1);
    script.up();
    expect(script.down()).toEqual(['connect 2']);
  });

  it('listens to nothing that comes for an older connection', () => {
    const script = new Script();
    script.after(1);
    script.failed();
    const before = structuredClone(script.client);
    expect(script.step({ kind: 'connected', connection: 1 })).toEqual([]);
    expect(script.step({ kind: 'disconnected', connection: 1 })).toEqual([]);
    expect(script.hear(new Uint8Array(3), 1)).toEqual([]);
    expect(script.client).toEqual(before);
  });

  it('shuffles the servers by the seed', () => {
    const servers = [1, 2, 3, 4, 5].map(serverId);
    const orders = [1, 2, 3, 4].map(
      (seed) => makeClient({ servers, timeoutMillis: 1, seed }).order,
    );
    expect(new Set(orders.map(String)).size).toBeGreaterThan(1);
    for (const order of orders) expect([...order].sort()).toEqual(servers);
    expect(makeClient({ servers, timeoutMillis: 1, seed: 1 }).order).toEqual(orders[0]);
  });
});

describe('staying alive', () => {
  it('pings after a third of the granted timeout without a request', () => {
    const script = new Script().established(6000);
    expect(script.after(1999)).toEqual([]);
    expect(script.after(1)).toEqual(['send ping']);
    script.reply(-2, 5, null);
    expect(script.after(1000)).toEqual([]);
    expect(script.ask(1, get('/a'))).toEqual(['send 1 getData /a']);
    expect(script.after(1999)).toEqual([]);
    expect(script.after(1)).toEqual(['send ping']);
  });

  it('pings at least every ten seconds', () => {
    const script = new Script().established(60_000);
    expect(script.after(9999)).toEqual([]);
    expect(script.after(1)).toEqual(['send ping']);
  });

  it('gives a server up that was silent for two thirds of the timeout', () => {
    const script = new Script().established(6000);
    expect(script.after(2000)).toEqual(['send ping']);
    script.reply(-2, 5, null);
    expect(script.after(3999)).toEqual(['send ping']);
    expect(script.after(1)).toEqual([
      'disconnect: the server is silent',
      'state Disconnected',
      'connect 2',
    ]);
  });

  it('does not take the zxid of a ping or an event for something it has seen', () => {
    const script = new Script().established();
    script.reply(-2, 99, null);
    expect(script.client.lastZxid).toBe(0n);
  });
});

describe('requests', () => {
  it('are answered in order, by number', () => {
    const script = new Script().established();
    expect(script.ask(10, exists('/a'))).toEqual(['send 1 exists /a']);
    expect(script.ask(11, { kind: 'delete', path: '/a', version: -1 })).toEqual([
      'send 2 delete /a',
    ]);
    expect(script.reply(1, 3, STAT)).toEqual(['#10 ok stat']);
    expect(script.reply(2, 4, null, -101)).toEqual(['#11 failed -101']);
    expect(script.client.lastZxid).toBe(4n);
  });

  it('wait for the connection and go out in order when it is there', () => {
    const script = new Script();
    expect(script.ask(1, get('/a'))).toEqual([]);
    script.after(1);
    expect(script.ask(2, get('/b'))).toEqual([]);
    script.up();
    expect(script.granted()).toEqual([
      'state SyncConnected',
      'send 1 getData /a',
      'send 2 getData /b',
    ]);
  });

  it('that were sent end unknown when the connection is lost; later ones wait', () => {
    const script = new Script().established();
    script.ask(1, get('/a'));
    script.ask(2, get('/b'));
    expect(script.down()).toEqual([
      '#1 unknown -4',
      '#2 unknown -4',
      'state Disconnected',
      'connect 2',
    ]);
    expect(script.ask(3, get('/c'))).toEqual([]);
    script.failed();
    script.up();
    expect(script.granted()).toEqual(['state SyncConnected', 'send 3 getData /c']);
  });

  it('that waited too long fail, and were never sent', () => {
    const script = new Script({ queueMillisMax: 500 });
    script.after(1);
    script.ask(1, get('/a'));
    script.after(300);
    script.ask(2, get('/b'));
    expect(script.after(199)).toEqual([]);
    expect(script.after(1)).toEqual(['#1 failed -4 unsent']);
    expect(script.after(300)).toEqual(['#2 failed -4 unsent']);
  });

  it.each([
    ['a bad path', get('a')],
    ['a path with a trailing slash', { kind: 'sync', path: '/a/' } as const],
    [
      'a bad path in a multi',
      { kind: 'multi', operations: [{ kind: 'check', path: '//', version: 0 }] } as const,
    ],
    ['what is not for applications', { kind: 'ping' } as const],
    ['what is not for applications', { kind: 'closeSession' } as const],
  ])('with %s fail before they are sent', (_, request) => {
    const script = new Script().established();
    expect(script.ask(1, request)).toEqual(['#1 failed -8 unsent']);
  });

  it('may create sequential nodes right under a path that ends with a slash', () => {
    const script = new Script().established();
    const common = { kind: 'create', path: '/p/', data: null, acl: OPEN_ACL } as const;
    expect(script.ask(1, { ...common, flags: 2 })).toEqual(['send 1 create /p/']);
    expect(script.ask(2, { ...common, flags: 0 })).toEqual(['#2 failed -8 unsent']);
  });

  it('too long for a frame fail, and the connection lives on', () => {
    const script = new Script().established();
    const data = new Uint8Array(1_048_575);
    expect(script.ask(1, { kind: 'setData', path: '/a', data, version: -1 })).toEqual([
      '#1 failed -5 unsent',
    ]);
    const longest = new Uint8Array(1_048_575 - 20 - 2);
    expect(script.ask(2, { kind: 'setData', path: '/a', data: longest, version: -1 })).toEqual([
      'send 2 setData /a',
    ]);
  });

  it('with an answer longer than a frame may be end for good; those behind it are unknown', () => {
    const script = new Script({ frameBytesMax: 2_000 }).established();
    expect(script.ask(1, get(`/${'x'.repeat(2_000)}`))).toEqual(['#1 failed -5 unsent']);
    script.ask(2, get('/a'));
    script.ask(3, get('/b'));
    const { connection } = script;
    expect(script.step({ kind: 'frameTooLong', connection })).toEqual([
      ...['#2 unknown -5', '#3 unknown -4', 'state Disconnected', 'connect 2'],
    ]);
    expect(script.step({ kind: 'frameTooLong', connection })).toEqual([]);
  });

  it('of a multi tell the first error of its results', () => {
    const error = (err: number): { kind: 'error'; err: number } => ({ kind: 'error', err });
    expect(firstMultiError([error(0), error(-103), error(-2)])).toBe(-103);
    expect(firstMultiError([{ kind: 'delete' }])).toBe(0);
  });
});

describe('a server that breaks the rules', () => {
  const LOST = ['#1 unknown -4', 'state Disconnected', 'connect 2'];

  it.each([
    ['answers out of turn', (script: Script) => script.reply(2, 5, NOTHING)],
    ['sends half a header', (script: Script) => script.hear(new Uint8Array(5))],
    ['sends a body that is none', (script: Script) => script.reply(1, 5, NOTHING)],
  ])('%s: the connection ends, the session does not', (_, speak) => {
    const script = new Script().established();
    script.ask(1, get('/a'));
    const [first, ...rest] = speak(script);
    expect(first).toMatch(/^disconnect: /);
    expect(rest).toEqual(LOST);
    expect(script.up()).toEqual(['send hello 100000000000001 seen 0 9000']);
  });

  it('answers what nobody asked', () => {
    const script = new Script().established();
    expect(script.reply(1, 5, NOTHING)[0]).toMatch(/^disconnect: .*out of turn/);
  });
});
