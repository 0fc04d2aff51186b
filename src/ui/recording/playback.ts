// A recording as moments: the room, the feed and how much had been told, at every time at which something was. The
// same that a page keeps of a live room, so that looking at it is the same. Pure and bounded.

import type { RoomView } from '../../vocabulary/playground.ts';
import type { Recording, Turn } from '../../vocabulary/recording.ts';
import type { Traced, TraceKind } from '../../vocabulary/trace.ts';
import { feedWith, type FeedLine } from '../state/feed.ts';
import { MOMENTS_MAX, type Moment } from '../state/moments.ts';
import { MARKS_MAX, NO_TAPE, tapeWith, type Tape } from '../tape/tape.ts';
import { roomOfScene, sceneOf, sceneWith, sceneWithTurn, seatsOf } from './scene.ts';

export interface Playback {
  readonly moments: readonly Moment[];
  readonly tape: Tape;
}

/** What happened at one time: turns come before what was told of them. */
interface Beat {
  readonly atMillis: number;
  readonly turns: Turn[];
  readonly events: Traced[];
}

export function playbackOf({ seats, turns, events }: Recording): Playback {
  const beats = beatsOf(turns, events);
  const stride = Math.max(1, Math.ceil(beats.length / MOMENTS_MAX));
  const moments: Moment[] = [];
  let scene = sceneOf(seats.length === 0 ? seatsOf(events) : seats);
  let unread: Traced[] = [];
  let feed: readonly FeedLine[] = [];
  let told = 0;
  let tape = NO_TAPE;
  let before: RoomView | null = null;
  for (const [at, beat] of beats.entries()) {
    for (const turn of beat.turns) scene = sceneWithTurn(scene, turn);
    for (const traced of beat.events) {
      scene = sceneWith(scene, traced);
      unread.push(traced);
    }
    told += beat.events.length;
    const isKept = (at + 1) % stride === 0 || at + 1 === beats.length;
    if (!isKept && !isTurning(beat)) continue;
    // A tape has its turns where they were, however few moments are kept.
    const room = roomOfScene(scene);
    tape = tapeWith(tape, before, { room, atMillis: beat.atMillis });
    before = room;
    if (!isKept) continue;
    feed = feedWith(feed, unread);
    unread = [];
    moments.push({ atMillis: beat.atMillis, room, feed, told });
  }
  return { moments, tape: { ...tape, marks: marksWith(tape, turns) } };
}

/** With these a leader comes or goes, or a server. */
const TURNING = new Set<TraceKind>([
  ...(['serverStarted', 'serverHalted', 'roleChanged', 'phaseChanged'] as const),
  ...(['leaderEstablished', 'synchronised', 'currentEpochSaved'] as const),
]);

const isTurning = ({ turns, events }: Beat): boolean =>
  turns.length > 0 || events.some(({ event }) => TURNING.has(event.kind));

function beatsOf(turns: readonly Turn[], events: readonly Traced[]): readonly Beat[] {
  const beats = new Map<number, Beat>();
  const beatAt = (atMillis: number): Beat => {
    const known = beats.get(atMillis);
    if (known !== undefined) return known;
    const beat = { atMillis, turns: [], events: [] };
    beats.set(atMillis, beat);
    return beat;
  };
  for (const turn of turns) beatAt(turn.atMillis).turns.push(turn);
  for (const traced of events) beatAt(traced.atMillis).events.push(traced);
  return [...beats.values()].sort((a, b) => a.atMillis - b.atMillis);
}

/** No server tells of links. */
function marksWith({ marks }: Tape, turns: readonly Turn[]): Tape['marks'] {
  const links = turns.filter(({ server }) => server === null);
  return [...marks, ...links].sort((a, b) => a.atMillis - b.atMillis).slice(-MARKS_MAX);
}
