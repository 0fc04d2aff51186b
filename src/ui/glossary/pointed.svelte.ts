// Terms on buttons, which can hold no button themselves: explained while they are pointed at. By keyboard and by
// touch they are found where the button opens something, in a list of their own (TermList.svelte).

import { glossary } from './glossary.svelte.ts';
import { TERMS, type TermId } from './terms.ts';

export interface PointedWord {
  readonly element: HTMLElement;
  readonly term: TermId;
}

/** What comes to lie below a pointer so long after it was moved is not pointed at. */
const RESTS_MILLIS = 300;

const isTerm = (name: string | undefined): name is TermId => name !== undefined && name in TERMS;

export class Pointed {
  /** The text that the pointer came over last: terms are looked for in it alone. */
  text = $state<string | null>(null);
  word = $state.raw<PointedWord | null>(null);
  readonly place: string;
  #movedAt = -RESTS_MILLIS;

  constructor(place: string) {
    this.place = place;
  }

  get open(): boolean {
    return glossary.open === this.place && this.word !== null;
  }

  /** Of whatever holds such texts (`data-pointed`). */
  readonly over = (event: PointerEvent): void => {
    const { target } = event;
    if (event.pointerType === 'touch' || !(target instanceof Element)) return;
    if (event.type === 'pointermove') this.#movedAt = event.timeStamp;
    else if (event.timeStamp - this.#movedAt > RESTS_MILLIS) return;
    this.text = nearest(target, 'pointed')?.dataset['pointed'] ?? this.text;
    const element = nearest(target, 'term');
    const term = element?.dataset['term'];
    if (element === null || !isTerm(term)) {
      glossary.pointAway(this.place);
      return;
    }
    if (this.word?.element !== element) this.word = { element, term };
    glossary.pointAt(this.place);
  };

  readonly away = (event: PointerEvent): void => {
    if (event.pointerType !== 'touch') glossary.pointAway(this.place);
  };

  readonly hide = (): void => {
    glossary.hide(this.place);
  };
}

const nearest = (target: Element, name: string): HTMLElement | null =>
  target.closest<HTMLElement>(`[data-${name}]`);
