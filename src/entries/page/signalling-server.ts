// Where this page's tabs find each other: its own origin, unless the build names another host
// (VITE_SIGNALLING=https://host:port/path?key=..., for places that only serve files).

import type { SignallingServer } from '../../adapters/webrtc/signalling.ts';

const PATH = '/peerjs';
const KEY = 'tabkeeper';

export function signallingServer(
  configured: string | undefined,
  page: { readonly protocol: string; readonly hostname: string; readonly port: string },
): SignallingServer {
  const other = configured === undefined || configured === '' ? null : new URL(configured);
  const { protocol, hostname, port } = other ?? page;
  const secure = protocol === 'https:';
  return {
    host: hostname,
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    path: other === null ? PATH : other.pathname,
    secure,
    key: other?.searchParams.get('key') ?? KEY,
  };
}
