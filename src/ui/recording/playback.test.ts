// What a recording shows is held against the rooms that a laboratory showed while it was told.

import { describe, expect, it } from 'vitest';

import { LabHistory } from '../../sim/history.ts';
import { roomOfLab } from '../../sim/lab-room.ts';
import { serverId } from '../../vocabulary/ids.ts';
import type { RoomView } from '../../vocabulary/playground.ts';
import { newestOf, type Recording, type Turn } from '../../vocabulary/recording.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import { momentIndexAt, MOMENTS_MAX } from '../state/moments.ts';
import { serverFacts } from '../panel/server-words.ts';
import { m } from '../paraglide/messages.js';
import { turnsOfSteps } from '../tape/tape.ts';
import { playbackOf } from './playback.ts';

const create: LabStep = {
  ...{ kind: 'command', client: 1 },
  command: { kind: 'create', path: '/a', data: '', ephemeral: false, sequential: false },
};
const DAY: readonly (readonly [number, LabStep])[] = [
  ...([1, 2, 3, 4] as const).map((server) => [0, { kind: 'openServer', server }] as const),
  [700, { kind: 'openClient', server: 1, timeoutMillis: 4_000 }],
  [1_000, create],
  [1_400, { kind: 'crash', server: 3, silent: false }],
  [1_700, { kind: 'freeze', server: 4, on: true }],
  [2_600, { kind: 'freeze', server: 4, on: false }],
  [2_700, { kind: 'openServer', server: 3 }],
];

/** A laboratory's day, and how its room was at these times. */
function lived(times: readonly number[]): { recording: Recording; rooms: readonly RoomView[] } {
  const history = new LabHistory({ seed: 9, participants: 3, observers: 1 });
  const rooms: RoomView[] = [];
  const all = [
    ...DAY.map(([at, step]) => ({ at, step })),
    ...times.map((at) => ({ at, step: null })),
  ].sort((a, b) => a.at - b.at);
  for (const { at, step } of all) {
    history.run(at);
    if (step === null) rooms.push(roomOfLab(history.lab));
    else history.act(step);
  }
  return { recording: recordingOf(history), rooms };
}

function recordingOf(history: LabHistory): Recording {
  const seats = roomOfLab(history.lab).servers.map(({ serverId: server, role }) => ({
    ...{ server, role },
  }));
  const turns: readonly Turn[] = turnsOfSteps(history.branches()[0]?.steps ?? []);
  const events: readonly Traced[] = history.told();
  return { engine: 'e', clock: 'virtual', run: null, seats, turns, events };
}

/** What a person sees of it. */
const seen = (room: RoomView) => ({
  quorum: room.quorum,
  seats: room.seats,
  servers: room.servers.map(({ serverId: id, role, present, killed, frozen, server, onDisk }) => ({
    ...{ id, role, present, killed, frozen, onDisk },
    ...(server === null || killed
      ? {}
      : {
          ...{ does: server.role, phase: server.phase, leader: server.leader },
          ...{ epoch: server.currentEpoch, accepted: server.acceptedEpoch },
          ...{ serving: server.serving, logged: server.lastLogged, applied: server.lastApplied },
          sessions: server.sessions.filter(({ here }) => here).map(({ id: session }) => session),
        }),
  })),
});

const TIMES = [300, 900, 1_300, 1_390, 2_500, 3_800];
/** Server 3 is down. */
const DOWN_AT = 4;

describe('a recording that is played', () => {
  const { recording, rooms } = lived(TIMES);
  const { moments, tape } = playbackOf(recording);
  const roomAt = (millis: number): RoomView => moments[momentIndexAt(moments, millis)]!.room;

  it.each(TIMES.map((time, at) => [time, at]))(
    'shows at %d what the page showed then',
    (time, at) => {
      expect(seen(roomAt(time))).toEqual(seen(rooms[at]!));
    },
  );

  it('knows what the disk of a server that is down keeps', () => {
    const down = rooms[DOWN_AT]!.servers[2]!;
    expect(down).toMatchObject({ killed: true, server: null });
    const { log } = rooms[DOWN_AT]!.servers[0]!.server!;
    expect(down.onDisk.map(({ zxid }) => zxid)).toEqual(log.map(({ zxid }) => zxid).slice(0, 2));
    expect(roomAt(TIMES[DOWN_AT]!).servers[2]!.onDisk).toEqual(down.onDisk);
  });

  it('has the feed of each moment, and knows how much had been told', () => {
    expect(moments.at(-1)?.told).toBe(recording.events.length);
    const at = momentIndexAt(moments, 1_390);
    expect(moments[at]?.feed.some(({ traced }) => traced.event.kind === 'committed')).toBe(true);
    const early = moments[momentIndexAt(moments, 0)];
    expect(early?.feed.some(({ traced }) => traced.event.kind === 'committed')).toBe(false);
  });

  it('draws the links over which somebody was heard', () => {
    const peers = roomAt(1_390).servers.map(({ server }) => [...(server?.peers ?? [])].sort());
    expect(peers[2]).toEqual([1, 2, 4]);
    expect(peers[3]).toContain(3);
  });

  it('says no number of a server that nobody told', () => {
    const lived = serverFacts(rooms[1]!.servers[0]!.server!).map(({ name }) => name);
    const recorded = serverFacts(roomAt(900).servers[0]!.server!).map(({ name }) => name);
    expect(lived).toContain(m.server_nodes());
    expect(recorded).not.toContain(m.server_nodes());
    expect(lived).toEqual(expect.arrayContaining(recorded));
  });

  it('has a tape: who led, who went and came', () => {
    const kinds = tape.marks.map(({ kind, server }) => `${kind} ${String(server)}`);
    expect(kinds).toContain('down 3');
    expect(kinds).toContain('frozen 4');
    // At the beginning it is there; later it comes back.
    expect(kinds.filter((kind) => kind === 'up 3')).toHaveLength(1);
    expect(tape.stretches.map(({ epoch }) => epoch)).toEqual([null, 1, null, 2]);
  });

  it('of which only the newest was kept ends as the whole does', () => {
    const events = newestOf(recording.events, 40);
    const part = playbackOf({ ...recording, events });
    expect(part.moments.length).toBeLessThan(moments.length);
    expect(seen(part.moments.at(-1)!.room)).toEqual(seen(moments.at(-1)!.room));
  });

  it('that begins in the middle knows from what servers do who leads and who follows', () => {
    const middle = recording.events.filter(({ atMillis }) => atMillis > 950 && atMillis < 1_390);
    const part = playbackOf({ ...recording, events: middle, turns: [] });
    const { quorum, servers } = part.moments.at(-1)!.room;
    expect(quorum).toMatchObject({ serving: true, leader: serverId(3), epoch: 1 });
    expect(servers.map(({ server }) => server?.role)).toEqual([
      ...['following', 'following', 'leading', 'observing'],
    ]);
  });

  it('of the first version knows its servers by what they told', () => {
    const bare = playbackOf({ ...recording, seats: [], turns: [] });
    const room = bare.moments[momentIndexAt(bare.moments, 1_390)]!.room;
    expect(room.seats).toBe(3);
    expect(room.servers[3]).toMatchObject({ serverId: serverId(4), role: 'observer' });
    expect(room.quorum).toMatchObject({ serving: true, epoch: 1 });
  });

  it('is bounded, however long it is', () => {
    const long = Array.from({ length: 9_000 }, (_, at): Traced => ({
      ...{ server: serverId(1), sequence: at, atMillis: at },
      event: { kind: 'epochAccepted', epoch: at },
    }));
    const played = playbackOf({ ...recording, turns: [], events: long });
    expect(played.moments.length).toBeLessThanOrEqual(MOMENTS_MAX);
    expect(played.moments.at(-1)).toMatchObject({ atMillis: 8_999, told: 9_000 });
  });
});
