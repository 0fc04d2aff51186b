// The service worker: after the first visit the page opens without a network. It keeps the files of one
// build, all or none; the page itself is asked for at its server first, so that a new build is seen at
// once. Nothing that a ZooKeeper says ever passes through here.

interface Extendable {
  readonly waitUntil: (work: Promise<unknown>) => void;
}

interface Fetching extends Extendable {
  readonly request: Request;
  readonly respondWith: (response: Promise<Response>) => void;
}

interface ServiceWorkerScope {
  readonly location: { readonly origin: string };
  addEventListener(name: 'install' | 'activate', listener: (event: Extendable) => void): void;
  addEventListener(name: 'fetch', listener: (event: Fetching) => void): void;
}

/** Both written by the build (vite.config.ts): the files, and a name that changes with any of them. */
declare const OFFLINE_FILES: readonly string[];
declare const OFFLINE_BUILD: string;

const scope = globalThis as unknown as ServiceWorkerScope;
const PAGE = '/';
const CACHE = `tabkeeper-${OFFLINE_BUILD}`;
const files = new Set(OFFLINE_FILES);

scope.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([PAGE, ...files])));
});

// Only when no page of the former build is open any more: those still load its parts.
scope.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names
            .filter((name) => name.startsWith('tabkeeper-') && name !== CACHE)
            .map((name) => caches.delete(name)),
        ),
      ),
  );
});

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== scope.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(pageOf(request));
  else if (files.has(pathname)) event.respondWith(fileOf(request));
});

async function pageOf(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await (await caches.open(CACHE)).match(PAGE);
    if (kept === undefined) throw error;
    return kept;
  }
}

async function fileOf(request: Request): Promise<Response> {
  const kept = await (await caches.open(CACHE)).match(request);
  return kept ?? fetch(request);
}
