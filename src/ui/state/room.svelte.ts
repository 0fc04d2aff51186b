// Everything the interface shows, fed by the playground's changes. The engine may speak thousands of
// times a second: what comes is gathered and shown once a frame at most, and every list is bounded.

import type { Playground, PlaygroundChange, RoomView } from '../../vocabulary/playground.ts';
import type { ServerId } from '../../vocabulary/ids.ts';
import { isSame } from '../../base/same.ts';
import { NO_LAMP, type LampView } from '../../vocabulary/lamp.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import { isUpkeep } from '../../vocabulary/upkeep.ts';
import { FLIGHT_MILLIS, flightsWith, NO_FLIGHTS, type Flight } from '../stage/flights.ts';
import { feedWith, type FeedLine } from './feed.ts';
import type { JumpListener } from './lab.svelte.ts';
import { Lookback } from './lookback.svelte.ts';
import { flightsOfRun } from './moments.ts';
import { outsideWith, type OutsideClient } from './outside.ts';
import type { CommandLineEntry, ShellNote, WatchEntry } from './spoken.ts';
import { Pace } from './pace.ts';
import { NO_TREES, withTree, type TreeShown } from './trees.ts';

const COMMANDS_MAX = 100;
const WATCHES_MAX = 100;
const NOTES_MAX = 40;
/** Of one picture's events so many, the newest, are read and fly; the history has all. */
const READ_MAX = 4_000;
/** What the space-time diagram can look back upon. */
const HISTORY_MAX = 100_000;
const MOVED_BY_UPKEEP: ReadonlySet<string> = new Set(['fuse']);
/** More than this at once is no reading matter: the feed then goes on at a reader's pace. */
const FEED_EVENTS_BUSY = 24;
const FEED_MILLIS_BUSY = 500;

export interface HeldFlights {
  readonly flights: readonly Flight[];
  readonly at: number;
}

const isQuiet = ({ event }: Traced): boolean => isUpkeep(event);

const NOBODY: readonly OutsideClient[] = [];

export class RoomStore {
  /** By the picture of the room that they belong to, for as long as that is kept. */
  readonly #outsideOf = new WeakMap<RoomView, readonly OutsideClient[]>();
  /** The room as it is now, whatever moment is looked at: what a step is about. */
  present = $state.raw<RoomView>() as RoomView;
  presentFeed = $state.raw<readonly FeedLine[]>([]);
  trees = $state.raw(NO_TREES);
  /** Of a room: what this page judges of it, now. */
  lamp = $state.raw(NO_LAMP);
  commands = $state.raw<readonly CommandLineEntry[]>([]);
  watches = $state.raw<readonly WatchEntry[]>([]);
  notes = $state.raw<readonly ShellNote[]>([]);
  flights = $state.raw(NO_FLIGHTS);
  /** What stands in the air at the moment that a laboratory was taken to; null: everything flies. */
  held = $state.raw<HeldFlights | null>(null);
  /** What was, where the page keeps it: a laboratory has its own past. */
  readonly past: Lookback;
  /** The room and its feed at the moment that is looked at. */
  readonly room: RoomView = $derived.by(() => this.past.moment?.room ?? this.present);
  readonly feed: readonly FeedLine[] = $derived.by(
    () => this.past.moment?.feed ?? this.presentFeed,
  );
  /** Watch events with a smaller key are no longer printed in the command line. */
  clearedWatches = $state(0);
  /** Clients from outside at that moment, also those that were between two servers. */
  readonly outside = $derived(this.#outsideOf.get(this.room) ?? NOBODY);
  /** Counts up when `history` has become longer or another. */
  historyVersion = $state(0);
  /** Counts up when time went elsewhere, and what was told is another. */
  jumps = 0;
  /** Counts up when more is known of what was before. */
  recalls = 0;

  readonly #playground: Playground;
  readonly #keepsPast: boolean;
  /** It grows in place: a copy of a hundred thousand with every picture would cost more than the picture. */
  #history: Traced[] = [];
  #forgotten = 0;
  #gathered: Traced[] = [];
  #withPicture: (() => void) | null = null;
  #gatheredRoom: RoomView | null = null;
  /** What `present` is, for whom it is no state to follow. */
  #shownRoom: RoomView;
  readonly #pace = new Pace();
  #gatheredLamp: LampView | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** When it is due. */
  #due = 0;
  #unread: Traced[] = [];
  #feedAtMillis = 0;
  /** Time went elsewhere: what comes next is shown at once, so that a jump is one picture. */
  #jumped = false;
  #landing: ReturnType<typeof setTimeout> | null = null;
  #watchKey = 1;
  #noteKey = 1;
  #lastCommand = 0;

  constructor(playground: Playground, keepsPast: boolean, past = new Lookback()) {
    this.past = past;
    this.#playground = playground;
    this.#keepsPast = keepsPast;
    this.#shownRoom = playground.room();
    this.present = this.#shownRoom;
  }

  /** So much is told that pictures are rare. */
  get isFlood(): boolean {
    return this.#pace.isFlood;
  }

  /** All that was told, oldest first; its oldest part is forgotten. */
  get history(): readonly Traced[] {
    return this.#history;
  }

  /** Does this with the next picture, so that the page is drawn once for both; the last one asked for counts. */
  readonly withPicture = (act: () => void): void => {
    this.#withPicture = act;
    this.#showWithin(this.#pace.gatherMillis);
  };

  /** What was gathered is shown at once: whoever keeps what was told keeps all of it. */
  readonly showNow = (): void => {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#show();
  };

  /** A server's tree at the moment that is looked at, or as it is now where none is kept of then. */
  readonly treeOf = (server: ServerId): TreeShown | undefined => {
    const then = this.past.treeOf(server);
    if (then !== null) return { tree: then, ofNow: false };
    const now = this.trees.get(server);
    return now === undefined ? undefined : { tree: now, ofNow: this.past.at !== null };
  };

  /** Listens until the returned function is called. */
  readonly start = (): (() => void) => {
    const stop = this.#playground.subscribe((change) => {
      this.#onChange(change);
    });
    return () => {
      stop();
      if (this.#timer !== null) clearTimeout(this.#timer);
      if (this.#landing !== null) clearTimeout(this.#landing);
      this.#timer = null;
      this.#landing = null;
    };
  };

  /** Time went elsewhere: what was shown is void, and this was told up to here. What was in the air then
   *  stands where it was, until something new is told. */
  readonly jump: JumpListener = (events, { millis, speed, landedMillis }) => {
    this.#gathered = [];
    this.#unread = [];
    this.#history = events.slice(-HISTORY_MAX);
    this.historyVersion += 1;
    this.jumps += 1;
    this.flights = NO_FLIGHTS;
    const flying = events.filter(({ atMillis }) => atMillis > landedMillis);
    this.held = { flights: flightsOfRun(flying, millis, speed), at: millis / speed };
    this.trees = NO_TREES;
    this.watches = [];
    this.presentFeed = feedWith([], events);
    this.#jumped = true;
  };

  /** As much of the past as there is room for: what was told since stays. */
  readonly recall = (events: readonly Traced[]): void => {
    const room = HISTORY_MAX - this.#history.length;
    if (room <= 0) return;
    this.#history = events.slice(-room).concat(this.#history);
    this.historyVersion += 1;
    this.recalls += 1;
  };

  readonly addNote = (kind: ShellNote['kind'], line: string, lines: ShellNote['lines']): void => {
    const note = { key: this.#noteKey, after: this.#lastCommand, kind, line, lines };
    this.#noteKey += 1;
    this.notes = [...this.notes, note].slice(-NOTES_MAX);
  };

  readonly clearCommands = (): void => {
    this.notes = [];
    this.clearedWatches = this.#watchKey;
    this.commands = this.commands.filter((entry) => entry.result === null);
  };

  #onChange(change: PlaygroundChange): void {
    switch (change.kind) {
      case 'room':
        this.#showWithin(
          this.#isNews(change.room) ? this.#pace.gatherMillis : this.#pace.quietMillis,
        );
        this.#gatheredRoom = change.room;
        if (this.#jumped) this.showNow();
        this.#jumped = false;
        return;
      case 'trace':
        // Not push(...events): a burst may be longer than a call may have arguments.
        for (const traced of change.events) this.#gathered.push(traced);
        if (this.#gathered.length > HISTORY_MAX * 2) {
          this.#gathered = this.#gathered.slice(-HISTORY_MAX);
        }
        this.#showWithin(
          change.events.every(isQuiet) ? this.#pace.quietMillis : this.#pace.gatherMillis,
        );
        return;
      case 'tree':
        this.trees = withTree(this.trees, change.tree);
        if (this.#keepsPast) this.past.takeTree(change.tree);
        return;
      case 'lamp':
        this.#gatheredLamp = change.lamp;
        this.#showWithin(isSame(change.lamp.first, this.lamp.first) ? this.#pace.quietMillis : 0);
        return;
      case 'watch': {
        const { session, event } = change;
        const after = this.#lastCommand;
        const entry = { key: this.#watchKey, session, event, atMillis: Date.now(), after };
        this.#watchKey += 1;
        this.watches = [...this.watches, entry].slice(-WATCHES_MAX);
        return;
      }
      case 'command':
        this.#onCommand(change);
    }
  }

  #onCommand(change: PlaygroundChange & { kind: 'command' }): void {
    const { number, session, command, result, tookMillis } = change;
    this.#lastCommand = Math.max(this.#lastCommand, number);
    const known = this.commands.find((entry) => entry.number === number);
    const sentMillis = known?.sentMillis ?? Date.now();
    const entry = { number, session, command, result, tookMillis, sentMillis };
    this.commands =
      known === undefined
        ? [...this.commands, entry].slice(-COMMANDS_MAX)
        : this.commands.map((other) => (other.number === number ? entry : other));
  }

  #isNews(room: RoomView): boolean {
    return !isSame(room, this.#gatheredRoom ?? this.#shownRoom, MOVED_BY_UPKEEP);
  }

  #showWithin(millis: number): void {
    const due = performance.now() + millis;
    if (this.#timer !== null) {
      if (this.#due <= due) return;
      clearTimeout(this.#timer);
    }
    this.#due = due;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#show();
    }, millis);
  }

  #show(): void {
    this.#measure();
    const events = this.#gathered;
    this.#gathered = [];
    this.#withPicture?.();
    this.#withPicture = null;
    if (this.#gatheredLamp !== null) this.lamp = this.#gatheredLamp;
    this.#gatheredLamp = null;
    if (this.#gatheredRoom !== null) {
      const before = this.#outsideOf.get(this.present) ?? NOBODY;
      this.#outsideOf.set(this.#gatheredRoom, outsideWith(before, this.#gatheredRoom));
      this.present = this.#gatheredRoom;
      this.#shownRoom = this.#gatheredRoom;
    }
    this.#gatheredRoom = null;
    const now = performance.now();
    this.#pace.told(events.length, now);
    if (events.length > 0) {
      this.#remember(events);
      this.held = null;
    }
    this.#read(events, now);
    if (this.#keepsPast) {
      this.past.take(this.present, this.presentFeed, this.history, this.#forgotten);
    }
    if (events.length === 0 || document.hidden) return;
    this.flights = flightsWith(this.flights, events.slice(-READ_MAX), now, this.#pace.isFlood);
    this.#land();
  }

  #remember(events: readonly Traced[]): void {
    const { length } = this.#history;
    if (length > HISTORY_MAX) {
      this.#history = this.#history.slice(-HISTORY_MAX / 2);
      this.#forgotten += length - this.#history.length;
    }
    for (const traced of events) this.#history.push(traced);
    this.historyVersion += 1;
  }

  #read(events: readonly Traced[], now: number): void {
    for (const traced of events.slice(-READ_MAX)) this.#unread.push(traced);
    if (this.#unread.length === 0) return;
    const busy = this.#unread.length > FEED_EVENTS_BUSY;
    if (busy && now - this.#feedAtMillis < FEED_MILLIS_BUSY) {
      this.#showWithin(this.#pace.gatherMillis);
      return;
    }
    this.#feedAtMillis = now;
    this.presentFeed = feedWith(this.presentFeed, this.#unread);
    this.#unread = [];
  }

  /** What this picture takes, from its first change to the end of its frame, decides about the next. */
  #measure(): void {
    if (document.hidden) return;
    const from = performance.now();
    requestAnimationFrame(() => {
      setTimeout(() => {
        this.#pace.took(performance.now() - from);
      });
    });
  }

  /** Takes landed flights away when nothing new comes. */
  #land(): void {
    const { isFlood, landMillis } = this.#pace;
    if (this.#landing !== null) {
      if (!isFlood) return;
      // The next picture takes them away.
      clearTimeout(this.#landing);
      this.#landing = null;
    }
    if (this.flights.list.length === 0) return;
    const millis = isFlood ? landMillis + FLIGHT_MILLIS : FLIGHT_MILLIS / 2;
    this.#landing = setTimeout(() => {
      this.#landing = null;
      this.flights = flightsWith(this.flights, [], performance.now());
      this.#land();
    }, millis);
  }
}
