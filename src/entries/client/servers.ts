// "host:port,host:port/app": the servers that a client tries, and the part of the tree that it sees.

import { parseConnectString } from '../../adapters/tcp/connect-string.ts';
import type { Address } from '../../adapters/tcp/sockets.ts';
import type { Chroot } from '../../client/chroot.ts';
import { checkPath } from '../../tree/path.ts';

export interface Servers {
  readonly addresses: readonly Address[];
  readonly chroot: Chroot;
}

/** Throws an Error with one sentence. */
export function parseServers(text: string): Servers {
  const slash = text.indexOf('/');
  if (slash === -1) return { addresses: parseConnectString(text), chroot: '' };
  const path = text.slice(slash);
  const why = checkPath(path);
  if (why !== null) throw new Error(`${JSON.stringify(path)} is no path behind servers: ${why}`);
  const addresses = parseConnectString(text.slice(0, slash));
  return { addresses, chroot: path === '/' ? '' : path };
}
