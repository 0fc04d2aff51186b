// Every lesson that a room can be asked for, played by its own buttons in a room of virtual servers: what the browser
// tests do with real tabs.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { entryOf } from '../../lessons/catalogue.ts';
import { liveTermsOf } from '../../lessons/live.ts';
import { liveVariant } from '../../lessons/live-variants.ts';
import type { Lesson } from '../../vocabulary/lesson.ts';
import { LiveLessonDesk } from './live-lesson.ts';
import { VirtualRoom } from './virtual-room.fixture.ts';

const PATIENCE_MILLIS = 40_000;

class Played {
  readonly room: VirtualRoom;
  readonly desk: LiveLessonDesk;
  readonly lesson: Lesson;

  constructor(lesson: Lesson, tabs: readonly number[]) {
    this.lesson = lesson;
    this.room = new VirtualRoom(lesson.world.participants, tabs);
    this.desk = new LiveLessonDesk({ hands: this.room.hands, watch: () => undefined });
    this.desk.open(lesson, null);
  }

  get states(): readonly string[] {
    return this.desk.view()?.lesson.goals.map(({ state }) => state) ?? [];
  }

  async begin(): Promise<void> {
    await this.until(() => this.desk.view()?.empty.length === 0, 'tabs');
    this.desk.start();
    await this.until(() => this.desk.view()?.phase === 'running', 'the beginning');
  }

  move(id: string): void {
    const move = this.lesson.moves.find((one) => one.id === id);
    if (move === undefined) throw new Error(`no move ${id}`);
    this.desk.act(move);
  }

  met(...goals: readonly number[]): Promise<void> {
    return this.until(
      () => goals.every((at) => this.states[at] === 'met'),
      `goals ${goals.join()}`,
    );
  }

  async passed(): Promise<void> {
    await this.until(() => this.desk.view()?.lesson.passed === true, 'all goals');
  }

  /** Nobody does it in fewer steps than the card says. */
  async passedAtPar(): Promise<void> {
    await this.passed();
    expect(this.desk.view()?.lesson.stepsTaken).toBe(this.lesson.par);
  }

  says(root: string, says: string): number {
    const { sessions } = this.room.hands.room();
    return sessions.filter(({ recipes }) =>
      recipes.some((one) => one.root === root && one.says === says),
    ).length;
  }

  async until(holds: () => boolean, what: string): Promise<void> {
    for (let gone = 0; !holds(); gone += 50) {
      const stands = JSON.stringify({ ...this.desk.view(), goals: this.states });
      if (gone > PATIENCE_MILLIS) throw new Error(`in vain: ${what}\n${stands}`);
      await this.room.passes(50);
    }
  }
}

async function opened(id: string, bet: string, tabs?: readonly number[]): Promise<Played> {
  const lesson = liveVariant((await entryOf(id)!.load()).default);
  const all = Array.from({ length: liveTermsOf(id)!.seats }, (_, at) => at + 1);
  const played = new Played(lesson, tabs ?? all);
  await played.room.passes(tabs === undefined ? 2_000 : 100);
  played.desk.placeBet(bet);
  await played.begin();
  return played;
}

describe('in a room of virtual servers', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_700_000_000_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('lesson 1 is passed', async () => {
    const here = await opened('one-by-one', 'three', [1]);
    here.move('open-1');
    here.move('open-2');
    await here.met(0);
    here.move('open-3');
    await here.met(1, 2);
    here.move('open-4');
    await here.room.passes(1_000);
    here.move('open-5');
    await here.passedAtPar();
    expect(here.desk.view()?.lesson.answer).toBe('three');
  });

  it('lesson 3 is passed', async () => {
    const here = await opened('four-phases', 'acked', [1]);
    for (const server of [1, 2, 3]) here.move(`open-${String(server)}`);
    await here.met(0);
    here.move('client');
    await here.room.passes(1_000);
    here.move('create');
    await here.passedAtPar();
  });

  it('lesson 4 is passed', async () => {
    const here = await opened('path-of-a-write', 'quorum');
    here.move('slow');
    here.move('create');
    await here.passedAtPar();
    expect(here.desk.view()?.lesson.answer).toBe('quorum');
  });

  it('lesson 6 is passed', async () => {
    const here = await opened('quorum-loss', 'waits');
    here.move('kill-5');
    here.move('kill-4');
    here.move('set');
    await here.met(0);
    here.move('kill-2');
    await here.met(1);
    here.move('get');
    await here.room.passes(300);
    here.move('open-4');
    await here.passedAtPar();
  });

  it('lesson 8 is passed, one future a try', async () => {
    const here = await opened('dies-mid-proposal', 'kept');
    here.move('kept');
    await here.met(0);
    await here.begin();
    here.move('lost');
    await here.met(1);
    await here.begin();
    here.move('deaf');
    await here.passedAtPar();
  });

  it('lesson 12 is passed; not by who writes all at once', async () => {
    const here = await opened('one-shot-watch', 'one');
    here.move('watch');
    await here.met(0);
    for (const value of ['v1', 'v2', 'v3', 'v4']) here.move(`set-${value}`);
    here.move('get');
    await here.room.passes(2_000);
    expect(here.states).toEqual(['met', 'met', expect.not.stringMatching('met'), 'open', 'open']);
    await here.begin();
    here.move('watch');
    for (const value of ['v1', 'v2', 'v3']) here.move(`set-${value}`);
    await here.room.passes(1_000);
    here.move('watch');
    await here.met(2);
    here.move('set-v4');
    await here.met(3);
    here.move('add-watch');
    await here.room.passes(500);
    for (const value of ['v1', 'v2', 'v3']) {
      here.move(`set-${value}`);
      await here.room.passes(200);
    }
    await here.passed();
  });

  it('lesson 13 is passed', async () => {
    const here = await opened('node-types', 'two');
    for (const id of ['job', 'note', 'delete', 'job', 'mail', 'live', 'child', 'note', 'lock']) {
      here.move(id);
      await here.room.passes(100);
    }
    await here.passedAtPar();
  });

  it('lesson 14 is passed', async () => {
    const here = await opened('session-expiry', 'reconnect');
    here.move('cut');
    await here.room.passes(400);
    here.move('to-2');
    await here.met(0);
    here.move('cut');
    await here.met(1);
    here.move('to-1');
    await here.passedAtPar();
  });

  it('lesson 15 is passed, not by who never queues', async () => {
    const here = await opened('lock', 'fifteen');
    const say = (root: string, holds: number, waits: number): Promise<void> =>
      here.until(
        () => here.says(root, 'holds') === holds && here.says(root, 'waits') === waits,
        `${root}: ${String(holds)} and ${String(waits)}`,
      );
    here.move('herd');
    for (const waiting of [5, 4, 3, 2, 1, 0]) {
      await say('/herd', 1, waiting);
      here.move('release-herd');
      await here.room.passes(100);
    }
    await here.met(0);
    const queue = async (): Promise<void> => {
      for (const number of [1, 2, 3, 4, 5, 6]) {
        here.move(`queue-${String(number)}`);
        await say('/lock', 1, number - 1);
      }
    };
    await queue();
    expect(here.states).toEqual(['met', 'open', 'open', 'open', 'open']);
    for (const waiting of [5, 4, 3, 2, 1, 0]) {
      await say('/lock', 1, waiting);
      here.move('release-lock');
      await here.room.passes(100);
    }
    await here.met(1);
    await here.begin();
    await queue();
    here.move('kill-3');
    await here.met(2);
    here.move('cut-1');
    await here.met(3);
    here.move('write-2');
    await here.room.passes(500);
    here.move('return');
    await here.room.passes(1_000);
    here.move('write-zombie');
    await here.passed();
  });
});
