// The checksum of the engine that this page was built with: of the sources of every floor that decides what a run
// is. It says why a run went otherwise than elsewhere; whether it did, the run's own hash says.

/** Written by the build (vite.config.ts). */
declare const ENGINE_MARK: string | undefined;

/** Empty where nobody built it. */
export const engineMark = typeof ENGINE_MARK === 'string' ? ENGINE_MARK : '';
