// Who is seen to go to another server. A stage of another size has everybody at another place, and nobody goes
// anywhere.

import type { ServerId } from '../../vocabulary/ids.ts';

export const GLIDE_MILLIS = 450;

export class Gliding {
  readonly #hung = new Map<string, { readonly server: ServerId; readonly since: number }>();

  /** This chip hangs there now; whether it is on its way there. */
  at(key: string, server: ServerId, nowMillis: number): boolean {
    const before = this.#hung.get(key);
    if (before?.server !== server) {
      this.#hung.set(key, { server, since: before === undefined ? -GLIDE_MILLIS : nowMillis });
    }
    return nowMillis - (this.#hung.get(key)?.since ?? 0) < GLIDE_MILLIS;
  }
}
