// Commands that have not ended yet, by their tickets: who waits for one hears its end, or that it will hear none.

import type { LabWorld } from '../../sim/lab-world.ts';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import type { CommandResult } from '../../vocabulary/playground.ts';
import { refusalOf } from '../client/run-command.ts';
import type { FromLab } from './messages.ts';

export class Pending {
  readonly #post: (message: FromLab) => void;
  /** Whose, and that client's number for it. */
  readonly #waiting = new Map<number, { readonly client: number; readonly number: number }>();

  constructor(post: (message: FromLab) => void) {
    this.#post = post;
  }

  wait(ticket: number, client: number, number: number): void {
    this.#waiting.set(ticket, { client, number });
  }

  answer(ticket: number, result: CommandResult): void {
    this.#post({ kind: 'answered', ticket, result });
  }

  /** Nothing is done now. */
  refuse(ticket: number): void {
    this.answer(ticket, refusalOf('failed', ERROR_CODE.ConnectionLoss));
  }

  /** Answers who waits for a command that has ended. */
  settle(lab: LabWorld): void {
    for (const [ticket, { client, number }] of [...this.#waiting]) {
      const result = lab.client(client)?.resultOf(number) ?? null;
      if (result === null) continue;
      this.#waiting.delete(ticket);
      this.answer(ticket, result);
    }
  }

  /** Who waits for an answer in a future that was left will not get it here. */
  leave(): void {
    for (const ticket of this.#waiting.keys()) {
      this.answer(ticket, refusalOf('unknown', ERROR_CODE.ConnectionLoss));
    }
    this.#waiting.clear();
  }
}
