// What the diagram looks at: how much of the axis, where, which event is chosen. At the live edge it goes
// along; whoever looks back stands still until they return.

import type { Traced } from '../../vocabulary/trace.ts';
import type { RoomStore } from '../state/room.svelte.ts';
import type { Selecting } from '../state/selecting.svelte.ts';
import { eventSelection, isSamePlace } from '../state/selection.ts';
import type { FeedKind } from '../words/event-kind.ts';
import { causalityOf, pastOf, type Causality } from './causality.ts';
import { GrowingCausality } from './growing-causality.ts';
import { edgeAfter, isLookedAtAgain, type Told } from './looking.ts';
import { isShown, positionsOf, type Shown, type Spacing } from './picture.ts';
import { Search } from './search.svelte.ts';

const REFRESH_MILLIS = 400;
/** Where clocks are so far apart that all is joined anew each time, the page has most of its time for itself. */
const REST_PER_LOOK = 5;
const SPANS: Readonly<Record<Spacing, readonly number[]>> = {
  time: [50, 200, 1_000, 5_000, 20_000, 60_000],
  causal: [12, 24, 48, 96, 200, 400],
};
const SPAN_AT_FIRST = 3;
const PAN = 0.25;

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
  readonly to = $derived(this.edge ?? this.last + this.span * 0.03);
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
  #timer: ReturnType<typeof setTimeout> | null = null;
  #known: Told | null = null;

  constructor(store: RoomStore, selection: Selecting) {
    this.#store = store;
    this.#selection = selection;
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
    this.edge = null;
  };

  /** +1 looks at less, -1 at more; the middle stays where it is while looking back. */
  readonly zoomBy = (steps: number): void => {
    const middle = this.edge === null ? null : this.edge - this.span / 2;
    this.zoom = Math.min(Math.max(this.zoom - steps, 0), SPANS.time.length - 1);
    if (middle !== null) this.edge = middle + this.span / 2;
  };

  readonly panBy = (parts: number): void => {
    const edge = (this.edge ?? this.last) + parts * PAN * this.span;
    this.edge = edge >= this.last && parts > 0 ? null : edge;
  };

  /** The right edge goes to a moment of the room, or back to the live edge. */
  readonly showMoment = (millis: number | null): void => {
    this.edge = millis;
  };

  readonly choose = (index: number): void => {
    const traced = this.causality.events[index];
    if (traced === undefined) return;
    this.#selection.choose(eventSelection(traced));
    const position = this.positions[index] ?? 0;
    const from = this.to - this.span;
    if (this.edge === null) this.edge = this.to;
    if (position < from || position > this.to) this.edge = position + this.span / 2;
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
    if (!isLookedAtAgain(known, told, this.edge !== null)) return;
    this.#known = told;
    this.causality = this.#growing.after(history);
    this.edge = edgeAfter(known, told, this.edge, this.last);
    this.search.goOn(this.causality.events);
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
      return events.findLast((traced) => isShown(traced, this.shown))?.atMillis ?? 0;
    }
    let newest = 0;
    for (const [index, traced] of events.entries()) {
      if (isShown(traced, this.shown)) newest = Math.max(newest, this.positions[index] ?? 0);
    }
    return newest;
  }
}
