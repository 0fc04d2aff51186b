// What is searched for in the diagram, and what was found of it so far.

import type { Traced } from '../../vocabulary/trace.ts';
import { searchText } from './event-line.ts';
import { TraceSearch } from './trace-search.ts';

export class Search {
  /** As typed. */
  text = $state('');
  /** Those found so far; null without a search. */
  found = $state.raw<ReadonlySet<Traced> | null>(null);
  /** Nothing is left to look through. */
  done = $state(true);

  readonly #search = new TraceSearch(searchText, ({ hits, done }) => {
    this.found = hits;
    this.done = done;
  });

  readonly setText = (text: string): void => {
    this.text = text;
    this.#search.look(text.trim().toLowerCase());
  };

  /** Words are looked through: in another language they are others. */
  readonly again = (): void => {
    this.#search.again();
  };

  /** These are the events now. */
  readonly goOn = (events: readonly Traced[]): void => {
    this.#search.goOn(events);
  };

  readonly end = (): void => {
    this.#search.end();
  };
}
