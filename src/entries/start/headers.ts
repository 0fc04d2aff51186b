// The headers that the playground is served with, here and (netlify.toml) anywhere else: no script and
// no style but our own files, no third party, nothing that a page of another origin could hold on to.

/** `signalling` is where the page may connect to beside its own origin. */
const contentSecurityPolicy = (signalling: string, framed: boolean): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    "manifest-src 'self'",
    `connect-src 'self'${signalling}`,
    "base-uri 'none'",
    "form-action 'none'",
    ...(framed ? [] : ["frame-ancestors 'none'"]),
    "require-trusted-types-for 'script'",
    'trusted-types tabkeeper svelte-trusted-html',
  ].join('; ');

const PERMISSIONS_POLICY = [
  'camera=()',
  'microphone=()',
  'geolocation=()',
  'payment=()',
  'usb=()',
  'serial=()',
  'display-capture=()',
].join(', ');

export type HeaderList = readonly (readonly [name: string, value: string])[];

/** `framed`: another page may show it in a frame. What is shown there is the stage alone, and that is seen
 *  to by the page itself (entries/page/main.ts): where there is only room for files, headers do not know
 *  what was asked behind the question mark. */
export const pageHeaders = (signalling: readonly string[], framed: boolean): HeaderList => [
  ['Content-Security-Policy', contentSecurityPolicy(['', ...signalling].join(' '), framed)],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Permissions-Policy', PERMISSIONS_POLICY],
  ['Referrer-Policy', 'no-referrer'],
  ['X-Content-Type-Options', 'nosniff'],
];

export const PAGE_HEADERS = pageHeaders([], false);
const EMBED_HEADERS = pageHeaders([], true);

/** Of what is asked for by this path and query. */
export const headersOf = (url: URL): HeaderList =>
  url.pathname === '/' && url.searchParams.has('embed') ? EMBED_HEADERS : PAGE_HEADERS;

/** Files whose name carries a hash of what is in them never change. */
export const ASSETS_CACHE = 'public, max-age=31536000, immutable';
export const PAGE_CACHE = 'no-cache';

export const cacheOf = (path: string): string =>
  path.startsWith('/assets/') ? ASSETS_CACHE : PAGE_CACHE;
