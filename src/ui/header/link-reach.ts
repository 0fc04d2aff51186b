// Whom a room's link reaches: whoever opens it elsewhere asks the machine that it names, and there a tab can be a
// server only if the page came over https.

/** `loopback`: this machine alone. `insecure`: others reach the page, and no tab of theirs can be a server. */
export type LinkReach = 'anywhere' | 'loopback' | 'insecure';

const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export function reachOf(link: string): LinkReach {
  const { hostname, protocol } = new URL(link);
  if (LOOPBACK.test(hostname)) return 'loopback';
  return protocol === 'https:' ? 'anywhere' : 'insecure';
}
