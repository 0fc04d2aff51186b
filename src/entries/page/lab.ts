// The laboratory as the interface sees it: the playground of a room, over a worker with a whole ensemble
// in it, and the controls of its time.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { Comparison, LabChange, LabControls, LabView } from '../../vocabulary/lab.ts';
import type {
  ClientCommand,
  CommandResult,
  Playground,
  PlaygroundChange,
  RoomProblem,
  RoomView,
  Step,
} from '../../vocabulary/playground.ts';
import { CLIENTS_MAX, type LabOptions, type LabStep } from '../../vocabulary/steps.ts';
import type { LabRun } from '../../vocabulary/lab-run.ts';
import type { Lesson, Rehearsed } from '../../vocabulary/lesson.ts';
import type { Taken } from '../../vocabulary/taken.ts';
import type { FromLab, ToLab } from '../lab-worker/messages.ts';
import { StepsKnown } from '../lab-worker/told-steps.ts';
import type { RecipeName } from '../../vocabulary/recipe.ts';
import { labStepsOf } from './lab-steps.ts';
import { reasonOf, type LabWorker, type Opening, type Waiting } from './lab-worker-port.ts';

/** With each of these the world before it is gone. */
const NEW_WORLDS: ReadonlySet<ToLab['kind']> = new Set([
  ...(['open', 'openRun', 'openLesson', 'showSolution'] as const),
]);

export class LabPlayground implements Playground, LabControls {
  readonly #worker: LabWorker;
  readonly #listeners = new Set<(change: PlaygroundChange) => void>();
  readonly #labListeners = new Set<(change: LabChange) => void>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #comparing = new Map<number, (comparison: Comparison | null) => void>();
  readonly #rehearsing = new Map<number, (rehearsed: Rehearsed | null) => void>();
  readonly #recalling = new Map<number, () => void>();
  readonly #steps = new StepsKnown();
  #opening: Opening[] = [];
  #room: RoomView;
  #lab: LabView;
  /** What the present world began with: its worker does not say it again and again. */
  #taken: Taken | null = null;
  #problems: readonly RoomProblem[] = [];
  #nextTicket = 1;
  #acted = false;

  /** Resolves when the worker has said how its first world is; rejects where it cannot. `inspect`: where bytes are never looked at, nothing
   *  that reads them is loaded. With `options` its first world is that one. */
  static open(
    worker: LabWorker,
    inspect: Playground['inspect'] = () => null,
    options: LabOptions | null = null,
  ): Promise<LabPlayground> {
    /** The usual world is there first. */
    let worlds = options === null ? 1 : 2;
    return new Promise((resolve, reject) => {
      worker.onerror = (event) => {
        reject(new Error(reasonOf(event)));
      };
      worker.onmessage = ({ data }: MessageEvent<FromLab>) => {
        if (data.kind !== 'lab') return;
        worlds -= 1;
        if (worlds === 0) resolve(new LabPlayground(worker, data, inspect));
      };
      if (options !== null) worker.postMessage({ kind: 'open', options } satisfies ToLab);
    });
  }

  private constructor(
    worker: LabWorker,
    first: FromLab & { readonly kind: 'lab' },
    inspect: Playground['inspect'],
  ) {
    this.#worker = worker;
    this.inspect = inspect;
    this.#lab = this.#steps.whole(first);
    this.#room = first.room;
    worker.onmessage = ({ data }: MessageEvent<FromLab>) => {
      this.#take(data);
    };
    worker.onerror = (event) => {
      this.#broke(reasonOf(event));
    };
  }

  readonly room = (): RoomView => this.#room;
  readonly lab = (): LabView => this.#lab;
  readonly acted = (): boolean => this.#acted;

  readonly subscribe = (listener: (change: PlaygroundChange) => void): (() => void) => {
    this.#listeners.add(listener);
    listener({ kind: 'room', room: this.#room });
    return () => {
      this.#listeners.delete(listener);
    };
  };

  readonly subscribeLab = (listener: (change: LabChange) => void): (() => void) => {
    this.#labListeners.add(listener);
    listener({ kind: 'lab', lab: this.#lab });
    return () => {
      this.#labListeners.delete(listener);
    };
  };

  readonly step = (step: Step): void => {
    for (const one of labStepsOf(step, this.#room)) this.act(one);
  };

  readonly run = (session: number, command: ClientCommand): Promise<CommandResult> => {
    const ticket = this.#takeTicket();
    this.#tell({
      ...{ kind: 'command', number: ticket, session, command, result: null, tookMillis: null },
    });
    return new Promise((resolve) => {
      const startedMillis = this.#lab.now.millis;
      this.#waiting.set(ticket, { session, command, startedMillis, resolve });
      this.#post({ kind: 'command', ticket, client: session, command });
    });
  };

  /** The client is there at once; its session is established when virtual time goes on. */
  readonly openSession = (timeoutMillis: number, server?: ServerId): Promise<number> => {
    const number = this.#room.sessions.length + this.#opening.length + 1;
    if (number > CLIENTS_MAX) return Promise.reject(new RangeError('too many clients'));
    return new Promise((resolve, reject) => {
      this.#opening.push({ number, resolve, reject });
      this.act({ kind: 'openClient', server: server ?? null, timeoutMillis });
    });
  };

  readonly closeSession = (client: number): Promise<void> => {
    this.act({ kind: 'closeClient', client });
    return Promise.resolve();
  };

  readonly follow = (client: number, recipe: RecipeName, root: string): void => {
    this.act({ kind: 'startRecipe', client, recipe, root });
  };

  readonly letGo = (client: number, root: string): void => {
    this.act({ kind: 'letGo', client, root });
  };

  readonly inspect: Playground['inspect'];

  readonly watchTree = (server: ServerId): void => {
    this.#post({ kind: 'watchTree', server });
  };

  /** The first server that is down comes up. */
  readonly openAnother = (): void => {
    const down = this.#room.servers.find(({ present, killed }) => killed || !present);
    if (down !== undefined) this.act({ kind: 'openServer', server: down.serverId });
  };

  /** A laboratory has no rooms; its next world is a link. */
  readonly openNewRoom = (): void => undefined;

  readonly openSeat = (server: ServerId): void => {
    this.act({ kind: 'openServer', server });
  };

  /** What its page has to say of this world, in the place of what it said before. */
  readonly say = (problems: readonly RoomProblem[]): void => {
    this.#problems = problems;
    this.#room = { ...this.#room, problems };
    this.#tell({ kind: 'room', room: this.#room });
  };

  /** A world in which something threw may be wrong in any part: it stands still, and that is said once. */
  #broke(reason: string): void {
    if (this.#problems.some(({ kind }) => kind === 'labBroke')) return;
    this.pause();
    this.say([...this.#problems, { kind: 'labBroke', reason }]);
  }

  readonly open = (options: LabOptions): void => {
    this.say(this.#problems.filter(({ kind }) => kind !== 'labBroke'));
    this.#taken = options.taken ?? null;
    this.#post({ kind: 'open', options });
  };
  readonly openRun = (run: LabRun): void => {
    this.#taken = run.options.taken ?? null;
    this.#post({ kind: 'openRun', run });
  };
  readonly stopRun = (): void => {
    this.#post({ kind: 'stopRun' });
  };
  readonly openLesson = (lesson: Lesson): void => {
    this.#taken = null;
    this.say([]);
    this.#post({ kind: 'openLesson', lesson });
  };
  readonly rehearse = (lesson: Lesson): Promise<Rehearsed | null> =>
    new Promise((resolve) => {
      const ticket = this.#takeTicket();
      this.#rehearsing.set(ticket, resolve);
      this.#post({ kind: 'rehearse', ticket, lesson });
    });
  readonly placeBet = (option: string): void => {
    this.#post({ kind: 'placeBet', option });
  };
  readonly showSolution = (): void => {
    this.#post({ kind: 'showSolution' });
  };
  readonly begin = (): void => {
    this.#post({ kind: 'begin' });
  };
  readonly play = (): void => {
    this.#post({ kind: 'play' });
  };
  readonly pause = (): void => {
    this.#post({ kind: 'pause' });
  };
  readonly setSpeed = (speed: number): void => {
    this.#post({ kind: 'setSpeed', speed });
  };
  readonly stepEvent = (): void => {
    this.#post({ kind: 'stepEvent' });
  };
  readonly stepDecision = (): void => {
    this.#post({ kind: 'stepDecision' });
  };
  readonly seek = ({ millis, events }: { millis: number; events: number | null }): void => {
    this.#post({ kind: 'seek', millis, events });
  };
  readonly selectBranch = (branch: number): void => {
    this.#post({ kind: 'selectBranch', branch });
  };
  /** A command is one like any that is typed: it is echoed, and its answer heard. */
  readonly act = (step: LabStep): void => {
    if (step.kind === 'command') void this.run(step.client, step.command);
    else this.#post({ kind: 'act', step });
  };

  readonly recallAll = (): Promise<void> =>
    new Promise((resolve) => {
      const ticket = this.#takeTicket();
      this.#recalling.set(ticket, resolve);
      this.#post({ kind: 'recallAll', ticket });
    });

  readonly compare = (left: number, right: number): Promise<Comparison> =>
    new Promise((resolve, reject) => {
      const ticket = this.#takeTicket();
      this.#comparing.set(ticket, (comparison) => {
        if (comparison !== null) resolve(comparison);
        else reject(new RangeError('no such branch'));
      });
      this.#post({ kind: 'compare', ticket, left, right });
    });

  #takeTicket(): number {
    this.#nextTicket += 1;
    return this.#nextTicket - 1;
  }

  #take(message: FromLab): void {
    switch (message.kind) {
      case 'lab':
        this.#lab = this.#whole(this.#steps.whole(message));
        this.#room = { ...message.room, problems: this.#problems };
        this.#opened(message.room.sessions.length);
        this.#tell({ kind: 'room', room: this.#room });
        this.#tellLab({ kind: 'lab', lab: this.#lab });
        break;
      case 'damaged':
        this.#taken = null;
        this.say([{ kind: 'takenDamaged' }]);
        break;
      case 'told':
        this.#tell({ kind: 'trace', events: message.events });
        break;
      case 'jumped':
      case 'earlier':
        this.#tellLab(message);
        break;
      case 'refused':
        // The worker answers in order: it is the oldest that still waits.
        if (message.step.kind === 'openClient') {
          this.#opening.shift()?.reject(new RangeError('the laboratory is full'));
        }
        this.#tellLab(message);
        break;
      case 'lessonRefused':
        this.#tellLab(message);
        break;
      case 'rehearsed':
        this.#rehearsing.get(message.ticket)?.(message.rehearsed);
        this.#rehearsing.delete(message.ticket);
        break;
      case 'tree':
      case 'watch':
        this.#tell(message);
        break;
      case 'answered':
        this.#answered(message.ticket, message.result);
        break;
      case 'recalled':
        this.#recalling.get(message.ticket)?.();
        this.#recalling.delete(message.ticket);
        break;
      case 'compared':
        this.#comparing.get(message.ticket)?.(message.comparison);
        this.#comparing.delete(message.ticket);
        break;
    }
  }

  #whole(lab: LabView): LabView {
    const taken = this.#taken;
    return taken === null ? lab : { ...lab, options: { ...lab.options, taken } };
  }

  #opened(sessions: number): void {
    const opening = this.#opening;
    this.#opening = opening.filter(({ number }) => number > sessions);
    for (const { number, resolve } of opening) if (number <= sessions) resolve(number);
  }

  #answered(ticket: number, result: CommandResult): void {
    const waiting = this.#waiting.get(ticket);
    if (waiting === undefined) return;
    this.#waiting.delete(ticket);
    const { session, command } = waiting;
    const tookMillis = Math.max(0, this.#lab.now.millis - waiting.startedMillis);
    this.#tell({ kind: 'command', number: ticket, session, command, result, tookMillis });
    waiting.resolve(result);
  }

  #post(message: ToLab): void {
    if (NEW_WORLDS.has(message.kind)) this.#acted = false;
    else if (message.kind === 'act' || message.kind === 'command') this.#acted = true;
    this.#worker.postMessage(message);
  }

  #tell(change: PlaygroundChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  #tellLab(change: LabChange): void {
    for (const listener of this.#labListeners) listener(change);
  }
}
