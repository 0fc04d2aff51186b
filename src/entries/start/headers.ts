// The headers that the playground is served with, here and (netlify.toml) anywhere else: no script and
// no style but our own files, no third party, nothing that a page of another origin could hold on to.

/** `signalling` is where the page may connect to beside its own origin. */
const contentSecurityPolicy = (signalling: string): string =>
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
    "frame-ancestors 'none'",
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

export const pageHeaders = (signalling: readonly string[]): HeaderList => [
  ['Content-Security-Policy', contentSecurityPolicy(['', ...signalling].join(' '))],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Permissions-Policy', PERMISSIONS_POLICY],
  ['Referrer-Policy', 'no-referrer'],
  ['X-Content-Type-Options', 'nosniff'],
];

export const PAGE_HEADERS = pageHeaders([]);

/** Files whose name carries a hash of what is in them never change. */
export const ASSETS_CACHE = 'public, max-age=31536000, immutable';
export const PAGE_CACHE = 'no-cache';

export const cacheOf = (path: string): string =>
  path.startsWith('/assets/') ? ASSETS_CACHE : PAGE_CACHE;
