import { describe, expect, it } from 'vitest';
import { ADD_WATCH_MODE, WATCHER_TYPE, type Request } from '../vocabulary/request.ts';
import { DATA, NOTHING, Script, children, get } from './scripted.fixture.ts';

const add = (path: string, mode: number): Request => ({ kind: 'addWatch', path, mode });
const watchAdded = { kind: 'watchAdded' } as const;

/** A persistent watch on /p and a recursive one on /r. */
function watching(): Script {
  const script = new Script().established();
  script.ask(1, add('/p', ADD_WATCH_MODE.persistent));
  script.ask(2, add('/r', ADD_WATCH_MODE.persistentRecursive));
  script.reply(1, 5, watchAdded);
  script.reply(2, 5, watchAdded);
  return script;
}

describe('a lasting watch', () => {
  it('is told every time, a recursive one of what is below too', () => {
    const script = watching();
    for (const path of ['/p', '/r', '/r/x/y']) {
      for (const type of ['NodeCreated', 'NodeDataChanged', 'NodeDeleted'] as const) {
        expect(script.event(type, path)).toEqual([`watch ${type} ${path}`]);
      }
    }
    expect(script.event('NodeChildrenChanged', '/p')).toEqual(['watch NodeChildrenChanged /p']);
    expect(script.event('NodeChildrenChanged', '/r')).toEqual([]);
    expect(script.event('NodeCreated', '/p/x')).toEqual([]);
    expect(script.event('NodeCreated', '/rx')).toEqual([]);
  });

  it('is set again on the next connection, until it is removed', () => {
    const script = watching();
    script.down();
    script.up();
    expect(script.granted()).toContain('send setWatches2 /p|/r');
    script.ask(3, { kind: 'removeWatches', path: '/p', type: WATCHER_TYPE.any });
    script.ask(4, { kind: 'removeWatches', path: '/r', type: WATCHER_TYPE.persistentRecursive });
    expect(script.reply(3, 6, NOTHING)).toEqual([
      'watch PersistentWatchRemoved /p',
      '#3 ok nothing',
    ]);
    expect(script.reply(4, 6, NOTHING)).toEqual([
      'watch PersistentWatchRemoved /r',
      '#4 ok nothing',
    ]);
    expect(script.event('NodeDataChanged', '/p')).toEqual([]);
    script.down();
    script.up();
    expect(script.granted()).toEqual(['state SyncConnected']);
  });

  it('is removed beside the others of its path, each kind told once', () => {
    const script = watching();
    script.ask(3, get('/p', true));
    script.ask(4, children('/p', true));
    script.reply(3, 6, DATA);
    script.reply(4, 6, { kind: 'children', children: [] });
    script.ask(5, { kind: 'removeWatches', path: '/p', type: WATCHER_TYPE.any });
    expect(script.reply(5, 6, NOTHING)).toEqual([
      ...['Child', 'Data', 'Persistent'].map((kind) => `watch ${kind}WatchRemoved /p`),
      '#5 ok nothing',
    ]);
    script.ask(6, { kind: 'removeWatches', path: '/r', type: WATCHER_TYPE.any });
    expect(script.reply(6, 6, null, -121)).toEqual(['#6 failed -121']);
    expect(script.event('NodeDataChanged', '/r')).toEqual(['watch NodeDataChanged /r']);
  });

  it('that the server refuses is none', () => {
    const script = new Script().established();
    script.ask(1, add('/p', ADD_WATCH_MODE.persistent));
    script.reply(1, 5, null, -5);
    expect(script.event('NodeDataChanged', '/p')).toEqual([]);
    script.ask(2, get('/p'));
    expect(script.said).toEqual(['send 2 getData /p']);
  });
});
