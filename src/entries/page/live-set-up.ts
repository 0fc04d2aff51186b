// Brings a room to where a lesson begins: nothing hindered, the right server leading (or nobody running at all), the
// lesson's own znodes gone, its clients there. Whatever it waits for has a bound, and whoever leaves stops it.

import { evaluate } from '../../lessons/evaluate.ts';
import { startingOrder, type LiveTerms } from '../../lessons/live.ts';
import { conditionsOfScript, Wanted } from '../../lessons/wanted.ts';
import { serverId } from '../../vocabulary/ids.ts';
import type { Lesson, ScriptLine } from '../../vocabulary/lesson.ts';
import type { SetUpStage } from '../../vocabulary/live-lesson.ts';
import type { RoomView, SeatView } from '../../vocabulary/playground.ts';
import { LiveEvidence } from './live-evidence.ts';
import { livePicture, runs } from './live-picture.ts';
import { doLive, type LiveHands } from './live-steps.ts';

const LOOK_MILLIS = 50;
/** For all tabs to do what they were told, on a slow machine. */
const PATIENCE_MILLIS = 30_000;
const LEADER_ATTEMPTS = 3;
/** The setup's own commands speak through it; lessons' clients have others. */
const CLEANER_MILLIS = 10_000;

/** It came to no end; or, without a stage, nobody wants it any more. */
export class SetUpFailed extends Error {
  readonly stage: SetUpStage | null;

  constructor(stage: SetUpStage | null) {
    super(`the setup has failed: ${String(stage)}`);
    this.stage = stage;
  }
}

export interface SetUpOwner {
  readonly hands: LiveHands;
  readonly lesson: Lesson;
  readonly terms: LiveTerms;
  /** Whose each session is. */
  readonly clients: Map<bigint, number>;
  readonly isLeft: () => boolean;
  readonly onStage: (stage: SetUpStage) => void;
  readonly now: () => number;
  /** Gives it all that the room tells, until the returned function is called. */
  readonly listen: (evidence: LiveEvidence) => () => void;
}

export class SetUp {
  readonly #owner: SetUpOwner;
  #stage: SetUpStage = 'servers';

  constructor(owner: SetUpOwner) {
    this.#owner = owner;
  }

  /** Rejects with a {@link SetUpFailed}. */
  async run(): Promise<void> {
    const { hands, lesson, terms } = this.#owner;
    this.#at('servers');
    hands.step({ kind: 'healAll' });
    for (const seat of this.#voters()) this.#mend(seat);
    if (terms.isNew) {
      hands.sessions.lend();
      await this.#killAll();
      return;
    }
    await this.#allServe();
    this.#at('leader');
    await this.#lead();
    this.#at('clients');
    await this.#clear(clearedBy(lesson));
    this.#goOn();
    hands.sessions.lend();
    await this.#play(lesson.setup.filter((line) => !isStart(line)));
  }

  /** Nobody wants it any more: nothing else is done to the room or to the page's sessions. */
  #goOn(): void {
    if (this.#owner.isLeft()) throw new SetUpFailed(null);
  }

  #at(stage: SetUpStage): void {
    this.#goOn();
    this.#stage = stage;
    this.#owner.onStage(stage);
  }

  #room(): RoomView {
    return this.#owner.hands.room();
  }

  #voters(): readonly SeatView[] {
    return this.#room().servers.filter(({ role }) => role === 'participant');
  }

  #mend({ serverId: server, frozen }: SeatView): void {
    const { hands } = this.#owner;
    const has = (kind: 'slowDisk' | 'fullDisk' | 'skewClock'): boolean =>
      this.#room().faults.some((fault) => fault.kind === kind && fault.server === server);
    if (frozen) hands.step({ kind: 'freeze', server, on: false });
    if (has('slowDisk')) hands.step({ kind: 'slowDisk', server, millis: 0 });
    if (has('fullDisk')) hands.step({ kind: 'fullDisk', server, on: false });
    if (has('skewClock')) hands.step({ kind: 'skewClock', server, percent: 100 });
  }

  async #killAll(): Promise<void> {
    const { hands } = this.#owner;
    for (const seat of this.#voters()) {
      if (runs(seat)) hands.step({ kind: 'kill', server: seat.serverId });
    }
    await this.#until(() => !this.#voters().some(runs));
  }

  async #allServe(): Promise<void> {
    await this.#start(this.#voters().map((seat) => seat.serverId));
  }

  /** Those of them that are down, and until all of them serve. */
  async #start(servers: readonly number[]): Promise<void> {
    const { hands } = this.#owner;
    for (const seat of this.#voters()) {
      const { serverId: server } = seat;
      if (servers.includes(server) && !runs(seat)) hands.step({ kind: 'restart', server });
    }
    await this.#until(() =>
      servers.every((server) =>
        this.#voters().some(
          (seat) => seat.serverId === server && runs(seat) && seat.server?.serving === true,
        ),
      ),
    );
  }

  /** All disks are the same when it begins, so who starts first decides. */
  async #lead(): Promise<void> {
    const { terms } = this.#owner;
    if (terms.leader === null) return;
    const { first, then } = startingOrder(terms);
    for (let attempt = 0; attempt < LEADER_ATTEMPTS; attempt += 1) {
      if (this.#room().quorum.leader === serverId(terms.leader)) return;
      await this.#killAll();
      await this.#start(first);
      await this.#start([...first, ...then]);
    }
    if (this.#room().quorum.leader !== serverId(terms.leader)) throw new SetUpFailed('leader');
  }

  /** Through a session of its own, which is closed again: clients of before may be cut off. */
  async #clear(paths: readonly string[]): Promise<void> {
    const { hands } = this.#owner;
    hands.sessions.lend();
    if (paths.length === 0) return;
    const session = await this.#opened(() => hands.openSession(CLEANER_MILLIS));
    for (const path of paths) {
      this.#goOn();
      await hands.run(session, { kind: 'deleteall', path });
    }
  }

  /** A server that is about to serve refuses a session for a moment: clients ask again. */
  async #opened<T>(open: () => Promise<T>): Promise<T> {
    const untilMillis = this.#owner.now() + PATIENCE_MILLIS;
    for (;;) {
      try {
        const opened = await open();
        this.#goOn();
        return opened;
      } catch {
        this.#goOn();
        if (this.#owner.now() > untilMillis) throw new SetUpFailed(this.#stage);
        await this.#look();
      }
    }
  }

  async #play(lines: readonly ScriptLine[]): Promise<void> {
    const { hands, lesson, clients, now } = this.#owner;
    let sinceMillis = now();
    const wanted = new Wanted([
      ...conditionsOfScript(lesson.setup),
      { kind: 'never', fact: { kind: 'answered', where: {} } },
    ]);
    const running = this.#voters().filter(runs);
    const evidence = new LiveEvidence(wanted, {
      ...{ sinceMillis, clients, settleMillis: 0 },
      running: running.map((seat) => seat.serverId),
    });
    const stop = this.#owner.listen(evidence);
    try {
      for (const line of lines) {
        this.#goOn();
        if (line.do === 'wait') await later(line.millis);
        if (line.do === 'step') {
          sinceMillis = now();
          const { step } = line;
          if (step.kind === 'openClient') await this.#opened(() => doLive(step, hands));
          else await doLive(step, hands);
        }
        if (line.do === 'until') {
          await this.#until(() => {
            evidence.settle(now());
            const facts = evidence.facts.filter(({ at }) => at.millis >= sinceMillis);
            const picture = () => livePicture(hands.room(), now());
            return evaluate(line.holds, { facts, picture }).state === 'met';
          });
        }
      }
      const refused = evidence.facts.some(
        ({ kind, fields }) => kind === 'answered' && fields['outcome'] !== 'ok',
      );
      if (refused) throw new SetUpFailed('clients');
    } finally {
      stop();
    }
  }

  async #until(holds: () => boolean): Promise<void> {
    const untilMillis = this.#owner.now() + PATIENCE_MILLIS;
    while (!holds()) {
      if (this.#owner.now() > untilMillis) throw new SetUpFailed(this.#stage);
      await this.#look();
    }
  }

  async #look(): Promise<void> {
    await later(LOOK_MILLIS);
    this.#goOn();
  }
}

const isStart = (line: ScriptLine): boolean =>
  line.do === 'step' && line.step.kind === 'openServer';

const later = (millis: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, millis);
  });

/** The first names of all znodes that the lesson's clients make: each begins without them. */
export function clearedBy({ setup, moves, solution }: Lesson): readonly string[] {
  const scripted = [...setup, ...solution].flatMap((line) =>
    line.do === 'step' ? [line.step] : [],
  );
  const paths = [...scripted, ...moves.flatMap(({ steps }) => steps)].flatMap((step) => {
    if (step.kind === 'startRecipe') return [step.root];
    return step.kind === 'command' && step.command.kind === 'create' ? [step.command.path] : [];
  });
  const names = paths.flatMap((path) =>
    path
      .split('/')
      .filter((part) => part !== '')
      .slice(0, 1),
  );
  return [...new Set(names)].map((name) => `/${name}`).sort();
}
