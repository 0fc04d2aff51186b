import { expect, it } from 'vitest';
import type { TabStatus } from '../../adapters/webrtc/line-message.ts';
import { newRoom } from '../../adapters/webrtc/room.ts';
import type { LogCell, ServerView } from '../../vocabulary/view.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import { Paths } from './paths.ts';
import { emptySeat, makeRoomState, roomView, takeStatus, takeView } from './room-state.ts';

const status = (server: string | null, lostDisk = false): TabStatus => ({
  ...{ server, frozen: false, diskId: 'disk', diskGeneration: 0, diskTrusted: true, lostDisk },
  ...{ slowDiskMillis: 0, fullDisk: false, clockPercent: 100 },
});
const cell = (counter: number, state: LogCell['state']): LogCell => ({
  zxid: makeZxid(1, counter),
  state,
});
const view = {
  log: [cell(1, 'committed'), cell(2, 'committed'), cell(3, 'logged'), cell(4, 'proposed')],
  lastDurable: makeZxid(1, 3),
  trusted: true,
} as unknown as ServerView;

it('says of a clock that goes at its own pace how fast it goes', () => {
  const state = makeRoomState(newRoom(3), '', new Paths());
  const seat = { ...emptySeat(), up: true };
  state.seats.set(2, seat);
  takeStatus(seat, { ...status('run 1'), clockPercent: 500 });
  expect(roomView(state, []).faults).toEqual([{ kind: 'skewClock', server: 2, percent: 500 }]);
  takeStatus(seat, status('run 1'));
  expect(roomView(state, []).faults).toEqual([]);
});

it('of a server that was killed it shows what its disk keeps, until it runs again or the disk is gone', () => {
  const state = makeRoomState(newRoom(3), '', new Paths());
  const seat = { ...emptySeat(), up: true };
  state.seats.set(2, seat);
  const shown = (): readonly (readonly [bigint, string])[] =>
    roomView(state, []).servers[1]!.onDisk.map(({ zxid, state: at }) => [zxid & 0xffn, at]);

  takeStatus(seat, status('run 1'));
  takeView(seat, view, []);
  expect(shown()).toEqual([]);
  takeStatus(seat, status(null));
  const kept = [1n, 2n, 3n].map((counter) => [counter, 'logged']);
  expect(shown()).toEqual(kept);
  takeStatus(seat, status(null));
  expect(shown()).toEqual(kept);
  takeStatus(seat, status('run 2'));
  expect(shown()).toEqual([]);
  takeView(seat, view, []);
  takeStatus(seat, status(null, true));
  expect(shown()).toEqual([]);
});
