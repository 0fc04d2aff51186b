// The laboratory behind its messages: one history, played along by somebody's clock in slices that are
// short enough for the next message to come through.

import { LabHistory } from '../../sim/history.ts';
import { compareBranches } from '../../sim/compare.ts';
import { roomOfLab } from '../../sim/lab-room.ts';
import { serverId } from '../../vocabulary/ids.ts';
import { SPEED_MAX, SPEED_MIN } from '../../vocabulary/lab.ts';
import { readRun, type LabRun } from '../../vocabulary/lab-run.ts';
import { readOptions, readStep, type LabOptions, type LabStep } from '../../vocabulary/steps.ts';
import { NOT_CONNECTED } from '../client/run-command.ts';
import { readLesson } from '../../lessons/read.ts';
import type { Lesson, Script } from '../../vocabulary/lesson.ts';
import { beginningOf, readableOf, type Planned } from './beginning.ts';
import { LessonDesk } from './lesson-desk.ts';
import { Pending } from './pending.ts';
import { Recall } from './recall.ts';
import { Rehearsals } from './rehearsal.ts';
import { viewOfLab } from './view.ts';
import { InSight } from './way-back.ts';
import { LEADING, MOVING, type FromLab, type ToLab } from './messages.ts';

/** Virtual time of one slice. */
const SLICE_MILLIS_MAX = 200;
const STEP_MILLIS_MAX = 10_000;
/** What is replayed without a look at the clock: a few milliseconds at most. */
const PREPARE_EVENTS = 200;
/** Slow enough that every ballot of the first election can be seen. */
const BEGINNING_SPEED = 0.2;
const FIRST: LabOptions = { seed: 1, participants: 5, observers: 0 };

export class LabBench {
  readonly #post: (message: FromLab) => void;
  #history = new LabHistory(FIRST);
  #running = false;
  #speed = 1;
  /** The exact virtual moment that the clock has reached: a millisecond can take long. */
  #clockMillis = 0;
  #tree: number | null = null;
  /** What the world begins with and is not done yet. */
  #planned: readonly Planned[] = [];
  #desk: LessonDesk | null = null;
  readonly #sight = new InSight();
  readonly #rehearsals: Rehearsals;
  readonly #recall: Recall;
  readonly #pending: Pending;

  constructor(post: (message: FromLab) => void) {
    this.#post = post;
    this.#rehearsals = new Rehearsals(post);
    this.#recall = new Recall(post);
    this.#pending = new Pending(post);
    this.#open(FIRST);
  }

  take(message: ToLab): void {
    if (LEADING.has(message.kind)) this.#desk?.stopScript();
    const isHeld = this.#desk?.isWaitingForBet === true || this.#sight.holds(message.kind);
    if (!isHeld || !MOVING.has(message.kind)) this.#take(message);
    else if (message.kind === 'command') this.#pending.refuse(message.ticket);
    else if (message.kind === 'act') this.#post({ kind: 'refused', step: message.step });
    this.#clockMillis = this.#history.now.millis;
    this.show();
  }

  #take(message: ToLab): void {
    switch (message.kind) {
      case 'open': {
        const options = readOptions(message.options);
        if (options !== null) this.#open(options);
        break;
      }
      case 'openRun': {
        const run = readRun(message.run);
        if (run !== null) this.#openRun(run);
        break;
      }
      case 'stopRun':
        if (this.#sight.stop()) this.#jumped();
        break;
      case 'openLesson': {
        const { lesson } = readLesson(message.lesson);
        if (lesson !== null) this.#openLesson(lesson);
        break;
      }
      case 'placeBet':
        this.#placeBet(message.option);
        break;
      case 'showSolution':
        this.#showSolution();
        break;
      case 'begin':
        this.#begin();
        break;
      case 'play':
      case 'pause':
        this.#running = message.kind === 'play';
        break;
      case 'setSpeed':
        this.#speed = Math.min(SPEED_MAX, Math.max(SPEED_MIN, message.speed || 1));
        break;
      case 'stepEvent':
      case 'stepDecision':
        this.#running = false;
        this.#stepTo(message.kind);
        break;
      case 'seek':
        // What is still to come comes, once this future has come so far.
        this.#seek(message);
        break;
      case 'selectBranch':
        this.#planned = [];
        this.#desk?.judge();
        if (this.#sight.back.select(this.#history, message.branch)) this.#jumped();
        break;
      case 'compare':
        this.#compare(message);
        break;
      case 'rehearse':
        this.#rehearsals.begin(message.ticket, message.lesson);
        break;
      case 'act':
        this.#act(message.step);
        break;
      case 'command':
        this.#command(message);
        break;
      case 'recallAll':
        this.#recall.all(this.#history, message.ticket);
        break;
      case 'watchTree':
        this.#tree = message.server;
        break;
    }
  }

  /** So much of our time went by. */
  passes(millis: number): void {
    this.#rehearsals.go();
    if (this.isOpening) {
      if (!this.#sight.goOn()) return;
      this.#jumped();
      this.show();
      return;
    }
    if (!this.#running) {
      this.#recall.rest(this.#history, millis);
      return;
    }
    this.#clockMillis += Math.min(millis * this.#speed, SLICE_MILLIS_MAX);
    this.#runTo(Math.floor(this.#clockMillis));
    if (this.#history.isFull) this.#running = false;
    this.#pending.settle(this.#history.lab);
  }

  /** Says how everything is now. */
  show(): void {
    this.#pending.settle(this.#history.lab);
    const clock = { running: this.#running, speed: this.#speed, ...this.#sight.view };
    const lab = viewOfLab(this.#history, this.#desk, clock);
    this.#post({ kind: 'lab', lab, room: roomOfLab(this.#history.lab) });
    if (this.#tree === null) return;
    const tree = this.#history.lab.world.seats.get(serverId(this.#tree))?.tree() ?? null;
    if (tree !== null) this.#post({ kind: 'tree', tree });
  }

  get isRunning(): boolean {
    return this.#running;
  }

  get isOpening(): boolean {
    return this.#sight.isPlaying;
  }

  /** A little of what makes ways back short. False: that is done. */
  prepare(): boolean {
    return !this.isOpening && this.#history.prepare(PREPARE_EVENTS, !this.#running);
  }

  /** Plays a script of the open lesson, which from now on counts as shown. */
  playScript(script: Script): void {
    this.#desk?.play(script, {
      act: (step) => {
        this.#act(step);
      },
      seek: (to) => {
        this.#seek(to);
        while (this.isOpening) if (this.#sight.goOn()) this.#jumped();
      },
    });
    this.#running = true;
  }

  /** The line that the script which is played stands at without an end, or null. */
  get scriptFailedAt(): number | null {
    return this.#desk?.script?.failedAt ?? null;
  }

  get isPlayingScript(): boolean {
    return this.#desk?.script?.isDone === false;
  }

  #open(options: LabOptions): void {
    const readable = readableOf(options);
    this.#desk = null;
    this.#enter(new LabHistory(readable));
    if (readable !== options) this.#post({ kind: 'damaged' });
  }

  #openRun(run: LabRun): void {
    this.#open(run.options);
    if (this.#sight.run.open(this.#history, run)) this.#jumped();
  }

  #openLesson(lesson: Lesson): void {
    const desk = new LessonDesk(lesson);
    if (desk.setupFailedAt !== null) {
      this.#post({ kind: 'lessonRefused', line: desk.setupFailedAt });
      return;
    }
    this.#desk = desk;
    this.#speed = lesson.speed;
    this.#enter(desk.history);
    if (lesson.bet === null) this.#leaveBeginning();
  }

  #placeBet(option: string): void {
    if (this.#desk?.isWaitingForBet !== true) return;
    this.#desk.placeBet(option);
    if (!this.#desk.isWaitingForBet) this.#leaveBeginning();
  }

  /** A moment goes by, so that the beginning lies before everything that is done. */
  #leaveBeginning(): void {
    this.#tell(this.#history.run(this.#history.now.millis + 1));
  }

  #showSolution(): void {
    if (this.#desk === null) return;
    const { lesson } = this.#desk;
    const bet = this.#desk.view().bet ?? lesson.bet?.options[0]?.id ?? '';
    this.#openLesson(lesson);
    this.#placeBet(bet);
    this.playScript(lesson.solution);
  }

  /** A lesson has no past before its beginning. */
  #seek({ millis, events }: { readonly millis: number; readonly events: number | null }): void {
    // This future is left: what was reached in it counts.
    this.#desk?.judge();
    const began = this.#desk?.beganAt;
    if (began !== undefined && (millis <= began.millis || (events ?? Infinity) <= began.events)) {
      // In the first future nothing was done at this very moment.
      this.#sight.back.leaves(this.#history);
      this.#history.selectBranch(1);
      this.#goBack(began);
    } else this.#goBack({ millis, events });
  }

  #goBack(to: { readonly millis: number; readonly events: number | null }): void {
    if (this.#sight.back.begin(this.#history, to)) this.#jumped();
  }

  #enter(history: LabHistory): void {
    this.#running = false;
    this.#planned = [];
    this.#sight.leave();
    this.#history = history;
    history.onClient = (client, what) => {
      if (what.kind !== 'watchHeard') return;
      this.#post({ kind: 'watch', session: client, event: what.event });
    };
    this.#jumped();
  }

  #begin(): void {
    this.#planned = beginningOf(this.#history.options);
    this.#speed = BEGINNING_SPEED;
    this.#running = true;
    this.#doPlanned();
  }

  #doPlanned(): void {
    for (const { millis, step } of this.#planned) {
      if (millis > this.#history.now.millis) break;
      this.#planned = this.#planned.slice(1);
      this.#act(step);
    }
  }

  /** What is planned happens at its very millisecond, however the clock's slices fall: same seed, same run. */
  #runTo(until: number): void {
    while (until > this.#history.now.millis) {
      const before = this.#history.now.millis;
      const planned = Math.min(this.#planned[0]?.millis ?? until, this.#scriptMillis ?? until);
      this.#tell(this.#history.run(Math.min(until, planned)));
      this.#doPlanned();
      this.#desk?.script?.go();
      // A script may go back: then the clock is there too.
      if (this.#history.now.millis <= before) return;
    }
  }

  /** When the script that is played wants to look at the world again. */
  get #scriptMillis(): number | null {
    const script = this.#desk?.script ?? null;
    return script === null || script.isDone ? null : script.nextMillis;
  }

  #stepTo(kind: 'stepEvent' | 'stepDecision'): void {
    const { now } = this.#history;
    const planned = this.#planned[0]?.millis ?? Infinity;
    this.#tell(this.#history[kind](Math.min(STEP_MILLIS_MAX, planned - now.millis)));
    this.#doPlanned();
  }

  /** While a run is played, not: that would leave its branch. */
  #compare({ ticket, left, right }: ToLab & { kind: 'compare' }): void {
    const comparison = this.isOpening ? null : compareBranches(this.#history, left, right);
    this.#post({ kind: 'compared', ticket, comparison });
  }

  /** False if nothing came of it. */
  #act(foreign: LabStep): boolean {
    const step = readStep(foreign);
    const { branch } = this.#history;
    const before = this.#history.told().length;
    if (step === null || !this.#history.act(step)) {
      this.#post({ kind: 'refused', step: foreign });
      return false;
    }
    this.#desk?.countStep();
    if (branch === this.#history.branch) this.#tell(this.#history.told().slice(before));
    else this.#jumped();
    return true;
  }

  #command({ ticket, client, command }: ToLab & { kind: 'command' }): void {
    const done = this.#act({ kind: 'command', client, command });
    const number = done ? this.#history.lab.client(client)?.commands : undefined;
    if (number !== undefined) this.#pending.wait(ticket, client, number);
    else this.#pending.answer(ticket, NOT_CONNECTED);
  }

  #tell(events: ReturnType<LabHistory['told']>): void {
    if (events.length > 0) this.#post({ kind: 'told', events });
  }

  #jumped(): void {
    this.#clockMillis = this.#history.now.millis;
    this.#pending.leave();
    this.#recall.jump(this.#history.told(), this.#desk?.beganAt.millis ?? -1);
  }
}
