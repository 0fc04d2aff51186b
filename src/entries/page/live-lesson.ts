// A lesson in a live room: this page judges it, over what the servers tell it and what its own clients ask and are
// answered. Where no lesson is open, nothing of this is loaded.

import { isSame } from '../../base/same.ts';
import { liveTermsOf, type LiveTerms } from '../../lessons/live.ts';
import { beginning, standingAfter, withBet } from '../../lessons/standing.ts';
import { conditionsOf, Wanted } from '../../lessons/wanted.ts';
import type { Lesson } from '../../vocabulary/lesson.ts';
import type {
  LiveLessonControls,
  LiveLessonKept,
  LiveLessonView,
  LiveMove,
  Unfit,
} from '../../vocabulary/live-lesson.ts';
import type { PlaygroundChange, RoomView, Step } from '../../vocabulary/playground.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import { labStepsOf } from './lab-steps.ts';
import { Logged } from './live-awaited.ts';
import { LiveEvidence, SETTLE_MILLIS } from './live-evidence.ts';
import { isStill, lessonView, resumedFrom, type OpenLesson } from './live-open.ts';
import { livePicture, runs } from './live-picture.ts';
import { clearedBy, SetUp, SetUpFailed } from './live-set-up.ts';
import { doLive, isLiveStep, isTold, TOLD_MILLIS, type LiveHands } from './live-steps.ts';
import type { Watcher } from './playground.ts';

const LOOK_MILLIS = 200;
/** Judging takes at most one part in so many of the page's time. */
const REST_PER_LOOK = 12;
const PICTURES_MAX = 16;

/** The clock of its servers' workers, too: in one browser they agree to the millisecond. */
const pageNow = (): number => Date.now();

export interface LiveLessonRoom {
  readonly hands: LiveHands;
  /** Whoever is told what is done by hand. */
  readonly watch: (watcher: Watcher | null) => void;
}

export class LiveLessonDesk implements LiveLessonControls {
  readonly #room: LiveLessonRoom;
  readonly #listeners = new Set<(view: LiveLessonView | null) => void>();
  readonly #evidences = new Set<LiveEvidence>();
  /** Which voters ran when it was last looked. */
  readonly #ran = new Set<number>();
  /** When this page had a server killed. */
  readonly #ordered = new Map<number, number>();
  #epochSeen = 0;
  #awaited: Logged | null = null;
  #open: OpenLesson | null = null;
  #told: LiveLessonView | null = null;
  /** Its own hands are at work: nobody does it by hand. */
  #atWork = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #stop: (() => void) | null = null;

  constructor(room: LiveLessonRoom) {
    this.#room = room;
  }

  readonly view = (): LiveLessonView | null => this.#told;

  readonly subscribe = (listener: (view: LiveLessonView | null) => void): (() => void) => {
    this.#listeners.add(listener);
    listener(this.#told);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  readonly open = (lesson: Lesson, kept: LiveLessonKept | null): void => {
    const terms = liveTermsOf(lesson.id);
    if (terms === null) return;
    if (this.#open !== null) this.#end();
    const standing = kept === null ? beginning(lesson) : resumedFrom(lesson, kept);
    this.#open = {
      ...{ lesson, terms, standing, cleared: clearedBy(lesson), resumed: kept !== null },
      ...{ phase: standing.bet === null ? 'bet' : 'ready', stage: null, failed: null },
      ...{ stepsTaken: 0, beganMillis: 0, evidence: null, pictures: [], clients: new Map() },
      ...{ strokes: Promise.resolve(), toldMillis: 0 },
    };
    this.#listen();
    this.#look();
  };

  readonly placeBet = (option: string): void => {
    const open = this.#open;
    if (open?.phase !== 'bet') return;
    open.standing = withBet(open.standing, open.lesson, option);
    if (open.standing.bet !== null) open.phase = 'ready';
    this.#tell();
  };

  readonly start = (): void => {
    const open = this.#open;
    if (open === null || open.phase === 'bet' || open.phase === 'settingUp') return;
    const { unfit, empty } = this.#viewOf(open);
    if (unfit !== null || empty.length > 0) {
      open.phase = 'ready';
      this.#tell();
    } else void this.#begin(open);
  };

  readonly act = (move: LiveMove): void => {
    const open = this.#open;
    if (open?.phase !== 'running') return;
    open.strokes = open.strokes.then(() => this.#make(open, move));
    this.#tell();
  };

  readonly leave = (): void => {
    this.#end();
    this.#tell();
  };

  /** One move after the other, however quick the hand is. */
  async #make(open: OpenLesson, { steps, onceLogged }: LiveMove): Promise<void> {
    const logged = onceLogged === undefined ? null : new Logged(onceLogged.by);
    this.#awaited = logged;
    await this.#stroke(open, steps);
    if (onceLogged !== undefined && (await logged?.all) === true) {
      await this.#stroke(open, onceLogged.steps);
    }
    this.#awaited = null;
  }

  async #stroke(open: OpenLesson, steps: readonly LabStep[]): Promise<void> {
    for (const step of steps.filter(isLiveStep)) {
      const wait = isTold(step) ? 0 : open.toldMillis + TOLD_MILLIS - pageNow();
      if (wait > 0) await later(wait);
      if (this.#open !== open || open.phase !== 'running') return;
      if (isTold(step)) open.toldMillis = pageNow();
      this.#did(open, [step]);
      if (step.kind === 'crash') this.#ordered.set(step.server, pageNow());
      this.#atWork += 1;
      // A session that could not be opened is not there: the card says what is missing.
      doLive(step, this.#room.hands).catch(() => undefined);
      this.#atWork -= 1;
    }
  }

  async #begin(open: OpenLesson): Promise<void> {
    const { hands } = this.#room;
    this.#drop(open);
    // Of a try that is over.
    this.#awaited?.giveUp();
    Object.assign(open, { phase: 'settingUp', failed: null, stage: null });
    open.clients.clear();
    this.#tell();
    this.#atWork += 1;
    try {
      await new SetUp({
        ...{ hands, lesson: open.lesson, terms: open.terms, clients: open.clients },
        now: pageNow,
        isLeft: () => this.#open !== open,
        onStage: (stage) => {
          open.stage = stage;
          this.#tell();
        },
        listen: (evidence) => {
          this.#evidences.add(evidence);
          return () => this.#evidences.delete(evidence);
        },
      }).run();
      if (this.#open === open) this.#run(open);
    } catch (error) {
      open.phase = 'ready';
      open.failed = error instanceof SetUpFailed ? error.stage : (open.stage ?? 'servers');
    } finally {
      this.#atWork -= 1;
    }
    open.stage = null;
    this.#tell();
  }

  /** From here on it counts. What was met in another try stays met. */
  #run(open: OpenLesson): void {
    const { lesson, standing } = open;
    const fresh = beginning(lesson);
    const goals = fresh.goals.map((goal, at) => {
      const known = standing.goals[at];
      return known?.state === 'met' ? known : goal;
    });
    open.standing = { ...standing, goals, forbidden: fresh.forbidden };
    open.phase = 'running';
    open.beganMillis = pageNow();
    open.pictures = [];
    open.evidence = new LiveEvidence(new Wanted(conditionsOf(lesson)), {
      ...{ sinceMillis: open.beganMillis, clients: open.clients, running: [...this.#ran] },
    });
    this.#evidences.add(open.evidence);
  }

  #drop(open: OpenLesson): void {
    if (open.evidence !== null) this.#evidences.delete(open.evidence);
    open.evidence = null;
  }

  #listen(): void {
    if (this.#stop !== null) return;
    const { hands, watch } = this.#room;
    const stop = hands.subscribe(this.#onChange);
    hands.sessions.hear = (client, what) => {
      const now = pageNow();
      for (const evidence of this.#evidences) evidence.client(client, what, now);
    };
    watch({ stepped: this.#onStep, ran: this.#onRan });
    this.#stop = () => {
      stop();
      hands.sessions.hear = null;
      watch(null);
    };
  }

  #end(): void {
    const { hands } = this.#room;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#stop?.();
    this.#stop = null;
    this.#open = null;
    this.#awaited?.giveUp();
    this.#evidences.clear();
    hands.sessions.takeBack();
  }

  readonly #onChange = (change: PlaygroundChange): void => {
    if (change.kind === 'trace') {
      const now = pageNow();
      this.#awaited?.hear(change.events);
      for (const evidence of this.#evidences) evidence.trace(change.events, now);
    }
    if (change.kind === 'room') this.#see(change.room);
  };

  /** Who has stopped running since. */
  #see(room: RoomView): void {
    const now = pageNow();
    for (const seat of room.servers) {
      const { serverId: server } = seat;
      const epoch = Math.max(seat.server?.acceptedEpoch ?? 0, seat.server?.currentEpoch ?? 0);
      this.#epochSeen = Math.max(this.#epochSeen, epoch);
      if (runs(seat)) {
        this.#ran.add(server);
        continue;
      }
      if (!this.#ran.delete(server)) continue;
      const ordered = this.#ordered.get(server) ?? null;
      this.#ordered.delete(server);
      for (const evidence of this.#evidences) evidence.crashed(server, ordered, now);
    }
  }

  readonly #onStep = (step: Step): void => {
    const open = this.#open;
    if (this.#atWork > 0 || open?.phase !== 'running') return;
    if (step.kind === 'kill') this.#ordered.set(step.server, pageNow());
    this.#did(open, labStepsOf(step, this.#room.hands.room()));
  };

  readonly #onRan: Watcher['ran'] = (client, command) => {
    const open = this.#open;
    if (this.#atWork > 0 || open?.phase !== 'running') return;
    this.#did(open, [{ kind: 'command', client, command }]);
  };

  #did(open: OpenLesson, steps: readonly LabStep[]): void {
    const now = pageNow();
    for (const step of steps) open.evidence?.did(step, now);
    open.stepsTaken += 1;
  }

  /** Looks a few times a second, and less often where there is much to look at. */
  readonly #look = (): void => {
    const from = performance.now();
    const open = this.#open;
    if (open === null) return;
    if (open.phase === 'running') this.#judge(open);
    this.#tell();
    const rest = (performance.now() - from) * REST_PER_LOOK;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#look, Math.max(LOOK_MILLIS, rest));
  };

  #judge(open: OpenLesson): void {
    const { evidence, pictures } = open;
    if (evidence === null) return;
    const now = pageNow();
    pictures.push({ millis: now, facts: livePicture(this.#room.hands.room(), now) });
    pictures.splice(0, pictures.length - PICTURES_MAX);
    const isMore = evidence.settle(now);
    const at = pictures.findLastIndex(({ millis }) => millis <= now - SETTLE_MILLIS);
    const [before, shot] = [pictures[at - 1], pictures[at]];
    if (shot === undefined) return;
    if (!isMore && before !== undefined && isStill(before, shot)) return;
    const { standing, lesson } = open;
    const picture = () => shot.facts;
    open.standing = standingAfter(standing, lesson, { facts: evidence.facts, picture });
  }

  #tell(): void {
    const view = this.#open === null ? null : this.#viewOf(this.#open);
    if (isSame(view, this.#told)) return;
    this.#told = view;
    for (const listener of this.#listeners) listener(view);
  }

  #viewOf(open: OpenLesson): LiveLessonView {
    const { terms, phase, stage, failed, resumed, cleared, evidence } = open;
    const room = this.#room.hands.room();
    const empty = room.servers.filter((seat) => seat.role === 'participant' && !seat.present);
    return {
      ...{ lesson: lessonView(open), phase, stage, failed, resumed, cleared },
      ...{ seats: terms.seats, isNew: terms.isNew, forgotten: evidence?.forgotten ?? 0 },
      unfit: phase === 'settingUp' ? null : this.#unfit(terms, room),
      empty: terms.isNew ? [] : empty.map(({ serverId }) => serverId),
    };
  }

  #unfit({ seats, isNew }: LiveTerms, room: RoomView): Unfit | null {
    if (room.seat === null) return 'noSeat';
    if (room.seats !== seats) return 'seats';
    return isNew && this.#epochSeen > 0 ? 'notNew' : null;
  }
}

const later = (millis: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
