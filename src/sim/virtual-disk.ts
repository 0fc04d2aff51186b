// A disk in virtual time: writes that queue while one is under way become durable together, after a
// latency, and are answered in order. A crash keeps what is durable and, of what was under way, any
// prefix: the torn tail that recovery has cut.

import { nextBelow, nextBetween, type Random } from '../base/random.ts';
import type { Disk } from '../host/ports.ts';
import type { DiskOutput, Recovered } from '../vocabulary/boundary.ts';
import type { Agenda } from './agenda.ts';
import { copyOfDisk, emptyDisk, recoveredFrom, writeTo, type DiskImage } from './disk-image.ts';

interface Write {
  readonly output: DiskOutput;
  readonly done: (failure: string | null) => void;
}

export interface DiskBehaviour {
  latencyMillisMin: number;
  latencyMillisMax: number;
  /** Every write fails from now on, with this reason. */
  failure: string | null;
  /** A planted lie: answers are given at once, durable or not. */
  answersEarly: boolean;
  /** A planted lie: truncations are answered and not done. */
  forgetsTruncations: boolean;
}

export class VirtualDisk implements Disk {
  readonly behaviour: DiskBehaviour;
  readonly #agenda: Agenda;
  readonly #random: Random;
  readonly #onDurable: (change: DiskOutput) => void;
  #image: DiskImage;
  #queue: Write[] = [];
  #underWay: Write[] = [];
  /** Why a write failed since the disk was last opened: no later write may be kept, it would leave a hole. */
  #failed: string | null = null;
  /** Raised by a crash: what was planned before it does not happen. */
  #life = 0;

  constructor(
    agenda: Agenda,
    random: Random,
    behaviour: DiskBehaviour,
    onDurable: (change: DiskOutput) => void,
    begins: DiskImage = emptyDisk(),
  ) {
    this.#agenda = agenda;
    this.#random = random;
    this.behaviour = behaviour;
    this.#onDurable = onDurable;
    this.#image = copyOfDisk(begins);
  }

  get image(): DiskImage {
    return this.#image;
  }

  readonly write = (output: DiskOutput, done: (failure: string | null) => void): void => {
    if (this.behaviour.answersEarly) {
      this.#later(0, () => {
        done(null);
      });
      this.#queue.push({ output, done: () => undefined });
    } else this.#queue.push({ output, done });
    if (this.#underWay.length === 0) this.#begin();
  };

  recover(): Recovered {
    this.#failed = null;
    return recoveredFrom(this.#image);
  }

  /** Loses what is not durable, but for a prefix of what was under way. */
  crash(): void {
    this.#life += 1;
    const pieces = this.#underWay.flatMap(({ output }) => piecesOf(output));
    const kept = this.#failed === null ? nextBelow(this.#random, pieces.length + 1) : 0;
    for (const piece of pieces.slice(0, kept)) this.#keep(piece);
    this.#image.pieces = [];
    this.#underWay = [];
    this.#queue = [];
  }

  /** The whole database is gone, as after an eviction. `known` is false when nobody can tell. */
  lose(trusted: boolean): void {
    this.#life += 1;
    this.#underWay = [];
    this.#queue = [];
    this.#image = { ...emptyDisk(), trusted };
  }

  #begin(): void {
    this.#underWay = this.#queue;
    this.#queue = [];
    if (this.#underWay.length === 0) return;
    const { latencyMillisMin, latencyMillisMax } = this.behaviour;
    this.#later(nextBetween(this.#random, latencyMillisMin, latencyMillisMax), () => {
      this.#end();
    });
  }

  #end(): void {
    this.#failed ??= this.behaviour.failure;
    const failure = this.#failed;
    const written = this.#underWay;
    if (failure === null) for (const { output } of written) this.#keep(output);
    this.#begin();
    const life = this.#life;
    for (const { done } of written) {
      if (life === this.#life) done(failure);
    }
  }

  #keep(output: DiskOutput): void {
    if (output.kind === 'truncate' && this.behaviour.forgetsTruncations) return;
    writeTo(this.#image, output);
    this.#onDurable(output);
  }

  #later(millis: number, work: () => void): void {
    const life = this.#life;
    this.#agenda.after(millis, () => {
      if (life === this.#life) work();
    });
  }
}

/** An append can end between two entries; everything else is kept whole or not at all. */
function piecesOf(output: DiskOutput): DiskOutput[] {
  if (output.kind !== 'append') return [output];
  return output.entries.map((entry) => ({ ...output, entries: [entry] }));
}
