// The browser's storage for small things that a page remembers. A browser may refuse it altogether, and
// then nothing that needs a disk may start; or it may be full, and then only a memory is lost.

/** Whether this browser lets the page keep anything. A refusal is thrown where it is asked for. */
export function storageIsBlocked(): boolean {
  try {
    const { localStorage, sessionStorage, indexedDB } = globalThis;
    const storages: readonly unknown[] = [localStorage, sessionStorage, indexedDB];
    return storages.includes(null);
  } catch {
    return true;
  }
}

/** Remembers it if there is room. */
export function keep(storage: Storage, key: string, text: string): void {
  try {
    storage.setItem(key, text);
  } catch {
    return; // Full: whoever asks later hears nothing, and takes it as never said.
  }
}
