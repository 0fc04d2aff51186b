// What an administrator asks for costs what it is: a word about the zxid looks at no session and no watch.

import { expect, it } from 'vitest';

import { present } from '../base/assert.ts';
import { ask } from '../server/client.fixture.ts';
import { TestEnsemble } from '../server/ensemble.fixture.ts';
import { hostReport, makeCounted } from './counted.ts';

it('what is as long as there are sessions, ephemerals and watches is made when it is read', () => {
  const ensemble = new TestEnsemble(1).start();
  const client = ensemble.connect(ensemble.leader());
  client.call(ask.create('/e', 1));
  client.call(ask.get('/e', true));
  const state = present(ensemble.leader().state, 'it runs');
  let looks = 0;
  const looked = <K, V>(map: Map<K, V>): Map<K, V> => {
    const entries = map[Symbol.iterator].bind(map);
    map[Symbol.iterator] = () => {
      looks += 1;
      return entries();
    };
    return map;
  };
  looked(state.tree.ephemerals);
  looked(state.tree.sessions);
  const report = hostReport(state, makeCounted(), 0);
  expect([report.zxid, report.nodeCount]).toEqual([state.tree.lastZxid, 6]);
  expect(looks).toBe(0);
  expect(report.ephemerals).toEqual([{ session: client.session, paths: ['/e'] }]);
  expect(report.sessions).toMatchObject([{ id: client.session }]);
  expect(looks).toBe(2);
  expect(report.dataWatches).toEqual([{ path: '/e', sessions: [client.session] }]);
  expect(report.watchCount).toBe(1);
});
