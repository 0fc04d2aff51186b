// Whether this tab keeps its seat. Somebody may be of another room under the same name, with another key or
// another number of seats: who is wrong nobody can know, and what is not proven may be anybody's lie. Only
// a newcomer that has met nobody yet and brought no disk gives way, to who says it was there before. And
// the seat's name may be taken by another page while this one could not be reached: a name needs no key, so
// who has it is asked to prove that it is of the room. A newcomer whose seat has a page that others can
// talk to leaves it: it had the seat's name only because that page was cut off from who gives names.

import type { Hello, RefusalReason } from '../../adapters/webrtc/line-message.ts';
import type { RivalMet } from '../../adapters/webrtc/rival.ts';
import type { Meanwhile, SignallingState } from '../../vocabulary/playground.ts';
import { HomeSeat } from './home-seat.ts';
import type { DiskFate, OtherRoom } from './own-server.ts';
import { addProblem, removeProblem, type RoomState } from './room-state.ts';

/** All who sit there have answered by then. */
const NEWCOMER_MILLIS_MAX = 15_000;
/** So that the word of refusal gets out before the line is gone, and who is of this room may prove it. */
const GIVING_WAY_MILLIS = 1_500;
/** A page whose name is held asks for it every 8 s, and then who holds it. */
const APART_MILLIS = 30_000;

export interface SeatKeepingOwner {
  readonly seat: number;
  readonly state: RoomState;
  /** This browser kept the seat's disk before this tab came. */
  readonly broughtDisk: () => boolean;
  readonly isLinked: () => boolean;
  /** Ends all that this tab has here. */
  readonly leave: (disk: DiskFate) => void;
  readonly onChanged: () => void;
}

export class SeatKeeping {
  readonly #owner: SeatKeepingOwner;
  readonly #homeSeat: Pick<HomeSeat, 'meanwhile' | 'named'>;
  readonly #seatedAtMillis = performance.now();
  #everProven = false;
  #apartTimer: ReturnType<typeof setTimeout> | undefined;

  /** To be made before the seat's disk is touched. */
  constructor(
    owner: SeatKeepingOwner,
    homeSeat: Pick<HomeSeat, 'meanwhile' | 'named'> = new HomeSeat(owner.state.address, owner.seat),
  ) {
    this.#owner = owner;
    this.#homeSeat = homeSeat;
  }

  readonly seatedMillis = (): number => performance.now() - this.#seatedAtMillis;

  readonly canServe = (): boolean =>
    this.#owner.isLinked() || this.#owner.state.address.seats === 1;

  /** What this tab does without the signalling server. */
  get meanwhile(): Meanwhile {
    return this.#homeSeat.meanwhile;
  }

  /** Somebody has proven to be of this room. */
  proven(): void {
    this.#everProven = true;
    for (const kind of ['wrongKey', 'otherSeats', 'strangers'] as const) {
      removeProblem(this.#owner.state, kind);
    }
  }

  readonly refused = (reason: RefusalReason, theirs: Hello | null): void => {
    if (reason === 'seatHeld') this.#held();
    else if (!this.#everProven) this.#strangers(reason, theirs);
  };

  #strangers(reason: 'wrongKey' | 'otherSeats', theirs: Hello | null): void {
    const { state, broughtDisk, leave, onChanged } = this.#owner;
    const seatedMillis = this.seatedMillis();
    const isNewcomer = !broughtDisk() && this.#isNewcomer();
    if (isNewcomer && (theirs?.seatedMillis ?? 0) > seatedMillis) {
      const { seats: mine } = state.address;
      if (reason === 'wrongKey') addProblem(state, { kind: 'wrongKey' });
      else addProblem(state, { kind: 'otherSeats', mine, theirs: theirs?.seats ?? 0 });
      setTimeout(() => {
        if (!this.#everProven) leave('forgotten');
      }, GIVING_WAY_MILLIS);
    } else addProblem(state, { kind: 'strangers', reason });
    onChanged();
  }

  #held(): void {
    if (!this.#owner.isLinked() || this.#isNewcomer()) this.#leave('seatHeld');
  }

  /** What stands in the way of others who look for this seat. */
  signalling(signalling: SignallingState): void {
    const { seat, state } = this.#owner;
    if (signalling === 'open') this.#homeSeat.named();
    const { meanwhile } = this;
    // It is asked again and again: until it answers nothing has changed.
    if (signalling === 'connecting' && state.signalling === 'here') return;
    state.signalling = signalling === 'gone' && meanwhile === 'here' ? 'here' : signalling;
    if (signalling === 'connecting') return;
    for (const kind of ['noSignalling', 'nameHeld'] as const) removeProblem(state, kind);
    if (signalling === 'open') removeProblem(state, 'roomApart');
    if (signalling === 'gone') addProblem(state, { kind: 'noSignalling', meanwhile });
    const isApart = state.problems.some(({ kind }) => kind === 'roomApart');
    if (signalling === 'held' && !isApart) addProblem(state, { kind: 'nameHeld', seat });
  }

  /** Of two that sit here, whoever cannot serve goes; if neither can, whoever lost the name. Where both can
   *  there are two rooms, and which of them is to end only people can say: nothing is given up. */
  readonly rival = ({ holdsName, iCanServe, theyCanServe }: RivalMet): void => {
    if (iCanServe && theyCanServe) this.#apart();
    else if (!iCanServe && !holdsName) this.#leave('seatLost');
    else if (!iCanServe && theyCanServe) this.#leave('seatHeld');
  };

  /** Said as long as whoever lost the name asks for it again. */
  #apart(): void {
    const { seat, state, onChanged } = this.#owner;
    clearTimeout(this.#apartTimer);
    removeProblem(state, 'nameHeld');
    addProblem(state, { kind: 'roomApart', seat });
    this.#apartTimer = setTimeout(() => {
      removeProblem(state, 'roomApart');
      onChanged();
    }, APART_MILLIS);
    onChanged();
  }

  #leave(kind: 'seatHeld' | 'seatLost'): void {
    const { seat, state, leave } = this.#owner;
    removeProblem(state, 'noSignalling');
    removeProblem(state, 'nameHeld');
    addProblem(state, { kind, seat });
    leave(this.#fateOfDisk());
  }

  /** The disk that this browser keeps for the seat is that of another room of this name. */
  readonly otherRoom = ({ seats: theirs, otherSecret }: OtherRoom): void => {
    const { state, leave } = this.#owner;
    if (otherSecret) addProblem(state, { kind: 'wrongKey' });
    else addProblem(state, { kind: 'otherSeats', mine: state.address.seats, theirs });
    leave('kept');
  };

  #isNewcomer(): boolean {
    return this.seatedMillis() <= NEWCOMER_MILLIS_MAX;
  }

  /** Was anybody ever told of what is on its disk? */
  #fateOfDisk(): DiskFate {
    const inVain = !this.#everProven && !this.#owner.broughtDisk() && this.#isNewcomer();
    return inVain ? 'forgotten' : 'kept';
  }
}
