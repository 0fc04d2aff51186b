// How an operation of a client ended that did not succeed: ZooKeeper's code and name, and whether it may have
// happened all the same.

import { ERROR_CODE, errorName } from '../../vocabulary/error-code.ts';

/** `failed`: it did not happen. `unknown`: it left and no answer came; it may have happened. */
export class KeeperError extends Error {
  readonly code: number;
  readonly outcome: 'failed' | 'unknown';

  constructor(code: number, outcome: 'failed' | 'unknown') {
    const name = errorName(code) ?? 'SystemError';
    super(messageOf(code, name, outcome));
    this.name = name;
    this.code = code;
    this.outcome = outcome;
  }
}

function messageOf(code: number, name: string, outcome: 'failed' | 'unknown'): string {
  const isLong = code === ERROR_CODE.MarshallingError;
  if (outcome === 'failed') {
    return isLong ? `${name}: not to be read, or longer than jute.maxbuffer (frameBytesMax)` : name;
  }
  if (isLong) return `${name}: its answer is longer than frameBytesMax, or not to be read`;
  return `${name}: no answer came, it may have happened`;
}
