// A command that runs until it is told to stop: by SIGINT, SIGTERM, or the end of the `ensemble` whose child it
// is. It is heard from the first moment on: what is being started then is stopped as soon as it stands, so
// that no half of it is left behind.

/** Longer than an ensemble gives its children. */
const STOP_MILLIS_MAX = 10_000;

/** Resolves when it runs. `start` may give up early when its signal is aborted. Rejects with what `start`
 *  rejects with, unless it was told to stop. */
export async function runUntilSignal(
  start: (asked: AbortSignal) => Promise<{ readonly stop: () => Promise<void> }>,
  complain: (error: unknown) => void,
): Promise<void> {
  const asking = new AbortController();
  const { signal } = asking;
  const onSignal = (): void => {
    asking.abort();
    // What hangs is not waited for without end.
    setTimeout(() => process.exit(1), STOP_MILLIS_MAX).unref();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  // A child never outlives its parent.
  if (process.send !== undefined) process.on('disconnect', onSignal);
  const { stop } = await start(signal).catch((error: unknown): never => {
    if (signal.aborted) process.exit(0);
    throw error;
  });
  const end = (): void => {
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        complain(error);
        process.exit(1);
      },
    );
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
}
