import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import oneByOne from '../../lessons/curriculum/one-by-one.ts';
import votes from '../../lessons/curriculum/votes.ts';
import { liveVariant } from '../../lessons/live-variants.ts';
import { serverId } from '../../vocabulary/ids.ts';
import type { LiveMove } from '../../vocabulary/live-lesson.ts';
import type {
  Playground,
  PlaygroundChange,
  RoomView,
  SeatView,
  Step,
} from '../../vocabulary/playground.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import type { TraceEvent } from '../../vocabulary/trace.ts';
import type { ServerView } from '../../vocabulary/view.ts';
import { LiveLessonDesk } from './live-lesson.ts';
import type { LiveHands } from './live-steps.ts';
import type { Watcher } from './playground.ts';

const seat = (id: number): SeatView => ({
  ...{ serverId: serverId(id), role: 'participant', own: id === 1, present: id === 1 },
  ...{ frozen: false, killed: false, lostDisk: false, server: null, onDisk: [], outside: [] },
});

/** A room of so many seats, of whose tabs only the first is there. */
class Room {
  readonly done: string[] = [];
  readonly listeners = new Set<(change: PlaygroundChange) => void>();
  watcher: Watcher | null = null;
  view: RoomView;

  constructor(seats: number) {
    const servers = Array.from({ length: seats }, (_, at) => seat(at + 1));
    const quorum = { have: 0, need: 3, serving: false, leader: null, epoch: 0 };
    this.view = {
      ...{ room: 'a', seats, seat: serverId(1), link: '', signalling: 'open', servers, cuts: [] },
      ...{ faults: [], quorum, sessions: [], problems: [], gateway: { state: 'none', ports: [] } },
    };
  }

  get hands(): LiveHands {
    const note = (what: string) => () => void this.done.push(what);
    return {
      room: () => this.view,
      subscribe: (listener) => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
      },
      step: (step: Step) => {
        this.done.push(step.kind + ('server' in step ? String(step.server) : ''));
        if (step.kind === 'kill') this.set(step.server, { killed: true, server: null });
        if (step.kind === 'restart') this.set(step.server, { killed: false });
      },
      openSeat: (server) => {
        this.done.push(`openSeat${String(server)}`);
        this.set(server, { present: true });
      },
      run: () => Promise.reject(new Error('nothing is run here')),
      openSession: () => Promise.resolve(1),
      ...{ follow: note('follow'), letGo: note('letGo') },
      sessions: {
        ...{ lend: note('lend'), takeBack: note('takeBack'), kill: note('killClient') },
        ...{ limit: note('limit'), close: () => Promise.resolve(), hear: null, views: () => [] },
      },
    } satisfies Pick<Playground, 'room'> & LiveHands;
  }

  set(id: number, change: Partial<SeatView>): void {
    const servers = this.view.servers.map((one) =>
      one.serverId === serverId(id) ? { ...one, ...change } : one,
    );
    this.view = { ...this.view, servers };
    this.tell({ kind: 'room', room: this.view });
  }

  serve(leader: number): void {
    for (const { serverId: id } of this.view.servers) {
      const role = Number(id) === leader ? 'leading' : 'following';
      const server = { role, serving: true, leader, acceptedEpoch: 1, currentEpoch: 1 };
      const zxids = { lastApplied: 0n, lastDurable: 0n, treeDigest: 0n };
      this.set(id, { server: { ...server, ...zxids } as unknown as ServerView });
    }
  }

  told(server: number, event: object): void {
    const atMillis = Date.now();
    const traced = { server: serverId(server), sequence: 0, atMillis, event: event as TraceEvent };
    this.tell({ kind: 'trace', events: [traced] });
  }

  tell(change: PlaygroundChange): void {
    for (const listener of this.listeners) listener(change);
  }
}

function opened(seats: number, lesson = liveVariant(oneByOne)) {
  const room = new Room(seats);
  const hands = room.hands;
  const desk = new LiveLessonDesk({
    hands,
    watch: (watcher) => {
      room.watcher = watcher;
    },
  });
  desk.open(lesson, null);
  return { room, desk, goals: () => desk.view()?.lesson.goals.map(({ state }) => state) };
}

const open = (server: number): LabStep => ({ kind: 'openServer', server });
const passes = (millis: number): Promise<unknown> => vi.advanceTimersByTimeAsync(millis);

describe('a lesson in a live room', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('wants its own number of seats, and a lesson of the laboratory is none', () => {
    const { desk } = opened(3);
    expect(desk.view()).toMatchObject({ unfit: 'seats', seats: 5, phase: 'bet' });
    desk.placeBet('three');
    desk.start();
    expect(desk.view()?.phase).toBe('ready');
    expect(opened(5, votes).desk.view()).toBeNull();
  });

  it('is begun after a bet, sets the room up, and is passed by what the servers tell', async () => {
    const { room, desk, goals } = opened(5);
    desk.start();
    expect(desk.view()?.phase).toBe('bet');
    desk.placeBet('five');
    desk.start();
    await passes(500);
    expect(room.done).toEqual(['healAll', 'lend', 'kill1']);
    expect(desk.view()?.phase).toBe('running');

    for (const server of [1, 2, 3]) desk.act({ id: 'open', steps: [open(server)] });
    await passes(50);
    expect(room.done.slice(3)).toEqual(['restart1', 'openSeat2', 'openSeat3']);
    const vote = (leader: number) => ({ leader, zxid: 0n, epoch: 0 });
    const changed = { kind: 'voteChanged', because: 2, from: vote(1), to: vote(2), rule: 'id' };
    room.told(1, { ...changed, round: 1n });
    await passes(200);
    // What was told may not be all yet.
    expect(goals()?.[0]).toBe('open');
    await passes(600);
    expect(goals()).toEqual(['met', 'open', 'open', 'open']);
    const decided = { kind: 'electionDecided', leader: 3, round: 1n, vote: vote(3) };
    room.told(3, { ...decided, how: 'quorumOfLooking' });
    const established = {
      kind: 'leaderEstablished',
      epoch: 1,
      lastZxid: 0n,
      supporters: [1, 2, 3],
    };
    room.told(3, established);
    for (const server of [4, 5]) {
      desk.act({ id: 'open', steps: [open(server)] });
      room.told(server, { ...decided, how: 'joinedEstablished' });
    }
    room.serve(3);
    await passes(1_500);
    expect(goals()).toEqual(['met', 'met', 'met', 'met']);
    expect(desk.view()?.lesson).toMatchObject({ passed: true, answer: 'three', stepsTaken: 5 });
    // It had a leader: another try wants another room.
    expect(desk.view()?.unfit).toBe('notNew');
    desk.leave();
    expect(desk.view()).toBeNull();
    expect(room.done.at(-1)).toBe('takeBack');
    expect(room.listeners.size).toBe(0);
    expect(room.watcher).toBeNull();
  });

  it('counts what is done by hand, and says when something is lost', async () => {
    const { room, desk, goals } = opened(5);
    desk.placeBet('five');
    desk.start();
    await passes(500);
    room.watcher?.stepped({ kind: 'restart', server: serverId(1) });
    const established = {
      kind: 'leaderEstablished',
      epoch: 1,
      lastZxid: 0n,
      supporters: [3, 4, 5],
    };
    room.told(3, established);
    await passes(1_000);
    expect(desk.view()?.lesson.stepsTaken).toBe(1);
    expect(goals()?.[0]).toBe('lost');
    expect(desk.view()?.lesson.nearest).toBe(0);
  });

  it('does what no hand is quick enough for once the servers have logged it, or not at all', async () => {
    const { room, desk } = opened(5);
    const kill: LiveMove = {
      ...{ id: 'kill', steps: [{ kind: 'crash', server: 2, silent: false }] },
      onceLogged: { by: [1, 3], steps: [{ kind: 'crash', server: 3, silent: false }] },
    };
    const logs = (server: number): void => {
      room.told(server, { kind: 'proposalLogged', zxid: 1n, count: 1 });
    };
    const proposes = (): void => {
      const of = { session: 1n, cxid: 1, op: 'create2', path: '/x' };
      room.told(5, { kind: 'proposed', zxid: 1n, ...of });
    };
    const killed = (): readonly string[] => room.done.filter((what) => what.startsWith('kill'));
    desk.placeBet('five');
    desk.start();
    await passes(500);
    const before = killed().length;
    desk.act(kill);
    await passes(100);
    logs(1);
    logs(2);
    await passes(2_000);
    expect(killed().slice(before)).toEqual(['kill2']);
    logs(3);
    await passes(100);
    expect(killed().slice(before)).toEqual(['kill2']);
    // What it is about is said by who proposes it.
    proposes();
    await passes(0);
    expect(killed().slice(before)).toEqual(['kill2', 'kill3']);

    // One that never logs it is not waited for for ever, and other moves are made then.
    desk.act(kill);
    desk.act({ id: 'open', steps: [open(4)] });
    proposes();
    logs(1);
    await passes(4_900);
    expect(room.done.at(-1)).toBe('kill2');
    await passes(200);
    expect(room.done.at(-1)).toBe('openSeat4');

    // What waits in a try that is left is not done in the next one.
    desk.act(kill);
    await passes(100);
    desk.start();
    await passes(500);
    const after = killed().length;
    proposes();
    logs(1);
    logs(3);
    await passes(500);
    expect(killed()).toHaveLength(after);
  });

  it('goes on with what was met before the page was loaded anew', () => {
    const { desk, goals } = opened(5);
    desk.open(liveVariant(oneByOne), { bet: 'three', met: [0, 3] });
    expect(desk.view()).toMatchObject({ phase: 'ready', resumed: true });
    expect(desk.view()?.lesson.bet).toBe('three');
    expect(goals()).toEqual(['met', 'open', 'open', 'met']);
  });
});
