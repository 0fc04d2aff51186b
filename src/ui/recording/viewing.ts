// What a viewer of a recording stands on, whole or in a frame: a room whose present never moves, and all of its
// moments.

import type { Playground } from '../../vocabulary/playground.ts';
import type { Recording } from '../../vocabulary/recording.ts';
import { m } from '../paraglide/messages.js';
import { Choice } from '../state/choice.svelte.ts';
import { makeDesk, type Desk } from '../state/desk.ts';
import { Lookback } from '../state/lookback.svelte.ts';
import { RoomStore } from '../state/room.svelte.ts';
import { playbackOf } from './playback.ts';
import { recordedPlayground } from './recorded.ts';
import { roomOfScene, sceneOf } from './scene.ts';

/** Why it is a recording that is shown: the steps that led here lead elsewhere by now. `altered`: by the same
 *  engine. */
export type Why = 'engine' | 'altered';

export function viewingOf(recording: Recording, inspect: Playground['inspect']): Desk {
  const { events, clock } = recording;
  const playback = playbackOf(recording);
  const end = playback.moments.at(-1);
  const past = new Lookback({ ...playback, events });
  const room = end?.room ?? roomOfScene(sceneOf([]));
  const store = new RoomStore(recordedPlayground(room, inspect), false, past);
  store.recall(events);
  store.presentFeed = end?.feed ?? [];
  const choice = new Choice();
  choice.server = room.quorum.leader ?? room.servers[0]?.serverId ?? null;
  return makeDesk(recordedPlayground(room, inspect), store, choice, clock === 'virtual', {
    recorded: true,
    record: () => Promise.resolve(recording),
  });
}

export const shortMark = (mark: string): string => mark.slice(0, 8);

export function whyWords(why: Why, ownEngine: string): string {
  switch (why) {
    case 'engine':
      return m.recording_why_engine({ ours: shortMark(ownEngine) });
    case 'altered':
      return m.recording_why_altered();
  }
}
