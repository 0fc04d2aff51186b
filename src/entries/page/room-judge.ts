// The invariants of a room, as this page can judge them: by what all servers tell it, how they look, and what
// its own clients are answered. What it did not hear breaks nothing.

import { InvariantJudge } from '../../invariants/judge.ts';
import type { LampView } from '../../vocabulary/lamp.ts';
import type { Moment } from '../../vocabulary/steps.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import type { ServerView } from '../../vocabulary/view.ts';
import type { AnsweredRequest } from '../client/client-session.ts';

/** The lamp is told this often at most: under load it counts thousands a second. */
const TELL_MILLIS = 250;

export class RoomJudge {
  readonly #judge = new InvariantJudge({ ordered: false });
  readonly #views = new Map<number, ServerView>();
  #told = -1;
  #toldAt = Number.NEGATIVE_INFINITY;

  trace(events: readonly Traced[]): void {
    const moment = momentNow();
    for (const traced of events) this.#judge.trace(traced, moment);
  }

  /** As its server says of itself now; the very same picture says nothing new. */
  see(seat: number, view: ServerView | null): void {
    if (view === null || this.#views.get(seat) === view) return;
    this.#views.set(seat, view);
    this.#judge.view(view, momentNow());
  }

  readonly answered = ({ number, session, ticket, request, result }: AnsweredRequest): void => {
    if (result.outcome !== 'ok') return;
    const { zxid, response } = result;
    const answer = { client: number, session, ticket, request, zxid, response };
    this.#judge.answered(answer, momentNow());
  };

  /** What to show, where it is time to show something new; else null. */
  due(nowMillis: number): LampView | null {
    const { version } = this.#judge;
    if (version === this.#told || nowMillis - this.#toldAt < TELL_MILLIS) return null;
    this.#told = version;
    this.#toldAt = nowMillis;
    return this.#judge.lamp();
  }
}

/** This page's clock, as what it looks back by. */
const momentNow = (): Moment => ({ millis: performance.timeOrigin + performance.now(), events: 0 });
