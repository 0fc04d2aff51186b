// Whether so much is told that nobody follows a single flight. Drawing every frame would then take from the
// servers, which share the processor, what they write with. Judged by a second of it: an election is none.

const EVENTS_PER_SECOND_MAX = 1_000;
const JUDGED_MILLIS = 1_000;

export class Flood {
  #fromMillis = 0;
  #events = 0;
  #isOn = false;

  /** So many more were told by now. */
  with(events: number, nowMillis: number): boolean {
    this.#events += events;
    const millis = nowMillis - this.#fromMillis;
    if (millis < JUDGED_MILLIS) return this.#isOn;
    this.#isOn = this.#events * 1_000 > EVENTS_PER_SECOND_MAX * millis;
    this.#events = 0;
    this.#fromMillis = nowMillis;
    return this.#isOn;
  }
}
