// What the diagram looks at: how much of the axis, where, which event is chosen. At the live edge it goes
// along; whoever looks back stands still until they return.

import type { Traced } from '../../vocabulary/trace.ts';
import type { RoomStore } from '../state/room.svelte.ts';
import type { Selecting } from '../state/selecting.svelte.ts';
import { eventSelection, isSamePlace } from '../state/selection.ts';
import type { Timeline } from '../tape/timeline.ts';
import type { FeedKind } from '../words/event-kind.ts';
import { causalityOf, pastOf, type Causality } from './causality.ts';
import { GrowingCausality } from './growing-causality.ts';
import { edgeAfter, isLookedAtAgain, type Told } from './looking.ts';
import { isShown, positionsOf, type Shown, type Spacing } from './picture.ts';
import { Search } from './search.svelte.ts';
import { edgeAround, edgeAtFirst, edgeWith, movedTo, spanAtFirst, type Head } from './window.ts';

const REFRESH_MILLIS = 400;
/** Where clocks are so far apart that all is joined anew each time, the page has most of its time for itself. */
const REST_PER_LOOK = 5;
const SPANS: Readonly<Record<Spacing, readonly number[]>> = {
  time: [50, 200, 1_000, 5_000, 20_000, 60_000],
  causal: [12, 24, 48, 96, 200, 400],
};
const SPAN_AT_FIRST = 3;
const PAN = 0.25;
/** Room behind the newest. */
const AHEAD = 0.03;

/** After a jump the same event is told by another object. */
function indexOf(events: readonly Traced[], traced: Traced): number {
  const at = events.indexOf(traced);
  if (at >= 0) return at;
  return events.findIndex((one) => isSamePlace(one, traced));
}

export class SpaceTimeSight {
  spacing = $state<Spacing>('time');
  zoom = $state(SPAN_AT_FIRST);
  /** The right edge; null: the live edge. */
  edge = $state<number | null>(null);
  messages = $state(true);
  locals = $state(true);
  clients = $state(true);
  pings = $state(false);
  /** As an ordered list instead of a drawing. */
  list = $state(false);
  /** One part of the protocol alone; null: all of it. */
  kind = $state<FeedKind | null>(null);
  /** Where somebody points, on the axis. */
  pointed = $state<number | null>(null);
  readonly search = new Search();
  causality = $state.raw<Causality>(causalityOf([]));

  readonly shown: Shown = $derived({
    messages: this.messages,
    locals: this.locals,
    pings: this.pings,
    kind: this.kind,
  });
  readonly positions = $derived(
    positionsOf(this.causality, { spacing: this.spacing, ...this.shown }),
  );
  readonly span = $derived(SPANS[this.spacing][this.zoom] ?? 1_000);
  /** Where the newest event stands that is drawn. */
  readonly last = $derived(this.#newest());
  /** The right edge where it goes along. */
  readonly newest = $derived(Math.max(this.last + this.span * AHEAD, this.#begun()));
  readonly to = $derived(this.edge ?? this.newest);
  readonly from = $derived(this.to - this.span);
  /** The event that is selected, here or anywhere else. */
  readonly chosen: Traced | null = $derived.by(() => {
    const { current } = this.#selection;
    return current?.kind === 'event' || current?.kind === 'packet' ? current.traced : null;
  });
  /** The events change their places when new ones come. */
  readonly chosenIndex = $derived(
    this.chosen === null ? -1 : indexOf(this.causality.events, this.chosen),
  );
  readonly past = $derived(this.chosenIndex < 0 ? null : pastOf(this.causality, this.chosenIndex));
  /** All that is searched for, wherever it stands, oldest first; null without a search. */
  readonly matches: readonly number[] | null = $derived(this.#matches());
  readonly canZoomIn = $derived(this.zoom > 0);
  readonly canZoomOut = $derived(this.zoom < SPANS.time.length - 1);

  readonly #store: RoomStore;
  readonly #growing = new GrowingCausality();
  readonly #selection: Selecting;
  readonly #timeline: Timeline;
  #head: Head | null = null;
  /** The edge that the moment left: nobody put it there. */
  #leftEdge: number | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #known: Told | null = null;

  constructor(store: RoomStore, selection: Selecting, timeline: Timeline) {
    this.#store = store;
    this.#selection = selection;
    this.#timeline = timeline;
    const total = timeline.to - Math.min(timeline.from, store.history[0]?.atMillis ?? Infinity);
    this.zoom = spanAtFirst(SPANS.time, SPAN_AT_FIRST, total * (1 + AHEAD));
  }

  /** Looks again now and then until the returned function is called. */
  readonly start = (): (() => void) => {
    this.#refresh();
    return () => {
      if (this.#timer !== null) clearTimeout(this.#timer);
      this.#timer = null;
      this.search.end();
    };
  };

  readonly setSpacing = (spacing: Spacing): void => {
    this.spacing = spacing;
    this.pointed = null;
    this.edge = spacing === 'time' ? edgeAtFirst(this.#timeline, this.span) : null;
  };

  /** +1 looks at less, -1 at more. While it stands still, this position keeps its place, or what is chosen, or
   *  the middle. */
  readonly zoomBy = (steps: number, around: number | null = null): void => {
    const { span, to, edge } = this;
    const position = around ?? this.#chosenInSight() ?? to - span / 2;
    this.zoom = Math.min(Math.max(this.zoom - steps, 0), SPANS.time.length - 1);
    if (edge === null) return;
    const next = edgeAround(to, span, this.span, position);
    if (edge === this.#leftEdge) this.#leftEdge = next;
    this.edge = next;
  };

  readonly panBy = (parts: number): void => {
    this.moveBy(parts * PAN * this.span);
  };

  /** Along the axis, in its own measure. */
  readonly moveBy = (by: number): void => {
    const { span, newest, to } = this;
    const { to: end, live, told } = this.#timeline;
    const goesOn = !live || told < end;
    const moved = movedTo(to + by, span, {
      newest,
      ...(this.spacing === 'causal'
        ? { oldest: 0, end: 0 }
        : { oldest: this.#oldest(), end: goesOn ? end : 0 }),
    });
    // Nobody goes along by going back.
    this.edge = moved ?? (by < 0 ? to + by : null);
  };

  /** To the right end of all that is known: where nothing is to come, it goes along from there. */
  readonly toEnd = (): void => {
    const { to: end, live, told } = this.#timeline;
    const isAhead = (!live || told < end) && end > this.newest;
    if (this.spacing === 'time' && isAhead) this.moveBy(end - this.to);
    else this.edge = null;
  };

  /** Where somebody points; beside all that is known is nothing to point at. */
  readonly point = (position: number | null): void => {
    const { from, to } = this.#timeline;
    const known = position !== null && position >= from && position <= to;
    this.pointed = known && this.spacing === 'time' ? position : null;
  };

  /** The moment that is shown is another: it stays in sight where it was, and what is read stays where it is. */
  readonly follow = (head: Head): void => {
    const before = this.#head;
    this.#head = head;
    if (this.spacing !== 'time') return;
    const { edge, to, span } = this;
    const held = edge !== null && edge !== this.#leftEdge;
    const left = before && edgeWith({ edge, to, span, held }, before, head);
    this.edge = before === null ? edgeAtFirst(head, span) : left;
    if (this.edge !== edge) this.#leftEdge = this.edge;
  };

  readonly choose = (index: number): void => {
    const traced = this.causality.events[index];
    if (traced === undefined) return;
    this.#selection.choose(eventSelection(traced));
    const position = this.positions[index] ?? 0;
    const { from, to } = this;
    if (this.edge === null) this.edge = to;
    if (position < from || position > to) this.edge = position + this.span / 2;
  };

  /** The next of what is searched for, or the one before (-1), around the end; at first the newest. */
  readonly chooseMatch = (steps: 1 | -1): void => {
    const matches = this.matches ?? [];
    const at = matches.indexOf(this.chosenIndex);
    const index = at < 0 ? matches.length - 1 : (at + steps + matches.length) % matches.length;
    const match = matches[index];
    if (match !== undefined) this.choose(match);
  };

  #refresh(): void {
    const from = performance.now();
    this.#look();
    const rest = (performance.now() - from) * REST_PER_LOOK;
    this.#timer = setTimeout(
      () => {
        this.#refresh();
      },
      Math.max(REFRESH_MILLIS, rest),
    );
  }

  /** Standing still, nothing is looked up anew: what is read must not move away. */
  #look(): void {
    const { history, historyVersion: version, jumps, recalls } = this.#store;
    const told = { version, jumps, recalls };
    const known = this.#known;
    if (!isLookedAtAgain(known, told, this.#stands())) return;
    this.#known = told;
    this.causality = this.#growing.after(history);
    const { edge, span } = this;
    this.edge = edgeAfter(known, told, { edge, span }, Math.max(this.last, this.#timeline.to));
    this.search.goOn(this.causality.events);
  }

  #chosenInSight(): number | null {
    const position = this.chosenIndex < 0 ? null : (this.positions[this.chosenIndex] ?? null);
    return position !== null && position >= this.from && position <= this.to ? position : null;
  }

  /** More may be told than there are moments of. */
  #oldest(): number {
    return Math.min(this.#timeline.from, this.causality.events[0]?.atMillis ?? Infinity);
  }

  /** As long as all of time fits, all of it is in sight. */
  #begun(): number {
    return this.spacing === 'causal' ? 0 : this.#oldest() + this.span;
  }

  /** Of time, what comes later than all that is known would move nothing. */
  #stands(): boolean {
    if (this.spacing === 'causal') return this.edge !== null;
    return this.edge !== null && this.edge <= this.last;
  }

  #matches(): readonly number[] | null {
    const { found } = this.search;
    if (found === null) return null;
    const matches: number[] = [];
    for (const [index, traced] of this.causality.events.entries()) {
      if (found.has(traced) && isShown(traced, this.shown)) matches.push(index);
    }
    return matches;
  }

  #newest(): number {
    const { events } = this.causality;
    if (this.spacing === 'time') {
      const event = events.findLast((traced) => isShown(traced, this.shown))?.atMillis ?? 0;
      const { tape, told } = this.#timeline;
      const mark = tape.marks.findLast(({ atMillis }) => atMillis <= told)?.atMillis ?? 0;
      return Math.max(event, mark);
    }
    let newest = 0;
    for (const [index, traced] of events.entries()) {
      if (isShown(traced, this.shown)) newest = Math.max(newest, this.positions[index] ?? 0);
    }
    return newest;
  }
}
