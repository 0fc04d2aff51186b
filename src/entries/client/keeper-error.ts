// How an operation of a client ended that did not succeed: ZooKeeper's code and name, and whether it may have
// happened all the same.

import { errorName } from '../../vocabulary/error-code.ts';

/** `failed`: it did not happen. `unknown`: it left and no answer came; it may have happened. */
export class KeeperError extends Error {
  readonly code: number;
  readonly outcome: 'failed' | 'unknown';

  constructor(code: number, outcome: 'failed' | 'unknown') {
    const name = errorName(code) ?? 'SystemError';
    super(outcome === 'unknown' ? `${name}: no answer came, it may have happened` : name);
    this.name = name;
    this.code = code;
    this.outcome = outcome;
  }
}
