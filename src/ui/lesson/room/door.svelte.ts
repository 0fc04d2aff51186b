// The way to the lessons of a live room. Nothing of them is loaded before somebody goes there, and what was loaded
// outlives the panel that shows it.

import type { LiveLessonControls } from '../../../vocabulary/live-lesson.ts';
import type { RoomLessons } from './room-lessons.svelte.ts';

/** What the page does for the lessons of its room. */
export interface RoomLessonHands {
  /** The lesson that this page's link asks for. */
  readonly first: string | null;
  readonly load: () => Promise<LiveLessonControls>;
  /** Writes the open lesson into the page's link. */
  readonly remember: (id: string | null) => void;
}

export class RoomDoor {
  /** Where the guide stands otherwise, the lessons do. */
  shown = $state(false);
  lessons = $state.raw<RoomLessons | null>(null);
  failed = $state(false);

  readonly #hands: RoomLessonHands;
  #loading = false;

  readonly #room: string;

  constructor(hands: RoomLessonHands, room: string) {
    this.#hands = hands;
    this.#room = room;
    this.shown = hands.first !== null;
  }

  readonly enter = (): void => {
    this.shown = true;
  };

  readonly leave = (): void => {
    this.shown = false;
  };

  /** For whoever draws them. */
  readonly load = async (): Promise<void> => {
    if (this.lessons !== null || this.#loading) return;
    this.#loading = true;
    this.failed = false;
    try {
      const [{ RoomLessons: Made }, controls] = await Promise.all([
        import('./room-lessons.svelte.ts'),
        this.#hands.load(),
      ]);
      this.lessons = new Made(controls, this.#hands.remember, this.#room);
      if (this.#hands.first !== null) await this.lessons.open(this.#hands.first);
    } catch {
      this.failed = true; // No network, or a newer version of the page.
    }
    this.#loading = false;
  };
}
