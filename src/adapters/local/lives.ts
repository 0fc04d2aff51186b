// Which documents of this browser are alive: each has a Web Lock of its own, which is free the moment it ends,
// however it ends. No timer, and no page that is merely busy, is mistaken for a death.

export interface Lives {
  /** This document's own. */
  readonly own: string;
  /** Calls once when that one has ended; gives back how to stop waiting. */
  readonly watch: (life: string, onGone: () => void) => () => void;
  readonly end: () => void;
}

/** Resolves when the own one can be watched by others. */
export function beginLife(): Promise<Lives> {
  const own = `tabkeeper/life/${crypto.randomUUID()}`;
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(own, () => new Promise<void>((end) => resolve({ own, watch, end })))
      .catch(reject);
  });
}

function watch(life: string, onGone: () => void): () => void {
  const stop = new AbortController();
  navigator.locks.request(life, { mode: 'shared', signal: stop.signal }, onGone).catch(() => {
    // Nobody waits any more.
  });
  return () => {
    stop.abort();
  };
}
