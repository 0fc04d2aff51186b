// Who may open a line to the gateway: a page that one of the known addresses served, and nobody else's.
//
// 1. Any web page may try to reach this port, but its browser says whose page it is: Origin has to be a
// known one. 2. A page whose name was bound to our address (DNS rebinding) counts as our origin there, but
// its browser still sends the name as Host: Host has to belong to that same known origin. 3. A WebSocket
// is opened across origins without asking, so it needs a token, given once, for seconds, to a page that
// passed 1 and 2 and can read the answer, which another origin's page cannot.

import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const TOKEN_BYTES = 32;
const TOKEN_MILLIS_MAX = 10_000;
/** Given and not yet used; beyond it the oldest is void. */
const TOKENS_MAX = 64;

export class Admission {
  readonly #origins: ReadonlySet<string>;
  readonly #nowMillis: () => number;
  /** When each ends, in the order of giving. */
  readonly #tokens = new Map<string, number>();

  /** Origins as browsers write them: `http://localhost:8180`. */
  constructor(origins: readonly string[], nowMillis: () => number) {
    this.#origins = new Set(origins);
    this.#nowMillis = nowMillis;
  }

  /** Whether this request comes from a page of ours, in a browser or by somebody who needs none. */
  isOwnPage(headers: IncomingHttpHeaders): boolean {
    const { host, origin } = headers;
    if (origin === undefined || !this.#origins.has(origin)) return false;
    if (host !== new URL(origin).host) return false;
    const site = headers['sec-fetch-site'];
    return site === undefined || site === 'same-origin';
  }

  giveToken(): string {
    const now = this.#nowMillis();
    for (const [token, untilMillis] of this.#tokens) {
      if (untilMillis > now && this.#tokens.size < TOKENS_MAX) break;
      this.#tokens.delete(token);
    }
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    this.#tokens.set(token, now + TOKEN_MILLIS_MAX);
    return token;
  }

  /** True once for each token that was given and is not too old. */
  takeToken(token: string): boolean {
    const untilMillis = this.#tokens.get(token);
    this.#tokens.delete(token);
    return untilMillis !== undefined && untilMillis > this.#nowMillis();
  }
}
